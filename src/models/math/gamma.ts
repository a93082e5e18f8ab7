/** The gamma function's logarithm and slopes, and the gamma distribution. */
import { normalQuantile } from './normal.ts'

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI)
/** From here on Stirling's series is exact to the last digit or two. */
const stirlingFrom = 10

/** ln Γ(x) for x > 0; NaN elsewhere. */
export function logGamma(x: number): number {
  if (!(x > 0)) return Number.NaN
  if (x === Number.POSITIVE_INFINITY) return x
  let product = 1
  let shifted = x
  while (shifted < stirlingFrom) {
    product *= shifted
    shifted += 1
  }
  const inverse = 1 / shifted
  const square = inverse * inverse
  const series =
    inverse *
    (1 / 12 -
      square *
        (1 / 360 -
          square *
            (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - (square * 691) / 360360)))))
  return (shifted - 0.5) * Math.log(shifted) - shifted + halfLogTwoPi + series - Math.log(product)
}

/** The slope of `logGamma`, for x > 0. */
export function digamma(x: number): number {
  if (!(x > 0)) return Number.NaN
  let below = 0
  let shifted = x
  while (shifted < stirlingFrom) {
    below += 1 / shifted
    shifted += 1
  }
  const square = 1 / (shifted * shifted)
  const series =
    square *
    (1 / 12 -
      square *
        (1 / 120 -
          square * (1 / 252 - square * (1 / 240 - square * (1 / 132 - (square * 691) / 32760)))))
  return Math.log(shifted) - 0.5 / shifted - series - below
}

/** The slope of `digamma`, for x > 0. */
export function trigamma(x: number): number {
  if (!(x > 0)) return Number.NaN
  let below = 0
  let shifted = x
  while (shifted < stirlingFrom) {
    below += 1 / (shifted * shifted)
    shifted += 1
  }
  const inverse = 1 / shifted
  const square = inverse * inverse
  const series =
    square * (1 / 6 - square * (1 / 30 - square * (1 / 42 - square * (1 / 30 - (square * 5) / 66))))
  return below + inverse * (1 + 0.5 * inverse + series)
}

/** P(X <= x) of a gamma distribution with scale 1: the regularised lower incomplete gamma function. */
export function gammaCdf(shape: number, x: number): number {
  if (!(shape > 0) || Number.isNaN(x)) return Number.NaN
  if (x <= 0) return 0
  if (x === Number.POSITIVE_INFINITY) return 1
  return x < shape + 1 ? bySeries(shape, x) : 1 - byFraction(shape, x)
}

/** P(X > x), exact far out. */
export function gammaUpperTail(shape: number, x: number): number {
  if (!(shape > 0) || Number.isNaN(x)) return Number.NaN
  if (x <= 0) return 1
  if (x === Number.POSITIVE_INFINITY) return 0
  return x < shape + 1 ? 1 - bySeries(shape, x) : byFraction(shape, x)
}

/** Terms until the sum stands still: a few times the root of the shape. */
function termsMax(shape: number): number {
  return 200 + Math.ceil(12 * Math.sqrt(Math.min(shape, 1e10)))
}

function bySeries(shape: number, x: number): number {
  let term = 1 / shape
  let sum = term
  for (let n = 1, max = termsMax(shape); n < max; n += 1) {
    term *= x / (shape + n)
    sum += term
    if (term < sum * 1e-17) break
  }
  return Math.min(1, sum * Math.exp(shape * Math.log(x) - x - logGamma(shape)))
}

/** Lentz's way through the continued fraction. */
function byFraction(shape: number, x: number): number {
  let b = x + 1 - shape
  let c = 1e300
  let d = 1 / b
  let product = d
  for (let n = 1, max = termsMax(shape); n < max; n += 1) {
    const a = -n * (n - shape)
    b += 2
    d = 1 / nonZero(a * d + b)
    c = nonZero(b + a / c)
    const factor = c * d
    product *= factor
    if (Math.abs(factor - 1) < 1e-16) break
  }
  return Math.min(1, product * Math.exp(shape * Math.log(x) - x - logGamma(shape)))
}

function nonZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value
}

/** x with P(X <= x) = ratio, scale 1: Wilson and Hilferty's start, then Newton inside a bracket. */
export function gammaQuantile(shape: number, ratio: number): number {
  if (!(shape > 0) || !(ratio >= 0 && ratio <= 1)) return Number.NaN
  if (ratio === 0) return 0
  if (ratio === 1) return Number.POSITIVE_INFINITY
  let [low, high] = [0, Number.POSITIVE_INFINITY]
  let x = startOf(shape, ratio)
  for (let round = 0; round < 100; round += 1) {
    const error = gammaCdf(shape, x) - ratio
    if (error > 0) high = x
    else low = x
    const density = Math.exp((shape - 1) * Math.log(x) - x - logGamma(shape))
    let next = x - error / density
    if (!(next > low && next < high))
      next = high === Number.POSITIVE_INFINITY ? low * 2 : (low + high) / 2
    if (Math.abs(next - x) <= 1e-14 * x) return next
    x = next
  }
  return x
}

function startOf(shape: number, ratio: number): number {
  const z = normalQuantile(ratio)
  const cube = 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape))
  if (cube > 0.2) return shape * cube ** 3
  // Near zero the distribution is a power.
  return Math.max(1e-300, Math.exp((Math.log(ratio) + logGamma(shape + 1)) / shape))
}
