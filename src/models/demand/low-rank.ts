/**
 * What stores have in common, kept; what only one had, dropped: a table of stores by periods as a few
 * patterns (truncated singular value decomposition, by power iteration).
 */
import { createRandom } from '../math/random.ts'
import { refuse } from '../trees/histogram-boosting/table.ts'

const roundsMax = 60
const cellsMax = 20_000_000

/**
 * @param values by row, then column; NaN is filled with its row's mean over the others' shape
 * @returns the table of that rank, as `values`
 */
export function lowRank(
  values: ArrayLike<number>,
  rows: number,
  columns: number,
  rank: number,
): Float64Array {
  if (values.length !== rows * columns || values.length > cellsMax)
    refuse('values', `${rows * columns} numbers, at most ${cellsMax}`)
  if (!Number.isInteger(rank) || rank < 1) refuse('rank', 'at least 1')
  const rest = filled(values, rows, columns)
  const kept = new Float64Array(rest.length)
  const random = createRandom('low rank')
  for (let part = 0; part < Math.min(rank, rows, columns); part += 1) {
    const right = Float64Array.from({ length: columns }, () => random.normal())
    const left = new Float64Array(rows)
    if (!converge(rest, rows, columns, left, right)) break
    for (let row = 0; row < rows; row += 1)
      for (let column = 0; column < columns; column += 1) {
        const value = left[row]! * right[column]!
        kept[row * columns + column]! += value
        rest[row * columns + column]! -= value
      }
  }
  return kept
}

/** Leaves `right` of length 1 and `left` with the size; false where nothing is left. */
function converge(
  rest: Float64Array,
  rows: number,
  columns: number,
  left: Float64Array,
  right: Float64Array,
): boolean {
  let last = 0
  for (let round = 0; round < roundsMax; round += 1) {
    const length = Math.hypot(...right)
    if (!(length > 1e-12)) return false
    for (let column = 0; column < columns; column += 1) right[column]! /= length
    for (let row = 0; row < rows; row += 1) {
      let sum = 0
      for (let column = 0; column < columns; column += 1)
        sum += rest[row * columns + column]! * right[column]!
      left[row] = sum
    }
    const size = Math.hypot(...left)
    if (Math.abs(size - last) <= 1e-9 * size) return size > 0
    last = size
    if (round === roundsMax - 1) return size > 0
    right.fill(0)
    for (let row = 0; row < rows; row += 1)
      for (let column = 0; column < columns; column += 1)
        right[column]! += rest[row * columns + column]! * left[row]!
  }
  return true
}

/** Row's mean times what the other rows do in the column. */
function filled(values: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const full = Float64Array.from(values)
  const rowMeans = Float64Array.from({ length: rows }, (_, row) =>
    meanKnown(full.subarray(row * columns, (row + 1) * columns)),
  )
  for (let column = 0; column < columns; column += 1) {
    let [sold, usual] = [0, 0]
    for (let row = 0; row < rows; row += 1) {
      const value = full[row * columns + column]!
      if (Number.isNaN(value)) continue
      sold += value
      usual += rowMeans[row]!
    }
    const shape = usual > 0 && sold > 0 ? sold / usual : 1
    for (let row = 0; row < rows; row += 1)
      if (Number.isNaN(full[row * columns + column]))
        full[row * columns + column] = rowMeans[row]! * shape
  }
  return full
}

function meanKnown(values: Float64Array): number {
  let [total, count] = [0, 0]
  for (const value of values)
    if (!Number.isNaN(value)) {
      total += value
      count += 1
    }
  return count === 0 ? 0 : total / count
}
