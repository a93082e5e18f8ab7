/** The best way to part the rows of a leaf in two, from its histogram. */
import type { ColumnBins } from './bins.ts'
import type { BoostingParameters } from './parameters.ts'

export interface Split {
  readonly column: number
  readonly gain: number
  /** 1 for the bins of the column that go left; bin 0 is what is missing. */
  readonly goesLeft: Uint8Array
  /** Of numbers: the last bin that goes left. */
  readonly lastBin: number
  readonly leftValue: number
  readonly rightValue: number
}

/** A leaf's sums, and between which values its own must stay. */
export interface LeafSums {
  readonly gradient: number
  readonly hessian: number
  readonly rowsCount: number
  readonly low: number
  readonly high: number
}

export interface SplitSettings extends BoostingParameters {
  /** By column: 1, -1, or 0 for no direction. */
  readonly directions: Int8Array
}

interface Found {
  gain: number
  column: number
  lastBin: number
  isMissingLeft: boolean
  categories: Uint8Array | undefined
  leftValue: number
  rightValue: number
}

/** Best value of a leaf, without or with bounds. */
export function leafValue(gradient: number, hessian: number, l2: number): number {
  return -gradient / (hessian + l2 + 1e-300)
}

export function findSplit(
  histogram: Float64Array,
  columns: readonly ColumnBins[],
  used: Uint16Array | undefined,
  leaf: LeafSums,
  settings: SplitSettings,
): Split | undefined {
  const found: Found = {
    gain: 0,
    column: -1,
    lastBin: 0,
    isMissingLeft: false,
    categories: undefined,
    leftValue: 0,
    rightValue: 0,
  }
  const count = used?.length ?? columns.length
  for (let index = 0; index < count; index += 1) {
    const at = used === undefined ? index : used[index]!
    const column = columns[at]!
    if (column.kind === 'category') byCategory(histogram, column, at, leaf, settings, found)
    else if (column.binsCount > 1) byNumber(histogram, column, at, leaf, settings, found)
  }
  if (found.column < 0) return undefined
  const { column, gain, lastBin, categories, leftValue, rightValue } = found
  const goesLeft = new Uint8Array(columns[column]!.binsCount)
  if (categories !== undefined) goesLeft.set(categories)
  else {
    goesLeft.fill(1, 1, lastBin + 1)
    if (found.isMissingLeft) goesLeft[0] = 1
  }
  return { column, gain, goesLeft, lastBin, leftValue, rightValue }
}

/** Numbers in the order of their bins; what is missing is tried on both sides. */
function byNumber(
  histogram: Float64Array,
  { offset, binsCount }: ColumnBins,
  column: number,
  leaf: LeafSums,
  settings: SplitSettings,
  found: Found,
): void {
  const missingGradient = histogram[2 * offset]!
  const missingHessian = histogram[2 * offset + 1]!
  const hasMissing = missingHessian > 1e-9 * leaf.hessian
  const lastBin = hasMissing ? binsCount - 1 : binsCount - 2
  const judge = judgeOf(leaf, settings, column, settings.l2)
  let gradient = 0
  let hessian = 0
  for (let bin = 1; bin <= lastBin; bin += 1) {
    const slot = 2 * (offset + bin)
    const binHessian = histogram[slot + 1]!
    // An empty bin parts the rows as the one before did.
    if (binHessian === 0 && bin < lastBin) continue
    gradient += histogram[slot]!
    hessian += binHessian
    if (judge(gradient, hessian, found)) {
      found.column = column
      found.lastBin = bin
      // Never seen missing here: with the larger side.
      found.isMissingLeft = !hasMissing && hessian > leaf.hessian / 2
      found.categories = undefined
    }
    if (
      hasMissing &&
      bin < binsCount - 1 &&
      judge(gradient + missingGradient, hessian + missingHessian, found)
    ) {
      found.column = column
      found.lastBin = bin
      found.isMissingLeft = true
      found.categories = undefined
    }
  }
}

type Judge = (gradient: number, hessian: number, found: Found) => boolean

/** Takes the sums of the left side; true, and the gain noted, where it is better than what was found. */
function judgeOf(leaf: LeafSums, settings: SplitSettings, column: number, l2: number): Judge {
  const { leafRowsMin, leafHessianMin, splitGainMin, directions } = settings
  const direction = directions[column]!
  const rowsByHessian = leaf.rowsCount / leaf.hessian
  const hessianMin = Math.max(leafHessianMin, (leafRowsMin - 0.5) / rowsByHessian)
  const isBound = leaf.low > -Infinity || leaf.high < Infinity || direction !== 0
  const own = leaf.gradient ** 2 / (leaf.hessian + settings.l2 + 1e-300)
  const least = isBound ? boundGain(leaf.gradient, leaf.hessian, settings.l2, leaf) : own
  const needed = least + splitGainMin + 1e-9 * Math.abs(own)
  if (isBound)
    return (gradient, hessian, found) => {
      const rest = leaf.hessian - hessian
      if (hessian < hessianMin || rest < hessianMin) return false
      const other = leaf.gradient - gradient
      const left = within(leafValue(gradient, hessian, l2), leaf)
      const right = within(leafValue(other, rest, l2), leaf)
      if (direction * (right - left) < 0) return false
      const gain = gainAt(left, gradient, hessian, l2) + gainAt(right, other, rest, l2)
      if (gain <= needed || gain - least <= found.gain) return false
      found.gain = gain - least
      found.leftValue = left
      found.rightValue = right
      return true
    }
  return (gradient, hessian, found) => {
    const rest = leaf.hessian - hessian
    if (hessian < hessianMin || rest < hessianMin) return false
    const other = leaf.gradient - gradient
    const gain = (gradient * gradient) / (hessian + l2) + (other * other) / (rest + l2)
    if (gain <= needed || gain - least <= found.gain) return false
    found.gain = gain - least
    found.leftValue = leafValue(gradient, hessian, l2)
    found.rightValue = leafValue(other, rest, l2)
    return true
  }
}

function within(value: number, { low, high }: LeafSums): number {
  return Math.min(Math.max(value, low), high)
}

/** Twice by how much a leaf of this value lowers the loss. */
function gainAt(value: number, gradient: number, hessian: number, l2: number): number {
  return -(2 * gradient * value + (hessian + l2) * value * value)
}

function boundGain(gradient: number, hessian: number, l2: number, leaf: LeafSums): number {
  return gainAt(within(leafValue(gradient, hessian, l2), leaf), gradient, hessian, l2)
}

/**
 * Categories in the order of their smoothed slope, so that the best set is a beginning or an end of
 * that order (Fisher 1958); few categories also one against the others.
 */
function byCategory(
  histogram: Float64Array,
  { offset, binsCount }: ColumnBins,
  column: number,
  leaf: LeafSums,
  settings: SplitSettings,
  found: Found,
): void {
  const { categorySmoothing, categoryL2, categoriesPerSplitMax, categoryRowsMin } = settings
  const rowsByHessian = leaf.rowsCount / leaf.hessian
  const take = (bins: readonly number[]) => {
    found.column = column
    found.lastBin = 0
    found.categories = new Uint8Array(binsCount)
    for (const bin of bins) found.categories[bin] = 1
  }
  const gradientOf = (bin: number) => histogram[2 * (offset + bin)]!
  const hessianOf = (bin: number) => histogram[2 * (offset + bin) + 1]!
  if (binsCount <= 5) {
    const judge = judgeOf(leaf, settings, column, settings.l2)
    for (let bin = 0; bin < binsCount; bin += 1)
      if (judge(gradientOf(bin), hessianOf(bin), found)) take([bin])
    return
  }
  const order: number[] = []
  for (let bin = 0; bin < binsCount; bin += 1)
    if (hessianOf(bin) * rowsByHessian >= Math.max(1, categorySmoothing)) order.push(bin)
  const slope = (bin: number) => gradientOf(bin) / (hessianOf(bin) + categorySmoothing)
  order.sort((a, b) => slope(a) - slope(b) || a - b)
  const judge = judgeOf(leaf, settings, column, settings.l2 + categoryL2)
  const longest = Math.min(categoriesPerSplitMax, Math.ceil(order.length / 2))
  for (const direction of [order, order.toReversed()]) {
    let [gradient, hessian, inGroup] = [0, 0, 0]
    for (let count = 1; count <= longest; count += 1) {
      const bin = direction[count - 1]!
      gradient += gradientOf(bin)
      hessian += hessianOf(bin)
      inGroup += hessianOf(bin) * rowsByHessian
      // A few rows more are no reason to look again.
      if (inGroup < categoryRowsMin) continue
      if ((leaf.hessian - hessian) * rowsByHessian < categoryRowsMin) break
      inGroup = 0
      if (judge(gradient, hessian, found)) take(direction.slice(0, count))
    }
  }
}
