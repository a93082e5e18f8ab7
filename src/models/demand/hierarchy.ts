/** Forecasts that add up: stores to districts to the chain, and SKU-stores to a good total. */
import { refuse } from '../trees/histogram-boosting/table.ts'

const factorMin = 0.8
const factorMax = 1.25

/**
 * Scales each group's forecasts towards a total that is forecast better as a whole, by at most a
 * quarter up or a fifth down.
 * @param groupOf group of each forecast; @param totals one a group, NaN where there is none
 */
export function correctTopDown(
  forecasts: ArrayLike<number>,
  groupOf: ArrayLike<number>,
  totals: ArrayLike<number>,
): Float64Array {
  if (groupOf.length !== forecasts.length) refuse('groupOf', `${forecasts.length} groups`)
  const sums = new Float64Array(totals.length)
  for (let at = 0; at < forecasts.length; at += 1) {
    if (!(groupOf[at]! >= 0 && groupOf[at]! < totals.length))
      refuse(`groupOf, place ${at}`, `below ${totals.length}`)
    if (!(forecasts[at]! >= 0 && Number.isFinite(forecasts[at])))
      refuse(`forecasts, place ${at}`, 'at least 0')
    sums[groupOf[at]!]! += forecasts[at]!
  }
  const factors = sums.map((sum, group) => {
    const total = totals[group]!
    if (Number.isNaN(total) || sum === 0) return 1
    return Math.min(factorMax, Math.max(factorMin, total / sum))
  })
  return Float64Array.from(forecasts, (value, at) => value * factors[groupOf[at]!]!)
}

/** A tree of forecasts: nodes whose children add up to them. */
export interface Hierarchy {
  /** Parent of each node, -1 of the top; a parent comes before its children. */
  readonly parentOf: ArrayLike<number>
}

/**
 * Makes forecasts of all levels add up, each moved by its share of the variance (weighted least
 * squares with independent errors: exact for a tree, by one pass up and one down).
 * @param variances of the forecasts' errors; 0 for a figure that is certain
 * @returns one a node, coherent: children add up to their parent
 */
export function reconcile(
  { parentOf }: Hierarchy,
  forecasts: ArrayLike<number>,
  variances: ArrayLike<number>,
): Float64Array {
  const count = parentOf.length
  if (forecasts.length !== count) refuse('forecasts', `${count} nodes`)
  if (variances.length !== count) refuse('variances', `${count} nodes`)
  const children: number[][] = Array.from({ length: count }, () => [])
  for (let node = 0; node < count; node += 1) {
    const parent = parentOf[node]!
    if (!(parent >= -1 && parent < node)) refuse(`parentOf, node ${node}`, 'an earlier node, or -1')
    if (!Number.isFinite(forecasts[node])) refuse(`forecasts, node ${node}`, 'a finite number')
    if (!(variances[node]! >= 0 && Number.isFinite(variances[node])))
      refuse(`variances, node ${node}`, 'at least 0')
    if (parent >= 0) children[parent]!.push(node)
  }
  // Up: of each node the best estimate from itself and all below it, and how sure that is.
  const estimate = Float64Array.from(forecasts)
  const unsure = Float64Array.from(variances)
  const below = new Float64Array(count)
  const belowUnsure = new Float64Array(count)
  for (let node = count - 1; node >= 0; node -= 1) {
    if (children[node]!.length === 0) continue
    for (const child of children[node]!) {
      below[node]! += estimate[child]!
      belowUnsure[node]! += unsure[child]!
    }
    const both = unsure[node]! + belowUnsure[node]!
    const trust = both === 0 ? 1 : belowUnsure[node]! / both
    estimate[node] = trust * estimate[node]! + (1 - trust) * below[node]!
    unsure[node] = both === 0 ? 0 : (unsure[node]! * belowUnsure[node]!) / both
  }
  // Down: what is left over goes to the children by how unsure they are.
  for (let node = 0; node < count; node += 1) {
    const own = children[node]!
    const rest = estimate[node]! - below[node]!
    for (const child of own)
      estimate[child]! +=
        rest * (belowUnsure[node]! > 0 ? unsure[child]! / belowUnsure[node]! : 1 / own.length)
  }
  return estimate
}
