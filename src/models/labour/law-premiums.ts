/** What the law asks for a late change and for a short night, so that an edit shows its price first. */
import type { WorkRules } from './laws.ts'

export interface ShiftChange {
  /** From the news to the start of the shift. */
  readonly noticeHours: number
  /** 0 where the shift is new, or is cancelled. */
  readonly hoursBefore: number
  readonly hoursAfter: number
  /** To another time or day. */
  readonly isMoved: boolean
  readonly costMinorAnHour: number
}

export interface ChangeFinding {
  readonly premiumMinor: number
  /** The employee may decline it. */
  readonly needsConsent: boolean
  /** No consent and no premium makes it lawful. */
  readonly isForbidden: boolean
}

export function lateChange(rules: WorkRules, change: ShiftChange): ChangeFinding {
  const { noticeHours, hoursBefore, hoursAfter, isMoved, costMinorAnHour } = change
  const lost = hoursBefore - hoursAfter
  const isFree = Math.abs(lost) * 60 <= (rules.change_free_minutes ?? 0)
  if (isFree && !isMoved) return { premiumMinor: 0, needsConsent: false, isForbidden: false }
  const premiumDays = rules.premium_days ?? rules.notice_days ?? 0
  const hours =
    noticeHours >= 24 * premiumDays
      ? 0
      : lost > 0
        ? hoursForCut(rules, change)
        : hoursForMore(rules, change)
  return {
    premiumMinor: Math.round(hours * costMinorAnHour),
    needsConsent: lost <= 0 && noticeHours < 24 * (rules.notice_days ?? 0),
    isForbidden: lost > 0 && noticeHours < (rules.cut_forbidden_hours ?? 0),
  }
}

function hoursForCut(rules: WorkRules, change: ShiftChange): number {
  const { noticeHours, hoursBefore, hoursAfter } = change
  const lost = hoursBefore - hoursAfter
  if (noticeHours < (rules.late_hours ?? 0)) {
    const { late_cut_hours_most: most, late_cut_pay_ratio: ratio } = rules
    if (most !== undefined) return Math.min(hoursBefore, most)
    if (ratio !== undefined) return lost * ratio
    if (rules.late_change_premium_hours !== undefined) return lateHours(rules, hoursBefore)
  }
  return rules.cut_premium_hours ?? lost * (rules.cut_pay_ratio ?? 0)
}

function hoursForMore(rules: WorkRules, { noticeHours, hoursAfter }: ShiftChange): number {
  const isLate = noticeHours < (rules.late_hours ?? 0)
  if (isLate && rules.late_change_premium_hours !== undefined) return lateHours(rules, hoursAfter)
  return rules.change_premium_hours ?? 0
}

function lateHours(rules: WorkRules, shiftHours: number): number {
  const isShort = shiftHours <= (rules.short_shift_hours ?? 0)
  const most = rules.late_change_premium_hours ?? 0
  return isShort ? (rules.late_change_premium_hours_short ?? most) : most
}

export interface WorkedShift {
  readonly startMinute: number
  readonly endMinute: number
  readonly costMinorAnHour: number
}

export interface RestFinding {
  /** Of the shift that began too early. */
  readonly shift: number
  readonly restMinutes: number
  readonly premiumMinor: number
}

/** Shifts of one person, by time, that followed too soon on the one before. */
export function restFindings(
  rules: WorkRules,
  shifts: readonly WorkedShift[],
): readonly RestFinding[] {
  const needed = (rules.rest_hours ?? 0) * 60
  return shifts.flatMap(({ startMinute, endMinute, costMinorAnHour }, shift) => {
    const before = shifts[shift - 1]
    const restMinutes = before === undefined ? needed : startMinute - before.endMinute
    if (restMinutes >= needed) return []
    const worked = (endMinute - startMinute) / 60
    const hours =
      worked * (rules.rest_premium_shift_ratio ?? 0) +
      Math.min(worked, (needed - restMinutes) / 60) * (rules.rest_premium_missing_ratio ?? 0)
    const premiumMinor = Math.round(hours * costMinorAnHour) + (rules.rest_premium_minor ?? 0)
    return [{ shift, restMinutes, premiumMinor }]
  })
}
