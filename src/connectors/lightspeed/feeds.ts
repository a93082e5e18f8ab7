/**
 * Feeds: every list of the account after the version last seen. A cursor is a version; it stays a
 * few rows behind, since rows may become visible a little out of order, and duplicates cost nothing.
 */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { parse } from '../../base/parse.ts'
import { type Instant, instantFrom } from '../../base/time.ts'
import type { ApiContext, BackfillPage, DraftEvent, Lookup } from '../connector.ts'
import { InventoryLevel, Product, Register, Shift, User } from './answers.ts'
import { dated, pagesAfter, type Rows, stockAfter, undated } from './api.ts'
import { readAnsweredSale } from './dialects.ts'
import { productEvents } from './goods.ts'
import { fetchableKinds, findProduct, tellAnsweredSale, tellLevel } from './lookups.ts'
import { type LearningNames, learnOn } from './names.ts'
import { customerEvents, employeeEvents, readCustomer } from './people.ts'
import { registerEvents } from './registers.ts'
import type { LightspeedSettings } from './settings.ts'
import { accountStore, findPlace, findStore } from './stores.ts'

type Context = ApiContext<LightspeedSettings>

interface Feed {
  pages(context: Context, after: number): AsyncGenerator<Rows>
  /** The kind of lookup that asks for one row again. */
  readonly kind?: string
  /** `state`: how things are, told however old; `happening`: left out when before the first sweep. */
  readonly tells: 'state' | 'happening'
  /** Read whole at every sweep: short, and a second look matters. */
  readonly isShort?: boolean
  tell(
    row: unknown,
    at: Instant | undefined,
    context: Context,
    names: LearningNames,
  ): Promise<readonly DraftEvent[]> | readonly DraftEvent[]
}

const list = (path: string) => (context: Context, after: number) =>
  pagesAfter(context.api, path, after)

/** In the order in which one needs the names that another learns. */
const feeds: Readonly<Record<string, Feed>> = {
  products: {
    pages: list(`${dated}/products?deleted=true`),
    kind: 'product',
    tells: 'state',
    tell: (row, _at, { connection }, names) =>
      productEvents(parse(Product, row, 'payload_malformed'), connection, names),
  },
  customers: {
    pages: list(`${dated}/customers?deleted=true`),
    kind: 'customer',
    tells: 'state',
    tell: (row, _at, context, names) => customerEvents(readCustomer(row), context, names),
  },
  users: {
    pages: list(`${dated}/users`),
    tells: 'state',
    tell: (row, _at, context, names) =>
      employeeEvents(parse(User, row, 'payload_malformed'), context, names),
  },
  sales: { pages: list(`${dated}/sales`), kind: 'sale', tells: 'happening', tell: tellSale },
  inventory: {
    pages: ({ api }, after) => stockAfter(api, after),
    kind: 'inventory',
    tells: 'state',
    tell: tellStock,
  },
  shifts: { pages: list(`${undated}/shifts`), tells: 'happening', tell: tellShift },
  registers: {
    pages: list(`${dated}/registers`),
    tells: 'happening',
    isShort: true,
    tell: (row, _at, { connection }, names) =>
      registerEvents(parse(Register, row, 'payload_malformed'), connection, names),
  },
}

export const feedNames: readonly string[] = Object.keys(feeds)

const overlapRows = 20

export async function* backfill(
  feedName: string,
  from: { cursor?: string; since: Instant },
  context: Context,
): AsyncGenerator<BackfillPage> {
  const feed = feeds[feedName]
  if (feed === undefined) return
  const since = from.cursor === undefined ? from.since : undefined
  const names = learnOn(context.references)
  let cursor = readCursor(from.cursor)
  let learnedCount = 0
  for await (const page of feed.pages(context, feed.isShort ? 0 : cursor)) {
    const { events, lookups } = await tellPage(feed, page, since, context, names)
    cursor = page.rows.at(-1 - overlapRows)?.version ?? cursor
    const references = names.learned.slice(learnedCount)
    learnedCount = names.learned.length
    yield { translation: { events, lookups, references }, cursor: String(cursor) }
  }
}

function readCursor(cursor: string | undefined): number {
  return cursor !== undefined && /^\d{1,15}$/.test(cursor) ? Number(cursor) : 0
}

async function tellPage(
  feed: Feed,
  { rows, at }: Rows,
  since: Instant | undefined,
  context: Context,
  names: LearningNames,
): Promise<{ events: DraftEvent[]; lookups: Lookup[] }> {
  const events: DraftEvent[] = []
  const lookups: Lookup[] = []
  for (const { row } of rows) {
    try {
      for (const event of await feed.tell(row, at, context, names)) {
        if (since === undefined || event.occurredAt >= since) events.push(event)
        // What has not changed since before we looked is as it is from then on, as far as we know.
        else if (feed.tells === 'state') events.push({ ...event, occurredAt: since })
      }
    } catch (error) {
      lookups.push(againLater(feed, row, error))
    }
  }
  return { events, lookups }
}

const RowId = z.object({ id: z.string(), product_id: z.string().optional() })

/** One bad row must not stop the feed: it is asked for by itself, and fails there if it must. */
function againLater({ kind }: Feed, row: unknown, error: unknown): Lookup {
  const id = RowId.safeParse(row)
  const isBadRow = error instanceof Fault && error.code.endsWith('malformed')
  if (!isBadRow || !id.success || kind === undefined || !fetchableKinds.has(kind)) throw error
  const externalId = kind === 'inventory' ? (id.data.product_id ?? id.data.id) : id.data.id
  return { kind, externalId }
}

async function tellSale(
  row: unknown,
  _at: Instant | undefined,
  context: Context,
  names: LearningNames,
): Promise<readonly DraftEvent[]> {
  const facts = readAnsweredSale(row)
  const place = findPlace(context.connection, facts.registerId, facts.outletId)
  // The retailer may have outlets that are not ours to serve.
  return place === undefined ? [] : tellAnsweredSale(facts, context, names)
}

async function tellStock(
  row: unknown,
  at: Instant | undefined,
  context: Context,
  names: LearningNames,
): Promise<readonly DraftEvent[]> {
  const { product_id, outlet_id } = parse(InventoryLevel, row, 'payload_malformed')
  if (at === undefined || findStore(context.connection, outlet_id) === undefined) return []
  await findProduct(product_id, context.api, names)
  return tellLevel(row, at, context, names)
}

/** A shift names no outlet: it is told where the employee works. */
function tellShift(
  row: unknown,
  _at: Instant | undefined,
  { connection, tokens }: Context,
  names: LearningNames,
): readonly DraftEvent[] {
  const shift = parse(Shift, row, 'payload_malformed')
  const outletId = names.find('user_outlet', shift.user_id)
  if (outletId === 'elsewhere') return []
  const { storeId } = findStore(connection, outletId ?? '') ?? accountStore(connection)
  const data = { shiftId: shift.id, employeeId: tokens.employee(shift.user_id) }
  const started: DraftEvent = {
    type: 'shift.started',
    key: shift.id,
    storeId,
    occurredAt: instantFrom(shift.time_in, 'time_in'),
    data,
  }
  if (!shift.time_out) return [started]
  const endedAt = instantFrom(shift.time_out, 'time_out')
  return [started, { type: 'shift.ended', key: shift.id, storeId, occurredAt: endedAt, data }]
}
