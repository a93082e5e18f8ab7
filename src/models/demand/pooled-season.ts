/** A season's factors from many series together, pulled to 1 while few units stand behind them. */
import { refuse } from '../trees/histogram-boosting/table.ts'
import { notKnown } from './masking.ts'

const priorUnits = 20

export interface SeasonRows {
  readonly seriesCount: number
  readonly periodsCount: number
  /** By series, then period; `notKnown` is skipped. */
  readonly units: ArrayLike<number>
  /** Pool of each series: a category and a cluster of stores. */
  readonly poolOf: ArrayLike<number>
  readonly poolsCount: number
}

/**
 * By pool and place in the season, mean 1: units sold there over what an even rate of each series
 * would have sold in the same known periods.
 * @param seasonPeriods 7 for days of the week; period 0 is place 0
 */
export function pooledSeason(rows: SeasonRows, seasonPeriods: number): Float64Array {
  const { seriesCount, periodsCount, units, poolOf, poolsCount } = rows
  if (units.length !== seriesCount * periodsCount)
    refuse('units', `${seriesCount * periodsCount} numbers`)
  if (!Number.isInteger(seasonPeriods) || seasonPeriods < 1 || seasonPeriods > 1000)
    refuse('seasonPeriods', '1 to 1,000')
  const sold = new Float64Array(poolsCount * seasonPeriods)
  const even = new Float64Array(poolsCount * seasonPeriods)
  const own = new Float64Array(seasonPeriods)
  for (let series = 0; series < seriesCount; series += 1) {
    const pool = poolOf[series]!
    if (!(pool >= 0 && pool < poolsCount)) refuse(`poolOf, series ${series}`, `below ${poolsCount}`)
    let [total, known] = [0, 0]
    own.fill(0)
    const start = series * periodsCount
    for (let period = 0, place = 0; period < periodsCount; period += 1, place += 1) {
      if (place === seasonPeriods) place = 0
      const value = units[start + period]!
      if (value === notKnown) continue
      total += value
      known += 1
      own[place]! += 1
      sold[pool * seasonPeriods + place]! += value
    }
    if (total === 0) continue
    for (let place = 0; place < seasonPeriods; place += 1)
      even[pool * seasonPeriods + place]! += (own[place]! * total) / known
  }
  return shrunk(sold, even, seasonPeriods)
}

function shrunk(sold: Float64Array, even: Float64Array, seasonPeriods: number): Float64Array {
  const factors = sold.map((units, at) => (units + priorUnits) / (even[at]! + priorUnits))
  for (let start = 0; start < factors.length; start += seasonPeriods) {
    const own = factors.subarray(start, start + seasonPeriods)
    const mean = own.reduce((sum, factor) => sum + factor, 0) / seasonPeriods
    for (let place = 0; place < seasonPeriods; place += 1) own[place]! /= mean
  }
  return factors
}

/** Mean of log lifts by days from a feast that moves (Easter): 0 where never seen. */
export function feastLifts(
  logLifts: ArrayLike<number>,
  daysFromFeast: ArrayLike<number>,
  reachDays: number,
): Float64Array {
  if (logLifts.length !== daysFromFeast.length) refuse('daysFromFeast', `${logLifts.length} values`)
  const totals = new Float64Array(2 * reachDays + 1)
  const counts = new Float64Array(2 * reachDays + 1)
  for (let at = 0; at < logLifts.length; at += 1) {
    const place = daysFromFeast[at]! + reachDays
    if (!(place >= 0 && place < totals.length) || !Number.isFinite(logLifts[at])) continue
    totals[place]! += logLifts[at]!
    counts[place]! += 1
  }
  // As if each offset had once been seen without a lift.
  return totals.map((total, place) => total / (counts[place]! + 1))
}
