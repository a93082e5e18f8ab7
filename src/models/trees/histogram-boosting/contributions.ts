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

/** A path's features, each with the share of row sets in which it is unknown, known, and its weight. */
interface Path {
  readonly feature: Int32Array
  readonly unknown: Float64Array
  readonly known: Float64Array
  readonly weight: Float64Array
}

export function shapleyContributions(forest: Forest, row: Float32Array, output = 0): Contributions {
  const byFeature = new Float64Array(forest.features.length)
  const rows = rowsBelow(forest)
  const { base } = pathContributions(forest, row, output)
  for (let tree = output; tree < forest.roots.length; tree += forest.base.length)
    walk(forest, rows, row, byFeature, forest.roots[tree]!, emptyPath(1), 0, 1, 1, -1)
  return { base, byFeature }
}

function rowsBelow({ left, right, leafRows }: Forest): Float64Array {
  const rows = new Float64Array(left.length)
  const of = (child: number) => (child < 0 ? leafRows[~child]! : rows[child]!)
  for (let node = left.length - 1; node >= 0; node -= 1)
    rows[node] = of(left[node]!) + of(right[node]!)
  return rows
}

function emptyPath(length: number): Path {
  return {
    feature: new Int32Array(length),
    unknown: new Float64Array(length),
    known: new Float64Array(length),
    weight: new Float64Array(length),
  }
}

/** Trees are at most 64 deep, so is this. `length` entries of the path are in use. */
function walk(
  forest: Forest,
  rows: Float64Array,
  row: Float32Array,
  byFeature: Float64Array,
  node: number,
  before: Path,
  length: number,
  unknown: number,
  known: number,
  cause: number,
): void {
  const path = emptyPath(length + 2)
  path.feature.set(before.feature.subarray(0, length))
  path.unknown.set(before.unknown.subarray(0, length))
  path.known.set(before.known.subarray(0, length))
  path.weight.set(before.weight.subarray(0, length))
  extend(path, length, unknown, known, cause)
  if (node < 0) {
    for (let at = 1; at <= length; at += 1) {
      const share = sumWithout(path, length, at)
      byFeature[path.feature[at]!]! +=
        share * (path.known[at]! - path.unknown[at]!) * forest.leafValues[~node]!
    }
    return
  }
  const feature = forest.feature[node]!
  const [left, right] = [forest.left[node]!, forest.right[node]!]
  const [hot, cold] = goesLeft(forest, node, row[feature]!) ? [left, right] : [right, left]
  const share = (child: number) =>
    (child < 0 ? forest.leafRows[~child]! : rows[child]!) / rows[node]!
  let [unknownBefore, knownBefore, used] = [1, 1, length]
  // A feature asked before is on the path already: it is taken off and put on anew.
  for (let at = 1; at <= length; at += 1)
    if (path.feature[at] === feature) {
      unknownBefore = path.unknown[at]!
      knownBefore = path.known[at]!
      remove(path, length, at)
      used -= 1
      break
    }
  const next = used + 1
  walk(
    forest,
    rows,
    row,
    byFeature,
    hot,
    path,
    next,
    unknownBefore * share(hot),
    knownBefore,
    feature,
  )
  walk(forest, rows, row, byFeature, cold, path, next, unknownBefore * share(cold), 0, feature)
}

/** Puts a feature at the path's end and spreads the weights over set sizes. */
function extend(path: Path, length: number, unknown: number, known: number, feature: number): void {
  const { weight } = path
  path.feature[length] = feature
  path.unknown[length] = unknown
  path.known[length] = known
  weight[length] = length === 0 ? 1 : 0
  for (let at = length - 1; at >= 0; at -= 1) {
    weight[at + 1]! += (known * weight[at]! * (at + 1)) / (length + 1)
    weight[at] = (unknown * weight[at]! * (length - at)) / (length + 1)
  }
}

/** Undoes `extend` for the feature at `from`; `last` is the place of the path's end. */
function remove(path: Path, last: number, from: number): void {
  const { weight, feature, unknown, known } = path
  const [one, zero] = [known[from]!, unknown[from]!]
  let carried = weight[last]!
  for (let at = last - 1; at >= 0; at -= 1)
    if (one !== 0) {
      const kept = weight[at]!
      weight[at] = (carried * (last + 1)) / ((at + 1) * one)
      carried = kept - (weight[at]! * zero * (last - at)) / (last + 1)
    } else weight[at] = (weight[at]! * (last + 1)) / (zero * (last - at))
  for (let at = from; at < last; at += 1) {
    feature[at] = feature[at + 1]!
    unknown[at] = unknown[at + 1]!
    known[at] = known[at + 1]!
  }
}

/** The sum of weights that the path would have without the feature at `from`. */
function sumWithout({ weight, unknown, known }: Path, last: number, from: number): number {
  const [one, zero] = [known[from]!, unknown[from]!]
  let carried = weight[last]!
  let total = 0
  for (let at = last - 1; at >= 0; at -= 1)
    if (one !== 0) {
      const kept = (carried * (last + 1)) / ((at + 1) * one)
      total += kept
      carried = weight[at]! - (kept * zero * (last - at)) / (last + 1)
    } else total += (weight[at]! * (last + 1)) / (zero * (last - at))
  return total
}
