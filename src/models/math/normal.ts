/** The normal distribution. */

const sqrtTwoPi = Math.sqrt(2 * Math.PI)

export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / sqrtTwoPi
}

/** P(Z <= z), to about 14 digits, in the lower tail too. */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) return Number.NaN
  return z > 0 ? 1 - lowerTail(-z) : lowerTail(z)
}

/** P(Z > z): exact far out, where 1 - P(Z <= z) would be 0. */
export function normalUpperTail(z: number): number {
  return normalCdf(-z)
}

/** P(Z <= z) for z <= 0: a series near the middle, a continued fraction in the tail. */
function lowerTail(z: number): number {
  const x = -z
  if (x > 39) return 0
  if (x < 2.5) {
    let term = x
    let sum = x
    for (let n = 3; n < 100; n += 2) {
      term *= (x * x) / n
      sum += term
      if (term < sum * 1e-17) break
    }
    return 0.5 - normalDensity(x) * sum
  }
  let fraction = x
  for (let n = x < 4 ? 120 : 40; n >= 1; n -= 1) fraction = x + n / fraction
  return normalDensity(x) / fraction
}

const middle = {
  over: [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
    1971.5909503065513, 133.14166789178438, 3.3871328727963665,
  ],
  under: [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
    687.1870074920579, 42.31333070160091, 1,
  ],
} as const
const outside = {
  over: [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684,
    3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  under: [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008,
    0.6897673349851, 1.6763848301838038, 2.053191626637759, 1,
  ],
} as const
const far = {
  over: [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
    0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  under: [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
    0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
  ],
} as const

/** z with P(Z <= z) = ratio, to about 15 digits: Wichura's AS 241. */
export function normalQuantile(ratio: number): number {
  if (!(ratio >= 0 && ratio <= 1)) return Number.NaN
  const distance = ratio - 0.5
  if (Math.abs(distance) <= 0.425) return distance * rational(middle, 0.180625 - distance ** 2)
  const tail = Math.min(ratio, 1 - ratio)
  if (tail === 0) return distance < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const r = Math.sqrt(-Math.log(tail))
  const z = r <= 5 ? rational(outside, r - 1.6) : rational(far, r - 5)
  return distance < 0 ? -z : z
}

function rational(
  { over, under }: { over: readonly number[]; under: readonly number[] },
  x: number,
): number {
  return polynomial(over, x) / polynomial(under, x)
}

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0
  for (const coefficient of coefficients) value = value * x + coefficient
  return value
}
