/** Many tests at once: which to believe, and several tests of one thing as a single one. */
import type { Numbers } from '../math/statistics.ts'

/**
 * Benjamini and Hochberg: the smallest share of false alarms at which each would be one. Alarms are
 * those at most the share that is borne.
 * @param chances p-values from 0 to 1; NaN (no verdict) takes no part and stays NaN
 */
export function qValues(chances: Numbers): Float64Array {
  const found = new Float64Array(chances.length).fill(Number.NaN)
  const order: number[] = []
  for (let at = 0; at < chances.length; at += 1) if (!Number.isNaN(chances[at])) order.push(at)
  order.sort((a, b) => chances[a]! - chances[b]!)
  let least = 1
  for (let rank = order.length; rank >= 1; rank -= 1) {
    const at = order[rank - 1]!
    least = Math.min(least, (chances[at]! * order.length) / rank)
    found[at] = least
  }
  return found
}

/** A tangent of 0 or 1 has no end; nearer than this, p-values say nothing more. */
const chanceMin = 1e-15

/** A chance as Cauchy's tangent: what the combination is the mean of. */
export function cauchyOf(chance: number): number {
  const own = Math.min(Math.max(chance, chanceMin), 1 - chanceMin)
  // Near 0 the tangent is 1 / (pi p), without the rounding.
  return own < 1e-8 ? 1 / (own * Math.PI) : Math.tan((0.5 - own) * Math.PI)
}

/**
 * Liu and Xie's Cauchy combination: one p-value from several that may depend on each other.
 * @returns NaN of none
 */
export function combineChances(chances: Numbers, weights?: Numbers): number {
  let [total, weight] = [0, 0]
  for (let at = 0; at < chances.length; at += 1) {
    if (Number.isNaN(chances[at])) continue
    const own = weights?.[at] ?? 1
    total += own * cauchyOf(chances[at]!)
    weight += own
  }
  if (weight === 0) return Number.NaN
  const mean = total / weight
  return mean > 1e8 ? 1 / (mean * Math.PI) : 0.5 - Math.atan(mean) / Math.PI
}
