/** What prices and promotions do to units, pooled by category: a ridge on the logarithm of the lift. */
import { leastSquares, matrixOf } from '../math/linear-algebra.ts'
import { refuse } from '../trees/histogram-boosting/table.ts'

/** With fewer promotions of its own a store has no lift of its own. */
const ownEventsMin = 3
const ownPriorEvents = 10
const ridge = 1

export interface PromotionEvents {
  /** Units over what would have been sold without the promotion; above 0. */
  readonly lift: ArrayLike<number>
  /** Price paid over the usual one; above 0. */
  readonly priceRatio: ArrayLike<number>
  /** 1 where it was in the leaflet. */
  readonly isFeatured: ArrayLike<number>
  /** 1 where it stood apart on the floor. */
  readonly isDisplayed: ArrayLike<number>
  /** Whole numbers from 0. */
  readonly storeOf: ArrayLike<number>
}

export interface PriceEffects {
  readonly intercept: number
  /** Percent more units for a percent more price: below 0. */
  readonly elasticity: number
  readonly feature: number
  readonly display: number
  /** Logarithm of a store's lift over the pool's; stores with too few events are not in it. */
  readonly byStore: ReadonlyMap<number, number>
  readonly residualVariance: number
}

/** @throws Fault model_input_malformed */
export function fitPriceEffects(events: PromotionEvents): PriceEffects {
  const { lift, priceRatio, isFeatured, isDisplayed, storeOf } = events
  for (const [field, values] of Object.entries(events))
    if (values.length !== lift.length) refuse(field, `${lift.length} events`)
  for (let at = 0; at < lift.length; at += 1) {
    if (!(lift[at]! > 0 && Number.isFinite(lift[at]))) refuse(`lift, event ${at}`, 'above 0')
    if (!(priceRatio[at]! > 0 && Number.isFinite(priceRatio[at])))
      refuse(`priceRatio, event ${at}`, 'above 0')
  }
  const none = { intercept: 0, elasticity: 0, feature: 0, display: 0, residualVariance: 0 }
  if (lift.length === 0) return { ...none, byStore: new Map() }
  const rows = Array.from(lift, (_, at) => [
    1,
    Math.log(priceRatio[at]!),
    isFeatured[at]!,
    isDisplayed[at]!,
  ])
  const target = Float64Array.from(lift, Math.log)
  const { coefficients, residualVariance } = leastSquares(matrixOf(rows), target, {
    penalties: [1e-6, ridge * 0.1, ridge, ridge],
  })
  const [intercept = 0, elasticity = 0, feature = 0, display = 0] = coefficients
  const rest = target.map(
    (value, at) => value - rows[at]!.reduce((sum, x, k) => sum + x * coefficients[k]!, 0),
  )
  return {
    intercept,
    // A dearer product that sells more is a coincidence.
    elasticity: Math.min(0, elasticity),
    feature,
    display,
    residualVariance,
    byStore: storeEffects(rest, storeOf),
  }
}

function storeEffects(rest: Float64Array, storeOf: ArrayLike<number>): Map<number, number> {
  const totals = new Map<number, { sum: number; count: number }>()
  for (let at = 0; at < rest.length; at += 1) {
    const own = totals.get(storeOf[at]!) ?? { sum: 0, count: 0 }
    totals.set(storeOf[at]!, { sum: own.sum + rest[at]!, count: own.count + 1 })
  }
  const kept = [...totals].filter(([, { count }]) => count >= ownEventsMin)
  return new Map(kept.map(([store, { sum, count }]) => [store, sum / (count + ownPriorEvents)]))
}

export interface PlannedPromotion {
  readonly priceRatio: number
  readonly isFeatured: boolean
  readonly isDisplayed: boolean
  readonly store?: number
}

/** What to multiply the forecast without a promotion by. */
export function liftOf(effects: PriceEffects, planned: PlannedPromotion): number {
  if (!(planned.priceRatio > 0)) refuse('priceRatio', 'above 0')
  const own = planned.store === undefined ? 0 : (effects.byStore.get(planned.store) ?? 0)
  const isPlain = planned.priceRatio === 1 && !planned.isFeatured && !planned.isDisplayed
  if (isPlain) return 1
  return Math.exp(
    effects.intercept +
      effects.elasticity * Math.log(planned.priceRatio) +
      (planned.isFeatured ? effects.feature : 0) +
      (planned.isDisplayed ? effects.display : 0) +
      own,
  )
}
