/** What shoppers and staff do in an emulated shop: each writes documents and sends its webhooks. */
import { decimalFromMinor, minorFromDecimal } from '../../../base/money.ts'
import type { AtTill, SimulatedCustomer, TillLine, TillRefund, TillSale } from '../../till.ts'
import { orderFrom, orderIdOf, transactionFrom } from './order-writing.ts'
import { send } from './outgoing.ts'
import { refundFrom } from './refund-writing.ts'
import { addCash } from './sessions.ts'
import { changedMs, collection, gid, idOf, type Shop, shopTime } from './shop.ts'
import type { Customer, LevelRecord, OrderRecord } from './wire.ts'

export function ring(shop: Shop, sale: TillSale): void {
  const { documents } = shop.deps
  documents.transaction(() => {
    const orderId = orderIdOf(shop, sale.saleKey)
    if (documents.get(collection(shop, 'orders'), String(orderId)) !== undefined) return
    const customer = customerAt(shop, sale)
    const order = orderFrom(shop, sale, { financialStatus: 'paid', customer })
    const transactions = sale.tenders.map((tender, index) => {
      const key = `${sale.saleKey}/${index}`
      return transactionFrom(shop, sale, { orderId, key, kind: 'sale', parentId: null, tender })
    })
    putOrder(shop, { order, transactions, refunds: [], metafields: {} }, sale.atMs)
    for (const tender of sale.tenders)
      if (tender.kind === 'cash') addCash(shop, sale, tender.amountMinor)
    send(shop, 'orders/paid', order, changedMs(shop, sale.atMs))
    for (const line of sale.lines) move(shop, sale, line, -1)
  })
}

/** Cancelled before any money was taken. */
export function cancel(shop: Shop, sale: TillSale): void {
  const { documents } = shop.deps
  documents.transaction(() => {
    const orderId = orderIdOf(shop, sale.saleKey)
    const known = documents.get<OrderRecord>(collection(shop, 'orders'), String(orderId))?.value
    const order =
      known?.order ??
      orderFrom(
        shop,
        { ...sale, tenders: [] },
        { financialStatus: 'voided', customer: customerAt(shop, sale) },
      )
    if (order.cancelled_at !== null) return
    order.financial_status = 'voided'
    order.cancelled_at = shopTime(shop, sale.atMs)
    order.cancel_reason = 'staff'
    order.updated_at = shopTime(shop, changedMs(shop, sale.atMs))
    const record = known ?? { order, transactions: [], refunds: [], metafields: {} }
    putOrder(shop, record, sale.atMs)
    send(shop, 'orders/cancelled', order, changedMs(shop, sale.atMs))
  })
}

export function refund(shop: Shop, asked: TillRefund): void {
  const { documents } = shop.deps
  documents.transaction(() => {
    const record = refundedOrder(shop, asked)
    const made = refundFrom(shop, asked, record)
    if (record.refunds.some(({ id }) => id === made.id)) return
    record.refunds.push(made)
    const { order } = record
    const { currency } = shop.account
    const leftMinor = minorFromDecimal(order.current_total_price, currency) - asked.totalMinor
    order.current_total_price = decimalFromMinor(Math.max(leftMinor, 0), currency)
    order.financial_status = leftMinor > 0 ? 'partially_refunded' : 'refunded'
    order.updated_at = shopTime(shop, changedMs(shop, asked.atMs))
    putOrder(shop, record, asked.atMs)
    const filed = { orderId: order.id }
    documents.put(collection(shop, 'refund_orders'), String(made.id), filed, asked.atMs)
    if (asked.tender.kind === 'cash') addCash(shop, asked, -asked.tender.amountMinor)
    send(shop, 'refunds/create', made, changedMs(shop, asked.atMs))
    for (const line of asked.lines) move(shop, asked, line, 1)
  })
}

/** Without a receipt Shopify files an "unverified return" under an order that nobody paid. */
function refundedOrder(shop: Shop, asked: TillRefund): OrderRecord {
  const saleKey = asked.saleKey ?? `unverified/${asked.refundKey}`
  const id = String(orderIdOf(shop, saleKey))
  const known = shop.deps.documents.get<OrderRecord>(collection(shop, 'orders'), id)?.value
  if (known !== undefined) return known
  const sale = { ...asked, saleKey, tipMinor: 0, tenders: [] }
  const customer = customerAt(shop, sale)
  const order = orderFrom(shop, sale, { financialStatus: 'pending', customer })
  return { order, transactions: [], refunds: [], metafields: {} }
}

export function putOrder(shop: Shop, record: OrderRecord, atMs: number): void {
  const id = String(record.order.id)
  shop.deps.documents.put(collection(shop, 'orders'), id, record, changedMs(shop, atMs))
}

function move(shop: Shop, at: AtTill, line: TillLine, sign: 1 | -1): void {
  if (!shop.products.has(line.sku)) return
  const pieces = line.quantity.includes('.') ? 1 : Number(line.quantity)
  const level = levelOf(shop, at.storeExternalId, line.sku)
  setLevel(shop, at.storeExternalId, line.sku, (level?.available ?? 0) + sign * pieces, at.atMs)
}

function levelOf(shop: Shop, locationId: string, sku: string): LevelRecord | undefined {
  const itemId = String(idOf(shop, 'inventory_item', sku))
  return shop.deps.documents.get<LevelRecord>(collection(shop, `levels/${locationId}`), itemId)
    ?.value
}

export function setLevel(
  shop: Shop,
  locationId: string,
  sku: string,
  available: number,
  atMs: number,
  isQuiet = false,
): void {
  const itemId = idOf(shop, 'inventory_item', sku)
  const updatedMs = changedMs(shop, atMs)
  const level: LevelRecord = { available, updatedMs, sku }
  const levels = collection(shop, `levels/${locationId}`)
  shop.deps.documents.put(levels, String(itemId), level, updatedMs)
  if (isQuiet) return
  const payload = {
    inventory_item_id: itemId,
    location_id: Number(locationId),
    available,
    updated_at: shopTime(shop, updatedMs),
    admin_graphql_api_id: `${gid('InventoryLevel', locationId)}?inventory_item_id=${itemId}`,
  }
  send(shop, 'inventory_levels/update', payload, updatedMs)
}

function customerAt(shop: Shop, at: { customer?: SimulatedCustomer; atMs: number }) {
  if (at.customer === undefined) return null
  const id = String(idOf(shop, 'customer', at.customer.customerKey))
  const known = shop.deps.documents.get<Customer>(collection(shop, 'customers'), id)
  return known?.value ?? saveCustomer(shop, at.customer, at.atMs)
}

export function saveCustomer(shop: Shop, person: SimulatedCustomer, atMs: number): Customer {
  const id = idOf(shop, 'customer', person.customerKey)
  const customers = collection(shop, 'customers')
  const known = shop.deps.documents.get<Customer>(customers, String(id))?.value
  const changedAtMs = changedMs(shop, atMs)
  const updatedAt = shopTime(shop, changedAtMs)
  const address = {
    id,
    customer_id: id,
    first_name: person.firstName,
    last_name: person.lastName,
    address1: person.address.street,
    address2: null,
    city: person.address.city,
    zip: person.address.zip,
    country_code: person.address.country,
    default: true,
  }
  const customer: Customer = {
    id,
    admin_graphql_api_id: gid('Customer', id),
    created_at: known?.created_at ?? updatedAt,
    updated_at: updatedAt,
    first_name: person.firstName,
    last_name: person.lastName,
    email: person.email === '' ? null : person.email,
    phone: person.phone === '' ? null : person.phone,
    state: 'disabled',
    note: null,
    verified_email: true,
    multipass_identifier: null,
    tax_exempt: false,
    tax_exemptions: [],
    currency: shop.account.currency,
    addresses: [address],
    default_address: address,
  }
  shop.deps.documents.put(customers, String(id), customer, changedAtMs)
  send(shop, known === undefined ? 'customers/create' : 'customers/update', customer, changedAtMs)
  return customer
}
