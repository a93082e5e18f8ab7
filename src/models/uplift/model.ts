/**
 * What a promotion did: treated stores against a synthetic control, judged by placebos, that is by
 * what the same calculation finds where there was no promotion. Two further answers stand beside it:
 * matched stores of equal weight, and Poisson difference-in-differences.
 */
import { z } from 'zod'
import { parse } from '../../base/parse.ts'
import { createRandom } from '../math/random.ts'
import { quantile } from '../math/statistics.ts'
import { defineModel, type Explanation } from '../model.ts'
import { float64s } from '../packed.ts'
import { donorsOf, logSum, type Panel, wholeDonorsOf } from './panel.ts'
import { type PoissonLift, poissonLift } from './poisson.ts'
import { type Donors, donorsFrom, gapOf, matchControl, weighControl } from './synthetic-control.ts'

export const UpliftParameters = z.strictObject({
  /** Controls that are weighed: those that went along best. */
  controlsCount: z.int().min(1).max(200).default(20),
  /** Pulls weights towards equal ones: few periods must not choose among many stores. */
  shrink: z.number().nonnegative().default(0.1),
  /** Promotions that never were, for what chance looks like. */
  placebosCount: z.int().min(19).max(999).default(99),
  /** Share of lifts that the interval is meant to hold. */
  intervalRatio: z.number().gt(0).lt(1).default(0.9),
  /** With a larger error before the start the control is no control. */
  preErrorMax: z.number().gt(0).default(0.15),
  seed: z.int().default(1),
})
export type UpliftParameters = z.output<typeof UpliftParameters>

export const UpliftArtifact = z.strictObject({
  parameters: UpliftParameters,
  treated: z.array(z.int().nonnegative()).min(1),
  startsAt: z.int().positive(),
  /** Stores of the panel that are controls, and what each counts. */
  controls: z.array(z.int().nonnegative()).min(1),
  weights: float64s,
  /** Effects that placebos found, over their error before the start. */
  placeboRatios: float64s,
})
export type UpliftArtifact = z.output<typeof UpliftArtifact>

export interface Uplift {
  /** 0.2 is 20 % more than without the promotion. */
  readonly lift: number
  readonly liftLow: number
  readonly liftHigh: number
  /** Share of placebos with an effect at least as far from 0. */
  readonly chance: number
  /** What matched controls with equal weights say: far from `lift`, neither is to be believed. */
  readonly liftMatched: number
  /** What a model of sales says, with an error clustered by store in place of placebos. */
  readonly poisson: PoissonLift
  /** Root mean squared difference of logarithms before the start: about a share of sales. */
  readonly preError: number
  readonly confidence: 'good' | 'low'
  /** By period: actual sales of the treated stores, and what would have been. */
  readonly actual: Float64Array
  readonly expected: Float64Array
}

/** Sums over several stores are calmer than one store, so placebos are of as many stores. */
function fit(panel: Panel, given: z.input<typeof UpliftParameters> = {}): UpliftArtifact {
  const parameters = parse(UpliftParameters, given, 'model_parameters_malformed')
  const stores = wholeDonorsOf(panel)
  const { series, treated, startsAt } = panel
  const logs = stores.map((store) => logSum(series, [store]))
  const donors = donorsFrom(logs, startsAt)
  const all = stores.map((_, at) => at)
  const own = estimate(logSum(series, treated), donors, all, parameters)
  const random = createRandom(parameters.seed)
  // Enough controls must remain where half of them play treated.
  const size = Math.max(1, Math.min(treated.length, Math.floor(stores.length / 2)))
  const rounds =
    size === 1 ? Math.min(stores.length, parameters.placebosCount) : parameters.placebosCount
  const order = random.shuffle(all.slice())
  const placeboRatios = Float64Array.from({ length: rounds }, (_, round) => {
    const playing = size === 1 ? [order[round]!] : random.shuffle(order).slice(0, size)
    const places = playing.map((at) => stores[at]!)
    const rest = all.filter((at) => !playing.includes(at))
    const found = estimate(logSum(series, places), donors, rest, parameters)
    return found.effect / errorFloor(found.preError)
  })
  return {
    parameters,
    treated: [...treated],
    startsAt,
    controls: Array.from(own.donors, (at) => stores[at]!),
    weights: own.weights,
    placeboRatios,
  }
}

function estimate(
  target: Float64Array,
  donors: Donors,
  candidates: readonly number[],
  { controlsCount, shrink }: UpliftParameters,
) {
  const matched = matchControl(target, donors, controlsCount, candidates)
  const control = weighControl(target, donors, matched, shrink)
  const { effect, preError } = gapOf(target, donors.series, control, donors.startsAt)
  return { effect, preError, ...control }
}

/** Series that match to the last digit must not make a small effect look endless. */
const errorFloor = (error: number) => Math.max(error, 1e-3)

/**
 * @param panel that of `fit`, or the same stores with more periods at the end; `excluded`
 *   and `counted` as then
 */
function predict(artifact: UpliftArtifact, panel: Panel): Uplift {
  donorsOf(panel)
  const { parameters, treated, startsAt, controls, weights, placeboRatios } = artifact
  const target = logSum(panel.series, treated)
  const donors = controls.map((store) => logSum(panel.series, [store]))
  const places = Uint32Array.from(controls, (_, at) => at)
  const own = gapOf(target, donors, { donors: places, weights }, startsAt)
  const equal = new Float64Array(controls.length).fill(1 / controls.length)
  const matched = gapOf(target, donors, { donors: places, weights: equal }, startsAt)
  const scale = errorFloor(own.preError)
  const ratio = Math.abs(own.effect) / scale
  const beyond = placeboRatios.filter((one) => Math.abs(one) >= ratio).length
  const sizes = placeboRatios.map(Math.abs)
  const half =
    quantile(sizes, Math.min(1, parameters.intervalRatio * (1 + 1 / sizes.length))) * scale
  const actual = target.map((value) => Math.exp(value) - 1)
  return {
    lift: Math.expm1(own.effect),
    liftLow: Math.expm1(own.effect - half),
    liftHigh: Math.expm1(own.effect + half),
    chance: (beyond + 1) / (placeboRatios.length + 1),
    liftMatched: Math.expm1(matched.effect),
    poisson: poissonLift({ ...panel, treated, startsAt }, parameters.intervalRatio),
    preError: own.preError,
    confidence: own.preError > parameters.preErrorMax ? 'low' : 'good',
    actual,
    expected: target.map((value, period) => Math.max(0, Math.exp(value - own.gaps[period]!) - 1)),
  }
}

/** In units or money a period: what would have been, and what the promotion added. */
function explain(artifact: UpliftArtifact, uplift: Uplift): Explanation {
  const { startsAt, controls, weights } = artifact
  const meanOf = (values: Float64Array) =>
    values.subarray(startsAt).reduce((sum, one) => sum + one, 0) / (values.length - startsAt)
  const [base, actual] = [meanOf(uplift.expected), meanOf(uplift.actual)]
  const most = weights.indexOf(Math.max(...weights))
  const percent = (ratio: number) => `${(ratio * 100).toFixed(1)} %`
  const { poisson } = uplift
  const beside =
    poisson.kind === 'estimate'
      ? `${percent(poisson.lift)} (${percent(poisson.liftLow)} to ${percent(poisson.liftHigh)})`
      : `nothing (${poisson.why.replaceAll('_', ' ')})`
  const says = `${percent(uplift.lift)} more than ${controls.length} control stores lead to expect (${percent(uplift.liftLow)} to ${percent(uplift.liftHigh)}); the control that counts most is store ${controls[most]} with ${percent(weights[most]!)}. Poisson difference-in-differences finds ${beside}.`
  return { base, factors: [{ factor: 'promotion', weight: actual - base, says }] }
}

/** How much more must be sold so that a discount costs nothing: both as shares of the price. */
export function breakEvenLift(discountRatio: number, marginRatio: number): number {
  return discountRatio >= marginRatio
    ? Number.POSITIVE_INFINITY
    : discountRatio / (marginRatio - discountRatio)
}

export const upliftModel = defineModel({
  id: 'uplift',
  version: 2,
  title: 'What a promotion did',
  parameters: UpliftParameters,
  artifact: UpliftArtifact,
  fit,
  predict,
  explain,
})
