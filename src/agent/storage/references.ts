/** What a vendor's ids stand for, on disk with a cache before it: translation asks for every line. */
import { LRUCache } from 'lru-cache'
import type { Reference, ReferenceBook } from '../../connectors/connector.ts'
import type { Database } from './database.ts'

export interface References {
  book(connectionId: string): ReferenceBook
  /** Inside a transaction. */
  remember(connectionId: string, references: readonly Reference[]): void
  /** After a rollback: what was remembered in it is not on disk. */
  forgetCache(): void
}

const cachedMax = 100_000

export function createReferences(database: Database): References {
  const select = database.prepare(
    'select value from vendorReferences where connectionId = ? and kind = ? and externalId = ?',
  )
  const byValue = database.prepare(`
    select externalId from vendorReferences
    where connectionId = ? and kind = ? and value = ? order by externalId`)
  const upsert = database.prepare(`
    insert into vendorReferences (connectionId, kind, externalId, value) values (?, ?, ?, ?)
    on conflict do update set value = excluded.value`)
  const cache = new LRUCache<string, string>({ max: cachedMax })
  const keyOf = (connectionId: string, kind: string, externalId: string) =>
    `${connectionId}\u0000${kind}\u0000${externalId}`

  return {
    book: (connectionId) => ({
      find(kind, externalId) {
        const key = keyOf(connectionId, kind, externalId)
        const cached = cache.get(key)
        if (cached !== undefined) return cached
        const row = select.get(connectionId, kind, externalId) as { value: string } | undefined
        if (row !== undefined) cache.set(key, row.value)
        return row?.value
      },
      externalIds: (kind, value) =>
        (byValue.all(connectionId, kind, value) as { externalId: string }[]).map(
          ({ externalId }) => externalId,
        ),
    }),
    remember(connectionId, references) {
      for (const { kind, externalId, value } of references) {
        const key = keyOf(connectionId, kind, externalId)
        if (cache.get(key) === value) continue
        upsert.run(connectionId, kind, externalId, value)
        cache.set(key, value)
      }
    },
    forgetCache: () => cache.clear(),
  }
}
