/**
 * Delivers one partition's events to a group's handler, again and again: effects and position in one
 * transaction. A batch that fails is gone through one by one, so only the event that fails dies.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../base/fault.ts'
import { afterCommit, type Database, inChain, isTransient, type Tx } from '../base/postgres.ts'
import type { ConsumeOptions, OnDeliveryFault } from './log.ts'
import { bury, buryAgain, nextReplay, resolve } from './postgres-dead-letters.ts'
import { advance, type Lease, LeaseLost, type Member } from './postgres-leases.ts'
import { logged, type Row, readHead, readRows } from './postgres-read.ts'

export interface Delivering {
  readonly db: Database
  readonly member: Member
  readonly lease: Lease
  readonly options: Required<ConsumeOptions>
  readonly signal: AbortSignal
  readonly onFault: OnDeliveryFault
}

const backoffMsMax = 5_000

/** `drained`: delivered, and there was no more. `lost`: the partition belongs to another now. `failed`: wait, then try again. */
type Outcome = 'idle' | 'delivered' | 'drained' | 'lost' | 'failed'

export interface Delivery {
  /** Delivers at most one batch. */
  next(): Promise<Outcome>
  /** Handles one dead letter again, if one is asked for. */
  replay(): Promise<Outcome>
  /** The pause after `failed`. */
  pause(): Promise<void>
}

export function createDelivery(delivering: Delivering): Delivery {
  const { db, member, lease, options, signal, onFault } = delivering
  const { chainId, group } = member
  /** Up to this position each event comes alone, since a batch up to it has failed. */
  let alonePosition = 0
  let attempt = 0
  let pauses = 0

  async function next(): Promise<Outcome> {
    const limit = lease.position < alonePosition ? 1 : options.batchMax
    let rows: Row[] = []
    try {
      await inChain(db, chainId, async (tx) => {
        // Read before the rows: what was appended in between is not to be passed over.
        const head = options.types.length > 0 ? await readHead(tx, chainId, lease.partition) : 0
        rows = await readRows(tx, chainId, lease, limit, lease.recordedAt, options.types)
        const last = rows.at(-1)
        if (last === undefined) return await passOver(tx, head)
        await options.handler({ chainId, group, events: rows.map(logged), tx, signal })
        await advance(tx, member, lease, last)
      })
    } catch (error) {
      return failed(error, rows)
    }
    if (rows.length === 0) return 'idle'
    moveTo(rows)
    return rows.length < limit ? 'drained' : 'delivered'
  }

  /** Up to the head there was nothing of this group's types. */
  async function passOver(tx: Tx, position: number): Promise<void> {
    if (position <= lease.position) return
    await advance(tx, member, lease, { position, recordedAt: lease.recordedAt })
    afterCommit(tx, () => {
      lease.position = position
    })
  }

  function moveTo(rows: readonly Row[]): void {
    const last = rows.at(-1)
    lease.position = last?.position ?? lease.position
    lease.recordedAt = last?.recordedAt ?? lease.recordedAt
    attempt = 0
    pauses = 0
  }

  async function failed(error: unknown, rows: readonly Row[]): Promise<Outcome> {
    if (error instanceof LeaseLost) return 'lost'
    if (signal.aborted) return 'failed'
    pauses += 1
    // A restart of the database or a deadlock is no fault of the event.
    if (isTransient(error) || rows.length === 0) return report(error, rows, false)
    if (rows.length > 1) {
      alonePosition = rows.at(-1)?.position ?? 0
      pauses = 0
      return report(error, rows, false)
    }
    attempt += 1
    const isDead = attempt >= options.attemptsMax
    report(error, rows, isDead)
    return isDead ? dead(error, rows) : 'failed'
  }

  function report(error: unknown, rows: readonly Row[], isDead: boolean): Outcome {
    const eventId = rows.length === 1 && rows[0] ? { eventId: idIn(rows[0]) } : {}
    onFault({ chainId, group, fault: Fault.from(error), attempt, isDead, ...eventId })
    return 'failed'
  }

  async function dead(error: unknown, rows: readonly Row[]): Promise<Outcome> {
    const [row] = rows
    if (row === undefined) return 'failed'
    const trouble = { fault: Fault.from(error), attemptsCount: attempt }
    try {
      await inChain(db, chainId, async (tx) => {
        await bury(tx, chainId, group, row, trouble)
        await advance(tx, member, lease, row)
      })
    } catch (failure) {
      return failure instanceof LeaseLost ? 'lost' : 'failed'
    }
    moveTo(rows)
    return 'delivered'
  }

  async function replay(): Promise<Outcome> {
    let deadLetterId: string | undefined
    try {
      await inChain(db, chainId, async (tx) => {
        const letter = await nextReplay(tx, chainId, group, lease.partition)
        if (letter === undefined) return
        deadLetterId = letter.deadLetterId
        await options.handler({ chainId, group, events: [logged(letter)], tx, signal })
        await resolve(tx, chainId, letter.deadLetterId)
      })
      return deadLetterId === undefined ? 'idle' : 'delivered'
    } catch (error) {
      if (deadLetterId === undefined || isTransient(error) || signal.aborted) return 'failed'
      return await deadAgain(deadLetterId, Fault.from(error))
    }
  }

  async function deadAgain(deadLetterId: string, fault: Fault): Promise<Outcome> {
    onFault({ chainId, group, fault, attempt: 1, isDead: true })
    try {
      await inChain(db, chainId, (tx) => buryAgain(tx, chainId, deadLetterId, fault))
      return 'delivered'
    } catch {
      return 'failed'
    }
  }

  async function pause(): Promise<void> {
    if (pauses === 0) return
    const waitMs = Math.min(options.backoffMs * 2 ** (pauses - 1), backoffMsMax)
    await sleep(waitMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {})
  }

  return { next, replay, pause }
}

function idIn({ body }: Row): string {
  return String((JSON.parse(body) as { id?: unknown }).id)
}
