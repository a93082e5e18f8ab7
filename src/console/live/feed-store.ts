/** What the stream sent since the page opened. Bursts are gathered, so that a busy chain stays readable. */
import type { FeedItem } from '../../hub/views.ts'

type Connection = 'connecting' | 'live' | 'reconnecting'

export interface Received {
  readonly item: FeedItem
  readonly atMs: number
}

export interface FeedSnapshot {
  readonly connection: Connection
  /** Newest first. */
  readonly received: readonly Received[]
  /** Absent until enough time has passed to say. */
  readonly eventsPerMinute: number | undefined
}

const receivedMax = 400
const minuteMs = 60_000
/** Before this, a rate would be a guess. */
const rateAfterMs = 5_000

/** An event recorded this long before the newest one is one that is told again. */
const toldAgainAfterMs = 10_000

const ms = ({ event }: FeedItem) => Date.parse(event.recordedAt)
const itemOf = ({ item }: Received) => item

export interface FeedStore {
  add(items: readonly FeedItem[], atMs: number): void
  setConnection(connection: Connection, atMs: number): void
  /** Lets old arrivals leave the rate though nothing new comes. */
  tick(atMs: number): void
  getSnapshot(): FeedSnapshot
  subscribe(listener: () => void): () => void
}

export function createFeedStore(): FeedStore {
  const listeners = new Set<() => void>()
  let snapshot: FeedSnapshot = {
    connection: 'connecting',
    received: [],
    eventsPerMinute: undefined,
  }
  let arrivals: number[] = []
  let liveSinceMs: number | undefined

  function update(change: Partial<FeedSnapshot>, atMs: number) {
    arrivals = arrivals.filter((arrivedMs) => arrivedMs > atMs - minuteMs)
    snapshot = { ...snapshot, ...change, eventsPerMinute: rate(atMs) }
    for (const listener of listeners) listener()
  }

  function rate(atMs: number): number | undefined {
    const livingMs = liveSinceMs === undefined ? 0 : Math.min(atMs - liveSinceMs, minuteMs)
    if (livingMs < rateAfterMs) return undefined
    return Math.round((arrivals.length * minuteMs) / livingMs)
  }

  return {
    add(items, atMs) {
      const known = new Set(snapshot.received.map(({ item }) => item.event.eventId))
      // The first event of a thread is sent again when the thread changes: that is no new event.
      const newestMs = Math.max(...[...items, ...snapshot.received.slice(0, 1).map(itemOf)].map(ms))
      for (const item of items)
        if (!known.has(item.event.eventId) && ms(item) > newestMs - toldAgainAfterMs)
          arrivals.push(atMs)
      const newest = items.map((item) => ({ item, atMs })).reverse()
      const fresh = new Set(items.map(({ event }) => event.eventId))
      const kept = snapshot.received.filter(({ item }) => !fresh.has(item.event.eventId))
      update({ received: [...newest, ...kept].slice(0, receivedMax) }, atMs)
    },
    setConnection(connection, atMs) {
      if (connection === snapshot.connection) return
      liveSinceMs = connection === 'live' ? atMs : undefined
      arrivals = []
      update({ connection }, atMs)
    },
    tick: (atMs) => update({}, atMs),
    getSnapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
