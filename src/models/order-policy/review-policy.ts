/** (R, s, nQ): at each review, if the position is at or below s, whole packs up to S. */
import { refuse } from '../trees/histogram-boosting/table.ts'
import type { ProtectionDemand } from './protection.ts'

export interface StockPosition {
  /** Phantom stock taken off; below 0 where sold before received. */
  readonly onHandUnits: number
  /** Due within lead time and review. */
  readonly onOrderUnits: number
  readonly inTransitUnits: number
  readonly reservedUnits: number
}

export interface ReviewTerms {
  /** 0 to 1: chance of not running out before the next order can arrive. */
  readonly serviceRatio: number
  /** What an order should last beyond that: mean demand of a cycle, or an economic lot. */
  readonly cycleUnits: number
  readonly packUnits: number
  /** Fewest units that make the shelf look full. */
  readonly presentationUnits: number
  /** Most that fit; infinite where it does not matter. */
  readonly capacityUnits: number
  /** A last pack filled less than this is left out where the service stays: 0.3 for A, 0.5 for B, C. */
  readonly packResidualMin: number
}

export interface OrderLine {
  readonly orderUnits: number
  readonly packsCount: number
  readonly positionUnits: number
  /** s */
  readonly reorderPointUnits: number
  /** S */
  readonly orderUpToUnits: number
  /** Chance of running out before the next order could arrive, with this one. */
  readonly stockOutChance: number
  /** What `orderUnits` is made of: they add up to it. */
  readonly parts: {
    readonly demandUnits: number
    readonly safetyUnits: number
    readonly presentationUnits: number
    readonly cycleUnits: number
    readonly capacityUnits: number
    readonly positionUnits: number
    readonly waitUnits: number
    readonly packUnits: number
  }
}

/** @throws Fault model_input_malformed */
export function reviewOrder(
  stock: StockPosition,
  demand: ProtectionDemand,
  terms: ReviewTerms,
): OrderLine {
  check(stock, terms)
  const position =
    stock.onHandUnits + stock.onOrderUnits + stock.inTransitUnits - stock.reservedUnits
  const quantile = demand.quantile(terms.serviceRatio)
  const reorderPoint = Math.max(quantile, terms.presentationUnits)
  const wanted = reorderPoint + terms.cycleUnits
  const orderUpTo = Math.max(0, Math.min(wanted, terms.capacityUnits))
  const isDue = position <= reorderPoint
  const missing = isDue ? Math.max(0, orderUpTo - position) : 0
  const packsCount = packsFor(missing, position, demand, terms)
  const orderUnits = packsCount * terms.packUnits
  return {
    orderUnits,
    packsCount,
    positionUnits: position,
    reorderPointUnits: reorderPoint,
    orderUpToUnits: orderUpTo,
    stockOutChance: 1 - demand.cdf(Math.max(-1, Math.floor(position + orderUnits))),
    parts: {
      demandUnits: demand.meanUnits,
      safetyUnits: quantile - demand.meanUnits,
      presentationUnits: reorderPoint - quantile,
      cycleUnits: terms.cycleUnits,
      capacityUnits: orderUpTo - wanted,
      positionUnits: -position,
      waitUnits: missing - (orderUpTo - position),
      packUnits: orderUnits - missing,
    },
  }
}

function packsFor(
  missing: number,
  position: number,
  demand: ProtectionDemand,
  { packUnits, packResidualMin, serviceRatio, capacityUnits }: ReviewTerms,
): number {
  const whole = Math.floor(missing / packUnits + 1e-9)
  const residual = missing / packUnits - whole
  if (residual <= 1e-9) return whole
  const covers = demand.cdf(Math.floor(position + whole * packUnits)) >= serviceRatio
  if (residual < packResidualMin && covers) return whole
  const fits = position + (whole + 1) * packUnits <= capacityUnits
  // One pack may stand over, else a product in large packs would never be ordered.
  return fits || !covers ? whole + 1 : whole
}

function check(stock: StockPosition, terms: ReviewTerms): void {
  for (const [field, value] of Object.entries(stock))
    if (!Number.isFinite(value)) refuse(field, 'a finite number')
  const { serviceRatio, packUnits, cycleUnits, presentationUnits, capacityUnits } = terms
  if (!(serviceRatio >= 0 && serviceRatio < 1)) refuse('serviceRatio', '0, or below 1')
  if (!(packUnits > 0 && Number.isFinite(packUnits))) refuse('packUnits', 'above 0')
  if (!(cycleUnits >= 0 && Number.isFinite(cycleUnits))) refuse('cycleUnits', 'at least 0')
  if (!(presentationUnits >= 0 && Number.isFinite(presentationUnits)))
    refuse('presentationUnits', 'at least 0')
  if (!(capacityUnits > 0)) refuse('capacityUnits', 'above 0')
  if (!(terms.packResidualMin >= 0 && terms.packResidualMin <= 1))
    refuse('packResidualMin', '0 to 1')
}
