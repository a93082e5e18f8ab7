/**
 * What each feature did to one prediction: Shapley values of the trees by the rows that went each
 * way while growing (Lundberg et al. 2018, algorithm 2), or along the path only (Saabas 2014), which
 * is quicker and favours what was asked last. Either adds up to the score exactly.
 */
import type { Forest } from './forest.ts'
import { goesLeft } from './predict.ts'

export interface Contributions {
  /** The mean score of the rows that the forest was grown on. */
  readonly base: number
  /** One a feature, in the forest's own unit; with `base` they add up to the score. */
  readonly byFeature: Float64Array
}

/** @param output of softmax the class, else 0 */
export function pathContributions(forest: Forest, row: Float32Array, output = 0): Contributions {
  const { roots, feature, left, right, nodeValues, leafValues } = forest
  const byFeature = new Float64Array(forest.features.length)
  let base = forest.base[output]!
  const scoreOf = (node: number) => (node < 0 ? leafValues[~node]! : nodeValues[node]!)
  for (let tree = output; tree < roots.length; tree += forest.base.length) {
    let node = roots[tree]!
    base += scoreOf(node)
    while (node >= 0) {
      const at = feature[node]!
      const child = goesLeft(forest, node, row[at]!) ? left[node]! : right[node]!
      byFeature[at]! += scoreOf(child) - scoreOf(node)
      node = child
    }
  }
  return { base, byFeature }
}

/** @param output of softmax the class, else 0 */
export function shapleyContributions(forest: Forest, row: Float32Array, output = 0): Contributions {
  const byFeature = new Float64Array(forest.features.length)
  const { base } = pathContributions(forest, row, output)
  for (let tree = output; tree < forest.roots.length; tree += forest.base.length)
    walk(forest, row, byFeature, forest.roots[tree]!, 0, 0, 0, 1, 1, -1)
  return { base, byFeature }
}

/** The deepest a tree may be, and one for the root. */
const lengthMax = 66
/**
 * Paths from the root, one a depth, each a copy of the one before with an entry more: a feature, the
 * share of rows that come this way when it is unknown and when it is known, and the weight of sets of
 * known features by their size. One room for all calls, since a walk is never interrupted.
 */
const features = new Int32Array(lengthMax * lengthMax)
const unknowns = new Float64Array(lengthMax * lengthMax)
const knowns = new Float64Array(lengthMax * lengthMax)
const weights = new Float64Array(lengthMax * lengthMax)

/** `length` entries of the path of the depth above are in use. */
function walk(
  forest: Forest,
  row: Float32Array,
  byFeature: Float64Array,
  node: number,
  depth: number,
  before: number,
  length: number,
  unknown: number,
  known: number,
  cause: number,
): void {
  const at = depth * lengthMax
  for (let entry = 0; entry < length; entry += 1) {
    features[at + entry] = features[before + entry]!
    unknowns[at + entry] = unknowns[before + entry]!
    knowns[at + entry] = knowns[before + entry]!
    weights[at + entry] = weights[before + entry]!
  }
  extend(at, length, unknown, known, cause)
  if (node < 0) {
    const value = forest.leafValues[~node]!
    for (let entry = at + 1; entry <= at + length; entry += 1)
      byFeature[features[entry]!]! +=
        sumWithout(at, length, entry - at) * (knowns[entry]! - unknowns[entry]!) * value
    return
  }
  const feature = forest.feature[node]!
  const [left, right] = [forest.left[node]!, forest.right[node]!]
  const isLeft = goesLeft(forest, node, row[feature]!)
  const [hot, cold] = isLeft ? [left, right] : [right, left]
  let [unknownBefore, knownBefore, used] = [1, 1, length]
  // A feature asked before is on the path already: it is taken off and put on anew.
  for (let entry = 1; entry <= length; entry += 1)
    if (features[at + entry] === feature) {
      unknownBefore = unknowns[at + entry]!
      knownBefore = knowns[at + entry]!
      remove(at, length, entry)
      used -= 1
      break
    }
  const hotShare = unknownBefore * shareOf(forest, hot, node)
  const coldShare = unknownBefore * shareOf(forest, cold, node)
  const next = depth + 1
  walk(forest, row, byFeature, hot, next, at, used + 1, hotShare, knownBefore, feature)
  walk(forest, row, byFeature, cold, next, at, used + 1, coldShare, 0, feature)
}

function shareOf({ nodeRows, leafRows }: Forest, child: number, node: number): number {
  return (child < 0 ? leafRows[~child]! : nodeRows[child]!) / nodeRows[node]!
}

/** Puts a feature at the path's end and spreads the weights over set sizes. */
function extend(at: number, length: number, unknown: number, known: number, feature: number): void {
  features[at + length] = feature
  unknowns[at + length] = unknown
  knowns[at + length] = known
  weights[at + length] = length === 0 ? 1 : 0
  for (let entry = length - 1; entry >= 0; entry -= 1) {
    const weight = weights[at + entry]!
    weights[at + entry + 1]! += (known * weight * (entry + 1)) / (length + 1)
    weights[at + entry] = (unknown * weight * (length - entry)) / (length + 1)
  }
}

/** Undoes `extend` for the entry `from`; `last` is the path's end. */
function remove(at: number, last: number, from: number): void {
  const [one, zero] = [knowns[at + from]!, unknowns[at + from]!]
  let carried = weights[at + last]!
  for (let entry = last - 1; entry >= 0; entry -= 1) {
    const kept = weights[at + entry]!
    if (one !== 0) {
      const weight = (carried * (last + 1)) / ((entry + 1) * one)
      weights[at + entry] = weight
      carried = kept - (weight * zero * (last - entry)) / (last + 1)
    } else weights[at + entry] = (kept * (last + 1)) / (zero * (last - entry))
  }
  for (let entry = at + from; entry < at + last; entry += 1) {
    features[entry] = features[entry + 1]!
    unknowns[entry] = unknowns[entry + 1]!
    knowns[entry] = knowns[entry + 1]!
  }
}

/** The sum of weights that the path would have without the entry `from`. */
function sumWithout(at: number, last: number, from: number): number {
  const [one, zero] = [knowns[at + from]!, unknowns[at + from]!]
  let carried = weights[at + last]!
  let total = 0
  for (let entry = last - 1; entry >= 0; entry -= 1) {
    const weight = weights[at + entry]!
    if (one !== 0) {
      const kept = (carried * (last + 1)) / ((entry + 1) * one)
      total += kept
      carried = weight - (kept * zero * (last - entry)) / (last + 1)
    } else total += (weight * (last + 1)) / (zero * (last - entry))
  }
  return total
}
