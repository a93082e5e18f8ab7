/** Items without a past: what similar items sold in their first weeks, until their own sales speak. */
import { refuse } from '../trees/histogram-boosting/table.ts'

/** The analogues count as so many weeks of the item's own sales. */
const priorWeeks = 6

export interface AnalogueItems {
  /** By item, then feature; features scaled so that 1 is a large difference. NaN is not known. */
  readonly features: readonly ArrayLike<number>[]
  /** Units a week of each item in its first weeks. */
  readonly weeklyUnits: ArrayLike<number>
}

export interface Analogue {
  readonly item: number
  /** Adds up to 1 over the analogues. */
  readonly weight: number
}

export interface NewItemForecast {
  readonly weeklyUnits: number
  /** What the analogues alone would say. */
  readonly priorUnits: number
  /** Standard deviation of the level, in units a week. */
  readonly spreadUnits: number
  readonly analogues: readonly Analogue[]
}

/**
 * @param own units of each week since the launch; empty before it
 * @throws Fault model_input_malformed
 */
export function forecastNewItem(
  item: ArrayLike<number>,
  { features, weeklyUnits }: AnalogueItems,
  own: ArrayLike<number> = [],
  analoguesCount = 8,
): NewItemForecast {
  if (features.length === 0) refuse('features', 'at least one item')
  if (weeklyUnits.length !== features.length) refuse('weeklyUnits', `${features.length} items`)
  const distances = features.map((one, at) => {
    if (one.length !== item.length) refuse(`features, item ${at}`, `${item.length} features`)
    if (!(weeklyUnits[at]! >= 0 && Number.isFinite(weeklyUnits[at])))
      refuse(`weeklyUnits, item ${at}`, 'at least 0')
    return distance(item, one)
  })
  const nearest = distances
    .map((distance, at) => ({ at, distance }))
    .sort((a, b) => a.distance - b.distance || a.at - b.at)
    .slice(0, Math.max(1, analoguesCount))
  const reach = Math.max(nearest.at(-1)!.distance, 1e-9)
  const raw = nearest.map(({ distance }) => Math.exp(-((distance / reach) ** 2) * 2))
  const total = raw.reduce((sum, weight) => sum + weight, 0)
  const analogues = nearest.map(({ at }, k) => ({ item: at, weight: raw[k]! / total }))
  const prior = analogues.reduce((sum, { item, weight }) => sum + weight * weeklyUnits[item]!, 0)
  const squares = analogues.reduce(
    (sum, { item, weight }) => sum + weight * (weeklyUnits[item]! - prior) ** 2,
    0,
  )
  let sold = 0
  for (let week = 0; week < own.length; week += 1) {
    if (!(own[week]! >= 0 && Number.isFinite(own[week]))) refuse(`own, week ${week}`, 'at least 0')
    sold += own[week]!
  }
  const weight = priorWeeks / (priorWeeks + own.length)
  return {
    weeklyUnits: (priorWeeks * prior + sold) / (priorWeeks + own.length),
    priorUnits: prior,
    spreadUnits: Math.sqrt(squares) * weight,
    analogues,
  }
}

/** Root mean square over the features that both have; as far as can be where none is. */
function distance(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let [squares, count] = [0, 0]
  for (let at = 0; at < one.length; at += 1) {
    const step = one[at]! - other[at]!
    if (Number.isNaN(step)) continue
    squares += step * step
    count += 1
  }
  return count === 0 ? 1e6 : Math.sqrt(squares / count)
}
