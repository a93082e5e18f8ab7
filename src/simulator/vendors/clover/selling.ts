/** Sales, voids and refunds: what changes at the merchant, and which webhooks tell of it. */
import type { TillRefund, TillSale } from '../../till.ts'
import { recordCash } from './cash.ts'
import { customerAt } from './customers.ts'
import { find, type StoredOrder, type StoredPayment, save } from './documents.ts'
import { cloverId } from './ids.ts'
import { takeBack } from './line-items.ts'
import { type Shop, serverMs, tenderId, tendersOf } from './shop.ts'
import { itemId, moveStock } from './stock.ts'
import { cardTransactionOf, orderFrom, orderId, paymentsFrom } from './till-order.ts'

export function ring(shop: Shop, sale: TillSale): StoredOrder {
  const { documents, bundler } = shop
  const merchantId = sale.storeExternalId
  const known = find<StoredOrder>(documents, merchantId, 'orders', orderId(shop, sale.saleKey))
  if (known !== undefined) return known
  const customer = sale.customer && customerAt(shop, merchantId, sale.customer, sale.atMs)
  const payments = paymentsFrom(shop, sale)
  const order = orderFrom(
    shop,
    sale,
    payments.map(({ id }) => id),
    customer === undefined ? [] : [customer],
  )
  const ts = order.modifiedTime
  save(documents, merchantId, 'orders', order, ts)
  bundler.add(merchantId, `O:${order.id}`, 'CREATE', ts)
  // A till writes line by line.
  for (const _ of sale.lines) bundler.add(merchantId, `O:${order.id}`, 'UPDATE', ts)
  for (const payment of payments) {
    save(documents, merchantId, 'payments', payment, ts)
    bundler.add(merchantId, `P:${payment.id}`, 'CREATE', ts)
    if (payment.tenderId === tenderId(merchantId, 'cash'))
      recordCash(shop, sale, 'TRANSACTION', payment.amount + payment.tipAmount, payment.id)
  }
  bundler.add(merchantId, `O:${order.id}`, 'UPDATE', ts)
  for (const { sku, quantity } of sale.lines)
    moveStock(shop, merchantId, sku, -Number(quantity), ts)
  return order
}

/** Payments are voided before they are settled; the order is open again. */
export function voidSale(shop: Shop, sale: TillSale): void {
  const order = ring(shop, sale)
  const merchantId = sale.storeExternalId
  const ts = serverMs(shop, sale.atMs)
  for (const id of order.paymentIds) {
    const payment = find<StoredPayment>(shop.documents, merchantId, 'payments', id)
    if (payment === undefined) continue
    const voided = { ...payment, result: 'VOIDED', voidReason: 'USER_CANCEL', modifiedTime: ts }
    save(shop.documents, merchantId, 'payments', voided, ts)
    shop.bundler.add(merchantId, `P:${id}`, 'UPDATE', ts)
  }
  changeOrder(shop, merchantId, order, ts, {
    paymentState: 'OPEN',
    state: 'open',
    paymentIds: [],
    voidIds: order.paymentIds,
  })
  for (const { sku, quantity } of sale.lines) moveStock(shop, merchantId, sku, Number(quantity), ts)
}

export function changeOrder(
  shop: Shop,
  merchantId: string,
  order: StoredOrder,
  atMs: number,
  changes: Partial<StoredOrder>,
): StoredOrder {
  const changed = { ...order, ...changes, modifiedTime: atMs } as StoredOrder
  save(shop.documents, merchantId, 'orders', changed, atMs)
  shop.bundler.add(merchantId, `O:${order.id}`, 'UPDATE', atMs)
  return changed
}

/** Without a sale of this very merchant it is a manual refund: Clover's "credit". */
export function refund(shop: Shop, refund: TillRefund): void {
  const merchantId = refund.storeExternalId
  const order =
    refund.saleKey === undefined
      ? undefined
      : find<StoredOrder>(shop.documents, merchantId, 'orders', orderId(shop, refund.saleKey))
  if (order === undefined) credit(shop, refund)
  else refundOf(shop, refund, order)
  const ts = serverMs(shop, refund.atMs)
  if (refund.tender.kind === 'cash')
    recordCash(shop, refund, 'TRANSACTION', -refund.tender.amountMinor, refund.refundKey)
  for (const { sku, quantity } of refund.lines)
    moveStock(shop, merchantId, sku, Number(quantity), ts)
}

function refundOf(shop: Shop, refund: TillRefund, order: StoredOrder): void {
  const { documents } = shop
  const merchantId = refund.storeExternalId
  const id = cloverId('refund', shop.appId, refund.refundKey)
  if (order.refundIds.includes(id)) return
  const payment = paymentToRefund(shop, refund, order)
  const lineItemIds = refund.lines.flatMap(({ sku, quantity }) =>
    takeBack(order.id, order.lines, itemId(merchantId, sku), quantity),
  )
  const createdTime = serverMs(shop, refund.atMs)
  const document = {
    id,
    orderRef: { id: order.id },
    ...(payment !== undefined && { payment: { id: payment.id } }),
    device: { id: refund.registerExternalId },
    employee: { id: refund.employeeExternalId },
    amount: refund.totalMinor,
    taxAmount: refund.taxMinor,
    tipAmount: 0,
    createdTime,
    clientCreatedTime: refund.atMs,
    lineItemIds,
    overrideMerchantTender: shortTender(merchantId, tenderId(merchantId, refund.tender.kind)),
    voided: false,
    status: 'SUCCESS',
    reason: refund.reason.slice(0, 255),
    ...cardTransactionOf(refund.tender, 'REFUND'),
  }
  save(documents, merchantId, 'refunds', document, createdTime)
  const refundIds = [...order.refundIds, id]
  const backMinor = refundIds.reduce(
    (sum, each) =>
      sum + (find<{ amount: number }>(documents, merchantId, 'refunds', each)?.amount ?? 0),
    0,
  )
  changeOrder(shop, merchantId, order, createdTime, {
    refundIds,
    paymentState:
      backMinor >= paidMinor(shop, merchantId, order) ? 'REFUNDED' : 'PARTIALLY_REFUNDED',
  })
}

function paymentsOf(shop: Shop, merchantId: string, order: StoredOrder): StoredPayment[] {
  return order.paymentIds.flatMap(
    (id) => find<StoredPayment>(shop.documents, merchantId, 'payments', id) ?? [],
  )
}

function paidMinor(shop: Shop, merchantId: string, order: StoredOrder): number {
  return paymentsOf(shop, merchantId, order).reduce((sum, { amount }) => sum + amount, 0)
}

/** The one that paid the same way, else the largest. */
function paymentToRefund(
  shop: Shop,
  { storeExternalId, tender }: TillRefund,
  order: StoredOrder,
): StoredPayment | undefined {
  const payments = paymentsOf(shop, storeExternalId, order).sort((a, b) => b.amount - a.amount)
  const wanted = tenderId(storeExternalId, tender.kind)
  return payments.find((payment) => payment.tenderId === wanted) ?? payments[0]
}

function shortTender(merchantId: string, id: string) {
  const { label, labelKey } = tendersOf(merchantId).find((tender) => tender.id === id) ?? {}
  return { id, label, labelKey }
}

function credit(shop: Shop, refund: TillRefund): void {
  const { documents, bundler } = shop
  const merchantId = refund.storeExternalId
  const id = cloverId('credit', shop.appId, refund.refundKey)
  if (find(documents, merchantId, 'credits', id) !== undefined) return
  const createdTime = serverMs(shop, refund.atMs)
  const customer = refund.customer && customerAt(shop, merchantId, refund.customer, refund.atMs)
  const order = creditOrder(shop, refund, id, createdTime)
  const document = {
    id,
    orderRef: { id: order.id },
    device: { id: refund.registerExternalId },
    tenderId: tenderId(merchantId, refund.tender.kind),
    employee: { id: refund.employeeExternalId },
    ...(customer !== undefined && { customers: { id: customer } }),
    amount: refund.totalMinor,
    taxAmount: refund.taxMinor,
    createdTime,
    clientCreatedTime: refund.atMs,
    voided: false,
    result: 'SUCCESS',
    reason: refund.reason.slice(0, 255),
    ...cardTransactionOf(refund.tender, 'NAKEDREFUND'),
  }
  save(documents, merchantId, 'credits', document, createdTime)
  save(documents, merchantId, 'orders', order, createdTime)
  bundler.add(merchantId, `O:${order.id}`, 'CREATE', createdTime)
}

function creditOrder(
  shop: Shop,
  refund: TillRefund,
  creditId: string,
  createdTime: number,
): StoredOrder {
  return {
    id: cloverId('credit_order', creditId),
    currency: shop.account.currency,
    employee: { id: refund.employeeExternalId },
    total: 0,
    paymentState: 'CREDITED',
    state: 'locked',
    isVat: false,
    taxRemoved: false,
    manualTransaction: true,
    groupLineItems: false,
    testMode: false,
    createdTime,
    clientCreatedTime: refund.atMs,
    modifiedTime: createdTime,
    device: { id: refund.registerExternalId },
    lines: [],
    customerIds: [],
    paymentIds: [],
    voidIds: [],
    refundIds: [],
    creditIds: [creditId],
  }
}
