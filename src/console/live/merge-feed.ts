/** One list out of what was read and what the stream sent: newest first, each event once, as last known. */
import type { FeedItem } from '../../hub/views.ts'
import type { Received } from './feed-store.ts'

export function mergeFeed(
  read: readonly FeedItem[],
  readAtMs: number,
  received: readonly Received[],
): FeedItem[] {
  const byId = new Map(read.map((item) => [item.event.eventId, item]))
  // What becomes of a thread is told with its first event only, and holds for all of them.
  const outcomes = new Map<string, FeedItem['outcome']>()
  for (const { item, atMs } of received) {
    if (atMs > readAtMs || !byId.has(item.event.eventId)) byId.set(item.event.eventId, item)
    if (atMs > readAtMs && !outcomes.has(item.traceId)) outcomes.set(item.traceId, item.outcome)
  }
  return [...byId.values()].map((item) => withOutcome(item, outcomes)).sort(newestFirst)
}

function withOutcome(item: FeedItem, outcomes: ReadonlyMap<string, FeedItem['outcome']>): FeedItem {
  const outcome = outcomes.get(item.traceId)
  return outcome === undefined || outcome === item.outcome ? item : { ...item, outcome }
}

/** Instants are of one length and in UTC, so that they compare as text. */
function newestFirst({ event: left }: FeedItem, { event: right }: FeedItem): number {
  return compare(right.recordedAt, left.recordedAt) || compare(right.eventId, left.eventId)
}

const compare = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0)

/** While paused the list stands still; what became of its events still shows. */
export function splitPaused(
  items: readonly FeedItem[],
  frozen: readonly FeedItem[] | undefined,
  shownMax: number,
): { shown: readonly FeedItem[]; waitingCount: number } {
  if (frozen === undefined) return { shown: items.slice(0, shownMax), waitingCount: 0 }
  const latest = new Map(items.map((item) => [item.event.eventId, item]))
  const stood = new Set(frozen.map(({ event }) => event.eventId))
  const newestFrozen = frozen[0]?.event.recordedAt ?? ''
  return {
    shown: frozen.map((item) => latest.get(item.event.eventId) ?? item),
    waitingCount: items.filter(
      ({ event }) => !stood.has(event.eventId) && event.recordedAt >= newestFrozen,
    ).length,
  }
}
