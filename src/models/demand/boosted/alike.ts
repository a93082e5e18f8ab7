/**
 * What periods alike (the same weekday, with or without a promotion) usually are in one series, and how
 * far off that each period was: a level that neither weekdays nor promotions can fool.
 */
import { refuse } from '../../trees/histogram-boosting/table.ts'
import { type DemandPanel, reader } from './panel.ts'
import type { BoostedDemandParameters } from './parameters.ts'

const groupsMax = 500
/** Before a group is known well, the whole series' own swings count as so many of its periods. */
const priorPeriods = 0.1

export interface AlikePast {
  /** Group of each period, -1 where a category is missing. */
  readonly groupOf: Int32Array
  /**
   * By half-life, then group: at each period the weighted mean of log(units + offset) of the group up to
   * and with it; of an unknown group that of all. NaN before anything is known.
   */
  readonly usual: readonly (readonly Float64Array[])[]
  /** The same of all periods, whatever their group, by half-life. */
  readonly usualOfAll: readonly Float64Array[]
  /** Sums and counts, before each period, of log(units + offset) less the usual before it. */
  readonly offSums: Float64Array
  readonly offCounts: Float64Array
}

/** @throws Fault model_input_malformed where hardly any periods are alike */
export function readAlike(
  panel: DemandPanel,
  series: number,
  { units }: { units: Float64Array },
  { alike, alikeHalfLives, offsetUnits }: BoostedDemandParameters,
): AlikePast {
  const { groupOf, groupsCount } = groupsOf(panel, series, alike)
  if (groupsCount > groupsMax) refuse('alike', `at most ${groupsMax} different periods a series`)
  const logs = units.map((value) => Math.log(value + offsetUnits))
  const found = alikeHalfLives.map((halfLife) => usualOf(logs, groupOf, groupsCount, halfLife))
  const usual = {
    groupOf,
    usual: found.map(({ byGroup }) => byGroup),
    usualOfAll: found.map(({ ofAll }) => ofAll),
  }
  const offSums = new Float64Array(logs.length + 1)
  const offCounts = new Float64Array(logs.length + 1)
  for (const [period, log] of logs.entries()) {
    const before = period > 0 ? usualAt(usual, 0, period - 1, period) : Number.NaN
    const isKnown = !Number.isNaN(log - before)
    offSums[period + 1] = offSums[period]! + (isKnown ? log - before : 0)
    offCounts[period + 1] = offCounts[period]! + (isKnown ? 1 : 0)
  }
  return { ...usual, offSums, offCounts }
}

/** Logarithm of what the period usually is, as known at the origin, by the half-life at place `which`. */
export function usualAt(
  past: Pick<AlikePast, 'groupOf' | 'usual' | 'usualOfAll'>,
  which: number,
  origin: number,
  period: number,
): number {
  const group = past.groupOf[period]!
  return (group < 0 ? past.usualOfAll[which]! : past.usual[which]![group]!)[origin]!
}

/** Mean of how far off the usual periods in [from, to) were; NaN of nothing. */
export function meanOff({ offSums, offCounts }: AlikePast, from: number, to: number): number {
  const [low, high] = [Math.max(0, from), Math.max(0, Math.min(to, offSums.length - 1))]
  return (offSums[high]! - offSums[low]!) / (offCounts[high]! - offCounts[low]!)
}

interface Usual {
  readonly byGroup: readonly Float64Array[]
  readonly ofAll: Float64Array
}

function usualOf(
  logs: Float64Array,
  groupOf: Int32Array,
  groupsCount: number,
  halfLife: number,
): Usual {
  const keep = 0.5 ** (1 / halfLife)
  const totals = new Float64Array(groupsCount)
  const weights = new Float64Array(groupsCount)
  const byGroup = Array.from({ length: groupsCount }, () => new Float64Array(logs.length))
  const ofAll = new Float64Array(logs.length)
  let [total, weight] = [0, 0]
  for (const [period, log] of logs.entries()) {
    total *= keep
    weight *= keep
    const own = groupOf[period]!
    const isKnown = !Number.isNaN(log)
    if (isKnown) {
      total += log
      weight += 1
    }
    const all = weight > 0 ? total / weight : Number.NaN
    ofAll[period] = all
    for (let group = 0; group < groupsCount; group += 1) {
      totals[group]! *= keep
      weights[group]! *= keep
      if (isKnown && group === own) {
        totals[group]! += log
        weights[group]! += 1
      }
      byGroup[group]![period] =
        (totals[group]! + priorPeriods * all) / (weights[group]! + priorPeriods)
    }
  }
  return { byGroup, ofAll }
}

/** Periods by what the named columns say of them. */
export function groupsOf(panel: DemandPanel, series: number, names: readonly string[]) {
  const readers = names.map((name) => reader(panel, name))
  const places = new Map<string, number>()
  const groupOf = Int32Array.from({ length: panel.periodsCount }, (_, period) => {
    const values = readers.map((read) => read(series, period))
    if (values.some(Number.isNaN)) return -1
    const key = values.join(' ')
    const place = places.get(key) ?? places.size
    places.set(key, place)
    return place
  })
  return { groupOf, groupsCount: places.size }
}
