/**
 * How often a customer who never says goodbye will come again: the BG/NBD model (Fader, Hardie and Lee
 * 2005). Each buys by chance at a rate of his own until, after some purchase, he is gone for good.
 */
import { logBeta } from '../math/beta.ts'
import { logGamma } from '../math/gamma.ts'
import { nelderMead } from '../math/optimise.ts'

export interface BgNbd {
  readonly r: number
  readonly alpha: number
  readonly a: number
  readonly b: number
}

/** Of one customer, in weeks: purchases after the first, the last of them, and since the first. */
export interface History {
  readonly repeats: number
  readonly lastWeeks: number
  readonly ageWeeks: number
}

/** Histories that are the same, counted together. */
interface Group extends History {
  readonly count: number
}

export function bgNbdLogLikelihood(model: BgNbd, histories: readonly History[]): number {
  return logLikelihood(model, groupsOf(histories))
}

/** By greatest likelihood, on the logarithms so that all stay above 0. */
export function fitBgNbd(histories: readonly History[]): BgNbd & { logLikelihood: number } {
  const groups = groupsOf(histories)
  const start = [1, 5, 1, 3].map(Math.log)
  const read = (point: ArrayLike<number>): BgNbd => {
    const [r = 0, alpha = 0, a = 0, b = 0] = Array.from(point, Math.exp)
    return { r, alpha, a, b }
  }
  const cost = (point: Float64Array): number => {
    // Far out the likelihood is flat: a wall keeps the search where numbers mean something.
    for (const value of point) if (Math.abs(value) > 12) return Number.POSITIVE_INFINITY
    return -logLikelihood(read(point), groups)
  }
  let best = nelderMead(cost, start, { step: 0.3, roundsMax: 1500 })
  best = nelderMead(cost, best.at, { step: 0.1, roundsMax: 1500 })
  return { ...read(best.at), logLikelihood: -best.value }
}

/** Chance that the customer is still one. */
export function aliveRatio(model: BgNbd, { repeats, lastWeeks, ageWeeks }: History): number {
  if (repeats === 0) return 1
  const { r, alpha, a, b } = model
  const gone = (a / (b + repeats - 1)) * ((alpha + ageWeeks) / (alpha + lastWeeks)) ** (r + repeats)
  return 1 / (1 + gone)
}

/** Purchases to expect in the next `weeks`. */
export function expectedPurchases(model: BgNbd, history: History, weeks: number): number {
  const { r, alpha, a, b } = model
  const { repeats, ageWeeks } = history
  if (weeks === 0) return 0
  const [shape, reach] = [r + repeats, alpha + ageWeeks]
  // The closed form divides by a - 1: beside 1 two values near it stand in.
  if (Math.abs(a - 1) < 1e-6) {
    const around = [a - 1e-4, a + 1e-4].map((near) =>
      expectedPurchases({ ...model, a: near }, history, weeks),
    )
    return (around[0]! + around[1]!) / 2
  }
  const series = hypergeometric(shape, b + repeats, a + b + repeats - 1, weeks / (reach + weeks))
  const bracket = 1 - (reach / (reach + weeks)) ** shape * series
  const expected = ((a + b + repeats - 1) / (a - 1)) * bracket * aliveRatio(model, history)
  return Math.min(Math.max(0, expected), (shape / reach) * weeks)
}

/** Chance of at least one purchase in the next `weeks`. */
export function purchaseRatio(model: BgNbd, history: History, weeks: number): number {
  const { r, alpha } = model
  const { repeats, ageWeeks } = history
  const silent = ((alpha + ageWeeks) / (alpha + ageWeeks + weeks)) ** (r + repeats)
  return aliveRatio(model, history) * (1 - silent)
}

function groupsOf(histories: readonly History[]): Group[] {
  const groups = new Map<string, { -readonly [Key in keyof Group]: Group[Key] }>()
  for (const { repeats, lastWeeks, ageWeeks } of histories) {
    const key = `${repeats}/${lastWeeks}/${ageWeeks}`
    const known = groups.get(key)
    if (known !== undefined) known.count += 1
    else groups.set(key, { repeats, lastWeeks, ageWeeks, count: 1 })
  }
  return [...groups.values()]
}

function logLikelihood({ r, alpha, a, b }: BgNbd, groups: readonly Group[]): number {
  const base = r * Math.log(alpha) - logGamma(r) - logBeta(a, b)
  let sum = 0
  for (const { repeats: x, lastWeeks, ageWeeks, count } of groups) {
    const alive = -(r + x) * Math.log(alpha + ageWeeks)
    let last = alive
    if (x > 0) {
      const gone = Math.log(a / (b + x - 1)) - (r + x) * Math.log(alpha + lastWeeks)
      const most = Math.max(alive, gone)
      last = most + Math.log(Math.exp(alive - most) + Math.exp(gone - most))
    }
    sum += count * (logGamma(r + x) + logBeta(a, b + x) + base + last)
  }
  return sum
}

/** Gauss's series, for 0 <= z < 1. */
function hypergeometric(a: number, b: number, c: number, z: number): number {
  let [term, sum] = [1, 1]
  for (let n = 0; n < 20_000; n += 1) {
    term *= (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z
    sum += term
    if (Math.abs(term) < 1e-13 * Math.abs(sum)) break
  }
  return sum
}
