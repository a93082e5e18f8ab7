/** Event ids taken in during the last 40 days: the same fact is told again by retries and sweeps. */
import type { Database } from './database.ts'

const keptMs = 40 * 24 * 3600_000
const scannedAtOnceMax = 5_000

export interface Seen {
  /** Inside a transaction; false when it was there. */
  add(eventId: string, nowMs: number): boolean
  /** Inside a transaction; looks through a bounded part, true when it has not come to the end. */
  prune(nowMs: number): boolean
}

export function createSeen(database: Database): Seen {
  const insert = database.prepare('insert or ignore into seen (eventId, seenAtMs) values (?, ?)')
  const part = database.prepare(
    'select eventId, seenAtMs from seen where eventId > ? order by eventId limit ?',
  )
  const remove = database.prepare('delete from seen where eventId = ?')
  const beginning = new Uint8Array(0)
  let prunedThrough = beginning
  return {
    add: (eventId, nowMs) => insert.run(bytesOf(eventId), nowMs).changes !== 0,
    prune(nowMs) {
      const rows = part.all(prunedThrough, scannedAtOnceMax) as unknown as {
        eventId: Uint8Array<ArrayBuffer>
        seenAtMs: number
      }[]
      for (const { eventId, seenAtMs } of rows) if (seenAtMs < nowMs - keptMs) remove.run(eventId)
      const hasMore = rows.length === scannedAtOnceMax
      prunedThrough = hasMore ? (rows.at(-1)?.eventId ?? beginning) : beginning
      return hasMore
    },
  }
}

function bytesOf(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex')
}
