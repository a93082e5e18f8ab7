/**
 * What would have been: a mix of control stores that went along with the treated ones before. Weights
 * of at least 0 that add up to 1 (Abadie, Diamond and Hainmueller 2010), on series without their level.
 */
import { correlation, mean } from '../math/statistics.ts'

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

/** The donors that went along best before the start, all with one weight: matched controls. */
export function matchControl(
  target: Float64Array,
  donors: readonly Float64Array[],
  startsAt: number,
  count: number,
): Control {
  const own = target.subarray(0, startsAt)
  const likeness = Float64Array.from(donors, (one) => correlation(own, one.subarray(0, startsAt)))
  const chosen = Uint32Array.from(donors, (_, at) => at)
    .sort((a, b) => likeness[b]! - likeness[a]! || a - b)
    .slice(0, count)
  return { donors: chosen, weights: new Float64Array(chosen.length).fill(1 / chosen.length) }
}

const roundsMax = 150

/**
 * Weights of the matched donors by projected gradient.
 * @param shrink pulls towards equal weights: few periods must not choose among many stores
 */
export function weighControl(
  target: Float64Array,
  donors: readonly Float64Array[],
  startsAt: number,
  matched: Control,
  shrink: number,
): Control {
  const centred = (series: Float64Array) => {
    const own = series.subarray(0, startsAt)
    const level = mean(own)
    return own.map((value) => value - level)
  }
  const wanted = centred(target)
  const columns = Array.from(matched.donors, (at) => centred(donors[at]!))
  const count = columns.length
  // Gram matrix once: a round then costs nothing per period.
  const gram = columns.map((one) => Float64Array.from(columns, (other) => dot(one, other)))
  const along = columns.map((one) => dot(one, wanted))
  const ridge = (shrink * gram.reduce((sum, row, at) => sum + row[at]!, 0)) / count
  const largest = Math.max(
    1e-12,
    ...gram.map((row) => row.reduce((sum, x) => sum + Math.abs(x), 0)),
  )
  let weights: Float64Array = matched.weights.slice()
  for (let round = 0; round < roundsMax; round += 1) {
    const next = weights.map((weight, at) => {
      const slope = dot(gram[at]!, weights) - along[at]! + ridge * (weight - 1 / count)
      return weight - slope / (largest + ridge)
    })
    const projected = onSimplex(next)
    const moved = projected.reduce((most, x, at) => Math.max(most, Math.abs(x - weights[at]!)), 0)
    weights = projected
    if (moved < 1e-7) break
  }
  return { donors: matched.donors, weights }
}

export function gapOf(
  target: Float64Array,
  donors: readonly Float64Array[],
  { donors: chosen, weights }: Control,
  startsAt: number,
): Gap {
  const gaps = target.map((value, period) => {
    let control = 0
    for (const [place, at] of chosen.entries()) control += weights[place]! * donors[at]![period]!
    return value - control
  })
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

/** The nearest weights of at least 0 that add up to 1 (Duchi et al. 2008). */
export function onSimplex(values: Float64Array): Float64Array {
  const sorted = values.slice().sort().reverse()
  let [total, cut] = [0, 0]
  for (const [at, value] of sorted.entries()) {
    total += value
    const candidate = (total - 1) / (at + 1)
    if (value - candidate > 0) cut = candidate
  }
  return values.map((value) => Math.max(0, value - cut))
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0
  for (let at = 0; at < left.length; at += 1) sum += left[at]! * right[at]!
  return sum
}
