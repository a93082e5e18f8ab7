/**
 * What is rare (a failure, a fraud) lives where a value is far from its usual, and there the bins of a histogram are coarse:
 * each column of numbers is given once more with its middle pressed into one value, so that bins are
 * left for its ends. What is between keeps its side, so that no order is lost.
 */
import { z } from 'zod'
import { float64s } from '../packed.ts'
import { rowsCountOf, type Table } from './histogram-boosting/table.ts'

/** By feature; NaN where it has no tails: categories, and columns that never move. */
export const Tails = z.strictObject({ low: float64s, high: float64s })
export type Tails = z.output<typeof Tails>

/** What a tail is the tail of; any other name is its own. */
export const withoutTail = (name: string) => name.replace(/_tail$/, '')

/** @param ratio share of the rows at each end */
export function findTails(table: Table, ratio: number): Tails {
  const ends = table.features.map(({ kind }, at) => {
    // Infinite ends would have no middle.
    const sorted = Float64Array.from(table.columns[at]!).filter(Number.isFinite).sort()
    const low = sorted[Math.floor(ratio * (sorted.length - 1))] ?? Number.NaN
    const high = sorted[Math.ceil((1 - ratio) * (sorted.length - 1))] ?? Number.NaN
    return kind === 'number' && low < high ? { low, high } : { low: Number.NaN, high: Number.NaN }
  })
  return {
    low: Float64Array.from(ends, ({ low }) => low),
    high: Float64Array.from(ends, ({ high }) => high),
  }
}

/** The table with a column more for each feature that has tails, named `<feature>_tail`. */
export function withTails<Given extends Table>(table: Given, { low, high }: Tails): Given {
  const features = [...table.features]
  const columns = [...table.columns]
  for (const [at, { name }] of table.features.entries()) {
    const [least, most] = [low[at]!, high[at]!]
    if (Number.isNaN(least)) continue
    const middle = (least + most) / 2
    const column = table.columns[at]!
    features.push({ name: `${name}_tail`, kind: 'number' })
    columns.push(
      Float32Array.from({ length: rowsCountOf(table) }, (_, row) => {
        const value = column[row]!
        return value > least && value < most ? middle : value
      }),
    )
  }
  return { ...table, features, columns }
}

/** A row as `withTails` has it. */
export function rowWithTails(row: Float32Array, { low, high }: Tails): Float32Array {
  const tails: number[] = []
  for (const [at, value] of row.entries()) {
    const [least, most] = [low[at]!, high[at]!]
    if (Number.isNaN(least)) continue
    tails.push(value > least && value < most ? (least + most) / 2 : value)
  }
  return Float32Array.of(...row, ...tails)
}
