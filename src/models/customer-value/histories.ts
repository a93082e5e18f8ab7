/** From sales lines to what the value models take: one purchase a customer and day. */
import type { Customer } from './customer-value.ts'

export interface SalesLines {
  /** Number of the customer, from 0; below 0 is nobody known. */
  readonly customer: ArrayLike<number>
  /** Whole days from any start. */
  readonly day: ArrayLike<number>
  readonly amountMinor: ArrayLike<number>
}

export interface CustomerHistory extends Customer {
  readonly customer: number
  readonly firstDay: number
  readonly lastDay: number
}

/** Of everybody who bought up to and with `throughDay`; days whose sum is not above 0 do not count. */
export function historiesOf(lines: SalesLines, throughDay: number): CustomerHistory[] {
  const days = new Map<number, Map<number, number>>()
  for (let at = 0; at < lines.day.length; at += 1) {
    const [customer, day] = [lines.customer[at]!, lines.day[at]!]
    if (customer < 0 || day > throughDay) continue
    const own = days.get(customer) ?? new Map<number, number>()
    own.set(day, (own.get(day) ?? 0) + lines.amountMinor[at]!)
    days.set(customer, own)
  }
  const found: CustomerHistory[] = []
  for (const [customer, own] of [...days].sort(([left], [right]) => left - right)) {
    const bought = [...own].filter(([, minor]) => minor > 0).sort(([left], [right]) => left - right)
    const [first, ...later] = bought
    if (first === undefined) continue
    const lastDay = bought.at(-1)![0]
    const sum = later.reduce((total, [, minor]) => total + minor, 0)
    found.push({
      customer,
      firstDay: first[0],
      lastDay,
      repeats: later.length,
      lastWeeks: (lastDay - first[0]) / 7,
      ageWeeks: (throughDay - first[0]) / 7,
      meanMinor: later.length === 0 ? 0 : sum / later.length,
    })
  }
  return found
}
