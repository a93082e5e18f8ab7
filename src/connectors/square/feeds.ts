/**
 * Sweeps: what webhooks lost, and cash drawers, which have none. Cursors are Square's own times.
 * Where Square lists newest first or in no order, the cursor moves only when the walk is over.
 */
import { z } from 'zod'
import { type Instant, instantFrom, instantFromMs, msOf } from '../../base/time.ts'
import type { BackfillPage, DraftEvent, Translation } from '../connector.ts'
import { nothing } from '../connector.ts'
import { at, get, pages, search } from './calls.ts'
import { deviceEvent } from './devices.ts'
import { backfillDrawers } from './drawers.ts'
import { CountsAnswer, catalogSince, translateCounts } from './lookups.ts'
import { translateOrders } from './orders.ts'
import { customerEvent, customerReference, employeeEvents, shiftEvents } from './people.ts'
import { retrieveOrders, translateRefunds } from './refunds.ts'
import {
  Customer,
  Device,
  maybe,
  Payment,
  PaymentRefund,
  TeamMember,
  Timecard,
} from './resources.ts'
import type { SquareApi, SquareConnection } from './settings.ts'
import { findStore } from './stores.ts'
import { hintsOf } from './translate.ts'

export interface From {
  readonly cursor?: string
  readonly since: Instant
}

type Feed = (from: From, context: SquareApi, locationId: string) => AsyncIterable<BackfillPage>

/** Square is "eventually consistent … several seconds"; what appears late is met a minute later. */
const overlapMs = 60_000

const perMerchant: ReadonlyMap<string, Feed> = new Map<string, Feed>([
  ['refunds', backfillRefunds],
  ['inventory', backfillInventory],
  ['products', backfillProducts],
  ['customers', backfillCustomers],
  ['employees', backfillEmployees],
  ['shifts', backfillShifts],
])

/** Square lists these for one location at a time. */
const perLocation: ReadonlyMap<string, Feed> = new Map<string, Feed>([
  ['sales', backfillSales],
  ['drawers', backfillDrawers],
  ['devices', backfillDevices],
])

/** Products first: what is learnt there saves the others from asking. */
export function feeds(connection: SquareConnection): readonly string[] {
  const locations = connection.stores.map((store) => store.externalId)
  return [
    'products',
    'customers',
    'employees',
    ...[...perLocation.keys()].flatMap((name) => locations.map((id) => `${name}:${id}`)),
    'refunds',
    'inventory',
    'shifts',
  ]
}

export function backfill(
  feed: string,
  from: From,
  context: SquareApi,
): AsyncIterable<BackfillPage> {
  const [name = '', locationId = ''] = feed.split(':')
  const walk = perMerchant.get(name) ?? perLocation.get(name)
  return walk === undefined ? empty() : walk(from, context, locationId)
}

async function* empty(): AsyncGenerator<BackfillPage> {}

const begin = ({ cursor, since }: From): Instant =>
  cursor === undefined ? since : instantFromMs(msOf(cursor) - overlapMs)

/** The later of both; Square's times come in several precisions, ours in one. */
function later(cursor: Instant, time: string | undefined): Instant {
  const instant = time === undefined ? cursor : instantFrom(time, 'updated_at')
  return instant > cursor ? instant : cursor
}

const startOf = ({ cursor, since }: From): Instant => cursor ?? since

const Payments = z.looseObject({ payments: maybe(z.array(Payment)) })

/** Walks payments, since only they know register and employee, and takes their orders along. */
async function* backfillSales(from: From, context: SquareApi, locationId: string) {
  const query = {
    location_id: locationId,
    sort_field: 'UPDATED_AT',
    sort_order: 'ASC',
    updated_at_begin_time: begin(from),
    limit: '100',
  }
  let cursor = startOf(from)
  const request = (next: string | undefined) => get('/v2/payments', at(query, next))
  for await (const { page } of pages(context.api, request, Payments)) {
    const payments = page.payments ?? []
    for (const { updated_at } of payments) cursor = later(cursor, updated_at)
    yield { translation: await translatePayments(payments, context), cursor }
  }
}

async function translatePayments(
  payments: readonly Payment[],
  context: SquareApi,
): Promise<Translation> {
  const told = payments.filter(({ status }) => status === 'COMPLETED' || status === 'CANCELED')
  const orders = await retrieveOrders(
    told.map(({ order_id }) => order_id),
    context,
  )
  const seen = [...orders.values()].map((order) => {
    const payment = told.find(({ order_id }) => order_id === order.id)
    return { order, hints: payment === undefined ? {} : hintsOf(payment) }
  })
  // An order that stays open after a payment was given up is nobody's sale yet.
  const paid = new Set(told.filter(({ status }) => status === 'COMPLETED').map((p) => p.order_id))
  return translateOrders(
    seen.filter(({ order }) => paid.has(order.id) || order.state === 'CANCELED'),
    context,
  )
}

const Refunds = z.looseObject({ refunds: maybe(z.array(PaymentRefund)) })

async function* backfillRefunds(from: From, context: SquareApi) {
  const query = {
    sort_field: 'UPDATED_AT',
    sort_order: 'ASC',
    updated_at_begin_time: begin(from),
    limit: '100',
  }
  let cursor = startOf(from)
  const request = (next: string | undefined) => get('/v2/refunds', at(query, next))
  for await (const { page } of pages(context.api, request, Refunds)) {
    const refunds = page.refunds ?? []
    for (const { updated_at } of refunds) cursor = later(cursor, updated_at)
    const completed = refunds.filter(({ status }) => status === 'COMPLETED')
    const { translation, unfinished } = await translateRefunds(completed, context)
    const lookups = unfinished.map((externalId) => ({ kind: 'refund', externalId }))
    yield { translation: { ...translation, lookups }, cursor }
  }
}

/** Newest first, so the cursor waits for the last page. */
async function* backfillInventory(from: From, context: SquareApi) {
  const body = {
    location_ids: context.connection.stores.map((store) => store.externalId),
    states: ['IN_STOCK'],
    updated_after: begin(from),
    limit: 500,
  }
  let newest = startOf(from)
  const request = (next: string | undefined) =>
    search('/v2/inventory/counts/batch-retrieve', at(body, next))
  for await (const { page, isLast } of pages(context.api, request, CountsAnswer)) {
    const counts = page.counts ?? []
    for (const { calculated_at } of counts) newest = later(newest, calculated_at)
    const translation = await translateCounts(counts, context)
    yield { translation, cursor: isLast ? newest : startOf(from) }
  }
}

async function* backfillProducts(from: From, context: SquareApi) {
  for await (const { translation, isLast, latest_time } of catalogSince(begin(from), context)) {
    const cursor = isLast ? later(startOf(from), latest_time) : startOf(from)
    yield { translation, cursor }
  }
}

const Customers = z.looseObject({ customers: maybe(z.array(Customer)) })

/** Sorted by name, or by when they were made: never by when they changed. */
async function* backfillCustomers(from: From, context: SquareApi) {
  const query = {
    filter: { updated_at: { start_at: begin(from) } },
    sort: { field: 'CREATED_AT', order: 'ASC' },
  }
  let newest = startOf(from)
  const request = (next: string | undefined) =>
    search('/v2/customers/search', at({ query, limit: 100 }, next))
  for await (const { page, isLast } of pages(context.api, request, Customers)) {
    const customers = page.customers ?? []
    for (const { updated_at } of customers) newest = later(newest, updated_at)
    const translation = {
      events: customers.map((customer) => customerEvent(customer, newest, context)),
      lookups: [],
      references: customers.map((customer) => customerReference(customer, context)),
    }
    yield { translation, cursor: isLast ? newest : startOf(from) }
  }
}

const TeamMembers = z.looseObject({ team_members: maybe(z.array(TeamMember)) })

/** Square has no filter by time here; there are few of them. */
async function* backfillEmployees(from: From, context: SquareApi) {
  let newest = startOf(from)
  const request = (next: string | undefined) =>
    search('/v2/team-members/search', at({ limit: 100 }, next))
  for await (const { page, isLast } of pages(context.api, request, TeamMembers)) {
    const members = page.team_members ?? []
    for (const { updated_at } of members) newest = later(newest, updated_at)
    const changed =
      from.cursor === undefined
        ? members
        : members.filter(({ updated_at }) => instantFrom(updated_at, 'updated_at') >= begin(from))
    const events = changed.flatMap((member) => employeeEvents(member, context))
    yield { translation: { ...nothing, events }, cursor: isLast ? newest : startOf(from) }
  }
}

const Timecards = z.looseObject({ timecards: maybe(z.array(Timecard)) })

/** Newest change first until one that is known: timecards have no filter by change. */
async function* backfillShifts(from: From, context: SquareApi) {
  const query = {
    filter: { location_ids: context.connection.stores.map((store) => store.externalId) },
    sort: { field: 'UPDATED_AT', order: 'DESC' },
  }
  let newest = startOf(from)
  const request = (next: string | undefined) =>
    search('/v2/labor/timecards/search', at({ query, limit: 200 }, next))
  for await (const { page, isLast } of pages(context.api, request, Timecards)) {
    const all = page.timecards ?? []
    const fresh = all.filter(({ updated_at }) => later(begin(from), updated_at) !== begin(from))
    for (const { updated_at } of fresh) newest = later(newest, updated_at)
    const isOver = isLast || fresh.length < all.length
    const events = fresh.flatMap((timecard) => shiftEvents(timecard, context))
    yield { translation: { ...nothing, events }, cursor: isOver ? newest : startOf(from) }
    if (isOver) return
  }
}

const Devices = z.looseObject({ devices: maybe(z.array(Device)) })

async function* backfillDevices(from: From, context: SquareApi, locationId: string) {
  const store = findStore(context.connection, locationId)
  let newest = startOf(from)
  const request = (next: string | undefined) =>
    get('/v2/devices', at({ location_id: locationId, limit: '100' }, next))
  for await (const { page, isLast } of pages(context.api, request, Devices)) {
    const devices = page.devices ?? []
    for (const { attributes } of devices) newest = later(newest, attributes.updated_at)
    const events: DraftEvent[] =
      store === undefined ? [] : devices.map((device) => deviceEvent(device, store, newest))
    yield { translation: { ...nothing, events }, cursor: isLast ? newest : startOf(from) }
  }
}
