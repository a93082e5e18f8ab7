import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { slices } from './slices.ts'

interface Row {
  readonly id: number
  timeMs: number
}

/** A vendor's list in an order nobody promised, which `between` calls may change. */
function listOf(rows: Row[], nowMs: number, onRead: (count: number) => void = () => {}) {
  let readsCount = 0
  return {
    limit: 5,
    timeOf: ({ timeMs }: Row) => timeMs,
    async read(fromMs: number, toMs: number, offset: number) {
      readsCount += 1
      onRead(readsCount)
      const found = rows.filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs).reverse()
      return { elements: found.slice(offset, offset + 5).map((row) => ({ ...row })), atMs: nowMs }
    },
  }
}

async function walk(source: ReturnType<typeof listOf>, sinceMs: number) {
  const seen: Row[] = []
  let untilMs = sinceMs
  for await (const slice of slices(source, sinceMs)) {
    ok(slice.untilMs >= untilMs - 1, 'a cursor does not go back')
    untilMs = slice.untilMs
    seen.push(...slice.page.elements)
  }
  return { seen, untilMs }
}

test('finds every row, however they crowd', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 10_000 }))),
      async (times) => {
        const rows = times.map((timeMs, id) => ({ id, timeMs }))
        const { seen, untilMs } = await walk(listOf(rows, 10_000), 0)
        deepEqual(
          seen.map(({ id }) => id).sort((a, b) => a - b),
          rows.map(({ id }) => id),
        )
        equal(untilMs, 10_000)
      },
    ),
    { numRuns: 50 },
  ))

test('more than a page in one millisecond is paged by offset', async () => {
  const rows = Array.from({ length: 23 }, (_, id) => ({ id, timeMs: 77 }))
  equal((await walk(listOf(rows, 1000), 0)).seen.length, 23)
})

test('a row that changes during the walk is met again, and none beside it is skipped', async () => {
  const rows = Array.from({ length: 40 }, (_, id) => ({ id, timeMs: id * 10 }))
  const source = listOf(rows, 1000, (count) => {
    const moved = rows[3]
    if (count === 6 && moved !== undefined) moved.timeMs = 950
  })
  const { seen } = await walk(source, 0)
  equal(new Set(seen.map(({ id }) => id)).size, 40)
})

test('without a clock of the vendor, what was told last is its now', async () => {
  const rows = [{ id: 1, timeMs: 500 }]
  const source = listOf(rows, 0)
  const blind = {
    ...source,
    read: async (fromMs: number, toMs: number, offset: number) => ({
      ...(await source.read(fromMs, toMs, offset)),
      atMs: undefined,
    }),
  }
  const found: number[] = []
  for await (const { page, untilMs } of slices(blind, 0)) {
    found.push(...page.elements.map(({ id }) => id))
    equal(untilMs, 500)
  }
  deepEqual(found, [1])
})
