/**
 * A completed order of Square as a sale. Square's line totals hold their tax, added or included;
 * discounts of the whole order are already shared out to the lines, so none is left over.
 */
import { quantityFrom } from '../../base/quantity.ts'
import { type Instant, instantFrom } from '../../base/time.ts'
import type { EventData } from '../../retail/events.ts'
import type { ConnectedStore, DraftEvent } from '../connector.ts'
import { saleIdFrom } from '../external-id.ts'
import type { Order, OrderLine } from './resources.ts'
import type { SquareTranslation } from './settings.ts'
import { registerOf } from './stores.ts'
import { tenderOfSale } from './tenders.ts'

/** What the order itself does not tell: its payments do. Ids and a time only. */
export interface PaymentHints {
  readonly deviceId?: string
  readonly teamMemberId?: string
  /** When it was taken, if that was without a connection. */
  readonly offlineAt?: string
}

/** What stands behind the ids of an order. */
export interface Known {
  readonly skuOf: (variationId: string) => string | undefined
  readonly customerOf: (customerId: string) => string | undefined
}

export function customerIdOf(order: Order): string | undefined {
  return (
    order.customer_id ??
    order.tenders?.find(({ customer_id }) => customer_id !== undefined)?.customer_id
  )
}

const paidMinor = (order: Order): number =>
  (order.tenders ?? []).reduce((sum, { amount_money }) => sum + amount_money.amount, 0)

/** Why the order is not yet to be told, or nothing when it is whole. */
export function whyUnfinished(order: Order): string | undefined {
  if (order.state !== 'COMPLETED') return `the order is ${order.state}`
  const returnedMinor = order.return_amounts?.total_money?.amount ?? 0
  const hasLines = (order.line_items?.length ?? 0) > 0
  if (!hasLines && returnedMinor === 0 && order.returns === undefined)
    return 'the order has no line items yet'
  if (hasLines && paidMinor(order) < (order.total_money?.amount ?? 0) - returnedMinor)
    return 'not all tenders are on the order yet'
  return undefined
}

export function saleEvent(
  order: Order,
  store: ConnectedStore,
  hints: PaymentHints,
  known: Known,
  context: SquareTranslation,
): DraftEvent {
  const { connection, tokens } = context
  const customer = customerOfOrder(order, known)
  return {
    type: 'sale.completed',
    key: order.id,
    storeId: store.storeId,
    ...registerOf(store, hints.deviceId),
    occurredAt: occurredAt(order, hints),
    data: {
      saleId: saleIdFrom(connection.connectionId, order.id),
      number: receiptNumber(order),
      ...(hints.teamMemberId !== undefined && { employeeId: tokens.employee(hints.teamMemberId) }),
      ...(customer !== undefined && { customer }),
      currency: order.total_money?.currency ?? store.currency,
      ...amounts(order, known, context),
    },
  }
}

function amounts(order: Order, known: Known, context: SquareTranslation) {
  const types = new Set((order.taxes ?? []).map(({ type }) => type))
  const taxesIncluded = types.has('INCLUSIVE') && !types.has('ADDITIVE')
  const totalMinor = order.total_money?.amount ?? 0
  const tenders = (order.tenders ?? []).map((paid) => tenderOfSale(context, paid))
  // In an exchange, goods given back pay for a part of the goods taken.
  const exchangedMinor = totalMinor - paidMinor(order)
  if (exchangedMinor > 0) tenders.push({ kind: 'other', amountMinor: exchangedMinor })
  return {
    lines: [
      ...(order.line_items ?? []).map((line) => lineItem(line, taxesIncluded, known)),
      ...serviceCharges(order, taxesIncluded),
    ],
    discountMinor: 0,
    taxesIncluded,
    taxMinor: order.total_tax_money?.amount ?? 0,
    tipMinor: order.total_tip_money?.amount ?? 0,
    totalMinor,
    tenders,
  }
}

type LineItem = EventData<'sale.completed'>['lines'][number]

function lineItem(line: OrderLine, taxesIncluded: boolean, known: Known): LineItem {
  const taxMinor = line.total_tax_money?.amount ?? 0
  const sku = line.catalog_object_id === undefined ? undefined : known.skuOf(line.catalog_object_id)
  const extrasMinor = (line.modifiers ?? []).reduce(
    (sum, { base_price_money, quantity }) =>
      sum + Math.round((base_price_money?.amount ?? 0) * Number(quantity ?? '1')),
    0,
  )
  return {
    lineId: line.uid ?? '',
    ...(sku !== undefined && { sku }),
    name: lineName(line),
    quantity: quantityFrom(line.quantity),
    unitPriceMinor: (line.base_price_money?.amount ?? 0) + extrasMinor,
    discountMinor: line.total_discount_money?.amount ?? 0,
    taxMinor,
    totalMinor: line.total_money.amount - (taxesIncluded ? 0 : taxMinor),
    ...(line.item_type === 'GIFT_CARD' && { isGiftCard: true }),
  }
}

/** Charges that Square did not share out to the lines: our vocabulary has them as lines of their own. */
function serviceCharges(order: Order, taxesIncluded: boolean): LineItem[] {
  return (order.service_charges ?? [])
    .filter(({ treatment_type }) => treatment_type !== 'APPORTIONED_TREATMENT')
    .map((charge) => {
      const taxMinor = charge.total_tax_money?.amount ?? 0
      const totalMinor = (charge.total_money?.amount ?? 0) - (taxesIncluded ? 0 : taxMinor)
      return {
        lineId: charge.uid ?? '',
        name: (charge.name ?? 'Service charge').slice(0, 255),
        quantity: '1',
        unitPriceMinor: totalMinor,
        discountMinor: 0,
        taxMinor,
        totalMinor,
      }
    })
}

/** "House Blend, 250g". */
export function nameOf(item: {
  name?: string | undefined
  variation_name?: string | undefined
}): string {
  const { name = 'Unnamed', variation_name: variation } = item
  const isPlain = variation === undefined || variation === '' || variation === 'Regular'
  return (isPlain ? name : `${name}, ${variation}`).slice(0, 255)
}

/** What no catalogue holds was typed in at the register and may name somebody: it stays here. */
export function lineName(
  line: Pick<OrderLine, 'name' | 'variation_name' | 'catalog_object_id' | 'item_type'>,
): string {
  if (line.catalog_object_id !== undefined) return nameOf(line)
  return line.item_type === 'GIFT_CARD' ? 'Gift card' : 'Custom amount'
}

/** Square's receipt number is the beginning of the payment's id, and an order does not repeat it. */
function receiptNumber(order: Order): string {
  const [first] = order.tenders ?? []
  return (first?.payment_id ?? first?.id ?? order.id).slice(0, 4)
}

function occurredAt(order: Order, hints: PaymentHints): Instant {
  if (hints.offlineAt !== undefined) return instantFrom(hints.offlineAt, 'client_created_at')
  return instantFrom(order.closed_at ?? order.updated_at ?? '', 'order.closed_at')
}

/** Undone before it was paid. */
export function voidEvent(
  order: Order,
  store: ConnectedStore,
  hints: PaymentHints,
  context: SquareTranslation,
): DraftEvent {
  return {
    type: 'sale.voided',
    key: order.id,
    storeId: store.storeId,
    ...registerOf(store, hints.deviceId),
    occurredAt: occurredAt(order, {}),
    data: {
      saleId: saleIdFrom(context.connection.connectionId, order.id),
      ...(hints.teamMemberId !== undefined && {
        employeeId: context.tokens.employee(hints.teamMemberId),
      }),
      currency: order.total_money?.currency ?? store.currency,
      totalMinor: order.total_money?.amount ?? 0,
    },
  }
}

export function customerOfOrder(order: Order, known: Known): string | undefined {
  const customerId = customerIdOf(order)
  return customerId === undefined ? undefined : known.customerOf(customerId)
}
