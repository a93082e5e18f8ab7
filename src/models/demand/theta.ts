/**
 * Theta: Assimakopoulos and Nikolopoulos (2000) as Hyndman and Billah (2003) write it, smoothing with
 * half the trend's slope as drift; and the dynamic optimised one of Fiorucci et al. (2016).
 */
import { nelderMead } from '../math/optimise.ts'
import { checkHorizon, checkSeries } from './series.ts'
import { fitSmoothing } from './smoothing.ts'

export function theta(series: ArrayLike<number>, horizon: number): Float64Array {
  checkSeries(series)
  checkHorizon(horizon)
  const count = series.length
  if (count === 0) return new Float64Array(horizon)
  const { alpha, level } = fitSmoothing(series, { trend: 'none', period: 1 })
  const drift = slopeOf(series) / 2
  const memory = (1 - (1 - alpha) ** count) / alpha
  return Float64Array.from({ length: horizon }, (_, at) => level + drift * (at + memory))
}

/** Of the straight line by least squares. */
function slopeOf(series: ArrayLike<number>): number {
  const count = series.length
  const centre = (count - 1) / 2
  let [both, squares] = [0, 0]
  for (let at = 0; at < count; at += 1) {
    both += (at - centre) * series[at]!
    squares += (at - centre) ** 2
  }
  return squares === 0 ? 0 : both / squares
}

interface DynamicRun {
  readonly squares: number
  readonly forecast: Float64Array
}

/** Level, trend line and their weight are found together; the line moves with what comes. */
export function dynamicTheta(series: ArrayLike<number>, horizon: number): Float64Array {
  checkSeries(series)
  checkHorizon(horizon)
  if (series.length < 4) return theta(series, horizon)
  const scale = Math.max(1e-12, Math.abs(series[0]!))
  const settings = (point: ArrayLike<number>) => ({
    level: point[0]! * scale,
    alpha: 0.05 + 0.949 / (1 + Math.exp(-point[1]!)),
    theta: 1 + Math.exp(Math.min(6, point[2]!)),
  })
  const best = nelderMead(
    (point) => runDynamic(series, settings(point), 0).squares,
    [series[0]! / scale, 0, 0],
    { step: 0.5, tolerance: 1e-6, roundsMax: 150 },
  )
  return runDynamic(series, settings(best.at), horizon).forecast
}

function runDynamic(
  series: ArrayLike<number>,
  { level: start, alpha, theta }: { level: number; alpha: number; theta: number },
  horizon: number,
): DynamicRun {
  const forecast = new Float64Array(horizon)
  const omega = 1 - 1 / theta
  let [level, mean, slope, intercept, squares, power] = [start, 0, 0, 0, 0, 1]
  for (let at = 0; at < series.length + horizon; at += 1) {
    // Of period t = at + 1, from the line through what came before it.
    const next =
      at === 0
        ? start
        : level + omega * (power * intercept + ((1 - power * (1 - alpha)) / alpha) * slope)
    const value = at < series.length ? series[at]! : next
    if (at < series.length) {
      if (at > 0) squares += (value - next) ** 2
    } else forecast[at - series.length] = next
    const t = at + 1
    const before = mean
    mean = (at * mean + value) / t
    slope = t === 1 ? 0 : ((t - 2) * slope + (6 * (value - before)) / t) / (t + 1)
    intercept = mean - (slope * (t + 1)) / 2
    level = alpha * value + (1 - alpha) * level
    power *= 1 - alpha
  }
  return { squares, forecast }
}
