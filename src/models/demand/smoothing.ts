/**
 * Exponential smoothing of one series: level, an optional damped trend, an optional additive season,
 * with weights found by least squared one-step errors (ETS(A,N,N), (A,Ad,N), (A,N,A), (A,Ad,A)).
 */
import { nelderMead } from '../math/optimise.ts'
import { checkHorizon, checkPeriod, checkSeries } from './series.ts'

export interface SmoothingShape {
  readonly trend: 'none' | 'damped' | 'linear'
  /** Periods a season; 1 for none. */
  readonly period: number
}

export interface Smoothing {
  readonly shape: SmoothingShape
  readonly alpha: number
  readonly beta: number
  readonly gamma: number
  readonly phi: number
  readonly level: number
  readonly slope: number
  /** Of the next period first. */
  readonly season: Float64Array
  /** Variance of one-step errors. */
  readonly errorVariance: number
  /** Akaike's criterion, corrected for few periods: lower is better among shapes of one series. */
  readonly criterion: number
}

interface Weights {
  readonly alpha: number
  readonly beta: number
  readonly gamma: number
  readonly phi: number
}

interface State {
  level: number
  slope: number
  readonly season: Float64Array
  at: number
}

/** A series shorter than two seasons gets none. */
export function fitSmoothing(series: ArrayLike<number>, wanted: SmoothingShape): Smoothing {
  checkSeries(series)
  checkPeriod(wanted.period)
  const hasSeason = wanted.period > 1 && series.length >= 2 * wanted.period
  const trend = series.length >= 5 ? wanted.trend : 'none'
  const shape = { trend, period: hasSeason ? wanted.period : 1 }
  const start = startOf(series, shape)
  const free = [-1, ...(trend === 'none' ? [] : [-2]), ...(hasSeason ? [-2] : [])]
  if (trend === 'damped') free.push(2)
  const errorOf = (point: Float64Array) =>
    run(series, shape, start, weightsOf(point, shape)).squares
  const best =
    series.length > 2
      ? nelderMead(errorOf, free, { step: 0.6, tolerance: 1e-6, roundsMax: 60 * free.length })
      : { at: Float64Array.from(free) }
  const weights = weightsOf(best.at, shape)
  const { state, squares } = run(series, shape, start, weights)
  const freeCount =
    free.length + 1 + (trend === 'none' ? 0 : 1) + (hasSeason ? shape.period - 1 : 0)
  const count = series.length
  const errorVariance = squares / Math.max(1, count - free.length - 1)
  return {
    shape,
    ...weights,
    level: state.level,
    slope: state.slope,
    season: Float64Array.from(
      { length: shape.period },
      (_, ahead) => state.season[(state.at + ahead) % shape.period]!,
    ),
    errorVariance,
    criterion:
      count * Math.log(Math.max(squares / count, 1e-300)) +
      2 * freeCount +
      (2 * freeCount * (freeCount + 1)) / Math.max(1, count - freeCount - 1),
  }
}

/** Through a logistic curve, so that the search needs no bounds. */
function weightsOf(point: ArrayLike<number>, { trend, period }: SmoothingShape): Weights {
  const ratio = (x: number) => 1 / (1 + Math.exp(-x))
  let at = 0
  const alpha = 0.0001 + 0.9998 * ratio(point[at++]!)
  const beta = trend === 'none' ? 0 : alpha * ratio(point[at++]!)
  const gamma = period > 1 ? (1 - alpha) * ratio(point[at++]!) : 0
  const phi = trend === 'damped' ? 0.8 + 0.18 * ratio(point[at]!) : trend === 'linear' ? 1 : 0
  return { alpha, beta, gamma, phi }
}

/** Means of the first two seasons, and what each place is off them. */
function startOf(series: ArrayLike<number>, { trend, period }: SmoothingShape): State {
  const seasonsCount = period > 1 ? Math.min(Math.floor(series.length / period), 4) : 0
  const season = new Float64Array(period)
  if (seasonsCount === 0) {
    const few = Math.min(series.length, 5)
    const level = few === 0 ? 0 : series[0]!
    const slope = trend === 'none' || few < 2 ? 0 : (series[few - 1]! - series[0]!) / (few - 1)
    return { level: level - slope, slope, season, at: 0 }
  }
  const means = Array.from({ length: seasonsCount }, (_, one) => {
    let total = 0
    for (let place = 0; place < period; place += 1) total += series[one * period + place]!
    return total / period
  })
  const slope = trend === 'none' ? 0 : (means.at(-1)! - means[0]!) / ((seasonsCount - 1) * period)
  for (let place = 0; place < period; place += 1) {
    let total = 0
    for (let one = 0; one < seasonsCount; one += 1)
      total += series[one * period + place]! - means[one]! - slope * (place - (period - 1) / 2)
    season[place] = total / seasonsCount
  }
  return { level: means[0]! - (slope * (period + 1)) / 2, slope, season, at: 0 }
}

function run(
  series: ArrayLike<number>,
  { period }: SmoothingShape,
  start: State,
  { alpha, beta, gamma, phi }: Weights,
): { state: State; squares: number } {
  const season = start.season.slice()
  let { level, slope } = start
  let squares = 0
  let place = 0
  for (let at = 0; at < series.length; at += 1) {
    const before = level + phi * slope
    const error = series[at]! - before - season[place]!
    squares += error * error
    level = before + alpha * error
    slope = phi * slope + beta * error
    season[place]! += gamma * error
    place += 1
    if (place === period) place = 0
  }
  return { state: { level, slope, season, at: place }, squares }
}

/** Means of the next periods. */
export function forecastSmoothing(fitted: Smoothing, horizon: number): Float64Array {
  checkHorizon(horizon)
  const { level, slope, season, phi } = fitted
  let ahead = 0
  let damping = 1
  return Float64Array.from({ length: horizon }, (_, at) => {
    damping *= phi
    ahead += damping
    return level + ahead * slope + season[at % season.length]!
  })
}

/** Variance of the forecast of each next period (Hyndman et al. 2008, class 1). */
export function smoothingVariance(fitted: Smoothing, horizon: number): Float64Array {
  checkHorizon(horizon)
  const { alpha, beta, gamma, phi, season, errorVariance } = fitted
  let total = 1
  let damped = 0
  let damping = 1
  return Float64Array.from({ length: horizon }, (_, at) => {
    if (at > 0) {
      damping *= phi
      damped += damping
      const isSameSeason = at % season.length === 0 && season.length > 1
      const weight = alpha + beta * damped + (isSameSeason ? gamma : 0)
      total += weight * weight
    }
    return errorVariance * total
  })
}
