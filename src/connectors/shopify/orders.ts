/** Orders as the webhook and as the API tell them, and what becomes of each. */
import { decimalFromMinor, minorFromDecimal } from '../../base/money.ts'
import { parse } from '../../base/parse.ts'
import type { Tender } from '../../retail/sale.ts'
import { type ConnectedStore, type LookupResult, nothing, type Translation } from '../connector.ts'
import type { LineAnswer, OrderAnswer } from './answers.ts'
import { numberOf, storeOf } from './ids.ts'
import { OrderPayload } from './payloads.ts'
import {
  completedSale,
  customerOf,
  type LineFacts,
  type OrderFacts,
  type ShopifyContext,
  voidedSale,
} from './sales.ts'
import { isPayment, tenderKindOf, tendersFrom } from './tenders.ts'

/** Paid once, whatever was given back since. */
const paidStatuses = new Set(['paid', 'partially_refunded', 'refunded'])

export function translateOrder(body: unknown, context: ShopifyContext): Translation {
  const order = parse(OrderPayload, body, 'payload_malformed')
  const locationId = order.location_id
  // Drafts marked as paid in the admin are of the POS channel, but were sold in no store.
  if (order.source_name !== 'pos' || order.test === true || locationId == null) return nothing
  const store = storeOf(context.connection, String(locationId), 'location_id')
  const facts = factsOfPayload(order, context)
  if (order.cancelled_at && order.financial_status === 'voided')
    return voidedSale(facts, store, context)
  if (!paidStatuses.has(order.financial_status ?? '')) return nothing
  const tenders = tendersOfPayload(order)
  if (tenders !== undefined) return completedSale(facts, tenders, store, context)
  return {
    events: [],
    lookups: [{ kind: 'order', externalId: facts.orderId }],
    references: customerOf(facts, context)?.references ?? [],
  }
}

/** One gateway paid it all; for more the split has to be asked for. */
function tendersOfPayload(order: OrderPayload): Tender[] | undefined {
  const amountMinor = minorFromDecimal(order.total_price, order.currency)
  const [gateway, another] = order.payment_gateway_names
  if (another !== undefined) return undefined
  if (gateway === undefined) return amountMinor === 0 ? [] : undefined
  return [{ kind: tenderKindOf(gateway), amountMinor }]
}

/** An order from the API with all of its lines. */
export function orderTold(
  order: OrderAnswer,
  lines: readonly LineAnswer[],
  store: ConnectedStore,
  context: ShopifyContext,
): LookupResult {
  if (order.sourceName !== 'pos' || order.test)
    return { outcome: 'translated', translation: nothing }
  const facts = factsOfAnswer(order, lines, context)
  const status = (order.displayFinancialStatus ?? '').toLowerCase()
  if (order.cancelledAt !== null && status === 'voided')
    return { outcome: 'translated', translation: voidedSale(facts, store, context) }
  // A return without receipt is filed under an order of its own: nobody bought anything by it.
  const isReturnOnly = status !== 'paid' && !order.transactions.some(({ kind }) => isPayment(kind))
  if (paidStatuses.has(status) && isReturnOnly)
    return { outcome: 'translated', translation: nothing }
  if (!paidStatuses.has(status)) return { outcome: 'not_yet', why: `The order is ${status}.` }
  const tenders = tendersFrom(order.transactions, {
    totalMinor: minorFromDecimal(facts.total, facts.currency),
    cashRounding: order.totalCashRoundingAdjustment.paymentSet.shopMoney.amount,
    currency: facts.currency,
  })
  if (tenders === undefined)
    return { outcome: 'not_yet', why: 'Its payments do not add up to its total yet.' }
  return { outcome: 'translated', translation: completedSale(facts, tenders, store, context) }
}

function factsOfPayload(order: OrderPayload, { connection }: ShopifyContext): OrderFacts {
  const { weightProperty } = connection.settings
  const lines: LineFacts[] = order.line_items.map((line) => ({
    lineId: numberOf(line.admin_graphql_api_id),
    sku: line.sku,
    variantId: line.variant_id == null ? undefined : String(line.variant_id),
    name: line.name ?? line.title ?? '',
    quantity: line.quantity,
    unitPrice: line.price,
    discounts:
      line.discount_allocations.length > 0
        ? line.discount_allocations.map(({ amount }) => amount)
        : [line.total_discount ?? '0'],
    taxes: line.tax_lines.map(({ price }) => price),
    isGiftCard: line.gift_card === true,
    isTip: line.tip != null,
    weight:
      weightProperty === undefined
        ? undefined
        : textOf(line.properties?.find(({ name }) => name === weightProperty)?.value),
  }))
  for (const line of order.shipping_lines)
    lines.push({
      ...shippingLine(String(line.id), line.title ?? '', line.price),
      discounts: [differenceOf(line.price, line.discounted_price ?? line.price, order.currency)],
      taxes: line.tax_lines.map(({ price }) => price),
    })
  const { customer } = order
  return {
    orderId: numberOf(order.admin_graphql_api_id),
    number: order.name,
    deviceId: order.device_id,
    employeeId: order.user_id,
    processedAt: order.processed_at,
    cancelledAt: order.cancelled_at,
    cancelReason: order.cancel_reason,
    currency: order.currency,
    taxesIncluded: order.taxes_included,
    total: order.total_price,
    tax: order.total_tax,
    tip: order.total_tip_received,
    customer:
      customer == null
        ? undefined
        : {
            customerId: numberOf(customer.admin_graphql_api_id),
            email: customer.email,
            phone: customer.phone,
          },
    lines,
  }
}

function factsOfAnswer(
  order: OrderAnswer,
  told: readonly LineAnswer[],
  { connection }: ShopifyContext,
): OrderFacts {
  const { weightProperty } = connection.settings
  const lines: LineFacts[] = told.map((line) => ({
    lineId: numberOf(line.id),
    sku: line.sku,
    variantId: line.variant === null ? undefined : numberOf(line.variant.id),
    name: line.name,
    quantity: line.quantity,
    unitPrice: line.originalUnitPriceSet.shopMoney.amount,
    discounts: line.discountAllocations.map((entry) => entry.allocatedAmountSet.shopMoney.amount),
    taxes: line.taxLines.map(({ priceSet }) => priceSet.shopMoney.amount),
    isGiftCard: line.isGiftCard,
    isTip: false,
    weight:
      weightProperty === undefined
        ? undefined
        : textOf(line.customAttributes.find(({ key }) => key === weightProperty)?.value),
  }))
  for (const line of order.shippingLines.nodes) {
    const price = line.originalPriceSet.shopMoney.amount
    const discounted = line.discountedPriceSet.shopMoney.amount
    lines.push({
      ...shippingLine(line.id === null ? 'shipping' : numberOf(line.id), line.title, price),
      discounts: [differenceOf(price, discounted, order.currencyCode)],
      taxes: line.taxLines.map(({ priceSet }) => priceSet.shopMoney.amount),
    })
  }
  const { customer } = order
  return {
    orderId: numberOf(order.id),
    number: order.name,
    deviceId: deviceOf(order),
    employeeId: order.staffMember == null ? undefined : numberOf(order.staffMember.id),
    processedAt: order.processedAt,
    cancelledAt: order.cancelledAt,
    cancelReason: order.cancelReason,
    currency: order.currencyCode,
    taxesIncluded: order.taxesIncluded,
    total: order.totalPriceSet.shopMoney.amount,
    tax: order.totalTaxSet?.shopMoney.amount ?? '0',
    tip: order.totalTipReceivedSet.shopMoney.amount,
    customer:
      customer === null
        ? undefined
        : {
            customerId: numberOf(customer.id),
            email: customer.defaultEmailAddress?.emailAddress,
            phone: customer.defaultPhoneNumber?.phoneNumber,
          },
    lines,
  }
}

/** Orders name no device in the API; their payments do, and so does `location-device-receipt`. */
function deviceOf({ transactions, sourceIdentifier }: OrderAnswer): string | undefined {
  const device = transactions.find((transaction) => transaction.device !== null)?.device
  if (device != null) return numberOf(device.id)
  return /^\d+-(\d+)-\d+$/.exec(sourceIdentifier ?? '')?.[1]
}

function shippingLine(lineId: string, name: string, unitPrice: string) {
  return {
    lineId,
    sku: undefined,
    variantId: undefined,
    name,
    quantity: 1,
    unitPrice,
    isGiftCard: false,
    isTip: false,
    weight: undefined,
  }
}

function differenceOf(price: string, discounted: string, currency: string): string {
  if (price === discounted) return '0'
  return decimalFromMinor(
    minorFromDecimal(price, currency) - minorFromDecimal(discounted, currency),
    currency,
  )
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
