/**
 * One series as rows to regress on: what came so many periods later, and what was so many before, both
 * against the last period known then and in standard deviations of one step.
 */
import { standardDeviation } from '../../math/statistics.ts'

export interface LagShape {
  readonly horizon: number
  /** Periods before the last known one that a row has. */
  readonly lagsCount: number
  /** Logarithms where the whole series is above 0; else, and for `difference`, the values. */
  readonly scale: 'ratio' | 'difference'
  /** Only so many last periods are learned from. */
  readonly historyMax: number
}

export interface Standardised {
  readonly isRatio: boolean
  /** With the first value before them as often as there are lags. */
  readonly padded: Float64Array
  /** Known periods of it. */
  readonly count: number
  /** Of one step. */
  readonly unit: number
}

export interface Moments {
  readonly rows: number
  /** XᵀX, its lower half: `[lag * lagsCount + lag]`. */
  readonly gram: Float64Array
  /** Xᵀy of each step ahead: `[step * lagsCount + lag]`. */
  readonly cross: Float64Array
}

/** A series too short for whole rows borrows its first value for the lags it has not. */
const ownRowsWanted = 60
const ownPeriodsMin = 8

/** @param series not empty, finite */
export function standardise(series: ArrayLike<number>, shape: LagShape): Standardised {
  const from = Math.max(0, series.length - shape.historyMax)
  const raw = Float64Array.from({ length: series.length - from }, (_, at) => series[from + at]!)
  const isRatio = shape.scale === 'ratio' && raw.every((value) => value > 0)
  const values = isRatio ? raw.map(Math.log) : raw
  const padded = new Float64Array(shape.lagsCount + values.length).fill(values[0]!)
  padded.set(values, shape.lagsCount)
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const deviation = values.length > 1 ? standardDeviation(stepsOf(values)) : 0
  // Less than rounding leaves of the values is nothing.
  const unit = deviation > 1e-12 * (isRatio ? Math.max(1, largest) : largest) ? deviation : 1
  return { isRatio, padded, count: values.length, unit }
}

function stepsOf(values: Float64Array): Float64Array {
  return values.subarray(1).map((value, at) => value - values[at]!)
}

/** What stood before a period, nearest first. @param at place in `padded` */
export function lagsAt(
  { padded, unit }: Pick<Standardised, 'padded' | 'unit'>,
  at: number,
  row: Float64Array,
): Float64Array {
  for (let lag = 0; lag < row.length; lag += 1)
    row[lag] = (padded[at - lag - 1]! - padded[at]!) / unit
  return row
}

/** @param ends one result each: so many first periods are read for it, and no more; never falling */
export function momentsOf(
  { padded, count, unit }: Standardised,
  { horizon, lagsCount }: LagShape,
  ends: readonly number[],
): Moments[] {
  const gram = new Float64Array(lagsCount * lagsCount)
  const cross = new Float64Array(horizon * lagsCount)
  const row = new Float64Array(lagsCount)
  const skipped = Math.min(lagsCount, Math.max(ownPeriodsMin, count - ownRowsWanted))
  const first = lagsCount + skipped
  let at = first
  return ends.map((known) => {
    for (; at < lagsCount + known - horizon; at += 1) {
      lagsAt({ padded, unit }, at, row)
      addProducts(gram, row)
      for (let step = 0; step < horizon; step += 1) {
        const came = (padded[at + step + 1]! - padded[at]!) / unit
        const start = step * lagsCount
        for (let lag = 0; lag < lagsCount; lag += 1) cross[start + lag]! += came * row[lag]!
      }
    }
    return { rows: at - first, gram: gram.slice(), cross: cross.slice() }
  })
}

function addProducts(gram: Float64Array, row: Float64Array): void {
  for (let lag = 0; lag < row.length; lag += 1) {
    const value = row[lag]!
    const start = lag * row.length
    for (let other = 0; other <= lag; other += 1) gram[start + other]! += value * row[other]!
  }
}
