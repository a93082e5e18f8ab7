/**
 * What would have been: a mix of control stores that went along with the treated ones before. Weights
 * of at least 0 that add up to 1 (Abadie, Diamond and Hainmueller 2010), on series without their level.
 */
import { mean } from '../math/statistics.ts'

export interface Control {
  /** Places in the given donors. */
  readonly donors: Uint32Array
  /** One a donor; they add up to 1. */
  readonly weights: Float64Array
}

export interface Gap {
  /** Treated less control after the start, less the same before it: a logarithm of a ratio. */
  readonly effect: number
  /** Root of the mean squared difference before the start. */
  readonly preError: number
  /** Difference by period, its mean before the start taken out. */
  readonly gaps: Float64Array
}

/** Donors made ready once, however many targets are then matched with them. */
export interface Donors {
  readonly series: readonly Float64Array[]
  readonly startsAt: number
  /** What lies before the start, without its level, and the root of its squares. */
  readonly before: readonly Float64Array[]
  readonly lengths: Float64Array
}

export function donorsFrom(series: readonly Float64Array[], startsAt: number): Donors {
  const before = series.map((one) => withoutLevel(one, startsAt))
  const lengths = Float64Array.from(before, (one) => Math.sqrt(dot(one, one)))
  return { series, startsAt, before, lengths }
}

/**
 * The donors that went along best before the start, all with one weight: matched controls.
 * @param candidates places of the donors to choose from; all where left out
 */
export function matchControl(
  target: Float64Array,
  { series, startsAt, before, lengths }: Donors,
  count: number,
  candidates: ArrayLike<number> = series.map((_, at) => at),
): Control {
  const own = withoutLevel(target, startsAt)
  // Correlations, but for the target's own length, which orders nothing.
  const likeness = new Float64Array(series.length)
  for (let place = 0; place < candidates.length; place += 1) {
    const at = candidates[place]!
    likeness[at] = lengths[at]! > 0 ? dot(own, before[at]!) / lengths[at]! : 0
  }
  const donors = Uint32Array.from(candidates)
    .sort((a, b) => likeness[b]! - likeness[a]! || a - b)
    .slice(0, count)
  return { donors, weights: new Float64Array(donors.length).fill(1 / donors.length) }
}

/**
 * The weights of the matched donors that are nearest to the target before the start.
 * @param shrink pulls towards equal weights: few periods must not choose among many stores
 */
export function weighControl(
  target: Float64Array,
  { before, startsAt }: Donors,
  matched: Control,
  shrink: number,
): Control {
  const wanted = withoutLevel(target, startsAt)
  const columns = Array.from(matched.donors, (at) => before[at]!)
  const count = columns.length
  const products = new Float64Array(count * count)
  const along = new Float64Array(count)
  for (const [at, column] of columns.entries()) {
    along[at] = dot(column, wanted)
    for (let other = 0; other <= at; other += 1) {
      const product = dot(column, columns[other]!)
      products[at * count + other] = product
      products[other * count + at] = product
    }
  }
  const sizes = columns.map((_, at) => products[at * count + at]!)
  const ridge = shrink * mean(sizes)
  for (let at = 0; at < count; at += 1) {
    products[at * count + at]! += ridge
    along[at]! += ridge / count
  }
  const weights = leastOnSimplex(products, along, matched.weights)
  return { donors: matched.donors, weights }
}

const stepsMax = 5000
/** Of the mean size of a column: slopes that differ by less are alike. */
const slopesAlike = 1e-10

/**
 * Least of ½ w'Qw - b'w over weights of at least 0 that add up to 1: weight goes from one to another
 * where that pair gains most, exactly as much as is best, until no pair gains (Platt's SMO, with the
 * choice of Fan, Chen and Lin 2005).
 * @param products Q by row, positive semidefinite
 */
function leastOnSimplex(
  products: Float64Array,
  along: Float64Array,
  start: Float64Array,
): Float64Array {
  const count = along.length
  const weights = start.slice()
  const slopes = along.map((value, at) => {
    let slope = -value
    for (let other = 0; other < count; other += 1)
      slope += products[at * count + other]! * weights[other]!
    return slope
  })
  let size = 0
  for (let at = 0; at < count; at += 1) size += products[at * count + at]! / count
  for (let step = 0; step < stepsMax; step += 1) {
    let to = 0
    for (let at = 1; at < count; at += 1) if (slopes[at]! < slopes[to]!) to = at
    let [from, most, bend] = [-1, 0, 1]
    for (let at = 0; at < count; at += 1) {
      const drop = slopes[at]! - slopes[to]!
      if (!(weights[at]! > 0 && drop > slopesAlike * size)) continue
      const curve = products[at * count + at]! + products[to * count + to]!
      const own = Math.max(curve - 2 * products[at * count + to]!, 1e-12 * size)
      if (drop ** 2 / own <= most) continue
      most = drop ** 2 / own
      from = at
      bend = own
    }
    if (from < 0) break
    const moved = Math.min(weights[from]!, (slopes[from]! - slopes[to]!) / bend)
    weights[from]! -= moved
    weights[to]! += moved
    for (let at = 0; at < count; at += 1)
      slopes[at]! += moved * (products[at * count + to]! - products[at * count + from]!)
  }
  return weights
}

export function gapOf(
  target: Float64Array,
  series: readonly Float64Array[],
  { donors, weights }: Control,
  startsAt: number,
): Gap {
  const gaps = target.slice()
  for (let place = 0; place < donors.length; place += 1) {
    const [weight, donor] = [weights[place]!, series[donors[place]!]!]
    if (weight > 0)
      for (let period = 0; period < gaps.length; period += 1)
        gaps[period]! -= weight * donor[period]!
  }
  const level = mean(gaps.subarray(0, startsAt))
  let squares = 0
  for (let period = 0; period < gaps.length; period += 1) {
    gaps[period]! -= level
    if (period < startsAt) squares += gaps[period]! ** 2
  }
  return {
    effect: mean(gaps.subarray(startsAt)),
    preError: Math.sqrt(squares / startsAt),
    gaps,
  }
}

function withoutLevel(series: Float64Array, startsAt: number): Float64Array {
  const own = series.slice(0, startsAt)
  const level = mean(own)
  for (let period = 0; period < startsAt; period += 1) own[period]! -= level
  return own
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0
  for (let at = 0; at < left.length; at += 1) sum += left[at]! * right[at]!
  return sum
}
