/**
 * Values as bins: at most 254 a column of about equal count, and bin 0 for what is missing. Rows lie
 * behind each other with the bins of all columns numbered through, which is how histograms read them.
 */
import { createRandom } from '../../math/random.ts'
import { categoryMax, rowsCountOf, type Table } from './table.ts'

export interface ColumnBins {
  readonly kind: 'number' | 'category'
  /** Number of this column's bin 0 among all bins. */
  readonly offset: number
  readonly binsCount: number
  /** Of numbers: bin k + 1 holds what is at most `edges[k]`; the last has no edge. */
  readonly edges: Float32Array
  /** Of categories: bin by code; 0 for codes too rare to have one. */
  readonly binOfCode: Uint8Array
}

export interface BinnedRows {
  readonly rowsCount: number
  readonly columnsCount: number
  /** `bins[row * columnsCount + column]` */
  readonly bins: Uint16Array | Uint32Array
}

/** More rows than this say nothing new about where a column's quantiles are. */
const sampleMax = 200_000
const rowsInBinMin = 3

export function findBins(table: Table, binsMax: number, seed: number): ColumnBins[] {
  const rowsCount = rowsCountOf(table)
  const random = createRandom(seed).fork('bins')
  const sample =
    rowsCount <= sampleMax
      ? undefined
      : Uint32Array.from({ length: sampleMax }, () => random.below(rowsCount))
  let offset = 0
  return table.features.map(({ kind }, at) => {
    const column = table.columns[at]!
    const edges = kind === 'number' ? edgesOf(column, sample, binsMax - 1) : new Float32Array(0)
    const binOfCode = kind === 'number' ? new Uint8Array(0) : codesOf(column, binsMax - 1)
    const highest = binOfCode.reduce((most, bin) => Math.max(most, bin), 0)
    const binsCount = kind === 'number' ? edges.length + 2 : highest + 1
    const found = { kind, offset, binsCount, edges, binOfCode }
    offset += binsCount
    return found
  })
}

function edgesOf(
  column: ArrayLike<number>,
  sample: Uint32Array | undefined,
  binsMax: number,
): Float32Array {
  const length = sample?.length ?? column.length
  const values = new Float32Array(length)
  let count = 0
  for (let at = 0; at < length; at += 1) {
    const value = Math.fround(column[sample?.[at] ?? at]!)
    if (!Number.isNaN(value)) {
      // Both zeros are one value.
      values[count] = value + 0
      count += 1
    }
  }
  const sorted = values.subarray(0, count).sort()
  const distinct: number[] = []
  const counts: number[] = []
  for (const value of sorted)
    if (value === distinct.at(-1)) counts[counts.length - 1]! += 1
    else {
      distinct.push(value)
      counts.push(1)
    }
  return Float32Array.from(
    cutsOf(counts, count, binsMax).map((at) => between(distinct[at]!, distinct[at + 1]!)),
  )
}

/** Places of the last value of each bin: all alike if there are few, else by equal count. */
function cutsOf(counts: readonly number[], total: number, binsMax: number): number[] {
  const cuts: number[] = []
  if (counts.length <= binsMax) {
    let inBin = 0
    for (let at = 0; at < counts.length - 1; at += 1) {
      inBin += counts[at]!
      if (inBin < rowsInBinMin && total > 4 * rowsInBinMin * counts.length) continue
      cuts.push(at)
      inBin = 0
    }
    return cuts
  }
  // A value that fills a bin by itself gets one; the others share what is left equally.
  let binsLeft = binsMax
  let rowsLeft = total
  const isLarge = counts.map((count) => count >= total / binsMax)
  for (const [at, count] of counts.entries())
    if (isLarge[at]) {
      binsLeft -= 1
      rowsLeft -= count
    }
  let inBin = 0
  for (let at = 0; at < counts.length - 1 && cuts.length < binsMax - 1; at += 1) {
    inBin += counts[at]!
    if (!isLarge[at]) rowsLeft -= counts[at]!
    const size = rowsLeft / Math.max(1, binsLeft)
    if (
      isLarge[at] ||
      inBin >= Math.max(size, rowsInBinMin) ||
      (isLarge[at + 1] && inBin >= size / 2)
    ) {
      cuts.push(at)
      inBin = 0
      if (!isLarge[at]) binsLeft -= 1
    }
  }
  return cuts
}

/** In the middle of two neighbours, as a Float32 that keeps them apart. */
function between(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2)
  return middle >= high || middle < low ? low : middle
}

/** The most frequent categories have bins, most frequent first. */
function codesOf(column: ArrayLike<number>, binsMax: number): Uint8Array {
  const counts = new Float64Array(categoryMax + 1)
  let highest = -1
  for (let row = 0; row < column.length; row += 1) {
    const code = column[row]!
    if (Number.isNaN(code)) continue
    counts[code]! += 1
    if (code > highest) highest = code
  }
  const codes = Array.from({ length: highest + 1 }, (_, code) => code)
    .filter((code) => counts[code]! > 0)
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
  const bins = new Uint8Array(highest + 1)
  for (const [place, code] of codes.slice(0, binsMax).entries()) bins[code] = place + 1
  return bins
}

export function binRows(table: Table, columns: readonly ColumnBins[]): BinnedRows {
  const rowsCount = rowsCountOf(table)
  const last = columns.at(-1)
  const total = (last?.offset ?? 0) + (last?.binsCount ?? 0)
  const length = rowsCount * columns.length
  const bins = total <= 65_536 ? new Uint16Array(length) : new Uint32Array(length)
  for (const [at, column] of columns.entries()) {
    const values = table.columns[at]!
    for (let row = 0, place = at; row < rowsCount; row += 1, place += columns.length)
      bins[place] = column.offset + binOf(column, values[row]!)
  }
  return { rowsCount, columnsCount: columns.length, bins }
}

function binOf({ kind, edges, binOfCode }: ColumnBins, value: number): number {
  if (Number.isNaN(value)) return 0
  if (kind === 'category') return binOfCode[value] ?? 0
  const rounded = Math.fround(value)
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rounded <= edges[middle]!) high = middle
    else low = middle + 1
  }
  return low + 1
}
