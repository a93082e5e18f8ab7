/**
 * Autoregression over many series at once: the lags' coefficients are learned over all of them, and each
 * series moves them as far as its own past bears out. Direct: each step ahead has its own coefficients,
 * so no forecast feeds another. After Montero-Manso and Hyndman (2021), with a series' own part added.
 */
import { z } from 'zod'
import { parse } from '../../../base/parse.ts'
import { defineModel, type Explanation } from '../../model.ts'
import { float64s } from '../../packed.ts'
import { refuse } from '../../trees/histogram-boosting/table.ts'
import { ResidualBands, residualBands, residualQuantile } from '../residual-bands.ts'
import { checkSeries } from '../series.ts'
import { lagsAt, type Moments, momentsOf, type Standardised, standardise } from './moments.ts'
import { type Coefficients, createPool, pulledTo } from './regression.ts'

const Parameters = z.strictObject({
  /** Periods ahead. */
  horizon: z.int().min(1).max(200),
  /** Periods before the last known one that count: a year and one. */
  lagsCount: z.int().min(1).max(400).default(53),
  /** Forecasts are against the last period as a ratio to it, where a series is above 0, or a difference. */
  scale: z.enum(['ratio', 'difference']).default('ratio'),
  /** What all series share counts as so many periods of a series' own. */
  ownRows: z.number().positive().max(1e9).default(300),
  /** On the shared coefficients: pulls them to none. */
  penalty: z.number().positive().max(1e6).default(1e-3),
  /** Only so many last periods of a series are learned from. */
  historyMax: z.int().min(10).max(100_000).default(2600),
})
type Parameters = z.output<typeof Parameters>
export type PooledAutoregressionInput = z.input<typeof Parameters>

const Artifact = z
  .strictObject({
    lagsCount: z.int().min(1),
    horizon: z.int().min(1),
    /** By step ahead, then lag. */
    coefficients: float64s,
    /** By step ahead: errors on periods that were not learned from, in standard deviations of one step. */
    errors: z.array(ResidualBands),
  })
  .refine(
    ({ lagsCount, horizon, coefficients, errors }) =>
      coefficients.length === lagsCount * horizon && errors.length === horizon,
    { error: 'coefficients of each step and lag, errors of each step' },
  )
type Artifact = z.output<typeof Artifact>

type ManySeries = readonly ArrayLike<number>[]

const seriesMax = 200_000
/** How far a forecast may run off the last period, in standard deviations of one step. */
const stepsMax = 20
/** Stretches of `horizon` periods whose errors tell how sure a forecast is. */
const originsMax = 4

/**
 * @param series each oldest first
 * @throws Fault model_parameters_malformed | model_input_malformed
 */
function fit(series: ManySeries, input: PooledAutoregressionInput): Artifact {
  const settings = parse(Parameters, input, 'model_parameters_malformed')
  checkMany(series)
  const { lagsCount, horizon, penalty } = settings
  const usable = series.filter(({ length }) => length > 0)
  const pools = Array.from({ length: originsMax + 1 }, () => createPool(lagsCount, horizon))
  for (const values of usable) {
    const own = standardise(values, settings)
    const ends = [...originsOf(own, horizon), own.count]
    const late = pools.slice(pools.length - ends.length)
    for (const [at, moments] of momentsOf(own, settings, ends).entries()) late[at]!.add(moments)
  }
  const [coefficients, ...earlier] = pools.map((pool) => pool.solve(penalty)).reverse()
  return {
    lagsCount,
    horizon,
    coefficients: coefficients!,
    errors: errorsOf(usable, earlier.reverse(), settings),
  }
}

/** Known periods at each origin that errors are taken from, the earliest first. */
function originsOf({ count }: Standardised, horizon: number): number[] {
  const all = Array.from({ length: originsMax }, (_, at) => count - (originsMax - at) * horizon)
  return all.filter((known) => known >= 2)
}

function checkMany(series: ManySeries): void {
  if (series.length > seriesMax) refuse('series', `at most ${seriesMax}`)
  for (const [at, values] of series.entries()) checkSeries(values, `series ${at}`)
}

/**
 * The last stretches of `horizon` periods, each forecast from what was before it; both signs count.
 * @param shared what was known to all series before each, the earliest first
 */
function errorsOf(series: ManySeries, shared: readonly Coefficients[], settings: Parameters) {
  const { lagsCount, horizon } = settings
  const errors = Array.from({ length: horizon }, (): number[] => [])
  for (const values of series) {
    const own = standardise(values, settings)
    const origins = originsOf(own, horizon)
    const late = shared.slice(shared.length - origins.length)
    for (const [at, moments] of momentsOf(own, settings, origins).entries()) {
      const known = origins[at]!
      const moves = movesOf(own, known, moments, late[at]!, settings)
      const last = own.padded[lagsCount + known - 1]!
      for (const [step, move] of moves.entries()) {
        const error = (own.padded[lagsCount + known + step]! - last) / own.unit - move
        errors[step]!.push(error, -error)
      }
    }
  }
  return errors.map((own) => residualBands(new Float64Array(own.length), own, 1))
}

/** Of each step ahead against the last known period, in standard deviations of one step. */
function movesOf(
  own: Standardised,
  known: number,
  moments: Moments,
  shared: Coefficients,
  { lagsCount, ownRows, horizon }: Parameters,
): Float64Array {
  const coefficients = pulledTo(shared, moments, ownRows, lagsCount)
  const row = lagsAt(own, lagsCount + known - 1, new Float64Array(lagsCount))
  return Float64Array.from({ length: horizon }, (_, step) => {
    let move = 0
    for (const [lag, value] of row.entries()) move += coefficients[step * lagsCount + lag]! * value
    return Math.max(-stepsMax, Math.min(stepsMax, move))
  })
}

export interface PooledForecast {
  /** By step ahead; 0 where nothing is known of the series. */
  readonly units: Float64Array
  /** Of each ratio asked for, as `units`; never lower for a larger ratio. */
  readonly quantiles: readonly Float64Array[]
}

/**
 * @param ratios of the quantiles, 0 to 1
 * @returns one a series
 * @throws Fault model_parameters_malformed | model_input_malformed
 */
function predict(
  artifact: Artifact,
  series: ManySeries,
  input: PooledAutoregressionInput,
  ratios: readonly number[] = [],
): PooledForecast[] {
  const settings = settingsOf(artifact, input)
  checkMany(series)
  for (const ratio of ratios) if (!(ratio >= 0 && ratio <= 1)) refuse('ratios', '0 to 1')
  const { lagsCount, horizon } = settings
  return series.map((values) => {
    if (values.length === 0) {
      const none = new Float64Array(horizon)
      return { units: none, quantiles: ratios.map(() => none) }
    }
    const own = standardise(values, settings)
    const [moments] = momentsOf(own, settings, [own.count])
    const moves = movesOf(own, own.count, moments!, artifact.coefficients, settings)
    const last = own.padded[lagsCount + own.count - 1]!
    const restore = (move: number) => {
      const value = last + own.unit * move
      return own.isRatio ? Math.min(Number.MAX_VALUE, Math.exp(value)) : value
    }
    return {
      units: moves.map(restore),
      quantiles: ratios.map((ratio) =>
        moves.map((move, step) =>
          restore(move + residualQuantile(artifact.errors[step]!, 0, ratio)),
        ),
      ),
    }
  })
}

function settingsOf(artifact: Artifact, input: PooledAutoregressionInput): Parameters {
  const settings = parse(Parameters, input, 'model_parameters_malformed')
  if (settings.horizon !== artifact.horizon) refuse('horizon', `${artifact.horizon}, as fitted`)
  if (settings.lagsCount !== artifact.lagsCount)
    refuse('lagsCount', `${artifact.lagsCount}, as fitted`)
  return settings
}

/**
 * In logarithms where the series is forecast as a ratio, else in its units: `base` is the last period.
 * @param step 1 for the next period
 */
function explain(
  artifact: Artifact,
  series: ArrayLike<number>,
  input: PooledAutoregressionInput,
  step: number,
): Explanation {
  const settings = settingsOf(artifact, input)
  checkSeries(series)
  if (series.length === 0) refuse('series', 'at least one period')
  if (!(Number.isInteger(step) && step >= 1 && step <= settings.horizon))
    refuse('step', `1 to ${settings.horizon}`)
  const { lagsCount, ownRows } = settings
  const own = standardise(series, settings)
  const [moments] = momentsOf(own, settings, [own.count])
  const coefficients = pulledTo(artifact.coefficients, moments!, ownRows, lagsCount)
  const row = lagsAt(own, lagsCount + own.count - 1, new Float64Array(lagsCount))
  const factors = Array.from(row, (value, lag) => {
    const weight = own.unit * coefficients[(step - 1) * lagsCount + lag]! * value
    const back = `${lag + 1} ${lag === 0 ? 'period' : 'periods'} before the last`
    const moved = own.isRatio
      ? `${((Math.exp(weight) - 1) * 100).toFixed(1)} %`
      : `${Number(weight.toPrecision(3))}`
    return { factor: `lag_${lag + 1}`, weight, says: `What was ${back} moves it by ${moved}.` }
  })
  const total = factors.reduce((sum, { weight }) => sum + weight, 0)
  const limit = own.unit * stepsMax
  const cut = Math.max(-limit, Math.min(limit, total)) - total
  const says = `No forecast is further than ${stepsMax} usual steps from the last period.`
  return {
    base: own.padded.at(-1)!,
    factors: [...factors, { factor: 'limit', weight: cut, says }]
      .filter(({ weight }) => weight !== 0)
      .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)),
  }
}

export const pooledAutoregression = defineModel({
  id: 'pooled_autoregression',
  version: 1,
  title: 'Series of any kind, many at once, by their own past',
  parameters: Parameters,
  artifact: Artifact,
  fit,
  predict,
  explain,
})
