/** How far each feed of each connection has been walked. */
import type { Database } from './database.ts'

export interface Cursors {
  find(connectionId: string, feed: string): string | undefined
  /** Inside the transaction that keeps the page's events. */
  set(connectionId: string, feed: string, cursor: string): void
}

export function createCursors(database: Database): Cursors {
  const select = database.prepare('select cursor from cursors where connectionId = ? and feed = ?')
  const upsert = database.prepare(`
    insert into cursors (connectionId, feed, cursor) values (?, ?, ?)
    on conflict do update set cursor = excluded.cursor`)
  return {
    find: (connectionId, feed) =>
      (select.get(connectionId, feed) as { cursor: string } | undefined)?.cursor,
    set: (connectionId, feed, cursor) => void upsert.run(connectionId, feed, cursor),
  }
}
