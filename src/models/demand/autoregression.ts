/**
 * Seasonal autoregression: a value as shares of those so many periods before it, found by ridge
 * regression over the series, and applied to its own forecasts for what lies further ahead. With a day's
 * and a week's periods among the lags it learns the day and the week at once.
 */
import { leastSquares, type Matrix } from '../math/linear-algebra.ts'
import { mean } from '../math/statistics.ts'
import { refuse } from '../trees/histogram-boosting/table.ts'
import { checkHorizon, checkSeries } from './series.ts'

export interface AutoregressionShape {
  /** In periods, each once. Those that the series is too short for are left out. */
  readonly lags: readonly number[]
  /** On the shares, values being in standard deviations: pulls them towards none. Default 0.01. */
  readonly penalty?: number
}

const lagsMax = 100
/** Periods to learn from, for each share that is found. */
const periodsEach = 3
/** How far a forecast may run off, in standard deviations. */
const deviationsMax = 6

/**
 * @param series oldest first; where all are above 0 their logarithms are used, so that swings are ratios
 * @throws Fault model_input_malformed
 */
export function autoregression(
  series: ArrayLike<number>,
  horizon: number,
  { lags, penalty = 0.01 }: AutoregressionShape,
): Float64Array {
  checkSeries(series)
  checkHorizon(horizon)
  checkShape(lags, penalty)
  if (series.length === 0) return new Float64Array(horizon)
  const { values, restore } = standardised(series)
  const usable = usableOf(lags, series.length)
  const { coefficients } = leastSquares(...laggedRows(values, usable), {
    penalties: [...usable.map(() => penalty), 0],
  })
  const extended = new Float64Array(series.length + horizon)
  extended.set(values)
  for (let at = series.length; at < extended.length; at += 1) {
    let next = coefficients[usable.length]!
    for (const [which, lag] of usable.entries()) next += coefficients[which]! * extended[at - lag]!
    extended[at] = Math.max(-deviationsMax, Math.min(deviationsMax, next))
  }
  return extended.subarray(series.length).map(restore)
}

function checkShape(lags: readonly number[], penalty: number): void {
  if (lags.length === 0 || lags.length > lagsMax) refuse('lags', `1 to ${lagsMax} of them`)
  if (lags.some((lag) => !Number.isInteger(lag) || lag < 1) || new Set(lags).size < lags.length)
    refuse('lags', 'whole periods from 1 up, each once')
  if (!(penalty > 0 && penalty < 1e6)) refuse('penalty', 'above 0')
}

/** The shortest that leave enough to learn from. */
function usableOf(lags: readonly number[], periodsCount: number): number[] {
  const usable = [...lags].sort((one, other) => one - other)
  while (
    periodsCount < (usable.at(-1) ?? 0) + periodsEach * (usable.length + 1) &&
    usable.length > 0
  )
    usable.pop()
  return usable
}

/** Mean 0 and deviation 1, and the way back. */
function standardised(series: ArrayLike<number>) {
  const raw = Array.from(series)
  const isRatio = raw.every((value) => value > 0)
  const largest = Math.max(Number.MIN_VALUE, ...raw.map(Math.abs))
  const changed = raw.map((value) => (isRatio ? Math.log(value) : value / largest))
  const centre = mean(changed)
  const deviation = Math.sqrt(mean(changed.map((value) => (value - centre) ** 2)))
  const unit = deviation > 1e-12 * Math.max(1, Math.abs(centre)) ? deviation : 1
  return {
    values: Float64Array.from(changed, (value) => (value - centre) / unit),
    restore(value: number): number {
      const back = value * unit + centre
      return isRatio ? Math.min(Number.MAX_VALUE, Math.exp(back)) : back * largest
    },
  }
}

/** One row for each period that has all lags, with a 1 behind them; and what came. */
function laggedRows(values: Float64Array, lags: readonly number[]): [Matrix, Float64Array] {
  const start = lags.at(-1) ?? 0
  const [rows, columns] = [values.length - start, lags.length + 1]
  const cells = new Float64Array(rows * columns).fill(1)
  for (let row = 0; row < rows; row += 1)
    for (const [which, lag] of lags.entries())
      cells[row * columns + which] = values[start + row - lag]!
  return [{ rows, columns, values: cells }, values.subarray(start)]
}
