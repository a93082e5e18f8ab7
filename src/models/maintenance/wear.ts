/**
 * Parts that wear by use: how long until a counter reaches the life that the maker states, with the
 * uncertainty of how much it will be used. Counters that fall are new parts.
 */
import { normalCdf } from '../math/normal.ts'
import { refuse } from '../trees/histogram-boosting/table.ts'

export interface WearReading {
  readonly day: number
  /** What the device has counted: lines, cuts, pulses. */
  readonly counter: number
}

export interface WearSettings {
  /** What the maker says a part lasts, in the counter's unit. */
  readonly lifeCount: number
  /** What is used is averaged over about so many days. */
  readonly usageDays: number
  /** How long a part or a technician takes. */
  readonly leadTimeDays: number
  /** Ticket when the chance of wearing out within lead time and `slackDays` is above this. */
  readonly slackDays: number
  readonly ticketRatio: number
}

export const wearDefaults = { usageDays: 28, slackDays: 7, ticketRatio: 0.2 } as const

export interface Wear {
  /** Since the part was new. */
  readonly usedCount: number
  readonly usedRatio: number
  readonly perDay: number
  readonly perDayDeviation: number
  /** Infinity where it is not used. */
  readonly remainingDays: number
  /** That it wears out within lead time and slack. */
  readonly chance: number
  readonly needsTicket: boolean
  readonly replacedOnDay?: number
}

/** @param readings by day, ascending; a counter that falls means that the part was replaced */
export function wearOf(readings: readonly WearReading[], settings: WearSettings): Wear {
  check(readings, settings)
  let usage = Number.NaN
  let variance = 0
  let replacedOnDay: number | undefined
  for (let at = 1; at < readings.length; at += 1) {
    const [before, now] = [readings[at - 1]!, readings[at]!]
    const days = now.day - before.day
    const isNew = now.counter < before.counter
    if (isNew) replacedOnDay = now.day
    // After a replacement only what the new part has counted is known.
    const perDay = (now.counter - (isNew ? 0 : before.counter)) / days
    if (Number.isNaN(usage)) usage = perDay
    else {
      const weight = 1 - Math.exp(-days / settings.usageDays)
      const step = perDay - usage
      usage += weight * step
      // A reading over several days has averaged the days' own spread away.
      variance = (1 - weight) * (variance + weight * step * step * days)
    }
  }
  const usedCount = readings.at(-1)!.counter
  const perDay = Number.isNaN(usage) ? 0 : usage
  const leftCount = settings.lifeCount - usedCount
  const horizonDays = settings.leadTimeDays + settings.slackDays
  const chance = chanceToWear(leftCount, perDay, variance, horizonDays)
  return {
    usedCount,
    usedRatio: usedCount / settings.lifeCount,
    perDay,
    perDayDeviation: Math.sqrt(variance),
    remainingDays: leftCount <= 0 ? 0 : perDay > 0 ? leftCount / perDay : Number.POSITIVE_INFINITY,
    chance,
    needsTicket: chance > settings.ticketRatio,
    ...(replacedOnDay !== undefined && { replacedOnDay }),
  }
}

function chanceToWear(left: number, perDay: number, variance: number, days: number): number {
  if (left <= 0) return 1
  const deviation = Math.sqrt(variance * days)
  if (deviation === 0) return perDay * days >= left ? 1 : 0
  return normalCdf((perDay * days - left) / deviation)
}

/** Of a part with a stated mean time between failures, the chance to fail within a year of use. */
export function yearlyFailureChance(meanHours: number, dutyRatio: number): number {
  if (!(meanHours > 0)) refuse('meanHours', 'above 0')
  return 1 - Math.exp((-8760 * dutyRatio) / meanHours)
}

function check(readings: readonly WearReading[], settings: WearSettings): void {
  if (readings.length === 0) refuse('readings', 'at least one reading')
  for (const [at, { day, counter }] of readings.entries()) {
    if (!Number.isFinite(counter) || counter < 0) refuse(`readings.${at}.counter`, '0 or more')
    if (!Number.isFinite(day) || (at > 0 && day <= readings[at - 1]!.day))
      refuse(`readings.${at}.day`, 'a day after the reading before')
  }
  if (!(settings.lifeCount > 0 && Number.isFinite(settings.lifeCount)))
    refuse('lifeCount', 'above 0')
  if (!(settings.usageDays > 0)) refuse('usageDays', 'above 0')
}
