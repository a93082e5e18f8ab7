/**
 * Counts by mean and variance: negative binomial where the variance is above the mean, Poisson where
 * it is not. Size r = mean² / (variance - mean), chance of success r / (r + mean).
 */
import { betaCdf } from './beta.ts'
import { gammaUpperTail, logGamma } from './gamma.ts'
import { normalQuantile } from './normal.ts'

/** Nearer to Poisson than this, the size is so large that nothing else is left of it. */
const poissonRatio = 1 + 1e-6

export function countPmf(count: number, mean: number, variance: number): number {
  if (count < 0 || !Number.isInteger(count)) return 0
  if (mean <= 0) return count === 0 ? 1 : 0
  if (variance <= mean * poissonRatio)
    return Math.exp(count * Math.log(mean) - mean - logGamma(count + 1))
  const size = mean ** 2 / (variance - mean)
  return Math.exp(
    logGamma(count + size) -
      logGamma(size) -
      logGamma(count + 1) +
      size * Math.log(mean / variance) +
      count * Math.log1p(-mean / variance),
  )
}

/** P(N <= count). */
export function countCdf(count: number, mean: number, variance: number): number {
  if (count < 0) return 0
  if (mean <= 0) return 1
  const whole = Math.floor(count)
  if (variance <= mean * poissonRatio) return gammaUpperTail(whole + 1, mean)
  return betaCdf(mean ** 2 / (variance - mean), whole + 1, mean / variance)
}

/** Up to here the chances of 0, 1, 2 … are added up: a few hundred multiplications at most. */
const addedMeanMax = 60
/** Past this a corrected normal is within a unit in thousands. */
const exactMeanMax = 100_000

/**
 * The smallest count that is not passed with chance `ratio`; never smaller for a larger ratio.
 * @param ratio 0 to 1; 1 is taken for 1 - 1e-12, which every count of a chain stays within
 */
export function countQuantile(ratio: number, mean: number, variance: number): number {
  if (!(ratio >= 0 && ratio <= 1) || Number.isNaN(mean) || Number.isNaN(variance)) return Number.NaN
  if (mean <= 0) return 0
  const wanted = Math.min(ratio, 1 - 1e-12)
  const dispersion = Math.max(1, variance / mean)
  if (mean <= addedMeanMax && dispersion <= 50) return added(wanted, mean, dispersion)
  if (mean <= exactMeanMax) return searched(wanted, mean, dispersion)
  // Where the formula takes over, more demand must not mean less.
  return Math.max(
    searched(wanted, exactMeanMax, dispersion),
    Math.ceil(approximate(wanted, mean, dispersion)),
  )
}

function added(ratio: number, mean: number, dispersion: number): number {
  const isPoisson = dispersion <= poissonRatio
  // chance(k + 1) / chance(k) = (k + size) (1 - success) / (k + 1), and mean / (k + 1) of a Poisson.
  const rise = isPoisson ? 0 : 1 - 1 / dispersion
  const start = isPoisson ? mean : mean / dispersion
  let chance = isPoisson
    ? Math.exp(-mean)
    : Math.exp((-mean / (dispersion - 1)) * Math.log(dispersion))
  let sum = chance
  let count = 0
  while (sum < ratio && count < 20_000) {
    chance *= (start + rise * count) / (count + 1)
    count += 1
    sum += chance
    // What is left is below what a double holds.
    if (chance < 1e-18 && count > mean) break
  }
  return count
}

/** From the formula's guess outwards until the quantile is between two counts, then halving. */
function searched(ratio: number, mean: number, dispersion: number): number {
  const variance = mean * dispersion
  const isEnough = (count: number) => countCdf(count, mean, variance) >= ratio
  const guess = Math.max(0, Math.round(approximate(ratio, mean, dispersion)))
  let low = guess
  let high = guess
  if (isEnough(guess)) {
    for (let step = 1; low >= 0 && isEnough(low); step *= 2) {
      high = low
      low -= step
    }
    low = Math.max(low, -1)
  } else
    for (let step = 1; !isEnough(high) && step < 2 ** 50; step *= 2) {
      low = high
      high += step
    }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (isEnough(middle)) high = middle
    else low = middle
  }
  return high
}

/** A normal, corrected for the skew (Cornish and Fisher's first term). */
function approximate(ratio: number, mean: number, dispersion: number): number {
  const z = normalQuantile(Math.max(ratio, 1e-12))
  return mean + z * Math.sqrt(mean * dispersion) + ((z * z - 1) * (2 * dispersion - 1)) / 6
}
