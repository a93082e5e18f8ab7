/**
 * The sweeps: what changed since, page by page, so that a lost webhook loses nothing. A cursor
 * holds from when the walk looks, how far it came, and the newest time it saw; the next walk
 * starts a little before that. All times in it are the shop's own.
 */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { parse } from '../../base/parse.ts'
import { Instant, instantFrom, instantFromMs, msOf } from '../../base/time.ts'
import type { BackfillPage, Connection, Translation } from '../connector.ts'
import { type Feed, feeds, levels } from './feed-pages.ts'
import type { ShopifyApi } from './graphql.ts'
import type { ShopifySettings } from './settings.ts'

const Cursor = z.object({ since: Instant, newest: Instant, after: z.string().nullable() })
type Cursor = z.infer<typeof Cursor>

/** Changes may become visible in the API a little after their own time. */
const overlapMs = 60_000

const levelsPrefix = 'levels:'

export function feedsOf({ settings, stores }: Connection<ShopifySettings>): string[] {
  return [
    'products',
    'customers',
    ...(settings.hasStaffAccess ? ['staff'] : []),
    'orders',
    'refunds',
    ...stores.map(({ externalId }) => levelsPrefix + externalId),
    ...(settings.hasCashTracking ? ['sessions_opened', 'sessions_closed'] : []),
  ]
}

export async function* backfill(
  name: string,
  from: { cursor?: string; since: Instant },
  context: ShopifyApi,
): AsyncGenerator<BackfillPage> {
  const feed = feedNamed(name, context)
  let cursor: Cursor =
    from.cursor === undefined
      ? { since: from.since, newest: from.since, after: null }
      : cursorFrom(from.cursor)
  for (;;) {
    const page = await feed(cursor, context)
    const changes = page.changedAt.map((text) => instantFrom(text, 'updatedAt'))
    const newest = [cursor.newest, ...changes].sort().at(-1) ?? cursor.newest
    const { hasNextPage, endCursor } = page.pageInfo
    const isLast = !hasNextPage || endCursor === null
    cursor = isLast
      ? { since: before(newest, cursor.since), newest, after: null }
      : { since: cursor.since, newest, after: endCursor }
    yield { translation: joined(page.translations), cursor: JSON.stringify(cursor) }
    if (isLast) return
  }
}

function feedNamed(name: string, context: ShopifyApi): Feed {
  if (name.startsWith(levelsPrefix)) {
    const externalId = name.slice(levelsPrefix.length)
    const store = context.connection.stores.find((entry) => entry.externalId === externalId)
    if (store !== undefined) return levels(store)
  }
  const feed = Object.hasOwn(feeds, name) ? feeds[name] : undefined
  if (feed === undefined)
    throw new Fault('payload_malformed', { field: 'feed', expected: 'a feed of this connection' })
  return feed
}

function cursorFrom(text: string): Cursor {
  try {
    return parse(Cursor, JSON.parse(text), 'payload_malformed')
  } catch (cause) {
    throw new Fault('payload_malformed', { field: 'cursor', expected: 'a cursor of ours' }, cause)
  }
}

/** Never earlier than where this walk began, or an idle shop would be read further and further back. */
function before(newest: Instant, since: Instant): Instant {
  const overlapped = instantFromMs(msOf(newest) - overlapMs)
  return overlapped > since ? overlapped : since
}

function joined(translations: readonly Translation[]): Translation {
  return {
    events: translations.flatMap(({ events }) => events),
    lookups: translations.flatMap(({ lookups }) => lookups),
    references: translations.flatMap(({ references }) => references),
  }
}
