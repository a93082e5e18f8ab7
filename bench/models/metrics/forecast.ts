/** How far forecasts are from what came. Arrays of one length; of none, NaN. */
import { mean, type Numbers, sum } from '../../../src/models/math/statistics.ts'

function each(actual: Numbers, forecast: Numbers, of: (a: number, f: number) => number) {
  if (actual.length !== forecast.length)
    throw new RangeError('actual and forecast differ in length')
  return Float64Array.from(actual, (value, at) => of(value, forecast[at]!))
}

export function meanAbsoluteError(actual: Numbers, forecast: Numbers): number {
  return mean(each(actual, forecast, (a, f) => Math.abs(a - f)))
}

export function rootMeanSquaredError(actual: Numbers, forecast: Numbers): number {
  return Math.sqrt(mean(each(actual, forecast, (a, f) => (a - f) ** 2)))
}

/** Absolute errors over what came, both summed first: 0.2 is 20 %. */
export function weightedAbsolutePercentageError(actual: Numbers, forecast: Numbers): number {
  return (
    sum(each(actual, forecast, (a, f) => Math.abs(a - f))) / sum(each(actual, actual, Math.abs))
  )
}

/** Above 0 where the forecast is too high, as a ratio of what came. */
export function bias(actual: Numbers, forecast: Numbers): number {
  return sum(each(actual, forecast, (a, f) => f - a)) / sum(each(actual, actual, Math.abs))
}

/** Mean of |error| / |actual|, a ratio; periods in which nothing came are left out. */
export function meanAbsolutePercentageError(actual: Numbers, forecast: Numbers): number {
  const ratios = each(actual, forecast, (a, f) => Math.abs((a - f) / a))
  return mean(ratios.filter((_, at) => actual[at] !== 0))
}

/** Root of the mean of (error / actual)², as Rossmann was scored; zeros are left out. */
export function rootMeanSquaredPercentageError(actual: Numbers, forecast: Numbers): number {
  const squares = each(actual, forecast, (a, f) => ((a - f) / a) ** 2)
  return Math.sqrt(mean(squares.filter((_, at) => actual[at] !== 0)))
}

/** 200 |a - f| / (|a| + |f|) in percent, as in M4; nothing forecast and nothing came is 0. */
export function symmetricPercentageError(actual: Numbers, forecast: Numbers): number {
  return mean(
    each(actual, forecast, (a, f) =>
      a === f ? 0 : (200 * Math.abs(a - f)) / (Math.abs(a) + Math.abs(f)),
    ),
  )
}

/** The error over the error of the seasonal naive method inside `history`, as in M4. */
export function meanAbsoluteScaledError(
  actual: Numbers,
  forecast: Numbers,
  history: Numbers,
  period: number,
): number {
  const steps = Float64Array.from({ length: Math.max(0, history.length - period) }, (_, at) =>
    Math.abs(history[at + period]! - history[at]!),
  )
  return meanAbsoluteError(actual, forecast) / mean(steps)
}

/** M4's overall weighted average: mean of the two ratios to the method Naive 2. */
export function overallWeightedAverage(
  ours: { smape: number; mase: number },
  naive: { smape: number; mase: number },
): number {
  return (ours.smape / naive.smape + ours.mase / naive.mase) / 2
}

/** Absolute errors with weights: Walmart's has 5 for weeks with a holiday. */
export function weightedMeanAbsoluteError(
  actual: Numbers,
  forecast: Numbers,
  weights: Numbers,
): number {
  const errors = each(actual, forecast, (a, f) => Math.abs(a - f))
  return sum(errors.map((error, at) => error * weights[at]!)) / sum(weights)
}

/** Mean loss of a quantile: `ratio` a unit short, 1 - `ratio` a unit over. */
export function pinballLoss(actual: Numbers, quantile: Numbers, ratio: number): number {
  return mean(each(actual, quantile, (a, q) => (a >= q ? ratio * (a - q) : (1 - ratio) * (q - a))))
}

/** The share that is inside the bounds, ends included. */
export function coverage(actual: Numbers, low: Numbers, high: Numbers): number {
  let inside = 0
  for (let at = 0; at < actual.length; at += 1)
    if (actual[at]! >= low[at]! && actual[at]! <= high[at]!) inside += 1
  return inside / actual.length
}
