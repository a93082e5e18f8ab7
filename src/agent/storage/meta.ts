/** Small named values: the outbox's epoch, the bundle, checks of keys; and counters that outlive a restart. */
import type { Database } from './database.ts'

export interface Meta {
  get(name: string): string | undefined
  set(name: string, value: string): void
  count(name: string): number
  add(name: string, by: number): void
}

export function createMeta(database: Database): Meta {
  const select = database.prepare('select value from meta where name = ?')
  const upsert = database.prepare(
    'insert into meta (name, value) values (?, ?) on conflict do update set value = excluded.value',
  )
  const selectCount = database.prepare('select value from counters where name = ?')
  const upsertCount = database.prepare(
    'insert into counters (name, value) values (?, ?) on conflict do update set value = value + excluded.value',
  )
  return {
    get: (name) => (select.get(name) as { value: string } | undefined)?.value,
    set: (name, value) => void upsert.run(name, value),
    count: (name) => (selectCount.get(name) as { value: number } | undefined)?.value ?? 0,
    add: (name, by) => void upsertCount.run(name, by),
  }
}
