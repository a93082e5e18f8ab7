/**
 * The lift by Poisson difference-in-differences: sales of a store in a period are expected to be the
 * store's level times the period's, times 1 + lift where the promotion was. Poisson pseudo-maximum
 * likelihood (Santos Silva and Tenreyro 2006): right for any sales of that mean, zeros and money too.
 * Errors are clustered by store.
 */
import { refuseInput } from '../inputs.ts'
import { betaCdf, betaQuantile } from '../math/beta.ts'
import { donorsOf, type Panel } from './panel.ts'
import { type Cells, cellsOf, type Fitted, fitEffects, residualsOf } from './poisson-effects.ts'

export type PoissonLift =
  | {
      readonly kind: 'estimate'
      /** 0.2 is 20 % more than without the promotion. */
      readonly lift: number
      readonly liftLow: number
      readonly liftHigh: number
      /**
       * Standard error of the logarithm of 1 + lift, clustered by store; treated stores are taken to
       * stray at least as far as control stores do.
       */
      readonly error: number
      /** The same without that: far too small where few stores were treated. */
      readonly errorAlone: number
      /** Of an effect as far from 0 where there is none: two-sided, by Student's t. */
      readonly chance: number
      /** Stores that sold anything, those with the promotion and the others. */
      readonly treatedCount: number
      readonly controlsCount: number
    }
  /** There is no finite lift, or nothing to tell it from: which sales are missing for one. */
  | { readonly kind: 'none'; readonly why: PoissonNone }

export type PoissonNone =
  | 'treated_sold_nothing_before'
  | 'treated_sold_nothing_since'
  | 'controls_sold_nothing_before'
  | 'controls_sold_nothing_since'
  | 'fewer_than_two_controls_sold'
  | 'nothing_spans_the_start'
  | 'did_not_settle'

/**
 * @param intervalRatio of the interval, between 0 and 1
 * @throws Fault model_input_malformed
 */
export function poissonLift(panel: Panel, intervalRatio = 0.9): PoissonLift {
  const controls = donorsOf(panel)
  if (!(intervalRatio > 0 && intervalRatio < 1)) refuseInput('intervalRatio', 'between 0 and 1')
  const cells = cellsOf(panel, controls)
  const why = whatIsMissing(cells)
  if (why !== undefined) return { kind: 'none', why }
  const fitted = fitEffects(cells)
  const spread = fitted && clusteredError(cells, fitted)
  if (fitted === undefined || spread === undefined) return { kind: 'none', why: 'did_not_settle' }
  if (spread === 'nothing') return { kind: 'none', why: 'nothing_spans_the_start' }
  const treatedCount = cells.isTreated.reduce((sum, one) => sum + one, 0)
  const controlsCount = cells.isTreated.length - treatedCount
  const { error, errorAlone } = spread
  const freedom = treatedCount + controlsCount - 2
  const effect = Math.log(fitted.ratio)
  // Sales at the very ends of what a number can be leave no digits to go by.
  if (![effect, error, errorAlone].every(Number.isFinite))
    return { kind: 'none', why: 'did_not_settle' }
  const half = error * studentQuantile(freedom, (1 + intervalRatio) / 2)
  return {
    kind: 'estimate',
    lift: Math.expm1(effect),
    liftLow: Math.expm1(effect - half),
    liftHigh: Math.expm1(effect + half),
    error,
    errorAlone,
    chance: error > 0 ? studentChance(freedom, effect / error) : Math.abs(effect) > 1e-9 ? 0 : 1,
    treatedCount,
    controlsCount,
  }
}

/** Without sales on all four sides the likeliest lift is none at all or without end: separation. */
function whatIsMissing({ sales, isTreated, isSince, counts }: Cells): PoissonNone | undefined {
  const sides = [0, 0, 0, 0]
  let controls = 0
  const periods = isSince.length
  for (const [store, treated] of isTreated.entries()) {
    controls += 1 - treated
    for (let period = 0; period < periods; period += 1) {
      const at = store * periods + period
      sides[2 * treated + isSince[period]!]! += counts[at]! * sales[at]!
    }
  }
  if (sides[2] === 0) return 'treated_sold_nothing_before'
  if (sides[3] === 0) return 'treated_sold_nothing_since'
  if (sides[0] === 0) return 'controls_sold_nothing_before'
  if (sides[1] === 0) return 'controls_sold_nothing_since'
  return controls < 2 ? 'fewer_than_two_controls_sold' : undefined
}

/** What one store, a cluster, says of the error. */
interface Cluster {
  readonly isTreated: boolean
  /** Of the likelihood's slope along the lift. */
  readonly score: number
  readonly information: number
  /** How far its own change since the start strays from what is expected, as a logarithm of a ratio. */
  readonly stray: number
  /** The information that this has, and what it would do to the score. */
  readonly strayInformation: number
  readonly carries: number
}

function clusterOf(
  { sales, isTreated, isSince, counts }: Cells,
  { expected }: Fitted,
  residual: Float64Array,
  store: number,
): Cluster {
  const from = store * isSince.length
  let [since, all] = [0, 0]
  for (const [period, is] of isSince.entries()) {
    all += expected[from + period]!
    since += is * expected[from + period]!
  }
  const share = all > 0 ? since / all : 0
  let [score, information, strayed, strayInformation, carries] = [0, 0, 0, 0, 0]
  for (const [period, is] of isSince.entries()) {
    const at = from + period
    if (counts[at] === 0) continue
    const rest = sales[at]! - expected[at]!
    score += residual[at]! * rest
    information += expected[at]! * residual[at]! ** 2
    strayed += (is - share) * rest
    strayInformation += expected[at]! * (is - share) ** 2
    carries += expected[at]! * residual[at]! * (is - share)
  }
  return {
    isTreated: isTreated[store] === 1,
    score,
    information,
    stray: strayInformation > 0 ? strayed / strayInformation : 0,
    strayInformation,
    carries,
  }
}

/**
 * The sandwich, each store one cluster, with n / (n - 1) for each of the two groups. What treated
 * stores add is at least what control stores of their size would: of one or two treated stores, the
 * residuals say next to nothing, since the lift was fitted to just these.
 */
function clusteredError(cells: Cells, fitted: Fitted) {
  const residual = residualsOf(cells, fitted)
  if (residual === undefined) return undefined
  const clusters = Array.from(cells.isTreated, (_, store) =>
    clusterOf(cells, fitted, residual, store),
  )
  const sum = (of: readonly Cluster[], value: (one: Cluster) => number) =>
    of.reduce((total, one) => total + value(one), 0)
  const information = sum(clusters, (one) => one.information)
  const [treated, controls] = [true, false].map((is) =>
    clusters.filter(({ isTreated }) => isTreated === is),
  ) as [Cluster[], Cluster[]]
  if (!(information > 1e-9 * sum(treated, (one) => one.strayInformation))) return 'nothing'
  const few = (of: readonly Cluster[]) => of.length / (of.length - 1)
  const squares = (of: readonly Cluster[]) => sum(of, ({ score }) => score ** 2)
  // A store strays by itself, and by the noise of its periods, which a small one has more of.
  const noise = noiseOf(cells, fitted)
  const stray =
    sum(controls, (one) => one.strayInformation * one.stray ** 2 - noise) /
    sum(controls, (one) => one.strayInformation)
  const asControls = sum(treated, ({ carries, strayInformation: own }) =>
    own > 0 ? carries ** 2 * (Math.max(0, stray) + noise / own) : 0,
  )
  const alone = treated.length > 1 ? squares(treated) * few(treated) : 0
  const together = squares(controls) * few(controls) + Math.max(alone, asControls * few(controls))
  return {
    error: Math.sqrt(together) / information,
    errorAlone: Math.sqrt(squares(clusters) * few(clusters)) / information,
  }
}

/** Variance over mean of single periods: 1 if sales were Poisson, of any unit else. */
function noiseOf({ sales, counts, isTreated, isSince }: Cells, { expected }: Fitted): number {
  let [misfit, cells] = [0, 0]
  for (let at = 0; at < sales.length; at += 1) {
    if (counts[at] === 0 || !(expected[at]! > 0)) continue
    misfit += (sales[at]! - expected[at]!) ** 2 / expected[at]!
    cells += 1
  }
  return misfit / Math.max(1, cells - isTreated.length - isSince.length)
}

/** P(|T| >= |t|). */
function studentChance(freedom: number, t: number): number {
  return betaCdf(freedom / 2, 0.5, freedom / (freedom + t * t))
}

/** @param ratio from 0.5 up */
function studentQuantile(freedom: number, ratio: number): number {
  const x = betaQuantile(freedom / 2, 0.5, 2 * (1 - ratio))
  return Math.sqrt((freedom * (1 - x)) / x)
}
