/** The root of what can be asked. */

import { itemView, levelView, productView } from './goods-views.ts'
import { mutationsOf, numberOf } from './mutations.ts'
import { locationView, sessionView, staffView } from './place-views.ts'
import { type PageArguments, pageOfDocuments, pageOfList, searchFrom } from './search.ts'
import { collection, gid, idOf, type Shop } from './shop.ts'
import { customerView, orderView, refundView } from './views.ts'
import type { Customer, LevelRecord, OrderRecord, SessionRecord } from './wire.ts'

type Search = PageArguments & { query?: string | null }
type ProductRecord = { sku: string; updatedMs: number }

export function rootOf(shop: Shop): object {
  return { ...queriesOf(shop), ...mutationsOf(shop) }
}

function queriesOf(shop: Shop) {
  const { documents } = shop.deps
  const at = (name: string) => collection(shop, name)
  const get = <Value>(name: string, id: string) => documents.get<Value>(at(name), id)?.value
  return {
    shop: () => ({
      id: gid('Shop', idOf(shop, 'shop')),
      name: shop.account.accountId,
      myshopifyDomain: shop.account.accountId,
      currencyCode: shop.account.currency,
      taxesIncluded: shop.account.stores[0]?.taxesIncluded ?? false,
      ianaTimezone: shop.account.stores[0]?.timeZone ?? 'UTC',
    }),
    order({ id }: { id: string }) {
      const record = get<OrderRecord>('orders', numberOf(id, 'Order'))
      return record === undefined ? null : orderView(shop, record)
    },
    orders({ query, ...page }: Search) {
      const search = searchFrom(query)
      return pageOfDocuments<OrderRecord>(
        documents,
        at('orders'),
        search.fromMs,
        page,
        (record) => orderView(shop, record),
        ({ order }) =>
          search.matches('source_name', 'pos') &&
          search.matches('location_id', String(order.location_id)) &&
          search.matches('financial_status', order.financial_status),
      )
    },
    refund({ id }: { id: string }) {
      const refundId = numberOf(id, 'Refund')
      const orderId = get<{ orderId: number }>('refund_orders', refundId)?.orderId
      const record = orderId === undefined ? undefined : get<OrderRecord>('orders', String(orderId))
      const refund = record?.refunds.find((entry) => String(entry.id) === refundId)
      return record === undefined || refund === undefined ? null : refundView(shop, refund, record)
    },
    customer({ id }: { id: string }) {
      const customer = get<Customer>('customers', numberOf(id, 'Customer'))
      return customer === undefined ? null : customerView(customer)
    },
    customers: ({ query, ...page }: Search) =>
      pageOfDocuments<Customer>(
        documents,
        at('customers'),
        searchFrom(query).fromMs,
        page,
        customerView,
      ),
    product({ id }: { id: string }) {
      const record = get<ProductRecord>('products', numberOf(id, 'Product'))
      return record === undefined ? null : productView(shop, record.sku, record.updatedMs)
    },
    products: ({ query, ...page }: Search) =>
      pageOfDocuments<ProductRecord>(
        documents,
        at('products'),
        searchFrom(query).fromMs,
        page,
        ({ sku, updatedMs }) => productView(shop, sku, updatedMs),
        ({ sku }) => shop.products.has(sku),
      ),
    inventoryItem({ id }: { id: string }) {
      const item = get<{ sku: string }>('items', numberOf(id, 'InventoryItem'))
      return item === undefined ? null : itemView(shop, item.sku)
    },
    location({ id }: { id?: string | null }) {
      const [first] = shop.account.stores
      const locationId = id ? numberOf(id, 'Location') : first?.externalId
      const location = locationId === undefined ? null : locationView(shop, locationId)
      return location === null || locationId === undefined
        ? null
        : { ...location, ...levelsAt(shop, locationId) }
    },
    locations: (page: PageArguments) =>
      pageOfList(
        shop.account.stores.map(({ externalId }) => locationView(shop, externalId)),
        page,
      ),
    staffMembers: (page: PageArguments) =>
      pageOfList(
        shop.account.stores.flatMap(({ employees }) =>
          employees.map(({ externalId }) => staffView(shop, externalId)),
        ),
        page,
      ),
    pointOfSaleDevicePaymentSession({ id }: { id: string }) {
      const session = get<SessionRecord>(
        'sessions',
        numberOf(id, 'PointOfSaleDevicePaymentSession'),
      )
      return session === undefined ? null : sessionView(shop, session)
    },
    pointOfSaleDevicePaymentSessions: ({ query, ...page }: Search) =>
      pageOfDocuments<SessionRecord>(
        documents,
        at(query?.includes('closing_time') ? 'closed_sessions' : 'sessions'),
        searchFrom(query).fromMs,
        page,
        (session) => sessionView(shop, session),
        ({ locationId }) => searchFrom(query).matches('location_id', locationId),
      ),
  }
}

function levelsAt(shop: Shop, locationId: string) {
  return {
    inventoryLevels: ({ query, ...page }: Search) =>
      pageOfDocuments<LevelRecord>(
        shop.deps.documents,
        collection(shop, `levels/${locationId}`),
        searchFrom(query).fromMs,
        page,
        (level) => levelView(shop, locationId, level),
      ),
  }
}
