/**
 * Line items, read as Clover's own page "Calculate order totals" does: price and modifiers, less
 * percentage discounts, less amounts; half cents up. Clover has no quantity and no tax per line:
 * equal line items are gathered into one line, and the payments' tax is shared by what each line is
 * worth at its rates.
 */
import { allocate } from '../../base/money.ts'
import { quantityFrom } from '../../base/quantity.ts'
import type { LineItem as RetailLine } from '../../retail/sale.ts'
import { type Discount, elementsOf, type LineItem } from './payloads.ts'

/** One line item; `members` of equal ones become one line. */
interface PricedLine {
  readonly lineItem: LineItem
  readonly unitPriceMinor: number
  readonly discountMinor: number
  readonly netMinor: number
  readonly taxMinor: number
}

export interface GatheredLine {
  readonly members: readonly PricedLine[]
  readonly line: RetailLine
}

/** Clover's scale of rates: 10,000,000 is 100 %. */
const rateWhole = 10_000_000

export function gatherLines(
  lineItems: readonly LineItem[],
  taxMinor: number,
  skuOf: (itemId: string) => string | undefined,
): GatheredLine[] {
  const groups = new Map<string, PricedLine[]>()
  for (const priced of priceLines(lineItems, taxMinor)) {
    const key = keyOf(priced)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [priced])
    else group.push(priced)
  }
  return [...groups.values()].map((members) => ({ members, line: lineOf(members, skuOf) }))
}

function priceLines(lineItems: readonly LineItem[], taxMinor: number): PricedLine[] {
  const priced = lineItems.map((lineItem) => {
    const unitPriceMinor = elementsOf(lineItem.modifications).reduce(
      (sum, { amount }) => sum + (amount ?? 0),
      lineItem.price,
    )
    const grossMinor =
      lineItem.unitQty == null
        ? unitPriceMinor
        : roundHalfUp((unitPriceMinor * lineItem.unitQty) / 1000)
    const discountMinor = discountOf(elementsOf(lineItem.discounts), grossMinor)
    return { lineItem, unitPriceMinor, discountMinor, netMinor: grossMinor - discountMinor }
  })
  const rated = priced.map(({ lineItem, netMinor }) =>
    Math.max(0, (netMinor * rateOf(lineItem)) / rateWhole + flatTaxOf(lineItem)),
  )
  const taxes = shares(
    taxMinor,
    rated.some((weight) => weight > 0)
      ? rated
      : priced.map(({ netMinor }) => Math.max(0, netMinor)),
  )
  return priced.map((line, index) => ({ ...line, taxMinor: taxes[index] ?? 0 }))
}

/** Parts by weight; the first bears all when nothing has any. */
export function shares(minor: number, weights: readonly number[]): number[] {
  if (weights.some((weight) => weight > 0)) return allocate(minor, weights)
  return weights.map((_, index) => (index === 0 ? minor : 0))
}

function rateOf(lineItem: LineItem): number {
  return elementsOf(lineItem.taxRates).reduce((sum, { rate }) => sum + (rate ?? 0), 0)
}

function flatTaxOf(lineItem: LineItem): number {
  return elementsOf(lineItem.taxRates).reduce((sum, { taxAmount }) => sum + (taxAmount ?? 0), 0)
}

/** Percentages first, then amounts; positive. */
export function discountOf(discounts: readonly Discount[], baseMinor: number): number {
  let millionths = 0
  let amountMinor = 0
  for (const { amount, percentage, percentageDecimal } of discounts)
    if (amount != null && amount !== 0) amountMinor -= amount
    else millionths += percentageDecimal ?? (percentage ?? 0) * 10_000
  return roundHalfUp((baseMinor * millionths) / 1_000_000) + amountMinor
}

function roundHalfUp(value: number): number {
  return Math.floor(value + 0.5)
}

/** Weighed goods stay apart: each weighing is its own line on the receipt. */
function keyOf({ lineItem, unitPriceMinor }: PricedLine): string {
  if (lineItem.unitQty != null) return lineItem.id
  return `${lineItem.item?.id ?? ''}\u0000${lineItem.name ?? ''}\u0000${unitPriceMinor}\u0000${rateOf(lineItem)}\u0000${flatTaxOf(lineItem)}`
}

function lineOf(
  members: readonly PricedLine[],
  skuOf: (itemId: string) => string | undefined,
): RetailLine {
  const [first] = members as [PricedLine, ...PricedLine[]]
  const { lineItem } = first
  const sku = lineItem.item == null ? undefined : skuOf(lineItem.item.id)
  return {
    lineId: lineItem.id,
    ...(sku !== undefined && { sku }),
    // What a cashier types in by hand may name somebody, so only catalogue names are told.
    name: lineItem.item == null ? (lineItem.isOrderFee ? 'Fee' : 'Custom item') : nameOf(lineItem),
    quantity: lineItem.unitQty == null ? String(members.length) : thousandths(lineItem.unitQty),
    unitPriceMinor: first.unitPriceMinor,
    discountMinor: sum(members, 'discountMinor'),
    taxMinor: sum(members, 'taxMinor'),
    totalMinor: sum(members, 'netMinor'),
  }
}

function nameOf({ name }: LineItem): string {
  return name ?? 'Item'
}

function thousandths(unitQty: number): string {
  const digits = String(unitQty).padStart(4, '0')
  return quantityFrom(`${digits.slice(0, -3)}.${digits.slice(-3)}`)
}

function sum(
  members: readonly PricedLine[],
  field: 'discountMinor' | 'taxMinor' | 'netMinor',
): number {
  return members.reduce((total, member) => total + member[field], 0)
}
