/** Goods with a last day: what will spoil before it sells is no stock (EWA, Broekmeulen and van Donselaar). */
import { countQuantile } from '../math/negative-binomial.ts'
import { refuse } from '../trees/histogram-boosting/table.ts'

/** 0 to 1: share of demand that takes the oldest first, the rest takes the freshest. */
export const oldestFirstDefault = 0.5

export interface AgedStock {
  /** Units by days they may still be sold: place 0 spoils at the end of today. */
  readonly unitsByDaysLeft: ArrayLike<number>
  /** Mean demand of each day ahead. */
  readonly means: ArrayLike<number>
}

/** Units expected to spoil by the end of each of the days, one a day. */
export function expectedWaste(
  { unitsByDaysLeft, means }: AgedStock,
  days: number,
  oldestFirst = oldestFirstDefault,
): Float64Array {
  if (!(oldestFirst >= 0 && oldestFirst <= 1)) refuse('oldestFirst', '0 to 1')
  if (means.length < days) refuse('means', `at least ${days} days ahead`)
  const stock = Float64Array.from(unitsByDaysLeft)
  for (const [at, units] of stock.entries())
    if (!(units >= 0 && Number.isFinite(units))) refuse(`unitsByDaysLeft, day ${at}`, 'at least 0')
  return Float64Array.from({ length: days }, (_, day) => {
    const demand = means[day]!
    const rest = take(stock, demand * oldestFirst, 1) + take(stock, demand * (1 - oldestFirst), -1)
    take(stock, rest, 1)
    const spoiled = stock[0] ?? 0
    stock.copyWithin(0, 1)
    if (stock.length > 0) stock[stock.length - 1] = 0
    return spoiled
  })
}

/** Takes from the oldest on (1) or the freshest on (-1). @returns what was not there */
function take(stock: Float64Array, units: number, step: 1 | -1): number {
  let wanted = units
  for (let k = 0; k < stock.length && wanted > 0; k += 1) {
    const at = step === 1 ? k : stock.length - 1 - k
    const taken = Math.min(stock[at]!, wanted)
    stock[at]! -= taken
    wanted -= taken
  }
  return wanted
}

export interface PerishableTerms {
  readonly leadDays: number
  readonly reviewDays: number
  readonly safetyUnits: number
  readonly packUnits: number
  readonly onOrderUnits: number
  readonly oldestFirst?: number
}

export interface PerishableOrder {
  readonly packsCount: number
  readonly orderUnits: number
  readonly wasteUnits: number
  /** Pack over what sells in a shelf life; above 1 the pack cannot be sold in time. */
  readonly caseCover: number
}

/** @param shelfLifeDays of goods as received */
export function perishableOrder(
  stock: AgedStock,
  terms: PerishableTerms,
  shelfLifeDays: number,
): PerishableOrder {
  const { leadDays, reviewDays, safetyUnits, packUnits, onOrderUnits } = terms
  if (!(packUnits > 0)) refuse('packUnits', 'above 0')
  if (!(shelfLifeDays > 0)) refuse('shelfLifeDays', 'above 0')
  const days = leadDays + reviewDays
  if (!(Number.isInteger(days) && days >= 1))
    refuse('leadDays, reviewDays', 'whole days, at least 1')
  const waste = expectedWaste(stock, Math.max(0, days - 1), terms.oldestFirst)
  const wasteUnits = waste.reduce((sum, units) => sum + units, 0)
  let demand = 0
  for (let day = 0; day < days; day += 1)
    demand += stock.means[day] ?? refuse('means', `${days} days`)
  let onHand = 0
  for (let at = 0; at < stock.unitsByDaysLeft.length; at += 1) onHand += stock.unitsByDaysLeft[at]!
  const deficit = safetyUnits + demand - (onHand + onOrderUnits - wasteUnits)
  const packsCount = deficit > 0 ? Math.ceil(deficit / packUnits - 1e-9) : 0
  const sold = (demand / days) * shelfLifeDays
  return {
    packsCount,
    orderUnits: packsCount * packUnits,
    wasteUnits,
    caseCover: sold > 0 ? packUnits / sold : Number.POSITIVE_INFINITY,
  }
}

/** Goods for one day: the quantile of its demand at the critical ratio. */
export function newsvendorUnits(ratio: number, mean: number, dispersion: number): number {
  return countQuantile(ratio, mean, mean * Math.max(1, dispersion))
}
