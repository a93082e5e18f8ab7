/** What one series tells at each period, from that period and earlier ones alone. */
import { type AlikePast, groupsOf, readAlike } from './alike.ts'
import type { DemandPanel } from './panel.ts'
import type { BoostedDemandParameters } from './parameters.ts'

export interface SeriesPast {
  /** Units at each period; NaN where unknown. */
  readonly units: Float64Array
  /** Exponentially weighted mean of what is known up to and with the period; NaN before anything is. */
  readonly level: Float64Array
  /** Sums and counts of what is known before the period: `prefix[b] - prefix[a]` is of [a, b). */
  readonly sums: Float64Array
  readonly counts: Float64Array
  /** By group definition: each period's group, and sums of log lifts by group, as `sums`. */
  readonly lifts: readonly GroupLifts[]
  /** Left out where no categories make periods alike. */
  readonly alike?: AlikePast
}

export interface GroupLifts {
  /** Group of each period, -1 where a category is missing. */
  readonly groupOf: Int32Array
  /** Per group: prefix sums over periods of log(units / level before), and their counts. */
  readonly sums: readonly Float64Array[]
  readonly counts: readonly Float64Array[]
}

export function readPast(
  panel: DemandPanel,
  series: number,
  settings: BoostedDemandParameters,
): SeriesPast {
  const { periodsCount } = panel
  const units = new Float64Array(periodsCount)
  const level = new Float64Array(periodsCount)
  const sums = new Float64Array(periodsCount + 1)
  const counts = new Float64Array(periodsCount + 1)
  const keep = 0.5 ** (1 / settings.levelHalfLife)
  let [total, weight] = [0, 0]
  for (let period = 0; period < periodsCount; period += 1) {
    const raw = panel.units[series * periodsCount + period]!
    const isKnown = !Number.isNaN(raw)
    const value = isKnown ? Math.max(0, raw) : Number.NaN
    units[period] = value
    total *= keep
    weight *= keep
    if (isKnown) {
      total += value
      weight += 1
    }
    level[period] = weight > 0 ? total / weight : Number.NaN
    sums[period + 1] = sums[period]! + (isKnown ? value : 0)
    counts[period + 1] = counts[period]! + (isKnown ? 1 : 0)
  }
  const past = { units, level, sums, counts, lifts: [] }
  return {
    ...past,
    lifts: settings.groups.map((names) => liftsOf(panel, series, names, past, settings)),
    ...(settings.alike.length > 0 && { alike: readAlike(panel, series, past, settings) }),
  }
}

function liftsOf(
  panel: DemandPanel,
  series: number,
  names: readonly string[],
  { units, level }: SeriesPast,
  { offsetUnits }: BoostedDemandParameters,
): GroupLifts {
  const { groupOf, groupsCount } = groupsOf(panel, series, names)
  const sums = Array.from({ length: groupsCount }, () => new Float64Array(units.length + 1))
  const counts = Array.from({ length: groupsCount }, () => new Float64Array(units.length + 1))
  for (let period = 0; period < units.length; period += 1) {
    const before = period > 0 ? level[period - 1]! : Number.NaN
    const lift = Math.log((units[period]! + offsetUnits) / (before + offsetUnits))
    for (let group = 0; group < sums.length; group += 1) {
      const isOwn = groupOf[period] === group && !Number.isNaN(lift)
      sums[group]![period + 1] = sums[group]![period]! + (isOwn ? lift : 0)
      counts[group]![period + 1] = counts[group]![period]! + (isOwn ? 1 : 0)
    }
  }
  return { groupOf, sums, counts }
}
