/** A till's sums: whole minor units, tax line by line, and everything adds up exactly. */
import { Fault } from '../base/fault.ts'
import type { TillLine } from './till.ts'

/** How a store taxes: `0.08875`, added to the price or included in it. */
export interface TaxRule {
  readonly taxRate: string
  readonly taxesIncluded: boolean
}

/** Rates have at most six decimals, so that a whole number of millionths holds them exactly. */
function rateMillionths(taxRate: string): bigint {
  const match = /^(\d)(?:\.(\d{1,6}))?$/.exec(taxRate)
  if (match === null)
    throw new Fault('config_invalid', { field: 'taxRate', expected: 'a rate like "0.0825"' })
  return BigInt((match[1] ?? '0') + (match[2] ?? '').padEnd(6, '0'))
}

/** Rounded half up; amounts here are never negative. */
function divideRounded(numerator: bigint, denominator: bigint): number {
  return Number((numerator * 2n + denominator) / (denominator * 2n))
}

function shareOf(amountMinor: number, part: number, whole: number): number {
  return divideRounded(BigInt(amountMinor) * BigInt(part), BigInt(whole))
}

/** The tax on a line's amount after discount. */
export function taxOf(amountMinor: number, { taxRate, taxesIncluded }: TaxRule): number {
  const rate = rateMillionths(taxRate)
  return taxesIncluded
    ? divideRounded(BigInt(amountMinor) * rate, 1_000_000n + rate)
    : divideRounded(BigInt(amountMinor) * rate, 1_000_000n)
}

export function lineOf(
  goods: { sku: string; name: string; quantity: number; unitPriceMinor: number },
  discountMinor: number,
  rule: TaxRule,
): TillLine {
  const totalMinor = goods.unitPriceMinor * goods.quantity - discountMinor
  return {
    sku: goods.sku,
    name: goods.name,
    quantity: String(goods.quantity),
    unitPriceMinor: goods.unitPriceMinor,
    discountMinor,
    taxMinor: taxOf(totalMinor, rule),
    totalMinor,
  }
}

/**
 * What goes back for `quantity` units of a line after `before` units came back already: the line's
 * amounts are shared by counting up, so that all parts together give back exactly what was paid.
 */
export function returnedLine(line: TillLine, quantity: number, before: number): TillLine {
  const sold = Number(line.quantity)
  const back = (amount: number) =>
    shareOf(amount, before + quantity, sold) - shareOf(amount, before, sold)
  const totalMinor = back(line.totalMinor)
  return {
    ...line,
    quantity: String(quantity),
    discountMinor: line.unitPriceMinor * quantity - totalMinor,
    taxMinor: back(line.taxMinor),
    totalMinor,
  }
}

export interface Sums {
  readonly taxMinor: number
  /** What is owed for the goods, tax included; a tip comes on top. */
  readonly totalMinor: number
}

export function sumsOf(lines: readonly TillLine[], { taxesIncluded }: TaxRule): Sums {
  const taxMinor = lines.reduce((sum, line) => sum + line.taxMinor, 0)
  const linesMinor = lines.reduce((sum, line) => sum + line.totalMinor, 0)
  return { taxMinor, totalMinor: linesMinor + (taxesIncluded ? 0 : taxMinor) }
}
