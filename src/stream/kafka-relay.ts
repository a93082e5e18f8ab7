/**
 * Brings what was appended to Kafka, in order: a consumer of the log in PostgreSQL, whose leases see
 * to it that one process relays a partition. A process that dies between Kafka's acknowledgement and
 * its commit makes the next one repeat; consumers tell by the position.
 */
import { sql } from 'kysely'
import { Fault } from '../base/fault.ts'
import { afterCommit, inChain } from '../base/postgres.ts'
import type { KafkaProducer } from './kafka-producer.ts'
import { toMessage } from './kafka-record.ts'
import type { Consumer, Place } from './log.ts'
import type { PostgresLog } from './postgres-log.ts'
import { createWake } from './postgres-wake.ts'

export const relayGroup = 'kafka:relay'

export interface RelayOptions {
  readonly inner: PostgresLog
  readonly url: string
  readonly producer: KafkaProducer
  readonly topic: string
  /** Events that wait for Kafka; with more than these, appends are refused. */
  readonly backlogMax: number
}

export interface Relays {
  /** Has the chain relayed by this process too; once. */
  ensure(chainId: string): Promise<void>
  /** @throws Fault stream_unreachable when too much waits for Kafka already */
  assertRoom(chainId: string): Promise<void>
  /** Waits until Kafka has these places. @throws Fault stream_unreachable after 30 s */
  arrived(chainId: string, places: readonly Place[]): Promise<void>
  close(): Promise<void>
}

/** A trickle becomes fewer and larger batches; a delivery waits this much longer. */
const relayLingerMs = 5

const arrivalMsMax = 30_000
/** For news that got lost on the way between processes. */
const lookEveryMs = 500
const backlogFreshMs = 500

export function createRelays(options: RelayOptions): Relays {
  const { inner, url, producer, topic, backlogMax } = options
  const { db, control } = inner.parts
  const news = createWake(control, url, 'tillway_relayed')
  const relays = new Map<string, Promise<Consumer>>()
  const backlogs = new Map<string, { count: Promise<number>; readAtMs: number }>()

  async function start(chainId: string): Promise<Consumer> {
    return inner.consume({
      chainId,
      group: relayGroup,
      batchMax: 500,
      concurrencyMax: 4,
      lingerMs: relayLingerMs,
      async handler({ events, tx }) {
        await producer.send(events.map((event) => toMessage(topic, event)))
        const partitions = events.slice(0, 1).map(({ partition }) => partition)
        afterCommit(tx, () => news.now(chainId, partitions))
      },
    })
  }

  async function isThere(chainId: string, places: readonly Place[]): Promise<boolean> {
    const partitions = places.map(({ partition }) => partition)
    const { rows } = await inChain(db, chainId, (tx) =>
      sql<Place>`select partition, position from event_lease
        where chain_id = ${chainId} and group_name = ${relayGroup}
          and partition = any(${partitions}::smallint[])`.execute(tx),
    )
    const through = new Map(rows.map(({ partition, position }) => [partition, position]))
    return places.every(({ partition, position }) => (through.get(partition) ?? 0) >= position)
  }

  return {
    async ensure(chainId) {
      const known = relays.get(chainId)
      const relay = known ?? start(chainId)
      relays.set(chainId, relay)
      await relay.catch((error) => {
        relays.delete(chainId)
        throw error
      })
    },
    async assertRoom(chainId) {
      const nowMs = performance.now()
      let backlog = backlogs.get(chainId)
      if (backlog === undefined || nowMs - backlog.readAtMs > backlogFreshMs) {
        backlog = { count: inner.lag(chainId, relayGroup), readAtMs: nowMs }
        backlogs.set(chainId, backlog)
      }
      if ((await backlog.count) > backlogMax)
        throw new Fault('stream_unreachable', { waiting: await backlog.count, backlogMax })
    },
    async arrived(chainId, places) {
      const deadlineMs = performance.now() + arrivalMsMax
      for (;;) {
        // Subscribed before looking, so that nothing slips between.
        const woken = Promise.withResolvers<void>()
        const stop = await news.on(chainId, () => woken.resolve())
        const timer = setTimeout(woken.resolve, lookEveryMs)
        try {
          if (await isThere(chainId, places)) return
          if (performance.now() > deadlineMs)
            throw new Fault('stream_unreachable', { expected: 'an acknowledgement in time' })
          await woken.promise
        } finally {
          clearTimeout(timer)
          stop()
        }
      }
    },
    async close() {
      await news.close()
    },
  }
}
