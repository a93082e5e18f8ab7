/** A paid order of Shopify POS as a sale of ours, whichever way it was told. */
import { minorFromDecimal } from '../../base/money.ts'
import { quantityFrom } from '../../base/quantity.ts'
import { instantFrom } from '../../base/time.ts'
import type { LineItem, Tender } from '../../retail/sale.ts'
import type {
  ConnectedStore,
  DraftEvent,
  Reference,
  Translation,
  TranslationContext,
} from '../connector.ts'
import { saleIdFrom } from '../external-id.ts'
import { registerIdOf } from './ids.ts'
import type { ShopifySettings } from './settings.ts'

export type ShopifyContext = TranslationContext<ShopifySettings>

/** What both the webhook and the API say of an order; amounts as decimal text. */
export interface OrderFacts {
  readonly orderId: string
  readonly number: string
  readonly deviceId: string | number | null | undefined
  readonly employeeId: string | number | null | undefined
  readonly processedAt: string
  readonly cancelledAt: string | null | undefined
  readonly cancelReason: string | null | undefined
  readonly currency: string
  readonly taxesIncluded: boolean
  readonly total: string
  readonly tax: string
  readonly tip: string
  readonly customer:
    | {
        readonly customerId: string
        readonly email: string | null | undefined
        readonly phone: string | null | undefined
      }
    | undefined
  readonly lines: readonly LineFacts[]
}

export interface LineFacts {
  readonly lineId: string
  readonly sku: string | null | undefined
  readonly variantId: string | undefined
  readonly name: string
  readonly quantity: number
  readonly unitPrice: string
  /** Each is an allocation of a discount, of the line's own or of the order's. */
  readonly discounts: readonly string[]
  readonly taxes: readonly string[]
  readonly isGiftCard: boolean
  readonly isTip: boolean
  /** What the weighing app wrote, where the connection names its property. */
  readonly weight: string | undefined
}

export function completedSale(
  facts: OrderFacts,
  tenders: Tender[],
  store: ConnectedStore,
  context: ShopifyContext,
): Translation {
  const { currency } = facts
  const { connectionId } = context.connection
  const customer = customerOf(facts, context)
  const event: DraftEvent = {
    type: 'sale.completed',
    key: facts.orderId,
    storeId: store.storeId,
    ...registerIdOf(store, facts.deviceId),
    occurredAt: instantFrom(facts.processedAt, 'processed_at'),
    data: {
      saleId: saleIdFrom(connectionId, facts.orderId),
      number: facts.number.slice(0, 80),
      ...employeeOf(facts, context),
      ...(customer !== undefined && { customer: customer.token }),
      currency,
      lines: linesOf(facts, context),
      // Discounts of the whole order are allocated to its lines by Shopify itself.
      discountMinor: 0,
      taxesIncluded: facts.taxesIncluded,
      taxMinor: minorFromDecimal(facts.tax, currency),
      tipMinor: tipOf(facts),
      totalMinor: minorFromDecimal(facts.total, currency),
      tenders,
    },
  }
  return { events: [event], lookups: [], references: customer?.references ?? [] }
}

export function voidedSale(
  facts: OrderFacts,
  store: ConnectedStore,
  context: ShopifyContext,
): Translation {
  const { cancelReason, currency } = facts
  const event: DraftEvent = {
    type: 'sale.voided',
    key: facts.orderId,
    storeId: store.storeId,
    ...registerIdOf(store, facts.deviceId),
    occurredAt: instantFrom(facts.cancelledAt ?? facts.processedAt, 'cancelled_at'),
    data: {
      saleId: saleIdFrom(context.connection.connectionId, facts.orderId),
      ...employeeOf(facts, context),
      currency,
      totalMinor: minorFromDecimal(facts.total, currency),
      ...(cancelReason && { reason: context.tokens.token('text', cancelReason.toLowerCase()) }),
    },
  }
  return { events: [event], lookups: [], references: [] }
}

function employeeOf({ employeeId }: OrderFacts, context: ShopifyContext) {
  if (employeeId === null || employeeId === undefined) return undefined
  return { employeeId: context.tokens.employee(String(employeeId)) }
}

/** The person's token, and what to remember of it when that is new. */
export function customerOf(
  { customer }: Pick<OrderFacts, 'customer'>,
  { tokens, references }: ShopifyContext,
): { token: string; references: Reference[] } | undefined {
  if (customer === undefined) return undefined
  const { customerId, email, phone } = customer
  const known = references.find('customer', customerId)
  // Without approval for personal data Shopify leaves these empty: then what is known stays.
  if (!email && !phone && known !== undefined) return { token: known, references: [] }
  const token = tokens.customer({
    externalId: customerId,
    ...(email && { email }),
    ...(phone && { phone }),
  })
  const reference = { kind: 'customer', externalId: customerId, value: token }
  return { token, references: known === token ? [] : [reference] }
}

function tipOf({ tip, lines, currency }: OrderFacts): number {
  const told = minorFromDecimal(tip, currency)
  if (told !== 0) return told
  return lines.reduce(
    (sum, line) => (line.isTip ? sum + minorFromDecimal(line.unitPrice, currency) : sum),
    0,
  )
}

function linesOf({ lines, currency }: OrderFacts, { references }: ShopifyContext): LineItem[] {
  const items: LineItem[] = []
  for (const line of lines) {
    if (line.isTip) continue
    const unitPriceMinor = minorFromDecimal(line.unitPrice, currency)
    const grossMinor = unitPriceMinor * line.quantity
    const discountMinor = sumOf(line.discounts, currency)
    const sku = line.sku || (line.variantId && references.find('sku', line.variantId))
    items.push({
      lineId: line.lineId,
      ...(sku && { sku: sku.slice(0, 64) }),
      name: line.name.slice(0, 255),
      ...(weighed(line.weight, grossMinor) ?? { quantity: String(line.quantity), unitPriceMinor }),
      discountMinor,
      taxMinor: sumOf(line.taxes, currency),
      totalMinor: grossMinor - discountMinor,
      ...(line.isGiftCard && { isGiftCard: true }),
    })
  }
  return items
}

/** Rung up as one piece at the weight's price; the price per unit follows from it, rounded. */
function weighed(weight: string | undefined, grossMinor: number) {
  if (weight === undefined || !/^\d{1,9}(\.\d{1,5})?$/.test(weight) || Number(weight) === 0)
    return undefined
  return {
    quantity: quantityFrom(weight),
    unitPriceMinor: Math.round(grossMinor / Number(weight)),
  }
}

function sumOf(decimals: readonly string[], currency: string): number {
  let sum = 0
  for (const decimal of decimals) sum += minorFromDecimal(decimal, currency)
  return sum
}
