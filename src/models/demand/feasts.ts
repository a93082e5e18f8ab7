/** Which period of last season a period is most like: feasts (Easter) move, and dates slip against weeks. */
import { refuse } from '../trees/histogram-boosting/table.ts'

/**
 * @param feasts period of the feast in each season, in order
 * @param reach periods before and after it that sell as it does
 * @returns by period the one of last season to look at; below 0 where there is none
 */
export function lastSeasonOf(
  periodsCount: number,
  seasonPeriods: number,
  feasts: readonly number[] = [],
  reach = 1,
): Int32Array {
  if (!Number.isInteger(seasonPeriods) || seasonPeriods < 1)
    refuse('seasonPeriods', 'at least 1 period')
  const isNear = (period: number, feast: number) => Math.abs(period - feast) <= reach
  return Int32Array.from({ length: periodsCount }, (_, period) => {
    const plain = period - seasonPeriods
    const own = feasts.find((feast) => isNear(period, feast))
    if (own !== undefined) {
      const before = nearestTo(feasts, own - seasonPeriods, seasonPeriods / 4)
      return before === undefined ? plain : before + period - own
    }
    const other = feasts.find((feast) => isNear(plain, feast))
    if (other === undefined) return plain
    // What was a feast last season is none now: the nearest ordinary period beside it.
    return plain < other ? other - reach - 1 : other + reach + 1
  })
}

const dayMs = 86_400_000

export interface Weeks {
  /** Last day of each period. */
  readonly lastDays: readonly Date[]
  readonly daysCount: number
  readonly seasonBefore: ArrayLike<number>
  readonly seasonPeriods: number
  /** Periods of what goes by weekday (Thanksgiving), of every season. */
  readonly byWeekday: readonly number[]
}

/**
 * 52 weeks are a day or two less than a year, so Christmas is a day later in its week, or in the next.
 * @returns by period, the share that is by its dates like the period before last season's; 0 where it
 *   goes by weekday or moves as a feast, and just after
 */
export function slippedShares(weeks: Weeks): Float64Array {
  const { lastDays, daysCount, seasonBefore, seasonPeriods, byWeekday } = weeks
  if (!Number.isInteger(daysCount) || daysCount < 1) refuse('daysCount', 'at least 1 day')
  if (seasonBefore.length !== lastDays.length) refuse('seasonBefore', `${lastDays.length} periods`)
  const isDated = (period: number) =>
    seasonBefore[period] === period - seasonPeriods &&
    !byWeekday.includes(period) &&
    !byWeekday.includes(period - seasonPeriods)
  return Float64Array.from(lastDays, (day, period) => {
    const last = lastDays[period - seasonPeriods]
    if (last === undefined || !isDated(period)) return 0
    if (period > seasonPeriods && !isDated(period - 1)) return 0
    const yearAgo = Date.UTC(day.getUTCFullYear() - 1, day.getUTCMonth(), day.getUTCDate())
    const days = (last.getTime() - yearAgo) / dayMs
    return Math.min(1, Math.max(0, days / daysCount))
  })
}

function nearestTo(feasts: readonly number[], wanted: number, far: number): number | undefined {
  const near = feasts.filter((feast) => Math.abs(feast - wanted) <= far)
  return near.sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0]
}
