/** Several methods of one series, and their mean or median: on average better than picking one. */
import { mean, median } from '../math/statistics.ts'
import { refuse } from '../trees/histogram-boosting/table.ts'
import { type AutoregressionShape, autoregression } from './autoregression.ts'
import { seasonalNaive, seasonIndices, withoutSeason, withSeason } from './seasonal.ts'
import { checkHorizon, checkSeries } from './series.ts'
import { fitSmoothing, forecastSmoothing, type SmoothingShape } from './smoothing.ts'
import { dynamicTheta, theta } from './theta.ts'

export type Method = (series: ArrayLike<number>, horizon: number) => Float64Array

export function smoothing(shape: SmoothingShape): Method {
  return (series, horizon) => forecastSmoothing(fitSmoothing(series, shape), horizon)
}

export function autoregressive(shape: AutoregressionShape): Method {
  return (series, horizon) => autoregression(series, horizon, shape)
}

export function repeated(period: number): Method {
  return (series, horizon) => seasonalNaive(series, period, horizon)
}

/** `method` on what is left without the season; as it is where the series has less than two. */
export function deseasonalised(method: Method, period: number, isRatio = true): Method {
  return (series, horizon) => {
    if (series.length < 2 * period + 2) return method(series, horizon)
    const isPositive = Array.from(series).every((value) => value > 0)
    const season = seasonIndices(series, period, isRatio && isPositive)
    return withSeason(method(withoutSeason(series, season), horizon), season, series.length)
  }
}

/** Only the last periods of a long series, in whole seasons if it has some. */
export function recent(method: Method, periods: number): Method {
  return (series, horizon) => {
    const from = Math.max(0, series.length - periods)
    return method(Array.from(series).slice(from), horizon)
  }
}

export const methods = { theta, dynamicTheta } as const

export function combined(parts: readonly Method[], by: 'mean' | 'median' = 'median'): Method {
  if (parts.length === 0) refuse('parts', 'at least one method')
  const centre = by === 'median' ? median : mean
  return (series, horizon) => {
    checkSeries(series)
    checkHorizon(horizon)
    const all = parts.map((part) => part(series, horizon))
    return Float64Array.from({ length: horizon }, (_, at) => centre(all.map((one) => one[at]!)))
  }
}
