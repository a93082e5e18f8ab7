/** A part of the document store under a name of its own: vendors cannot meet in a collection. */
import type { DocumentStore } from './document-store.ts'

export function scopedDocuments(documents: DocumentStore, scope: string): DocumentStore {
  const named = (collection: string) => `${scope}/${collection}`
  return {
    put: (collection, id, value, modifiedMs) =>
      documents.put(named(collection), id, value, modifiedMs),
    get: (collection, id) => documents.get(named(collection), id),
    after: (collection, version, limit) => documents.after(named(collection), version, limit),
    between: (collection, fromMs, toMs, offset, limit) =>
      documents.between(named(collection), fromMs, toMs, offset, limit),
    remove: (collection, id) => documents.remove(named(collection), id),
    count: (collection) => documents.count(named(collection)),
    transaction: (work) => documents.transaction(work),
    close() {
      throw new Error('Only the whole store is closed, by who opened it.')
    },
  }
}
