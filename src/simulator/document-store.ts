/** Where emulated vendors keep their objects: JSON by collection and id, in one SQLite file. */
import { DatabaseSync } from 'node:sqlite'

export interface StoredDocument<Value> {
  readonly id: string
  readonly modifiedMs: number
  /** Grows by one with every write to the store: change feeds and cursors go by it. */
  readonly version: number
  readonly value: Value
}

export interface DocumentStore {
  put(collection: string, id: string, value: object, modifiedMs: number): number
  get<Value>(collection: string, id: string): StoredDocument<Value> | undefined
  /** In order of version, after `version`. */
  after<Value>(collection: string, version: number, limit: number): StoredDocument<Value>[]
  /** In order of modification, between both instants inclusive. */
  between<Value>(
    collection: string,
    fromMs: number,
    toMs: number,
    offset: number,
    limit: number,
  ): StoredDocument<Value>[]
  remove(collection: string, id: string): boolean
  count(collection: string): number
  /** All writes of `work` or none, and one flush to disk for all. */
  transaction<Result>(work: () => Result): Result
  close(): void
}

/** @param path a file, or `:memory:` */
export function openDocumentStore(path: string): DocumentStore {
  const database = new DatabaseSync(path)
  database.exec(`
    pragma journal_mode = wal;
    pragma synchronous = normal;
    create table if not exists document (
      collection text not null, id text not null, version integer not null,
      modified_ms integer not null, value text not null,
      primary key (collection, id)
    ) without rowid;
    create index if not exists document_version on document (collection, version);
    create index if not exists document_modified on document (collection, modified_ms, version);
    create table if not exists counter (name text primary key, value integer not null) without rowid;
    insert or ignore into counter values ('version', 0);
  `)
  const readVersion = database.prepare(`select value from counter where name = 'version'`)
  const saveVersion = database.prepare(`update counter set value = ? where name = 'version'`)
  const upsert = database.prepare(
    `insert into document (collection, id, version, modified_ms, value) values (?, ?, ?, ?, ?)
     on conflict (collection, id) do update
     set version = excluded.version, modified_ms = excluded.modified_ms, value = excluded.value`,
  )
  const one = database.prepare('select * from document where collection = ? and id = ?')
  const byVersion = database.prepare(
    'select * from document where collection = ? and version > ? order by version limit ?',
  )
  const byTime = database.prepare(
    `select * from document where collection = ? and modified_ms between ? and ?
     order by modified_ms, version limit ? offset ?`,
  )
  const removeOne = database.prepare('delete from document where collection = ? and id = ?')
  const countAll = database.prepare('select count(*) as n from document where collection = ?')
  let depth = 0
  // Counted here and saved once per transaction: half of the writes less.
  let version = Number(readVersion.get()?.value)

  const read = <Value>(row: unknown): StoredDocument<Value> => {
    const { id, version, modified_ms, value } = row as Record<string, string | number>
    return {
      id: String(id),
      version: Number(version),
      modifiedMs: Number(modified_ms),
      value: JSON.parse(String(value)) as Value,
    }
  }

  return {
    put(collection, id, value, modifiedMs) {
      version += 1
      if (depth === 0) saveVersion.run(version)
      upsert.run(collection, id, version, modifiedMs, JSON.stringify(value))
      return version
    },
    get: (collection, id) => {
      const row = one.get(collection, id)
      return row === undefined ? undefined : read(row)
    },
    after: (collection, version, limit) =>
      byVersion.all(collection, version, limit).map((row) => read(row)),
    between: (collection, fromMs, toMs, offset, limit) =>
      byTime.all(collection, fromMs, toMs, limit, offset).map((row) => read(row)),
    remove: (collection, id) => removeOne.run(collection, id).changes > 0,
    count: (collection) => Number(countAll.get(collection)?.n),
    transaction(work) {
      if (depth > 0) return work()
      database.exec('begin')
      depth += 1
      try {
        const result = work()
        saveVersion.run(version)
        database.exec('commit')
        return result
      } catch (error) {
        database.exec('rollback')
        version = Number(readVersion.get()?.value)
        throw error
      } finally {
        depth -= 1
      }
    },
    close: () => database.close(),
  }
}
