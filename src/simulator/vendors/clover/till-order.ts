/** A sale as Clover's order, line items and payments. The sums are written as they are given. */
import { allocate } from '../../../base/money.ts'
import type { TillSale, TillTender } from '../../till.ts'
import type { StoredOrder, StoredPayment } from './documents.ts'
import { cloverId } from './ids.ts'
import { storedLine } from './line-items.ts'
import { type Shop, serverMs, storeOf, taxRateOf, tenderId } from './shop.ts'
import { itemId } from './stock.ts'

export function orderId(shop: Shop, saleKey: string): string {
  return cloverId('order', shop.appId, saleKey)
}

export function orderFrom(
  shop: Shop,
  sale: TillSale,
  paymentIds: string[],
  customerIds: string[],
): StoredOrder {
  const id = orderId(shop, sale.saleKey)
  const store = storeOf(shop, sale.storeExternalId)
  const createdTime = serverMs(shop, sale.atMs)
  const taxRates = { elements: [taxRateOf(store)] }
  return {
    id,
    currency: shop.account.currency,
    employee: { id: sale.employeeExternalId },
    total: sale.totalMinor - sale.tipMinor,
    title: id.slice(-4),
    paymentState: 'PAID',
    payType: sale.tenders.length > 1 ? 'SPLIT_CUSTOM' : 'FULL',
    orderType: { id: cloverId('order_type', store.externalId), label: 'In store', taxable: true },
    taxRemoved: false,
    isVat: store.taxesIncluded,
    state: 'locked',
    manualTransaction: false,
    groupLineItems: true,
    testMode: false,
    createdTime,
    clientCreatedTime: sale.atMs,
    modifiedTime: createdTime,
    device: { id: sale.registerExternalId },
    lines: sale.lines.map((line, place) =>
      storedLine(
        line,
        place,
        { id: itemId(sale.storeExternalId, line.sku) },
        {
          createdTime,
          orderClientCreatedTime: sale.atMs,
          ...(line.taxMinor !== 0 && { taxRates }),
        },
      ),
    ),
    customerIds,
    paymentIds,
    voidIds: [],
    refundIds: [],
    creditIds: [],
  }
}

export function paymentsFrom(shop: Shop, sale: TillSale): StoredPayment[] {
  const order = { id: orderId(shop, sale.saleKey) }
  const tips = tipsOf(sale)
  const amounts = sale.tenders.map(({ amountMinor }, index) => amountMinor - (tips[index] ?? 0))
  const taxes = amounts.some((amount) => amount > 0)
    ? allocate(sale.taxMinor, amounts)
    : amounts.map(() => 0)
  const createdTime = serverMs(shop, sale.atMs)
  return sale.tenders.map((tender, index) => ({
    id: cloverId('payment', order.id, String(index)),
    order,
    device: { id: sale.registerExternalId },
    tenderId: tenderId(sale.storeExternalId, tender.kind),
    amount: amounts[index] ?? 0,
    tipAmount: tips[index] ?? 0,
    taxAmount: taxes[index] ?? 0,
    cashbackAmount: 0,
    employee: { id: sale.employeeExternalId },
    createdTime,
    clientCreatedTime: sale.atMs,
    modifiedTime: createdTime,
    offline: false,
    result: 'SUCCESS',
    ...cardTransactionOf(tender, 'AUTH'),
  }))
}

/** The tip goes on cards first, as there it is added at the terminal. */
function tipsOf({ tenders, tipMinor }: TillSale): number[] {
  const tips = tenders.map(() => 0)
  let rest = tipMinor
  for (const wantsCard of [true, false])
    tenders.forEach((tender, index) => {
      if ((tender.kind === 'card') !== wantsCard) return
      const part = Math.min(rest, tender.amountMinor)
      tips[index] = part
      rest -= part
    })
  return tips
}

const cardTypes = { VISA: 'VISA', MASTERCARD: 'MC', AMEX: 'AMEX' } as const

export function cardTransactionOf({ card }: TillTender, type: 'AUTH' | 'REFUND' | 'NAKEDREFUND') {
  if (card === undefined) return {}
  const cardTransaction = {
    cardType: cardTypes[card.brand],
    entryType: 'EMV_CONTACT',
    last4: card.last4,
    type,
    authCode: 'OK1234',
    state: 'PENDING',
    token: card.fingerprint.slice(0, 72),
  }
  return { cardTransaction }
}
