import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { FeedItem } from '../../hub/views.ts'
import { createFeedStore } from './feed-store.ts'
import { mergeFeed, splitPaused } from './merge-feed.ts'

const startMs = Date.parse('2026-11-20T10:00:00.000Z')

function item(number: number, commandState?: 'queued' | 'verified', thread = number): FeedItem {
  const at = new Date(startMs + number * 1000).toISOString()
  return {
    traceId: `trace-${thread}`,
    event: {
      eventId: `event-${number}`,
      type: 'sale.completed',
      storeId: 'str_1',
      storeName: 'One',
      occurredAt: at,
      recordedAt: at,
      summary: 'Sale',
      data: {},
    },
    ...(commandState && {
      outcome: { action: 'return.accept', autonomy: 'automatic', commandState },
    }),
  }
}

const ids = (items: readonly FeedItem[]) => items.map(({ event }) => event.eventId)

test('what came later than the reading counts, what came earlier does not', () => {
  const read = [item(1, 'queued')]
  const merged = (atMs: number) => mergeFeed(read, 1000, [{ item: item(1, 'verified'), atMs }])
  equal(merged(1001)[0]?.outcome?.commandState, 'verified')
  equal(merged(999)[0]?.outcome?.commandState, 'queued')
})

test('an outcome told with the first event of a thread shows on all of them', () => {
  const read = [item(2, 'queued', 1), item(1, 'queued', 1)]
  const merged = mergeFeed(read, 1000, [{ item: item(1, 'verified', 1), atMs: 1001 }])
  deepEqual(
    merged.map(({ outcome }) => outcome?.commandState),
    ['verified', 'verified'],
  )
})

test('whatever comes in whichever way, each event is listed once, newest first', () => {
  const numbers = fc.array(fc.nat({ max: 40 }), { maxLength: 60 })
  fc.assert(
    fc.property(numbers, numbers, (read, streamed) => {
      const received = streamed.map((number, index) => ({ item: item(number), atMs: index }))
      const merged = mergeFeed(
        read.map((number) => item(number)),
        20,
        received,
      )
      const wanted = [...new Set([...read, ...streamed])].sort((left, right) => right - left)
      deepEqual(
        ids(merged),
        wanted.map((number) => `event-${number}`),
      )
    }),
    { numRuns: 50 },
  )
})

test('a paused list stands still, counts what waits, and shows what became of its events', () => {
  const frozen = [item(2), item(1)]
  const items = [item(4), item(3), item(2, 'verified'), item(1)]
  const { shown, waitingCount } = splitPaused(items, frozen, 100)
  deepEqual(ids(shown), ['event-2', 'event-1'])
  equal(shown[0]?.outcome?.commandState, 'verified')
  equal(waitingCount, 2)
})

test('the rate counts events of the last minute, not threads that are told again', () => {
  const store = createFeedStore()
  store.setConnection('live', startMs)
  store.add([item(100), item(101)], startMs + 1000)
  equal(store.getSnapshot().eventsPerMinute, undefined)
  store.add([item(5, 'verified'), item(101, 'queued')], startMs + 30_000)
  store.tick(startMs + 60_000)
  equal(store.getSnapshot().eventsPerMinute, 2)
  store.tick(startMs + 70_000)
  equal(store.getSnapshot().eventsPerMinute, 0)
  deepEqual(ids(store.getSnapshot().received.map((one) => one.item)), [
    'event-101',
    'event-5',
    'event-100',
  ])
})
