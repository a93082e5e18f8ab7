/** The ledger: the append-only, hash-chained audit log of a chain in a region. */
import type { Tx } from '../base/postgres.ts'
import type { Instant } from '../base/time.ts'
import type { AnyEvent } from '../retail/event.ts'
import type { EntryKind, LedgerEntry, NewEntry } from './entry.ts'

export interface EntryFilter {
  /** Sequence after which to begin. Default 0. */
  readonly after?: number
  /** At most 1000; default 100. */
  readonly limit?: number
  readonly traceId?: string
  readonly kind?: EntryKind
  readonly subjectId?: string
  readonly storeId?: string
  /** Default oldest first. */
  readonly newestFirst?: boolean
}

/** A run of positions in one partition of the event log. */
export interface EventRange {
  readonly partition: number
  readonly first: number
  readonly last: number
}

/** Reads the events of a range back; `undefined` when retention has dropped them. */
export type ReadEvents = (chainId: string, range: EventRange) => Promise<AnyEvent[] | undefined>

export type Problem =
  | 'altered'
  | 'removed'
  | 'inserted'
  | 'reordered'
  | 'events_differ'
  | 'checkpoint_wrong'

export type Verification =
  | {
      readonly outcome: 'intact'
      readonly entriesCount: number
      readonly headHash: string
      readonly checkpointsCount: number
      /** Batches of events whose root was recomputed, and those that retention has dropped. */
      readonly batchesCount: number
      readonly batchesDroppedCount: number
    }
  | {
      readonly outcome: 'broken'
      /** The first entry that is wrong, and how. */
      readonly sequence: number
      readonly problem: Problem
      readonly says: string
    }

export interface VerifyOptions {
  /** When given, each `events.recorded` root is recomputed from the events. */
  readonly readEvents?: ReadEvents
  /** Signed checkpoints kept elsewhere, checked along with those in the database. */
  readonly checkpoints?: readonly string[]
}

export interface Checkpoint {
  readonly size: number
  /** A signed note: origin, size, base64 of the head's hash, then the signature. */
  readonly note: string
  readonly madeAt: Instant
}

export interface Ledger {
  /**
   * Records within the caller's transaction (from `inChain`); it costs one insert and waits for
   * nobody. The sequencer gives the entries their place within about 100 ms of the commit.
   * @throws Fault request_malformed
   */
  record(tx: Tx, entries: readonly NewEntry[]): Promise<void>
  entries(chainId: string, filter?: EntryFilter): Promise<LedgerEntry[]>
  head(chainId: string): Promise<{ sequence: number; hash: string }>
  verify(chainId: string, options?: VerifyOptions): Promise<Verification>
  checkpoints(chainId: string, limit?: number): Promise<Checkpoint[]>
  /** Gives everything committed so far its place now, and signs a checkpoint if a key is there. */
  settle(chainId: string): Promise<void>
  /** Moves recorded entries into the chain until `close`; any number of processes may run it. */
  startSequencer(): Promise<void>
  close(): Promise<void>
}
