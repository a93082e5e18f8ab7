/**
 * Sums of a sale in minor units. Lightspeed's five decimals do not fall on cents; what was paid
 * does, so payments are the truth and the lines are rounded to add up to them.
 */
import { quantityFrom } from '../../base/quantity.ts'
import type { LineItem } from '../../retail/sale.ts'
import { minorFrom, roundTo } from './amounts.ts'
import type { SaleFacts, SaleLine } from './dialects.ts'
import type { Names } from './names.ts'

/** The product behind discounts of a whole sale: a line of it takes off (quantity -1). */
export const discountSku = 'vend-discount'

export interface SaleSums {
  readonly lines: LineItem[]
  readonly discountMinor: number
  readonly taxMinor: number
  readonly tipMinor: number
}

interface Terms {
  readonly currency: string
  readonly taxesIncluded: boolean
  readonly names: Names
}

/** @param goods lines that were bought; `totalMinor` is what the customer owes for all. */
export function sumSale(
  facts: SaleFacts,
  goods: readonly SaleLine[],
  totalMinor: number,
  taxScaled: number,
  terms: Terms,
): SaleSums {
  const { currency, taxesIncluded, names } = terms
  const taxMinor = minorFrom(taxScaled, currency)
  const saleDiscounts = facts.lines.filter((line) => isDiscount(line, names))
  const grossOf = (line: SaleLine) => line.netScaled + (taxesIncluded ? line.taxScaled : 0)

  let tipScaled = 0
  let discountScaled = saleDiscounts.reduce((sum, line) => sum - grossOf(line), 0)
  const feeLines: LineItem[] = []
  for (const [index, { type, name, scaled }] of facts.adjustments.entries()) {
    if (type === 'TIP') tipScaled += scaled
    else if (type === 'DISCOUNT' || scaled < 0) discountScaled += Math.abs(scaled)
    else if (scaled > 0)
      feeLines.push(plainLine(`adjustment-${index}`, name || type, minorFrom(scaled, currency)))
  }
  const tipMinor = minorFrom(tipScaled, currency)
  let discountMinor = Math.max(0, minorFrom(discountScaled, currency))

  const feesMinor = feeLines.reduce((sum, line) => sum + line.totalMinor, 0)
  const goodsMinor =
    totalMinor - tipMinor - feesMinor + discountMinor - (taxesIncluded ? 0 : taxMinor)
  const totals = roundTo(goodsMinor, goods.map(grossOf), currency)
  const discountTaxScaled = saleDiscounts.reduce((sum, line) => sum + line.taxScaled, 0)
  const taxes = roundTo(
    taxMinor - minorFrom(discountTaxScaled, currency),
    goods.map((line) => line.taxScaled),
    currency,
  ).parts
  const lines = goods.map((line, index) =>
    lineItem(line, totals.parts[index] ?? 0, taxes[index] ?? 0, terms),
  )
  // What is left is no rounding of ours: cash was rounded, or a fee is not told as one.
  if (totals.leftMinor < 0) discountMinor -= totals.leftMinor
  if (totals.leftMinor > 0) lines.push(plainLine('rounding', 'Rounding', totals.leftMinor))
  return { lines: [...lines, ...feeLines], discountMinor, taxMinor, tipMinor }
}

function lineItem(
  line: SaleLine,
  totalMinor: number,
  taxMinor: number,
  { currency, taxesIncluded, names }: Terms,
): LineItem {
  const sku = names.find('sku', line.productId)
  const quantity = quantityFrom(line.quantity)
  const grossRatio =
    taxesIncluded && line.netScaled !== 0 ? (line.netScaled + line.taxScaled) / line.netScaled : 1
  const discountMinor = minorFrom(Math.round(line.discountScaled * grossRatio), currency)
  const pieces = Number(quantity)
  return {
    lineId: line.id,
    ...(sku !== undefined && { sku }),
    name: (names.find('product_name', line.productId) ?? sku ?? '').slice(0, 255),
    quantity,
    unitPriceMinor: pieces === 0 ? 0 : Math.round((totalMinor + discountMinor) / pieces),
    discountMinor,
    taxMinor,
    totalMinor,
    ...(line.isGiftCard && { isGiftCard: true }),
  }
}

function plainLine(lineId: string, name: string, totalMinor: number): LineItem {
  return {
    lineId,
    name: name.slice(0, 255),
    quantity: '1',
    unitPriceMinor: totalMinor,
    discountMinor: 0,
    taxMinor: 0,
    totalMinor,
  }
}

export function isDiscount(line: SaleLine, names: Names): boolean {
  return names.find('sku', line.productId) === discountSku
}

export function isReturned(line: SaleLine): boolean {
  return typeof line.quantity === 'number' ? line.quantity < 0 : line.quantity.startsWith('-')
}
