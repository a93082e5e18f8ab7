/**
 * Delivers one partition's events to a group's handler, again and again: effects and position in one
 * transaction. A batch that fails is gone through one by one, so only the event that fails dies.
 * Where the events come from is its `Source`'s matter: the same rules hold for every log.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../base/fault.ts'
import { type Database, inChain, isTransient, type Tx } from '../base/postgres.ts'
import type { ConsumeOptions, LoggedEvent, OnDeliveryFault, Place } from './log.ts'
import { bury, buryAgain, type Letter, nextReplay, resolve } from './postgres-dead-letters.ts'
import { advance, type Lease, LeaseLost, type Member, type Progress } from './postgres-leases.ts'
import { logged } from './postgres-read.ts'

export interface Item extends Place {
  /** @throws Fault event_malformed */
  logged(): LoggedEvent
  /** What is kept when the group cannot handle it. */
  letter(): Letter
}

export interface Batch {
  readonly items: readonly Item[]
  /** How far the group has come once they are handled; further than the last where it passes over some. */
  readonly through?: Progress | undefined
  /** There was no more when they were read. */
  readonly isLast: boolean
}

export interface Source {
  /** True while there is nothing to read: spares a transaction. */
  isEmpty(): boolean
  /** What follows the lease's position, at most `limit`, in order. */
  read(tx: Tx, limit: number): Promise<Batch>
}

/** Called in the transaction in which an event becomes a dead letter; throwing keeps it alive. */
export type OnBury = (letter: Letter, fault: Fault) => Promise<void>

export interface Delivering {
  readonly db: Database
  readonly member: Member
  readonly lease: Lease
  readonly source: Source
  readonly options: Required<ConsumeOptions>
  readonly signal: AbortSignal
  readonly onFault: OnDeliveryFault
  readonly onBury?: OnBury | undefined
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
  const { db, member, lease, source, options, signal, onFault, onBury } = delivering
  const { chainId, group } = member
  /** Up to this position each event comes alone, since a batch up to it has failed. */
  let alonePosition = 0
  let attempt = 0
  let pauses = 0

  async function next(): Promise<Outcome> {
    if (source.isEmpty()) return 'idle'
    const limit = lease.position < alonePosition ? 1 : options.batchMax
    let batch: Batch = { items: [], isLast: true }
    try {
      await inChain(db, chainId, async (tx) => {
        batch = await source.read(tx, limit)
        const events = batch.items.map((item) => item.logged())
        if (events.length > 0) await options.handler({ chainId, group, events, tx, signal })
        if (batch.through) await advance(tx, member, lease, batch.through)
      })
    } catch (error) {
      return failed(error, batch)
    }
    moveTo(batch.through)
    if (batch.items.length === 0) return batch.isLast ? 'idle' : 'delivered'
    return batch.isLast ? 'drained' : 'delivered'
  }

  function moveTo(through: Progress | undefined): void {
    if (through) Object.assign(lease, through)
    attempt = 0
    pauses = 0
  }

  async function failed(error: unknown, batch: Batch): Promise<Outcome> {
    if (error instanceof LeaseLost) return 'lost'
    if (signal.aborted) return 'failed'
    const { items } = batch
    pauses += 1
    // A restart of the database or a deadlock is no fault of the event.
    if (isPassing(error) || items.length === 0) return report(error, items, false)
    if (items.length > 1) {
      alonePosition = items.at(-1)?.position ?? 0
      pauses = 0
      return report(error, items, false)
    }
    attempt += 1
    const isDead = attempt >= options.attemptsMax
    report(error, items, isDead)
    return isDead ? dead(error, batch) : 'failed'
  }

  function report(error: unknown, items: readonly Item[], isDead: boolean): Outcome {
    const eventId = items.length === 1 && items[0] ? { eventId: items[0].letter().eventId } : {}
    onFault({ chainId, group, fault: Fault.from(error), attempt, isDead, ...eventId })
    return 'failed'
  }

  async function dead(error: unknown, { items, through }: Batch): Promise<Outcome> {
    const [item] = items
    if (item === undefined || through === undefined) return 'failed'
    const fault = Fault.from(error)
    const letter = item.letter()
    try {
      await inChain(db, chainId, async (tx) => {
        await bury(tx, member, letter, { fault, attemptsCount: attempt })
        await onBury?.(letter, fault)
        await advance(tx, member, lease, through)
      })
    } catch (failure) {
      return failure instanceof LeaseLost ? 'lost' : 'failed'
    }
    moveTo(through)
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
      if (deadLetterId === undefined || isPassing(error) || signal.aborted) return 'failed'
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

/** Nothing is wrong with the event: the same will work when what it needs is back. */
function isPassing(error: unknown): boolean {
  return isTransient(error) || (error instanceof Fault && error.code === 'stream_unreachable')
}
