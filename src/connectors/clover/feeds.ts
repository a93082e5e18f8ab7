/** What is swept, merchant by merchant: everything that Clover lists, since its webhooks may get lost. */
import type { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { type Instant, msOf } from '../../base/time.ts'
import type { BackfillPage, ConnectedStore, Translation } from '../connector.ts'
import { getList, storeOf } from './api.ts'
import { cashTranslation } from './cash.ts'
import { itemExpand } from './catalogue.ts'
import { deviceReported } from './devices.ts'
import { listOrders } from './orders.ts'
import {
  CashEvent,
  Credit,
  Customer,
  Device,
  Employee,
  Item,
  type Order,
  Refund,
  Shift,
} from './payloads.ts'
import { customerChanged, customerExpand, employeeChanged } from './people.ts'
import type { CloverContext } from './settings.ts'
import { type Page, type SliceSource, slices } from './slices.ts'
import {
  eventsOnly,
  joined,
  tellCredits,
  tellItems,
  tellOrders,
  tellRefunds,
  tellShifts,
} from './telling.ts'

interface Feed {
  pages(sinceMs: number, merchantId: string, context: CloverContext): AsyncIterable<BackfillPage>
  /** What a sweep reads again: written late, or by a till that was offline. */
  readonly overlapMs: number
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs

type Tell<Element> = (
  elements: readonly Element[],
  store: ConnectedStore,
  context: CloverContext,
  /** The vendor's time of the answer. */
  seenAtMs: number,
) => Translation | Promise<Translation>

/** Items come first, so that sales find their SKUs in the book. */
const feeds: Readonly<Record<string, Feed>> = {
  items: timed({
    path: '/items',
    schema: Item,
    field: 'modifiedTime',
    expand: itemExpand,
    tell: tellItems,
  }),
  items_deleted: timed({
    path: '/items',
    schema: Item,
    field: 'modifiedTime',
    also: 'deleted=true',
    expand: itemExpand,
    tell: tellItems,
  }),
  customers: timed({
    path: '/customers',
    schema: Customer,
    field: 'customerSince',
    expand: customerExpand,
    tell: (customers, store, context, seenAtMs) =>
      joined(customers.map((customer) => customerChanged(customer, store, context, seenAtMs))),
  }),
  employees: whole({
    path: '/employees',
    schema: Employee,
    tell: (employees, store, context, seenAtMs) =>
      joined(employees.map((employee) => employeeChanged(employee, store, context, seenAtMs))),
  }),
  devices: whole({
    path: '/devices',
    schema: Device,
    tell: (devices, store, context, seenAtMs) =>
      joined(devices.map((device) => deviceReported(device, store, context, seenAtMs))),
  }),
  orders: { overlapMs: minuteMs, pages: orderPages },
  refunds: timed({
    path: '/refunds',
    schema: Refund,
    field: 'createdTime',
    expand: 'lineItems',
    tell: tellRefunds,
  }),
  credits: timed({
    path: '/credits',
    schema: Credit,
    field: 'createdTime',
    expand: 'tender',
    tell: tellCredits,
  }),
  shifts_started: timed({
    path: '/shifts',
    schema: Shift,
    field: 'inTime',
    filterField: 'in_time',
    overlapMs: 24 * hourMs,
    tell: tellShifts,
  }),
  shifts_ended: timed({
    path: '/shifts',
    schema: Shift,
    field: 'outTime',
    filterField: 'out_time',
    overlapMs: 24 * hourMs,
    tell: tellShifts,
  }),
  cash_events: timed({
    path: '/cash_events',
    schema: CashEvent,
    field: 'timestamp',
    overlapMs: hourMs,
    tell: async (cashEvents, store, context) =>
      eventsOnly(await cashTranslation(cashEvents, store, context)),
  }),
}

/** One of each kind for each merchant: `<merchant id>/orders`. */
export function feedNames(merchantIds: readonly string[]): string[] {
  return merchantIds.flatMap((merchantId) =>
    Object.keys(feeds).map((name) => `${merchantId}/${name}`),
  )
}

/** A cursor is the vendor's time, in ms, up to which everything has been told. */
export async function* backfill(
  feedName: string,
  { cursor, since }: { cursor?: string; since: Instant },
  context: CloverContext,
): AsyncGenerator<BackfillPage> {
  const [merchantId = '', name = ''] = feedName.split('/')
  const feed = Object.hasOwn(feeds, name) ? feeds[name] : undefined
  if (feed === undefined) throw new Fault('not_found', { field: 'feed', feed: feedName })
  storeOf(context, merchantId)
  const sinceMs = cursor === undefined ? msOf(since) : Number(cursor) - feed.overlapMs
  yield* feed.pages(Math.max(0, sinceMs), merchantId, context)
}

const pageMax = 100

interface TimedFeed<Schema extends z.ZodType> {
  readonly path: string
  readonly schema: Schema
  readonly field: keyof z.infer<Schema> & string
  /** Where the filter spells the field otherwise. */
  readonly filterField?: string
  readonly also?: string
  readonly expand?: string
  readonly overlapMs?: number
  readonly tell: Tell<z.infer<Schema>>
}

function timed<Schema extends z.ZodType<Record<string, unknown>>>(feed: TimedFeed<Schema>): Feed {
  const filterField = feed.filterField ?? feed.field
  return {
    overlapMs: feed.overlapMs ?? minuteMs,
    pages(sinceMs, merchantId, context) {
      const read = (fromMs: number, toMs: number, offset: number) => {
        const filters = [`${filterField}>=${fromMs}`, `${filterField}<=${toMs}`]
        if (feed.also !== undefined) filters.push(feed.also)
        const { expand } = feed
        const query = { filters, limit: pageMax, offset, ...(expand !== undefined && { expand }) }
        return getList(context, merchantId, feed.path, query, feed.schema)
      }
      const timeOf = (element: z.infer<Schema>) => Number(element[feed.field] ?? 0)
      const source = { read, timeOf, limit: pageMax }
      return told(source, sinceMs, (page, seenAtMs) =>
        feed.tell(page.elements, storeOf(context, merchantId), context, seenAtMs),
      )
    },
  }
}

/** Small lists without times are read as a whole; what has not changed gets the key it had. */
function whole<Schema extends z.ZodType>(feed: {
  path: string
  schema: Schema
  tell: Tell<z.infer<Schema>>
}): Feed {
  return {
    overlapMs: 0,
    async *pages(sinceMs, merchantId, context) {
      const store = storeOf(context, merchantId)
      for (let offset = 0; ; offset += pageMax) {
        const query = { limit: pageMax, offset }
        const page = await getList(context, merchantId, feed.path, query, feed.schema)
        const seenAtMs = page.atMs ?? sinceMs
        const translation = await feed.tell(page.elements, store, context, seenAtMs)
        yield { translation, cursor: String(seenAtMs) }
        if (page.elements.length < pageMax) return
      }
    },
  }
}

function orderPages(
  sinceMs: number,
  merchantId: string,
  context: CloverContext,
): AsyncIterable<BackfillPage> {
  const source = {
    read: (fromMs: number, toMs: number, offset: number) =>
      listOrders(
        context,
        merchantId,
        {
          filters: [`modifiedTime>=${fromMs}`, `modifiedTime<=${toMs}`],
          limit: pageMax,
          offset,
        },
        fromMs === toMs,
      ),
    timeOf: ({ modifiedTime }: Order) => modifiedTime,
    limit: pageMax,
  }
  return told(source, sinceMs, (page) =>
    tellOrders(page.whole, storeOf(context, merchantId), context),
  )
}

async function* told<Found extends Page<unknown>>(
  source: SliceSource<Found>,
  sinceMs: number,
  tell: (page: Found, seenAtMs: number) => Translation | Promise<Translation>,
): AsyncGenerator<BackfillPage> {
  for await (const { page, untilMs } of slices(source, sinceMs))
    yield {
      translation: await tell(page, page.atMs ?? untilMs),
      cursor: String(untilMs),
    }
}
