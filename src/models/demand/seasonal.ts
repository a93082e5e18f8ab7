/** Seasons of one series: whether there is one, its indices, and the methods that only repeat it. */
import { mean } from '../math/statistics.ts'
import { checkHorizon, checkPeriod, checkSeries } from './series.ts'

/** The last season again; without a whole season, the last period. */
export function seasonalNaive(
  series: ArrayLike<number>,
  period: number,
  horizon: number,
): Float64Array {
  checkSeries(series)
  checkPeriod(period)
  checkHorizon(horizon)
  const own = series.length >= period ? period : Math.min(1, series.length)
  return Float64Array.from({ length: horizon }, (_, at) =>
    own === 0 ? 0 : series[series.length - own + (at % own)]!,
  )
}

/** M4's test: the autocorrelation at the season is beyond what a series without one would show. */
export function isSeasonal(series: ArrayLike<number>, period: number): boolean {
  if (period < 2 || series.length < 3 * period) return false
  const centre = mean(series)
  let total = 0
  for (let at = 0; at < series.length; at += 1) total += (series[at]! - centre) ** 2
  if (total === 0) return false
  let squares = 0
  let last = 0
  for (let lag = 1; lag <= period; lag += 1) {
    let both = 0
    for (let at = lag; at < series.length; at += 1)
      both += (series[at]! - centre) * (series[at - lag]! - centre)
    last = both / total
    if (lag < period) squares += last * last
  }
  return Math.abs(last) > 1.645 * Math.sqrt((1 + 2 * squares) / series.length)
}

export interface SeasonIndices {
  /** By place in the season of period 0, 1, …; mean 1 of ratios, 0 of differences. */
  readonly indices: Float64Array
  readonly isRatio: boolean
}

/**
 * Classical decomposition: ratios to (or differences from) a centred moving mean, averaged by place.
 * @param seasonsMax only the last so many seasons count
 */
export function seasonIndices(
  series: ArrayLike<number>,
  period: number,
  isRatio: boolean,
  seasonsMax = Number.POSITIVE_INFINITY,
): SeasonIndices {
  checkSeries(series)
  checkPeriod(period)
  const neutral = isRatio ? 1 : 0
  const totals = new Float64Array(period)
  const counts = new Float64Array(period)
  const half = Math.floor(period / 2)
  const first = Math.max(half, series.length - seasonsMax * period)
  let around = 0
  for (let at = 0; at < series.length - half; at += 1) {
    // The window's sum from `at - half` to `at + half`; the ends weigh half where the season is even.
    if (at === half) for (let one = 0; one <= 2 * half; one += 1) around += series[one]!
    else if (at > half) around += series[at + half]! - series[at - half - 1]!
    if (at < first) continue
    const ends = period % 2 === 0 ? (series[at - half]! + series[at + half]!) / 2 : 0
    const trend = (around - ends) / period
    if (isRatio && !(trend > 0)) continue
    totals[at % period]! += isRatio ? series[at]! / trend : series[at]! - trend
    counts[at % period]! += 1
  }
  const raw = totals.map((total, place) => (counts[place]! > 0 ? total / counts[place]! : neutral))
  const centre = mean(raw)
  const indices = raw.map((index) => (isRatio ? (centre > 0 ? index / centre : 1) : index - centre))
  return { indices, isRatio }
}

export function withoutSeason(
  series: ArrayLike<number>,
  { indices, isRatio }: SeasonIndices,
): Float64Array {
  return Float64Array.from(series, (value, at) => {
    const index = indices[at % indices.length]!
    return isRatio ? value / Math.max(index, 1e-6) : value - index
  })
}

/** @param first place of the first forecast: the length of the series */
export function withSeason(
  forecast: ArrayLike<number>,
  { indices, isRatio }: SeasonIndices,
  first: number,
): Float64Array {
  return Float64Array.from(forecast, (value, at) => {
    const index = indices[(first + at) % indices.length]!
    return isRatio ? value * Math.max(index, 1e-6) : value + index
  })
}

/** M4's Naive 2: the last period, its season taken out and put back where the test finds one. */
export function naive2(series: ArrayLike<number>, period: number, horizon: number): Float64Array {
  const isPositive = Array.from(series).every((value) => value > 0)
  if (!isPositive || !isSeasonal(series, period)) return seasonalNaive(series, 1, horizon)
  const season = seasonIndices(series, period, true)
  const last = withoutSeason(series, season).at(-1)!
  return withSeason(new Float64Array(horizon).fill(last), season, series.length)
}
