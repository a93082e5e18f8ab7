/**
 * What ids stand for. References are learned from products, customers and users; within one fetch or
 * page what has just been learned counts at once, before the agent has written it down.
 *
 * Kinds: `sku` and `product_name` (by product id), `customer` (id to token), `walk_in` (ids of the
 * customer that stands for nobody), `user_outlet` (where an employee works), `closure` (what has
 * been told of a register closure: `seen` or `told`).
 */
import type { Reference, ReferenceBook } from '../connector.ts'

export type NameKind = 'sku' | 'product_name' | 'customer' | 'walk_in' | 'user_outlet' | 'closure'

export interface Names {
  find(kind: NameKind, externalId: string): string | undefined
}

export interface LearningNames extends Names {
  learn(kind: NameKind, externalId: string, value: string): void
  /** What was learned here and the book did not hold. */
  readonly learned: readonly Reference[]
}

export function learnOn(book: ReferenceBook): LearningNames {
  const fresh = new Map<string, string>()
  const learned: Reference[] = []
  const find = (kind: NameKind, externalId: string) =>
    fresh.get(`${kind}/${externalId}`) ?? book.find(kind, externalId)
  return {
    learned,
    find,
    learn(kind, externalId, value) {
      if (find(kind, externalId) === value) return
      fresh.set(`${kind}/${externalId}`, value)
      learned.push({ kind, externalId, value })
    },
  }
}
