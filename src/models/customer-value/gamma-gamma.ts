/**
 * What a customer spends each time: the Gamma-Gamma model (Fader and Hardie 2013). His mean so far is
 * drawn towards everybody's, the more so the less often he has come.
 */
import { logGamma } from '../math/gamma.ts'
import { nelderMead } from '../math/optimise.ts'

export interface GammaGamma {
  readonly p: number
  readonly q: number
  readonly v: number
}

export interface Spending {
  /** Purchases that the mean is over, 1 or more. */
  readonly count: number
  readonly mean: number
}

export function gammaGammaLogLikelihood({ p, q, v }: GammaGamma, given: readonly Spending[]) {
  let sum = 0
  for (const { count: x, mean: m } of given)
    sum +=
      logGamma(p * x + q) -
      logGamma(p * x) -
      logGamma(q) +
      q * Math.log(v) +
      (p * x - 1) * Math.log(m) +
      p * x * Math.log(x) -
      (p * x + q) * Math.log(v + m * x)
  return sum
}

export function fitGammaGamma(given: readonly Spending[]): GammaGamma {
  const usable = given.filter(({ count, mean }) => count > 0 && mean > 0)
  if (usable.length === 0) return { p: 1, q: 2, v: 1 }
  const scale = usable.reduce((sum, { mean }) => sum + mean, 0) / usable.length
  // Fitted in units of the mean, so that pence and pounds give the same.
  const scaled = usable.map(({ count, mean }) => ({ count, mean: mean / scale }))
  const read = (point: ArrayLike<number>): GammaGamma => {
    const [p = 0, q = 0, v = 0] = Array.from(point, Math.exp)
    return { p, q: 1 + q, v }
  }
  const cost = (point: Float64Array): number => {
    for (const value of point) if (Math.abs(value) > 10) return Number.POSITIVE_INFINITY
    return -gammaGammaLogLikelihood(read(point), scaled)
  }
  let best = nelderMead(cost, [1.5, 1, 0], { step: 0.3, roundsMax: 1500 })
  best = nelderMead(cost, best.at, { step: 0.1, roundsMax: 1500 })
  const { p, q, v } = read(best.at)
  return { p, q, v: v * scale }
}

/** Of one who has not bought yet, everybody's mean. */
export function expectedSpending({ p, q, v }: GammaGamma, { count, mean }: Spending): number {
  return (p * (v + count * mean)) / (p * count + q - 1)
}
