/** Pages by cursor lose nothing when what they walk over changes meanwhile. */
import { deepEqual, equal, throws } from 'node:assert/strict'
import test from 'node:test'
import { openDocumentStore } from '../../document-store.ts'
import { pageOfDocuments, searchFrom } from './search.ts'

test('a search reads its time and its alternatives', () => {
  const search = searchFrom(
    "updated_at:>='2026-11-20T15:00:00.000Z' AND (financial_status:paid OR financial_status:refunded)",
  )
  equal(search.fromMs, Date.parse('2026-11-20T15:00:00.000Z'))
  equal(search.matches('financial_status', 'refunded'), true)
  equal(search.matches('financial_status', 'voided'), false)
  equal(search.matches('source_name', 'anything'), true)
})

test('what changes between two pages is not skipped, and moves to the end', () => {
  const documents = openDocumentStore(':memory:')
  for (let id = 0; id < 6; id += 1) documents.put('things', String(id), { id }, 1000)
  const page = (after: string | null) =>
    pageOfDocuments<{ id: number }>(documents, 'things', 0, { first: 3, after }, ({ id }) => id)
  const first = page(null)
  deepEqual(first.nodes, [0, 1, 2])
  documents.put('things', '0', { id: 0 }, 2000)
  const second = page(first.pageInfo.endCursor)
  deepEqual(second.nodes, [3, 4, 5])
  equal(second.pageInfo.hasNextPage, true)
  deepEqual(page(second.pageInfo.endCursor).nodes, [0])
  throws(() => page('nonsense'), /Invalid cursor/)
  documents.close()
})
