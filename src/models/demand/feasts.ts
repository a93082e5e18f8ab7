/** Which period of last season a period is most like, where feasts (Easter) move. */
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

function nearestTo(feasts: readonly number[], wanted: number, far: number): number | undefined {
  const near = feasts.filter((feast) => Math.abs(feast - wanted) <= far)
  return near.sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0]
}
