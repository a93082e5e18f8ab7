/** What was genuine but could not be used: kept sealed as it came, to be replayed when it can be. */
import type { Seal } from '../../privacy/seal.ts'
import type { Database } from './database.ts'

export const deadLetterKinds = ['webhook', 'event', 'lookup'] as const
export type DeadLetterKind = (typeof deadLetterKinds)[number]

export interface DeadLetter {
  readonly id: number
  readonly connectionId: string
  readonly kind: DeadLetterKind
  readonly receivedAtMs: number
  readonly code: string
  readonly field: string | undefined
}

export interface DeadLetters {
  readonly count: number
  /** Inside a transaction. `content` is sealed; it may hold personal values. */
  add(letter: Omit<DeadLetter, 'id'>, content: string): void
  /** Oldest first, after `id`. */
  after(id: number, limit: number): DeadLetter[]
  content(id: number): string
  remove(id: number): void
  reload(): void
}

export function createDeadLetters(database: Database, seal: Seal): DeadLetters {
  const insert = database.prepare(`
    insert into deadLetters (connectionId, kind, receivedAtMs, code, field, sealed)
    values (?, ?, ?, ?, ?, ?)`)
  const select = database.prepare(`
    select id, connectionId, kind, receivedAtMs, code, field
    from deadLetters where id > ? order by id limit ?`)
  const selectSealed = database.prepare('select sealed from deadLetters where id = ?')
  const remove = database.prepare('delete from deadLetters where id = ?')
  const all = database.prepare('select count(*) as count from deadLetters')
  const countAll = () => (all.get() as { count: number }).count
  let count = countAll()
  return {
    get count() {
      return count
    },
    add({ connectionId, kind, receivedAtMs, code, field }, content) {
      const sealed = seal.seal(`deadLetter:${kind}`, content)
      insert.run(connectionId, kind, receivedAtMs, code, field ?? null, sealed)
      count += 1
    },
    after: (id, limit) =>
      (select.all(id, limit) as unknown as (DeadLetter & { field: string | null })[]).map(
        ({ field, ...letter }) => ({ ...letter, field: field ?? undefined }),
      ),
    content(id) {
      const [letter] = this.after(id - 1, 1)
      const row = selectSealed.get(id) as { sealed: Uint8Array }
      return seal.open(`deadLetter:${letter?.kind}`, row.sealed).toString('utf8')
    },
    remove(id) {
      count -= Number(remove.run(id).changes)
    },
    reload() {
      count = countAll()
    },
  }
}
