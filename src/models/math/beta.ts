/** The beta function and distribution. */
import { logGamma } from './gamma.ts'

export function logBeta(a: number, b: number): number {
  const [small, large] = a < b ? [a, b] : [b, a]
  if (large < 1e5) return logGamma(a) + logGamma(b) - logGamma(a + b)
  // The two large logarithms would cancel: their difference by Stirling instead.
  const sum = small + large
  const correction = (x: number) => 1 / (12 * x) - 1 / (360 * x ** 3)
  const difference =
    (large - 0.5) * -Math.log1p(small / large) -
    small * Math.log(sum) +
    small +
    correction(large) -
    correction(sum)
  return logGamma(small) + difference
}

/** ln of n over k, for whole or fractional n >= k >= 0. */
export function logChoose(n: number, k: number): number {
  if (k === 0 || k === n) return 0
  return -Math.log1p(n) - logBeta(n - k + 1, k + 1)
}

/** P(X <= x) of a beta distribution: the regularised incomplete beta function. */
export function betaCdf(a: number, b: number, x: number): number {
  if (!(a > 0 && b > 0) || Number.isNaN(x)) return Number.NaN
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b))
  // The fraction converges quickly on this side of the mean; the other side is its mirror.
  return x < (a + 1) / (a + b + 2)
    ? Math.min(1, (front * fraction(a, b, x)) / a)
    : Math.max(0, 1 - (front * fraction(b, a, 1 - x)) / b)
}

/** P(X > x), exact where it is small. */
export function betaUpperTail(a: number, b: number, x: number): number {
  return betaCdf(b, a, 1 - x)
}

/** Lentz's way through the continued fraction. */
function fraction(a: number, b: number, x: number): number {
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1))
  let product = d
  const max = 300 + Math.ceil(8 * Math.sqrt(Math.min(Math.max(a, b), 1e10)))
  for (let m = 1; m < max; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d)
    c = nonZero(1 + even / c)
    product *= c * d
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d)
    c = nonZero(1 + odd / c)
    const factor = c * d
    product *= factor
    if (Math.abs(factor - 1) < 1e-16) break
  }
  return product
}

function nonZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value
}

/** x with P(X <= x) = ratio: Newton inside a bracket, halving where a step would leave it. */
export function betaQuantile(a: number, b: number, ratio: number): number {
  if (!(a > 0 && b > 0) || !(ratio >= 0 && ratio <= 1)) return Number.NaN
  if (ratio === 0 || ratio === 1) return ratio
  const scale = logBeta(a, b)
  let [low, high] = [0, 1]
  let x = a / (a + b)
  for (let round = 0; round < 200; round += 1) {
    const error = betaCdf(a, b, x) - ratio
    if (error > 0) high = x
    else low = x
    const density = Math.exp((a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) - scale)
    let next = x - error / density
    // Early on, and by far steps, halving on the scale of the smaller end is safer.
    if (!(next > low && next < high)) next = low > 0 ? Math.sqrt(low * high) : high / 8
    if (!(next > low && next < high)) next = (low + high) / 2
    if (Math.abs(next - x) <= 1e-14 * x || high - low <= 1e-300) return next
    x = next
  }
  return x
}
