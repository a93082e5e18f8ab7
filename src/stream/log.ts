/**
 * The event log: what every implementation promises. Order holds per store; delivery is at least
 * once; a consumer's effects and its position are written in one transaction, so effects happen once.
 */
import type { Fault } from '../base/fault.ts'
import type { Tx } from '../base/postgres.ts'
import type { Instant } from '../base/time.ts'
import type { AnyEvent } from '../retail/event.ts'
import type { EventType } from '../retail/events.ts'

/** A place in a chain's log. Positions begin at 1 and grow; within a partition they are an order. */
export interface Place {
  readonly partition: number
  readonly position: number
}

/** An event with its place; `event.recordedAt` is always set. */
export interface LoggedEvent extends Place {
  readonly event: AnyEvent
}

export interface AppendResult {
  /** How many were new, and how many the log (or this batch, earlier) had already. */
  readonly appended: number
  readonly duplicates: number
  /** The new ones, ordered by partition and position. */
  readonly positions: readonly LoggedEvent[]
}

export interface Delivery {
  readonly chainId: string
  readonly group: string
  /** Of one partition, in order; never empty. */
  readonly events: readonly LoggedEvent[]
  /** Effects written here are committed with the position, or not at all. */
  readonly tx: Tx
  /** Aborted when the consumer stops or loses the partition: what the handler does is then in vain. */
  readonly signal: AbortSignal
}

/** May be called again with the same events; throwing undoes what it wrote in `tx`. */
export type Handler = (delivery: Delivery) => Promise<void>

export interface ConsumeOptions {
  readonly chainId: string
  /** The name of one reader; its position is shared by all processes that use this name. */
  readonly group: string
  readonly handler: Handler
  /** Where a group that has no position yet begins. Default `beginning`. */
  readonly from?: 'beginning' | 'now'
  /** Events per delivery at most. Default 200. */
  readonly batchMax?: number
  /** Only events of these types are delivered; the group passes over all others. */
  readonly types?: readonly EventType[]
  /** Gathers this long after a wake, so that a trickle becomes few transactions. Default 0. */
  readonly lingerMs?: number
  /** Deliveries (partitions) at the same time in this process. Default 2. */
  readonly concurrencyMax?: number
  /** Tries of one event before it becomes a dead letter. Default 4. */
  readonly attemptsMax?: number
  /** Pause before the second try; it doubles. Default 100. */
  readonly backoffMs?: number
}

export interface Consumer {
  /** Lets running deliveries end, then gives its partitions to others at once. */
  stop(): Promise<void>
}

/** An event that a group could not handle; the group went on without it. */
export interface DeadLetter extends Place {
  readonly deadLetterId: string
  readonly chainId: string
  readonly storeId: string
  readonly group: string
  /** Undefined where what is wrong is the event itself: it does not fit the schema of its type. */
  readonly event: AnyEvent | undefined
  readonly fault: { readonly code: string; readonly says: string }
  readonly attemptsCount: number
  readonly diedAt: Instant
  readonly state: 'dead' | 'replaying' | 'resolved'
}

export interface NewestFilter {
  /** At most 500. */
  readonly limit: number
  readonly storeId?: string
  readonly type?: EventType
}

export interface EventLog {
  /**
   * Appends a batch of one chain, at most 1000, all or nothing. An event whose id is known is not
   * appended again. With `tx` (from `inChain` of the same chain) it is part of that transaction.
   * @throws Fault request_malformed | database_unreachable
   */
  append(events: readonly AnyEvent[], options?: { readonly tx?: Tx }): Promise<AppendResult>
  /** Of one partition, after a position, oldest first. */
  read(chainId: string, place: Place, options?: { readonly limit?: number }): Promise<LoggedEvent[]>
  byId(chainId: string, eventId: string): Promise<LoggedEvent | undefined>
  /** One thread, oldest first. */
  byTrace(chainId: string, traceId: string): Promise<LoggedEvent[]>
  /** Newest first. */
  newest(chainId: string, filter: NewestFilter): Promise<LoggedEvent[]>
  /** Calls back with what is appended from now on, in order per store, until closed. Keeps no place. */
  follow(
    chainId: string,
    onEvents: (events: LoggedEvent[]) => void | Promise<void>,
  ): Promise<{ close(): Promise<void> }>
  consume(options: ConsumeOptions): Promise<Consumer>
  /** How many events the group has not handled yet. */
  lag(chainId: string, group: string): Promise<number>
  deadLetters(
    chainId: string,
    filter?: {
      readonly group?: string
      readonly state?: DeadLetter['state']
      readonly limit?: number
    },
  ): Promise<DeadLetter[]>
  /**
   * Asks the group's consumer, wherever it runs, to handle the event once more.
   * @throws Fault not_found when there is no such dead letter, conflict when it is resolved
   */
  replay(chainId: string, deadLetterId: string): Promise<void>
  /** Stops consumers and followers made by this log. */
  close(): Promise<void>
}

/** Called for every failed try and every dead letter: for logs and metrics. */
export type OnDeliveryFault = (trouble: {
  readonly chainId: string
  readonly group: string
  readonly fault: Fault
  readonly eventId?: string
  readonly attempt: number
  readonly isDead: boolean
}) => void
