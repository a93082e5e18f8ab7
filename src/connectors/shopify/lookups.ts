/** Things that a webhook only named, or told in part: asked for one by one. */
import { Fault } from '../../base/fault.ts'
import {
  type DraftEvent,
  type Lookup,
  type LookupResult,
  nothing,
  type Reference,
} from '../connector.ts'
import {
  type LineAnswer,
  OneLevelAnswer,
  OneOrderAnswer,
  OneProductAnswer,
  OneRefundAnswer,
  OneSessionAnswer,
  type OrderAnswer,
  type ProductAnswer,
  RefundsOfOrderAnswer,
} from './answers.ts'
import * as documents from './documents.ts'
import { levelAnswered, productAnswered } from './goods.ts'
import { ask, type ShopifyApi } from './graphql.ts'
import { gid, numberOf } from './ids.ts'
import { orderTold } from './orders.ts'
import { refundTold } from './refunds.ts'
import { sessionClosed } from './sessions.ts'

type Variables = Readonly<Record<string, unknown>>
type Fetch = (lookup: Lookup, context: ShopifyApi) => Promise<LookupResult>

const fetches: Readonly<Record<string, Fetch>> = {
  order: fetchOrder,
  refund: fetchRefund,
  refunds_of_order: fetchRefundsOfOrder,
  product: fetchProduct,
  level: fetchLevel,
  session: fetchSession,
}

export async function fetchLookup(lookup: Lookup, context: ShopifyApi): Promise<LookupResult> {
  const fetch = Object.hasOwn(fetches, lookup.kind) ? fetches[lookup.kind] : undefined
  if (fetch === undefined)
    throw new Fault('payload_malformed', { field: 'kind', expected: 'a lookup of Shopify' })
  return fetch(lookup, context)
}

/** Gone since, or never ours to see: nothing can be told of it any more. */
const gone: LookupResult = { outcome: 'translated', translation: nothing }

async function fetchOrder({ externalId }: Lookup, context: ShopifyApi): Promise<LookupResult> {
  const id = gid('Order', externalId)
  const lines: LineAnswer[] = []
  let order: OrderAnswer | null = null
  let after: string | null = null
  do {
    const variables: Variables = { id, after, withStaff: hasStaff(context) }
    order = (await ask(context, documents.orderById, variables, OneOrderAnswer)).data.order
    if (order === null) return gone
    lines.push(...order.lineItems.nodes)
    after = order.lineItems.pageInfo.hasNextPage ? order.lineItems.pageInfo.endCursor : null
  } while (after !== null)
  const locationId = order.retailLocation === null ? undefined : numberOf(order.retailLocation.id)
  const store = context.connection.stores.find(({ externalId }) => externalId === locationId)
  return store === undefined ? gone : orderTold(order, lines, store, context)
}

async function fetchRefund({ externalId }: Lookup, context: ShopifyApi): Promise<LookupResult> {
  const variables = { id: gid('Refund', externalId), withStaff: hasStaff(context) }
  const { data } = await ask(context, documents.refundById, variables, OneRefundAnswer)
  return data.refund === null ? gone : refundTold(data.refund, data.refund.order, context)
}

/** More refunds than a page of the sweep shows: each is asked for by itself. */
async function fetchRefundsOfOrder(
  { externalId }: Lookup,
  context: ShopifyApi,
): Promise<LookupResult> {
  const variables = { id: gid('Order', externalId) }
  const { data } = await ask(context, documents.refundsOfOrder, variables, RefundsOfOrderAnswer)
  const lookups = (data.order?.refunds ?? []).map(({ id }) => ({
    kind: 'refund',
    externalId: numberOf(id),
  }))
  return { outcome: 'translated', translation: { ...nothing, lookups } }
}

async function fetchProduct({ externalId }: Lookup, context: ShopifyApi): Promise<LookupResult> {
  const events: DraftEvent[] = []
  const references: Reference[] = []
  let after: string | null = null
  do {
    const variables: Variables = { id: gid('Product', externalId), afterVariant: after }
    const product: ProductAnswer | null = (
      await ask(context, documents.productById, variables, OneProductAnswer)
    ).data.product
    if (product === null) return gone
    const page = productAnswered(product, context)
    events.push(...page.events)
    references.push(...page.references)
    const { hasNextPage, endCursor } = product.variants.pageInfo
    after = hasNextPage ? endCursor : null
  } while (after !== null)
  return { outcome: 'translated', translation: { events, lookups: [], references } }
}

async function fetchLevel(
  { externalId, hints }: Lookup,
  context: ShopifyApi,
): Promise<LookupResult> {
  const locationId = hints?.locationId ?? ''
  const variables = {
    id: gid('InventoryItem', externalId),
    locationId: gid('Location', locationId),
  }
  const { data } = await ask(context, documents.levelById, variables, OneLevelAnswer)
  const item = data.inventoryItem
  const store = context.connection.stores.find((entry) => entry.externalId === locationId)
  if (item === null || item.inventoryLevel === null || store === undefined) return gone
  const translation = levelAnswered(store, item, item.inventoryLevel, context)
  return { outcome: 'translated', translation }
}

async function fetchSession({ externalId }: Lookup, context: ShopifyApi): Promise<LookupResult> {
  const variables = {
    id: gid('PointOfSaleDevicePaymentSession', externalId),
    withStaff: hasStaff(context),
  }
  const { data } = await ask(context, documents.sessionById, variables, OneSessionAnswer)
  const session = data.pointOfSaleDevicePaymentSession
  return session === null ? gone : sessionClosed(session, context)
}

export function hasStaff({ connection }: ShopifyApi): boolean {
  return connection.settings.hasStaffAccess
}
