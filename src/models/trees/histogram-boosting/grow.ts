/** Grows one tree, always at the leaf whose split gains the most. */
import type { BinnedRows, ColumnBins } from './bins.ts'
import { fillHistogram, subtractHistogram } from './histogram.ts'
import { findSplit, leafValue, type Split, type SplitSettings } from './split.ts'
import { emptyTree, type Tree } from './tree.ts'

export interface Grower {
  readonly columns: readonly ColumnBins[]
  readonly binned: BinnedRows
  readonly settings: SplitSettings
  /** Histograms that no leaf holds. */
  readonly spare: Float64Array[]
  /** Room for the rows that go right while a leaf is parted. */
  readonly aside: Uint32Array
}

export interface Leaf {
  /** Its rows lie in `rows` from `from` to `to`. */
  from: number
  to: number
  gradient: number
  hessian: number
  depth: number
  low: number
  high: number
  /** Of bounded leaves and categories this differs from the plain one. */
  value: number
  histogram: Float64Array | undefined
  split: Split | undefined
  /** Where it hangs: the node, and its side. */
  parent: number
  isLeft: boolean
}

export function createGrower(
  columns: readonly ColumnBins[],
  binned: BinnedRows,
  settings: SplitSettings,
): Grower {
  return { columns, binned, settings, spare: [], aside: new Uint32Array(binned.rowsCount) }
}

/** @param rows the tree's own; left ordered by leaf */
export function growTree(
  grower: Grower,
  rows: Uint32Array,
  gradients: Float64Array,
  hessians: Float64Array,
  used: Uint16Array | undefined,
): { tree: Tree; leaves: readonly Leaf[] } {
  const { settings } = grower
  const tree = emptyTree(settings.leavesMax)
  const root = rootOf(grower, rows, gradients, hessians)
  const leaves = [root]
  const examine = (leaf: Leaf) => {
    leaf.split = undefined
    if (leaf.depth < settings.depthMax && leaf.histogram !== undefined) {
      const sums = { ...leaf, rowsCount: leaf.to - leaf.from }
      leaf.split = findSplit(leaf.histogram, grower.columns, used, sums, settings)
    }
  }
  root.histogram = take(grower)
  fillHistogram(root.histogram, grower.binned, rows, 0, rows.length, gradients, hessians, used)
  examine(root)
  while (leaves.length < settings.leavesMax) {
    const at = bestOf(leaves)
    if (at < 0) break
    const [left, right] = part(grower, tree, leaves, at, rows, gradients, hessians)
    shareHistograms(grower, left, right, rows, gradients, hessians, used)
    examine(left)
    examine(right)
  }
  tree.leavesCount = leaves.length
  for (const [at, leaf] of leaves.entries()) {
    tree.leafValues[at] = leaf.value
    tree.leafRows[at] = leaf.to - leaf.from
    if (leaf.histogram !== undefined) grower.spare.push(leaf.histogram)
  }
  return { tree, leaves }
}

function take({ spare, columns }: Grower): Float64Array {
  const last = columns.at(-1)!
  return spare.pop() ?? new Float64Array(2 * (last.offset + last.binsCount))
}

function rootOf(
  { settings }: Grower,
  rows: Uint32Array,
  gradients: Float64Array,
  hessians: Float64Array,
): Leaf {
  let [gradient, hessian] = [0, 0]
  for (const row of rows) {
    gradient += gradients[row]!
    hessian += hessians[row]!
  }
  return {
    from: 0,
    to: rows.length,
    gradient,
    hessian,
    depth: 0,
    low: Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
    value: leafValue(gradient, hessian, settings.l2),
    histogram: undefined,
    split: undefined,
    parent: -1,
    isLeft: false,
  }
}

function bestOf(leaves: readonly Leaf[]): number {
  let best = -1
  let gain = 0
  for (const [at, { split }] of leaves.entries())
    if (split !== undefined && split.gain > gain) {
      gain = split.gain
      best = at
    }
  return best
}

/** The leaf keeps its place for its left half; the right half is a new leaf. */
function part(
  grower: Grower,
  tree: Tree,
  leaves: Leaf[],
  at: number,
  rows: Uint32Array,
  gradients: Float64Array,
  hessians: Float64Array,
): [Leaf, Leaf] {
  const leaf = leaves[at]!
  const split = leaf.split!
  const node = tree.nodesCount
  tree.nodesCount += 1
  tree.column[node] = split.column
  tree.lastBin[node] = split.lastBin
  tree.goesLeft[node] = split.goesLeft
  tree.gain[node] = split.gain
  tree.left[node] = ~at
  tree.right[node] = ~leaves.length
  if (leaf.parent < 0) tree.root = node
  else if (leaf.isLeft) tree.left[leaf.parent] = node
  else tree.right[leaf.parent] = node
  const middle = partRows(grower, rows, leaf, split)
  let [gradient, hessian] = [0, 0]
  const isLeftFewer = middle - leaf.from < leaf.to - middle
  const [from, to] = isLeftFewer ? [leaf.from, middle] : [middle, leaf.to]
  for (let place = from; place < to; place += 1) {
    gradient += gradients[rows[place]!]!
    hessian += hessians[rows[place]!]!
  }
  if (!isLeftFewer) {
    gradient = leaf.gradient - gradient
    hessian = leaf.hessian - hessian
  }
  const right: Leaf = {
    ...leaf,
    from: middle,
    gradient: leaf.gradient - gradient,
    hessian: leaf.hessian - hessian,
    depth: leaf.depth + 1,
    value: split.rightValue,
    histogram: undefined,
    split: undefined,
    parent: node,
    isLeft: false,
  }
  boundChildren(grower, leaf, right, split)
  Object.assign(leaf, { to: middle, gradient, hessian, depth: leaf.depth + 1 })
  Object.assign(leaf, { value: split.leftValue, split: undefined, parent: node, isLeft: true })
  leaves.push(right)
  return [leaf, right]
}

/** Below a directed split neither side may reach past the middle. */
function boundChildren(grower: Grower, left: Leaf, right: Leaf, split: Split): void {
  const direction = grower.settings.directions[split.column]!
  if (direction === 0) return
  const middle = (split.leftValue + split.rightValue) / 2
  const [lower, upper] = direction > 0 ? [left, right] : [right, left]
  lower.high = middle
  upper.low = middle
}

/** Keeps the order of rows on both sides, so that memory is read forwards. */
function partRows(
  { binned, columns, aside }: Grower,
  rows: Uint32Array,
  { from, to }: Leaf,
  { column, goesLeft }: Split,
): number {
  const { bins, columnsCount } = binned
  const { offset } = columns[column]!
  let left = from
  let right = 0
  for (let place = from; place < to; place += 1) {
    const row = rows[place]!
    if (goesLeft[bins[row * columnsCount + column]! - offset] === 1) {
      rows[left] = row
      left += 1
    } else {
      aside[right] = row
      right += 1
    }
  }
  rows.set(aside.subarray(0, right), left)
  return left
}

/** Only the smaller side is counted; the other is the parent's without it. */
function shareHistograms(
  grower: Grower,
  left: Leaf,
  right: Leaf,
  rows: Uint32Array,
  gradients: Float64Array,
  hessians: Float64Array,
  used: Uint16Array | undefined,
): void {
  const parent = left.histogram!
  const [smaller, larger] =
    left.to - left.from <= right.to - right.from ? [left, right] : [right, left]
  // A side too small for two leaves needs none.
  const rowsMin = 2 * grower.settings.leafRowsMin
  const isSmallerDone = smaller.to - smaller.from < rowsMin
  const isLargerDone = larger.to - larger.from < rowsMin
  smaller.histogram = undefined
  larger.histogram = undefined
  if (isLargerDone) {
    grower.spare.push(parent)
    return
  }
  const fresh = take(grower)
  const { from, to } = smaller
  fillHistogram(fresh, grower.binned, rows, from, to, gradients, hessians, used)
  subtractHistogram(parent, fresh)
  larger.histogram = parent
  if (isSmallerDone) grower.spare.push(fresh)
  else smaller.histogram = fresh
}
