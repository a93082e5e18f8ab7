/** From levels to what to hold: variance over an interval, and its negative binomial quantiles. */
import { countQuantile } from '../math/negative-binomial.ts'
import type { LongTailLevels, LongTailRows } from './long-tail.ts'

/** How far, as a ratio, a level moves while it is being measured: one standard deviation. */
const levelDriftRatio = 0.07

/**
 * Variance of demand over an interval: of the periods, and of the level itself, which few units stand
 * behind and which moves.
 * @param mean over the interval
 */
export function intervalVariance(mean: number, dispersion: number, unitsBehind: number): number {
  if (mean <= 0) return 0
  // A level from n units, each as dispersed, is off by dispersion / n of itself squared.
  const unsure = unitsBehind > 0 ? (mean * mean * dispersion) / unitsBehind : mean * mean
  return mean * dispersion + unsure + (levelDriftRatio * mean) ** 2
}

/** @param seasonSum by pool: factors of the interval's periods, added up */
export function longTailQuantiles(
  { level, dispersion, unitsBehind }: LongTailLevels,
  poolOf: ArrayLike<number>,
  seasonSum: Float64Array,
  ratio: number,
): Float64Array {
  const quantiles = new Float64Array(level.length)
  for (let series = 0; series < level.length; series += 1) {
    const mean = level[series]! * seasonSum[poolOf[series]!]!
    const variance = intervalVariance(mean, dispersion[series]!, unitsBehind[series]!)
    quantiles[series] = countQuantile(ratio, mean, variance)
  }
  return quantiles
}

/** By pool: the season's factors added up over `count` periods from period `from` on. */
export function seasonSums(
  {
    poolsCount,
    season,
    seasonPeriods,
  }: Pick<LongTailRows, 'poolsCount' | 'season' | 'seasonPeriods'>,
  from: number,
  count: number,
): Float64Array {
  return Float64Array.from({ length: poolsCount }, (_, pool) => {
    let sum = 0
    for (let period = from; period < from + count; period += 1)
      sum += season[pool * seasonPeriods + (period % seasonPeriods)]!
    return sum
  })
}
