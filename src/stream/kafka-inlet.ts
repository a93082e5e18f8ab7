/**
 * Takes in a topic that others write, record by record and in order: what a record leads to and the
 * place in the topic are one transaction. Kafka's coordinator says who reads what, PostgreSQL from
 * where, as in docs/decisions/0011.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { BaseOptions } from '@platformatic/kafka'
import { Fault } from '../base/fault.ts'
import { type Database, inChain, isTransient, type Tx } from '../base/postgres.ts'
import { type Buffer, createFetcher } from './kafka-fetcher.ts'
import { joinKafkaGroup } from './kafka-group.ts'
import { binaryOf } from './kafka-record.ts'
import { LeaseLost } from './postgres-leases.ts'
import { movePlace, readPlaces, seizePlaces, type TopicPlace } from './topic-places.ts'
import { createTurns } from './workers.ts'

export interface InletRecord {
  readonly partition: number
  readonly offset: number
  readonly key: string
  /** UTF-8 text. */
  readonly headers: ReadonlyMap<string, string>
  readonly value: string
}

/** In the transaction that moves the place on. `waitedMs`: since the record was first tried. */
export type TakeRecord = (tx: Tx, waitedMs: number) => Promise<void>

export interface InletOptions {
  readonly client: BaseOptions
  readonly topic: string
  readonly groupId: string
  readonly instanceId?: string | undefined
  readonly heartbeatMs?: number
  readonly db: Database
  /** Records whose keys begin with another chain's id are passed over. */
  readonly chainId: string
  /** Looks at a record before its transaction. @throws Fault for one that can never be taken */
  prepare(record: InletRecord): Promise<TakeRecord>
  /** True when waiting may cure it; a restart of the database always may. */
  isPassing(fault: Fault): boolean
  /** Keeps what cannot be taken; throwing has it tried again. */
  bury(record: InletRecord, fault: Fault): Promise<void>
  onFault(record: InletRecord, fault: Fault, isDead: boolean): void
}

const heartbeatMsDefault = 1_500
/** Of a failure that has no name: it may be ours. */
const attemptsMax = 4
/** Transactions at once: the others of a hub want connections too. */
const concurrencyMax = 2
const backoffMs = { first: 100, most: 5_000 } as const
/** When taking a partition failed, or news got lost, this is how long it waits. */
const settleEveryMs = 1_000

interface Worker {
  readonly done: Promise<void>
  readonly leaving: AbortController
  wake(): void
}

export interface Inlet {
  /**
   * Records in the topic that no process has taken in yet. Those of other chains count where they came
   * after the last of this one. @throws Error when the brokers do not answer
   */
  lag(): Promise<number>
  stop(): Promise<void>
}

export function startInlet(options: InletOptions): Inlet {
  const { client, topic, db, chainId } = options
  const workers = new Map<number, Worker>()
  const inTurn = createTurns(concurrencyMax)
  const fetcher = createFetcher<InletRecord>({
    client,
    topic,
    decode(partition, offset, record) {
      const key = record.key?.toString() ?? ''
      return key.startsWith(`${chainId}/`)
        ? { partition, offset, key, ...binaryOf(record) }
        : undefined
    },
    onEntries: (partition) => workers.get(partition)?.wake(),
  })

  function startWorker(place: TopicPlace): void {
    const { partition } = place
    const leaving = new AbortController()
    const before = workers.get(partition)?.done
    let wake = () => {}
    const news = (): Promise<void> =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, settleEveryMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    const done = (async () => {
      await before
      const buffer = fetcher.begin(partition, place.nextOffset)
      while (!leaving.signal.aborted) {
        const isLost = await takeAll({ ...options, inTurn }, place, buffer, leaving.signal)
        if (isLost) break
        if (buffer.entries.length === 0 && !leaving.signal.aborted) await news()
      }
      fetcher.end(partition, buffer)
    })().finally(() => {
      if (workers.get(partition)?.leaving === leaving) workers.delete(partition)
    })
    workers.set(partition, { done, leaving, wake: () => wake() })
  }

  function leave(partition: number): void {
    const worker = workers.get(partition)
    worker?.leaving.abort()
    worker?.wake()
  }

  let assigned: ReadonlySet<number> = new Set()
  let isStopped = false
  /** Makes what is worked on what was assigned. */
  async function settle(): Promise<void> {
    for (const partition of workers.keys()) if (!assigned.has(partition)) leave(partition)
    const isWorked = (partition: number): boolean =>
      workers.get(partition)?.leaving.signal.aborted === false
    const missing = [...assigned].filter((partition) => !isWorked(partition))
    if (missing.length === 0 || isStopped) return
    const places = await seizePlaces(db, chainId, topic, missing)
    if (isStopped) return
    for (const place of places) if (assigned.has(place.partition)) startWorker(place)
  }
  let settling = Promise.resolve()
  const settleNow = () => {
    settling = settling.then(settle).catch(() => {})
  }
  const timer = setInterval(settleNow, settleEveryMs)
  const membership = joinKafkaGroup({
    ...options,
    heartbeatMs: options.heartbeatMs ?? heartbeatMsDefault,
    onAssigned(partitions) {
      assigned = partitions
      settleNow()
    },
  })

  return {
    async lag() {
      // Places first: what is taken in meanwhile makes the lag smaller, never negative.
      const places = await readPlaces(db, chainId, topic)
      const [ends, oldest] = await Promise.all([fetcher.latest(), fetcher.oldest()])
      return ends.reduce((sum, end, partition) => {
        // What retention dropped will not be taken in any more.
        const next = Math.max(places.get(partition) ?? 0, oldest[partition] ?? 0)
        return sum + Math.max(0, end - next)
      }, 0)
    },
    async stop() {
      isStopped = true
      clearInterval(timer)
      for (const partition of workers.keys()) leave(partition)
      await Promise.all([...workers.values()].map(({ done }) => done))
      await settling
      await membership.leave()
      await fetcher.close()
    },
  }
}

type Taking = InletOptions & { readonly inTurn: ReturnType<typeof createTurns> }

/** @returns true when the partition is another's now */
async function takeAll(
  options: Taking,
  place: TopicPlace,
  buffer: Buffer<InletRecord>,
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    const [record] = buffer.entries
    if (record === undefined || signal.aborted) return false
    try {
      const isTaken = await takeOne(options, place, record, signal)
      if (!isTaken) return false
    } catch (error) {
      if (error instanceof LeaseLost) return true
      throw error
    }
    buffer.drop(1)
  }
}

/** Tries until it is taken or buried. @returns false when given up midway. @throws LeaseLost */
async function takeOne(
  options: Taking,
  place: TopicPlace,
  record: InletRecord,
  signal: AbortSignal,
): Promise<boolean> {
  const { db, chainId, topic } = options
  const sinceMs = performance.now()
  const moveOn = (tx: Tx) => movePlace(tx, chainId, topic, place, record.offset + 1)
  let fatal = 0
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    try {
      const take = await options.prepare(record)
      await options.inTurn(() =>
        inChain(db, chainId, async (tx) => {
          await take(tx, performance.now() - sinceMs)
          await moveOn(tx)
        }),
      )
      return true
    } catch (error) {
      if (error instanceof LeaseLost) throw error
      const fault = Fault.from(error)
      const isPassing =
        isTransient(error) || fault.code === 'stream_unreachable' || options.isPassing(fault)
      if (!isPassing) fatal += fault.status < 500 ? attemptsMax : 1
      const isDead = fatal >= attemptsMax
      options.onFault(record, fault, isDead)
      if (isDead && (await buried(options, record, fault, moveOn))) return true
    }
    const waitMs = Math.min(backoffMs.first * 2 ** Math.min(attempt - 1, 10), backoffMs.most)
    await sleep(waitMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {})
  }
  return false
}

async function buried(
  { db, chainId, bury }: InletOptions,
  record: InletRecord,
  fault: Fault,
  moveOn: (tx: Tx) => Promise<void>,
): Promise<boolean> {
  try {
    await inChain(db, chainId, async (tx) => {
      await bury(record, fault)
      await moveOn(tx)
    })
    return true
  } catch (error) {
    if (error instanceof LeaseLost) throw error
    return false
  }
}
