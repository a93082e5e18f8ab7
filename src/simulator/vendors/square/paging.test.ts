import { deepEqual, equal, throws } from 'node:assert/strict'
import test from 'node:test'
import { openDocumentStore } from '../../document-store.ts'
import { percentage } from './lines.ts'
import { limitOf, pageByTime, timeOf } from './paging.ts'

const everything = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }

function walk(changeBetween: (page: number) => void, documents = store()): string[] {
  const seen: string[] = []
  let cursor: string | undefined
  for (let page = 0; page === 0 || cursor !== undefined; page += 1) {
    const query = { sort: 'ASC', ...(cursor !== undefined && { cursor }) }
    const answer = pageByTime(documents, 'things', everything, query, 3)
    seen.push(...answer.rows.map(({ id }) => id))
    cursor = answer.cursor
    changeBetween(page)
  }
  return seen
}

/** Ten things, several of them of the same time. */
function store() {
  const documents = openDocumentStore(':memory:')
  for (let index = 0; index < 10; index += 1)
    documents.put('things', `t${index}`, {}, Math.floor(index / 5))
  return documents
}

test('pages hold everything once', () => {
  deepEqual(
    walk(() => undefined),
    Array.from({ length: 10 }, (_, index) => `t${index}`),
  )
})

test('what changes between pages moves to the end, and nothing is passed over', () => {
  const documents = store()
  const seen = walk((page) => {
    if (page === 1) documents.put('things', 't0', {}, 99)
  }, documents)
  for (let index = 1; index < 10; index += 1) equal(seen.includes(`t${index}`), true, `t${index}`)
})

test('a cursor is good for its own query only', () => {
  const documents = store()
  const { cursor } = pageByTime(documents, 'things', everything, { a: 1 }, 3)
  throws(() => pageByTime(documents, 'things', everything, { a: 2, cursor }, 3), /cursor/)
  throws(() => pageByTime(documents, 'things', everything, { a: 1, cursor: 'x' }, 3), /cursor/)
})

test('limits and times are checked', () => {
  equal(limitOf(undefined, { usual: 5, max: 9 }), 5)
  throws(() => limitOf('10', { usual: 5, max: 9 }), /at most 9/)
  throws(() => timeOf('yesterday', 'begin_time', 0), /RFC 3339/)
})

test('a rate becomes a percentage without a float', () => {
  const rows = [
    ['0.08875', '8.875'],
    ['0.19', '19'],
    ['0.2', '20'],
    ['0.005', '0.5'],
    ['0', '0'],
  ] as const
  for (const [rate, wants] of rows) equal(percentage(rate), wants)
})
