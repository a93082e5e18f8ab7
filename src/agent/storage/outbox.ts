/**
 * Events on their way to the hub: an epoch made once per data directory, and a sequence without
 * gaps. An event is kept as a CloudEvent without both, so that it can be given others.
 */
import { randomUUID } from 'node:crypto'
import type { Database } from './database.ts'
import type { Meta } from './meta.ts'

export interface OutboxBatch {
  readonly firstSequence: number
  readonly lastSequence: number
  readonly count: number
  /** A CloudEvents batch. */
  readonly body: string
}

export interface Outbox {
  readonly epoch: string
  readonly count: number
  readonly lastSequence: number
  /** Inside a transaction. `event` is a JSON object; returns its sequence. */
  append(event: string): number
  /** Inside a transaction: the hub has everything up to here. */
  forget(throughSequence: number): void
  /** After a rollback: counts anew from what is on disk. */
  reload(): void
  batchAfter(
    sequence: number,
    limits: { eventsMax: number; bytesMax: number },
  ): OutboxBatch | undefined
  /** Inside a transaction: what is left becomes the beginning of a new epoch. */
  beginEpoch(): void
}

export function createOutbox(database: Database, meta: Meta): Outbox {
  const insert = database.prepare('insert into outbox (seq, event) values (?, ?)')
  const remove = database.prepare('delete from outbox where seq <= ?')
  const range = database.prepare('select count(*) as count, max(seq) as last from outbox')
  const after = database.prepare('select seq, event from outbox where seq > ? order by seq limit ?')

  let epoch = meta.get('outboxEpoch') ?? newEpoch()
  let last = 0
  let count = 0
  reload()

  function newEpoch(): string {
    const made = randomUUID()
    meta.set('outboxEpoch', made)
    meta.set('outboxForgotten', '0')
    return made
  }

  function reload(): void {
    const row = range.get() as { count: number; last: number | null }
    count = row.count
    last = row.last ?? Number(meta.get('outboxForgotten') ?? 0)
  }

  return {
    get epoch() {
      return epoch
    },
    get count() {
      return count
    },
    get lastSequence() {
      return last
    },
    append(event) {
      insert.run(last + 1, event)
      last += 1
      count += 1
      return last
    },
    forget(throughSequence) {
      const through = Math.min(throughSequence, last)
      const removed = Number(remove.run(through).changes)
      if (removed === 0) return
      count -= removed
      // The sequence goes on from here after a restart with nothing left in the table.
      meta.set('outboxForgotten', String(through))
    },
    reload,
    batchAfter(sequence, { eventsMax, bytesMax }) {
      const parts: string[] = []
      let bytes = 2
      let first = 0
      let lastTaken = 0
      for (const row of after.iterate(sequence, eventsMax)) {
        const { seq, event } = row as { seq: number; event: string }
        const text = withPlace(event, epoch, seq)
        bytes += Buffer.byteLength(text) + 1
        if (parts.length > 0 && bytes > bytesMax) break
        if (parts.length === 0) first = seq
        parts.push(text)
        lastTaken = seq
      }
      if (parts.length === 0) return undefined
      return {
        firstSequence: first,
        lastSequence: lastTaken,
        count: parts.length,
        body: `[${parts.join(',')}]`,
      }
    },
    beginEpoch() {
      const offset = last - count
      // By way of negative places, since two rows may not stand in one even for a moment.
      database.exec('update outbox set seq = -seq')
      database.prepare('update outbox set seq = -seq - ?').run(offset)
      epoch = newEpoch()
      reload()
    },
  }
}

/** Puts an event's epoch and sequence into its JSON text. */
export function withPlace(event: string, epoch: string, sequence: number): string {
  return `{"epoch":"${epoch}","sequence":"${sequence}",${event.slice(1)}`
}
