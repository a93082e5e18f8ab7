/**
 * A sale as Square writes it down: an order, and a payment for each tender. The register's own
 * sums are kept; nothing is computed anew.
 */
import type { TillSale, TillTender } from '../../till.ts'
import { type Account, amount, locationOf, of } from './account.ts'
import { recordTender } from './drawer.ts'
import { lineItem, percentage } from './lines.ts'
import { saveCustomer } from './people.ts'
import { moveStock } from './stock.ts'
import { idFrom, type Json, orderIdFrom, time } from './wire.ts'

export const orderId = (account: Account, saleKey: string): string =>
  orderIdFrom(account.facts.accountId, 'order', saleKey)

export const paymentId = (account: Account, saleKey: string, index: number): string =>
  orderIdFrom(account.facts.accountId, 'payment', saleKey, String(index))

const cardBrands = { VISA: 'VISA', MASTERCARD: 'MASTERCARD', AMEX: 'AMERICAN_EXPRESS' } as const

export function cardOf(tender: TillTender): Json | undefined {
  if (tender.kind === 'gift_card')
    return { card_brand: 'SQUARE_GIFT_CARD', last_4: '0042', fingerprint: 'sq-1-gift' }
  if (tender.card === undefined) return undefined
  const { brand, last4, fingerprint } = tender.card
  return {
    card_brand: cardBrands[brand],
    last_4: last4,
    exp_month: 11,
    exp_year: 2030,
    fingerprint,
  }
}

export function ring(account: Account, sale: TillSale): void {
  const customerId = sale.customer && saveCustomer(account, sale.customer, sale.atMs, 'if_new')
  const tips = tipsOf(sale)
  const payments = sale.tenders.map((tender, index) =>
    payment(account, sale, tender, index, tips[index] ?? 0, customerId),
  )
  const order = orderOf(account, sale, payments, customerId)
  const { documents } = account
  documents.transaction(() => {
    documents.put(of(account).orders, String(order.id), order, sale.atMs)
    for (const paid of payments)
      documents.put(of(account).payments(sale.storeExternalId), String(paid.id), paid, sale.atMs)
    for (const tender of sale.tenders) recordTender(account, sale, tender, 'payment')
    moveStock(account, sale, sale.lines, -1)
  })
  // Square's lines come a moment after its money: some are asked for before that.
  if ((Number.parseInt(String(order.id).slice(0, 2), 36) || 0) % 16 === 0) markLate(account, order)
  for (const paid of payments) {
    tellPayment(account, 'payment.created', { ...paid, status: 'APPROVED' }, sale.atMs)
    tellPayment(account, 'payment.updated', paid, sale.atMs)
  }
}

function markLate(account: Account, order: Json): void {
  account.late.add(String(order.id))
  const [oldest] = account.late
  if (account.late.size > 1000 && oldest !== undefined) account.late.delete(oldest)
}

/** The customer began to pay and the cashier undid it: the payment is canceled, and with it the order. */
export function voidSale(account: Account, sale: TillSale): void {
  const tips = tipsOf(sale)
  const payments: Json[] = sale.tenders.map((tender, index) => ({
    ...payment(account, sale, tender, index, tips[index] ?? 0, undefined),
    status: 'CANCELED',
  }))
  const order: Json = { ...orderOf(account, sale, [], undefined), state: 'CANCELED' }
  const { documents } = account
  documents.transaction(() => {
    documents.put(of(account).orders, String(order.id), order, sale.atMs)
    for (const paid of payments)
      documents.put(of(account).payments(sale.storeExternalId), String(paid.id), paid, sale.atMs)
  })
  for (const paid of payments) {
    tellPayment(account, 'payment.created', { ...paid, status: 'APPROVED' }, sale.atMs)
    tellPayment(account, 'payment.updated', paid, sale.atMs)
  }
}

export function tellPayment(account: Account, type: string, paid: Json, atMs: number): void {
  account.tell(type, { type: 'payment', id: String(paid.id), object: { payment: paid } }, atMs)
}

/** The tip goes on the first tenders that are large enough to hold it. */
function tipsOf(sale: TillSale): number[] {
  let rest = sale.tipMinor
  return sale.tenders.map(({ amountMinor }) => {
    const tip = Math.min(rest, Math.max(amountMinor, 0))
    rest -= tip
    return tip
  })
}

function payment(
  account: Account,
  sale: TillSale,
  tender: TillTender,
  index: number,
  tipMinor: number,
  customerId: string | undefined,
): Json {
  const id = paymentId(account, sale.saleKey, index)
  const total = amount(account, tender.amountMinor)
  const at = time(sale.atMs)
  const card = cardOf(tender)
  const store = locationOf(account, sale.storeExternalId)
  const register = store.registers.find(({ externalId }) => externalId === sale.registerExternalId)
  return {
    id,
    created_at: at,
    updated_at: at,
    amount_money: amount(account, tender.amountMinor - tipMinor),
    tip_money: amount(account, tipMinor),
    total_money: total,
    approved_money: total,
    status: 'COMPLETED',
    source_type: card === undefined ? 'CASH' : 'CARD',
    ...(card === undefined
      ? {
          cash_details: {
            buyer_supplied_money: total,
            change_back_money: amount(account, 0),
          },
        }
      : {
          card_details: {
            status: 'CAPTURED',
            card,
            entry_method: 'EMV',
            card_payment_timeline: { authorized_at: at, captured_at: at },
          },
        }),
    location_id: sale.storeExternalId,
    order_id: orderId(account, sale.saleKey),
    ...(customerId !== undefined && { customer_id: customerId }),
    team_member_id: sale.employeeExternalId,
    device_details: {
      device_id: sale.registerExternalId,
      device_name: register?.name ?? 'Register',
    },
    application_details: { square_product: 'SQUARE_POS', application_id: 'sq0idp-simulated' },
    receipt_number: id.slice(0, 4),
    receipt_url: `https://squareup.com/receipt/preview/${id}`,
    version_token: idFrom(id, 'version'),
  }
}

function orderOf(
  account: Account,
  sale: TillSale,
  payments: readonly Json[],
  customerId: string | undefined,
): Json {
  const { taxesIncluded, taxName, taxRate } = locationOf(account, sale.storeExternalId)
  const at = time(sale.atMs)
  const id = orderId(account, sale.saleKey)
  const zero = amount(account, 0)
  const discounts = sale.lines.map(({ discountMinor }) => discountMinor)
  const discount = amount(
    account,
    discounts.reduce((sum, minor) => sum + minor, 0),
  )
  const sums = {
    total_money: amount(account, sale.totalMinor),
    tax_money: amount(account, sale.taxMinor),
    discount_money: discount,
    tip_money: amount(account, sale.tipMinor),
    service_charge_money: zero,
  }
  return {
    id,
    location_id: sale.storeExternalId,
    state: 'COMPLETED',
    version: 4,
    source: { name: 'Point of Sale' },
    created_at: at,
    updated_at: at,
    closed_at: at,
    ...(customerId !== undefined && { customer_id: customerId }),
    line_items: sale.lines.map((line, index) => lineItem(account, sale, line, index)),
    taxes: [
      {
        uid: 'tax-1',
        name: taxName,
        percentage: percentage(taxRate),
        type: taxesIncluded ? 'INCLUSIVE' : 'ADDITIVE',
        scope: 'ORDER',
        applied_money: sums.tax_money,
      },
    ],
    ...(discount.amount !== 0 && {
      discounts: discounts.flatMap((minor, index) =>
        minor === 0
          ? []
          : [
              {
                uid: `discount-${index + 1}`,
                name: 'Discount',
                type: 'FIXED_AMOUNT',
                amount_money: amount(account, minor),
                applied_money: amount(account, minor),
                scope: 'LINE_ITEM',
              },
            ],
      ),
    }),
    tenders: payments.map((paid, index) => tenderOf(id, paid, sale.tenders[index]?.kind)),
    net_amounts: sums,
    total_money: sums.total_money,
    total_tax_money: sums.tax_money,
    total_discount_money: discount,
    total_tip_money: sums.tip_money,
    total_service_charge_money: zero,
    net_amount_due_money: zero,
  }
}

function tenderOf(transactionId: string, paid: Json, kind: TillTender['kind'] | undefined): Json {
  const card = (paid.card_details as Json | undefined)?.card
  const type = { cash: 'CASH', card: 'CARD', gift_card: 'SQUARE_GIFT_CARD' }[kind ?? 'cash']
  const cash = paid.cash_details as Json | undefined
  return {
    id: paid.id,
    location_id: paid.location_id,
    transaction_id: transactionId,
    created_at: paid.created_at,
    amount_money: paid.total_money,
    tip_money: paid.tip_money,
    type,
    payment_id: paid.id,
    ...(paid.customer_id !== undefined && { customer_id: paid.customer_id }),
    ...(kind === 'card' && { card_details: { status: 'CAPTURED', card, entry_method: 'EMV' } }),
    ...(cash !== undefined && {
      cash_details: {
        buyer_tendered_money: cash.buyer_supplied_money,
        change_back_money: cash.change_back_money,
      },
    }),
  }
}
