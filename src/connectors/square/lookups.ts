/** What a lookup leads to: orders, refunds, the catalogue and stock levels, by Square's API. */
import { z } from 'zod'
import { instantFrom, instantFromMs, msOf } from '../../base/time.ts'
import type { Lookup, LookupResult, Translation } from '../connector.ts'
import { nothing } from '../connector.ts'
import { ask, askIfThere, at, get, pages, search } from './calls.ts'
import { translateCatalog } from './catalogue.ts'
import { learnSkus } from './known.ts'
import { translateOrders } from './orders.ts'
import { translateRefunds } from './refunds.ts'
import { CatalogObject, InventoryCount, maybe, Order, PaymentRefund } from './resources.ts'
import { type PaymentHints, whyUnfinished } from './sale.ts'
import type { SquareApi } from './settings.ts'
import { isLevel, stockEvent } from './stock.ts'

type Fetcher = (lookup: Lookup, context: SquareApi) => Promise<LookupResult>

const fetchers: ReadonlyMap<string, Fetcher> = new Map([
  ['sale', fetchOrder],
  ['void', fetchOrder],
  ['refund', fetchRefund],
  ['catalog', fetchCatalog],
  ['inventory', fetchInventory],
])

export async function fetch(lookup: Lookup, context: SquareApi): Promise<LookupResult> {
  return (await fetchers.get(lookup.kind)?.(lookup, context)) ?? translated(nothing)
}

const translated = (translation: Translation): LookupResult => ({
  outcome: 'translated',
  translation,
})

const OrderAnswer = z.looseObject({ order: Order })

async function fetchOrder(lookup: Lookup, context: SquareApi): Promise<LookupResult> {
  const path = `/v2/orders/${encodeURIComponent(lookup.externalId)}`
  const answer = await askIfThere(context.api, get(path), OrderAnswer)
  if (answer === undefined) return { outcome: 'not_yet', why: 'the order is not there yet' }
  const { order } = answer
  if (order.state !== 'CANCELED') {
    // One payment of several was given up; the order goes on, or was paid another way.
    if (lookup.kind === 'void') return translated(nothing)
    const why = whyUnfinished(order)
    if (why !== undefined) return { outcome: 'not_yet', why }
  }
  const hints: PaymentHints = lookup.hints ?? {}
  return translated(await translateOrders([{ order, hints }], context))
}

const RefundAnswer = z.looseObject({ refund: PaymentRefund })

async function fetchRefund(lookup: Lookup, context: SquareApi): Promise<LookupResult> {
  const path = `/v2/refunds/${encodeURIComponent(lookup.externalId)}`
  const answer = await askIfThere(context.api, get(path), RefundAnswer)
  if (answer === undefined) return { outcome: 'not_yet', why: 'the refund is not there yet' }
  const { translation, unfinished } = await translateRefunds([answer.refund], context)
  return unfinished.length === 0
    ? translated(translation)
    : { outcome: 'not_yet', why: 'the order of the return is not finished' }
}

const CatalogAnswer = z.looseObject({
  objects: maybe(z.array(CatalogObject)),
  related_objects: maybe(z.array(CatalogObject)),
  latest_time: maybe(z.string()),
})

/** Pages of what changed in the catalogue after an instant, with their translation. */
export async function* catalogSince(since: string, context: SquareApi) {
  const body = {
    object_types: ['ITEM', 'ITEM_VARIATION'],
    include_deleted_objects: true,
    include_related_objects: true,
    begin_time: since,
    limit: 200,
  }
  const request = (cursor: string | undefined) => search('/v2/catalog/search', at(body, cursor))
  for await (const { page, isLast } of pages(context.api, request, CatalogAnswer)) {
    const { objects = [], related_objects = [], latest_time } = page
    yield { translation: translateCatalog(objects, related_objects, context), isLast, latest_time }
  }
}

/** The webhook tells the time of the change; the search leaves out what changed exactly then. */
async function fetchCatalog(lookup: Lookup, context: SquareApi): Promise<LookupResult> {
  const changedAtMs = msOf(instantFrom(lookup.externalId, 'catalog_version.updated_at'))
  const parts: Translation[] = []
  for await (const { translation } of catalogSince(instantFromMs(changedAtMs - 1000), context))
    parts.push(translation)
  return translated(joined(parts))
}

const joined = (parts: readonly Translation[]): Translation => ({
  events: parts.flatMap(({ events }) => events),
  lookups: parts.flatMap(({ lookups }) => lookups),
  references: parts.flatMap(({ references }) => references),
})

export const CountsAnswer = z.looseObject({ counts: maybe(z.array(InventoryCount)) })

async function fetchInventory(lookup: Lookup, context: SquareApi): Promise<LookupResult> {
  const [locationId = '', variationId = ''] = lookup.externalId.split('/')
  const request = search('/v2/inventory/counts/batch-retrieve', {
    catalog_object_ids: [variationId],
    location_ids: [locationId],
    states: ['IN_STOCK'],
  })
  const { counts = [] } = await ask(context.api, request, CountsAnswer)
  return translated(await translateCounts(counts, context))
}

export async function translateCounts(
  counts: readonly InventoryCount[],
  context: SquareApi,
): Promise<Translation> {
  const levels = counts.filter(isLevel)
  const ids = levels.map(({ catalog_object_id }) => catalog_object_id)
  const references = await learnSkus(ids, context)
  const learnt = new Map(references.map((entry) => [entry.externalId, entry.value]))
  const events = levels.flatMap((count) => {
    const id = count.catalog_object_id
    const sku = learnt.get(id) ?? context.references.find('sku', id)
    return (sku !== undefined && stockEvent(count, sku, context.connection)) || []
  })
  return { events, lookups: [], references }
}
