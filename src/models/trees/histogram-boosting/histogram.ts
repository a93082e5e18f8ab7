/** Sums of both derivatives by bin: `[2 * bin]` the first, `[2 * bin + 1]` the second. */
import type { BinnedRows } from './bins.ts'

/** The innermost loop of growing: rows `from` to `to` of `rows`, all columns or those `used`. */
export function fillHistogram(
  histogram: Float64Array,
  { bins, columnsCount }: BinnedRows,
  rows: Uint32Array,
  from: number,
  to: number,
  gradients: Float64Array,
  hessians: Float64Array,
  used: Uint16Array | undefined,
): void {
  histogram.fill(0)
  if (used !== undefined) {
    fillUsed(histogram, bins, columnsCount, rows, from, to, gradients, hessians, used)
    return
  }
  for (let at = from; at < to; at += 1) {
    const row = rows[at]!
    const gradient = gradients[row]!
    const hessian = hessians[row]!
    const start = row * columnsCount
    const end = start + columnsCount
    for (let place = start; place < end; place += 1) {
      const slot = bins[place]! << 1
      histogram[slot]! += gradient
      histogram[slot + 1]! += hessian
    }
  }
}

function fillUsed(
  histogram: Float64Array,
  bins: BinnedRows['bins'],
  columnsCount: number,
  rows: Uint32Array,
  from: number,
  to: number,
  gradients: Float64Array,
  hessians: Float64Array,
  used: Uint16Array,
): void {
  for (let at = from; at < to; at += 1) {
    const row = rows[at]!
    const gradient = gradients[row]!
    const hessian = hessians[row]!
    const start = row * columnsCount
    for (let index = 0; index < used.length; index += 1) {
      const slot = bins[start + used[index]!]! << 1
      histogram[slot]! += gradient
      histogram[slot + 1]! += hessian
    }
  }
}

/** The larger child is what the parent has and the smaller child has not. */
export function subtractHistogram(from: Float64Array, smaller: Float64Array): void {
  for (let slot = 0; slot < from.length; slot += 1) from[slot]! -= smaller[slot]!
}
