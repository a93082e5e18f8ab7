/** A refund as Square writes it down: an order of what came back, and the money that went back. */
import type { TillLine, TillRefund } from '../../till.ts'
import { type Account, amount, locationOf, of } from './account.ts'
import { recordTender } from './drawer.ts'
import { lineItem, percentage } from './lines.ts'
import { saveCustomer } from './people.ts'
import { cardOf, orderId, tellPayment } from './sale.ts'
import { moveStock } from './stock.ts'
import { idFrom, type Json, orderIdFrom, time } from './wire.ts'

interface Source {
  readonly order: Json
  readonly payment: Json
  /** The money goes back on the means of payment that it came from. */
  readonly isSameMeans: boolean
}

export function refund(account: Account, back: TillRefund): void {
  const customerId = back.customer && saveCustomer(account, back.customer, back.atMs, 'if_new')
  const source = sourceOf(account, back)
  const order = returnOrder(account, back, source, customerId)
  const money = paymentRefund(account, back, source, String(order.id))
  const { documents } = account
  const refunded = source && { ...source.payment, ...refundedPart(account, source, back, money) }
  documents.transaction(() => {
    documents.put(of(account).orders, String(order.id), order, back.atMs)
    documents.put(of(account).refunds, String(money.id), money, back.atMs)
    if (refunded !== undefined) {
      const collection = of(account).payments(String(refunded.location_id))
      documents.put(collection, String(refunded.id), refunded, back.atMs)
    }
    recordTender(account, back, back.tender, 'refund')
    moveStock(account, back, back.lines, 1)
  })
  const tell = (type: string, version: number, changed: Json) =>
    account.tell(
      type,
      {
        type: 'refund',
        id: String(money.id),
        object: { refund: { ...money, ...changed, version } },
      },
      back.atMs,
    )
  tell('refund.created', 1, { status: 'PENDING' })
  tell('refund.updated', 10, {})
  if (refunded !== undefined) tellPayment(account, 'payment.updated', refunded, back.atMs)
}

function sourceOf(account: Account, { saleKey, tender }: TillRefund): Source | undefined {
  if (saleKey === undefined) return undefined
  const { documents } = account
  const order = documents.get<Json>(of(account).orders, orderId(account, saleKey))?.value
  const type = { cash: 'CASH', card: 'CARD', gift_card: 'SQUARE_GIFT_CARD' }[tender.kind]
  const tenders = (order?.tenders ?? []) as Json[]
  const paid = tenders.find((candidate) => candidate.type === type) ?? tenders[0]
  if (order === undefined || paid === undefined) return undefined
  const collection = of(account).payments(String(order.location_id))
  const payment = documents.get<Json>(collection, String(paid.id))?.value
  return payment && { order, payment, isSameMeans: paid.type === type }
}

function refundedPart(account: Account, source: Source, back: TillRefund, money: Json): Json {
  const before = (source.payment.refunded_money as { amount: number } | undefined)?.amount ?? 0
  const known = (source.payment.refund_ids ?? []) as string[]
  return {
    refunded_money: amount(account, before + back.totalMinor),
    refund_ids: [...known, String(money.id)],
    updated_at: time(back.atMs),
    version_token: idFrom(String(money.id), 'version'),
  }
}

function paymentRefund(
  account: Account,
  back: TillRefund,
  source: Source | undefined,
  orderIdOfReturn: string,
): Json {
  const { accountId } = account.facts
  const paymentId =
    source === undefined ? orderIdFrom(accountId, 'unlinked', back.refundKey) : source.payment.id
  const card = cardOf(back.tender)
  const total = amount(account, back.totalMinor)
  return {
    id: `${String(paymentId)}_${idFrom(accountId, 'refund', back.refundKey)}`,
    status: 'COMPLETED',
    location_id: back.storeExternalId,
    unlinked: source === undefined,
    destination_type: card === undefined ? 'CASH' : 'CARD',
    ...(source?.isSameMeans !== true && {
      destination_details:
        card === undefined
          ? { cash_details: { seller_supplied_money: total } }
          : { card_details: { card, entry_method: 'EMV' } },
    }),
    amount_money: total,
    ...(source !== undefined && { payment_id: paymentId }),
    order_id: orderIdOfReturn,
    reason: back.reason,
    created_at: time(back.atMs),
    updated_at: time(back.atMs),
    team_member_id: back.employeeExternalId,
  }
}

function returnOrder(
  account: Account,
  back: TillRefund,
  source: Source | undefined,
  customerId: string | undefined,
): Json {
  const { taxesIncluded, taxName, taxRate } = locationOf(account, back.storeExternalId)
  const at = time(back.atMs)
  const id = orderIdFrom(account.facts.accountId, 'return', back.refundKey)
  const sums = (sign: 1 | -1): Json => ({
    total_money: amount(account, sign * back.totalMinor),
    tax_money: amount(account, sign * back.taxMinor),
    discount_money: amount(account, 0),
    tip_money: amount(account, 0),
    service_charge_money: amount(account, 0),
  })
  const zero = amount(account, 0)
  const money = paymentRefund(account, back, source, id)
  return {
    id,
    location_id: back.storeExternalId,
    state: 'COMPLETED',
    version: 3,
    source: { name: 'Point of Sale' },
    created_at: at,
    updated_at: at,
    closed_at: at,
    ...(customerId !== undefined && { customer_id: customerId }),
    returns: [
      {
        uid: 'return-1',
        ...(source !== undefined && { source_order_id: source.order.id }),
        return_line_items: back.lines.map((line, index) =>
          returnLine(account, back, line, index, source),
        ),
        return_taxes: [
          {
            uid: 'return-tax-1',
            ...(source !== undefined && { source_tax_uid: 'tax-1' }),
            name: taxName,
            percentage: percentage(taxRate),
            type: taxesIncluded ? 'INCLUSIVE' : 'ADDITIVE',
            scope: 'ORDER',
            applied_money: amount(account, back.taxMinor),
          },
        ],
        return_amounts: sums(1),
      },
    ],
    return_amounts: sums(1),
    net_amounts: sums(-1),
    refunds: [
      {
        id: money.id,
        location_id: back.storeExternalId,
        transaction_id: id,
        ...(source !== undefined && { tender_id: source.payment.id }),
        created_at: at,
        reason: back.reason,
        amount_money: amount(account, back.totalMinor),
        status: 'APPROVED',
      },
    ],
    total_money: zero,
    total_tax_money: zero,
    total_discount_money: zero,
    total_tip_money: zero,
    total_service_charge_money: zero,
  }
}

/** A return line is a sale's line with other names for a few fields. */
function returnLine(
  account: Account,
  back: TillRefund,
  line: TillLine,
  index: number,
  source: Source | undefined,
): Json {
  const { gross_sales_money, applied_taxes, applied_discounts, ...sold } = lineItem(
    account,
    back,
    line,
    index,
  )
  const lines = (source?.order.line_items ?? []) as Json[]
  const bought = lines.find(({ catalog_object_id }) => catalog_object_id === sold.catalog_object_id)
  return {
    ...sold,
    uid: `return-line-${index + 1}`,
    ...(bought !== undefined && { source_line_item_uid: bought.uid }),
    gross_return_money: gross_sales_money,
    applied_taxes: (applied_taxes as Json[]).map((tax) => ({ ...tax, tax_uid: 'return-tax-1' })),
  }
}
