/**
 * Last season again, for many series at once: feasts where they fall now, dates where they slipped to,
 * noise of single stores taken out by what the stores of a pool have in common, two seasons mixed where
 * there are two, and growth since then.
 */
import { refuse } from '../trees/histogram-boosting/table.ts'
import { checkPanel, type DemandPanel } from './boosted/panel.ts'
import { lowRank } from './low-rank.ts'
import { type SeasonGrowthSettings, seasonGrowth } from './season-growth.ts'

export interface SeasonalPanelSettings {
  readonly seasonPeriods: number
  /** Pool of each series: series of one pool (a department in all stores) share patterns. */
  readonly poolOf: ArrayLike<number>
  /** Patterns kept of a pool. */
  readonly rank: number
  /** 0 to 1: weight of the season before the last, moved to the last one's level. */
  readonly earlierWeight: number
  /** Where last season is not known: the mean of so many last known periods. */
  readonly recentPeriods: number
  /**
   * By period, 0 to 1: share of it that is like the period before the one of last season, where dates
   * slip against weeks. See `./feasts.ts`. Left out: none.
   */
  readonly slip?: ArrayLike<number>
  /** Left out: each series sells as it did. */
  readonly growth?: SeasonGrowthSettings
}

/**
 * @param origin the last period whose units are read
 * @returns by series, then horizon from 1; NaN where nothing is known of a series
 * @throws Fault model_input_malformed
 */
export function forecastSeasonalPanel(
  panel: DemandPanel,
  origin: number,
  horizon: number,
  settings: SeasonalPanelSettings,
): Float64Array {
  checkPanel(panel)
  const { seriesCount, periodsCount } = panel
  const { poolOf, seasonPeriods, earlierWeight, growth } = settings
  const slip = settings.slip ?? new Float64Array(periodsCount)
  if (!(origin >= 0 && origin + horizon < periodsCount))
    refuse('origin', `a period with ${horizon} more after it in the panel`)
  if (poolOf.length !== seriesCount) refuse('poolOf', `${seriesCount} pools`)
  if (!(earlierWeight >= 0 && earlierWeight <= 1)) refuse('earlierWeight', '0 to 1')
  if (slip.length !== periodsCount) refuse('slip', `${periodsCount} shares`)
  const smooth = smoothed(panel, origin, settings)
  const before = (period: number) =>
    period < 0 ? -1 : (panel.seasonBefore?.[period] ?? period - seasonPeriods)
  const back = ({ place, share }: Place): Place => ({
    place: before(place),
    share: Math.min(1, share + (slip[place] ?? 0)),
  })
  const grown = growth && seasonGrowth(panel, origin, before, poolOf, growth)
  return Float64Array.from({ length: seriesCount * horizon }, (_, at) => {
    const series = Math.floor(at / horizon)
    const ahead = 1 + (at % horizon)
    let last = back({ place: origin + ahead, share: 0 })
    while (last.place > origin) last = back(last)
    const known = (place: number) =>
      place < 0 || Number.isNaN(panel.units[series * periodsCount + place])
        ? Number.NaN
        : smooth.values[series * (origin + 1) + place]!
    const blend = ({ place, share }: Place) => {
      const [own, earlier] = [known(place), share > 0 ? known(place - 1) : Number.NaN]
      return Number.isNaN(earlier) ? own : (1 - share) * own + share * earlier
    }
    const one = blend(last)
    const two = blend(back(last)) * smooth.growth[series]!
    if (Number.isNaN(one) && Number.isNaN(two)) return smooth.recent[series]!
    const mixed = Number.isNaN(one)
      ? two
      : Number.isNaN(two)
        ? one
        : (1 - earlierWeight) * one + earlierWeight * two
    if (growth === undefined) return mixed
    return mixed * Math.exp(growth.strength * growth.keep ** (ahead - 1) * grown![series]!)
  })
}

interface Place {
  readonly place: number
  /** Of the period before it. */
  readonly share: number
}

interface Smooth {
  /** By series, then period up to the origin. */
  readonly values: Float64Array
  readonly recent: Float64Array
  /** Units of the last season over those of the one before, in periods known in both. */
  readonly growth: Float64Array
}

function smoothed(panel: DemandPanel, origin: number, settings: SeasonalPanelSettings): Smooth {
  const { seriesCount, periodsCount, units } = panel
  const { poolOf, rank, recentPeriods, seasonPeriods } = settings
  const length = origin + 1
  const values = new Float64Array(seriesCount * length)
  const pools = new Map<number, number[]>()
  for (let series = 0; series < seriesCount; series += 1) {
    const own = pools.get(poolOf[series]!) ?? []
    own.push(series)
    pools.set(poolOf[series]!, own)
  }
  for (const own of pools.values()) {
    const table = Float64Array.from({ length: own.length * length }, (_, at) => {
      const series = own[Math.floor(at / length)]!
      return units[series * periodsCount + (at % length)]!
    })
    const kept = lowRank(table, own.length, length, rank)
    for (const [row, series] of own.entries())
      values.set(kept.subarray(row * length, (row + 1) * length), series * length)
  }
  const by = (of: (series: number) => number) =>
    Float64Array.from({ length: seriesCount }, (_, series) => of(series))
  const known = (series: number, period: number) => units[series * periodsCount + period]!
  return {
    values,
    recent: by((series) => {
      let [total, count] = [0, 0]
      for (let period = origin; period >= 0 && count < recentPeriods; period -= 1)
        if (!Number.isNaN(known(series, period))) {
          total += known(series, period)
          count += 1
        }
      return count === 0 ? Number.NaN : total / count
    }),
    growth: by((series) => {
      let [last, earlier] = [0, 0]
      for (
        let period = Math.max(seasonPeriods, length - seasonPeriods);
        period < length;
        period += 1
      ) {
        const [now, then] = [known(series, period), known(series, period - seasonPeriods)]
        if (Number.isNaN(now) || Number.isNaN(then)) continue
        last += now
        earlier += then
      }
      return earlier > 0 && last > 0 ? Math.min(2, Math.max(0.5, last / earlier)) : 1
    }),
  }
}
