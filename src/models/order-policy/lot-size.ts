/** How much at a time: the economic lot, price brackets, and common cycles in powers of two. */
import { refuse } from '../trees/histogram-boosting/table.ts'

export interface LotCosts {
  readonly unitsAYear: number
  /** Of placing and receiving one order. */
  readonly orderCost: number
  /** Of keeping money in stock: a share of the unit's cost a year. */
  readonly holdingRatio: number
}

export interface PriceBracket {
  /** The price holds for all units of an order of at least so many. */
  readonly fromUnits: number
  readonly unitCost: number
}

export function economicLot({ unitsAYear, orderCost, holdingRatio }: LotCosts, unitCost: number) {
  for (const [field, value] of Object.entries({ unitsAYear, orderCost, holdingRatio, unitCost }))
    if (!(value > 0 && Number.isFinite(value))) refuse(field, 'above 0')
  return Math.sqrt((2 * orderCost * unitsAYear) / (holdingRatio * unitCost))
}

export interface Lot {
  readonly orderUnits: number
  readonly unitCost: number
  /** Goods, orders and holding. */
  readonly costAYear: number
}

/** All-units discount: each bracket's own lot, or its start, whichever costs least over a year. */
export function bracketLot(costs: LotCosts, brackets: readonly PriceBracket[]): Lot {
  if (brackets.length === 0) refuse('brackets', 'at least one')
  const sorted = [...brackets].sort((a, b) => a.fromUnits - b.fromUnits)
  let best: Lot | undefined
  for (const [at, { fromUnits, unitCost }] of sorted.entries()) {
    const end = sorted[at + 1]?.fromUnits ?? Number.POSITIVE_INFINITY
    const orderUnits = Math.max(economicLot(costs, unitCost), fromUnits)
    if (orderUnits >= end) continue
    const { unitsAYear, orderCost, holdingRatio } = costs
    const costAYear =
      unitCost * unitsAYear +
      (orderCost * unitsAYear) / orderUnits +
      (holdingRatio * unitCost * orderUnits) / 2
    if (best === undefined || costAYear < best.costAYear) best = { orderUnits, unitCost, costAYear }
  }
  return best ?? refuse('brackets', 'starts that differ')
}

/** The cycle `base * 2^k` next to the best one: at most 6 % dearer (Roundy 1985). */
export function commonCycle(bestCycle: number, base: number): number {
  if (!(bestCycle > 0 && base > 0)) refuse('bestCycle, base', 'above 0')
  return base * 2 ** Math.max(0, Math.ceil(Math.log2(bestCycle / base / Math.SQRT2)))
}
