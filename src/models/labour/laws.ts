/**
 * Rules on working time by place and date, as data. Values marked as not confirmed were not read in the
 * law itself: a person must confirm them before they decide anything. Not legal advice.
 */
import { Fault } from '../../base/fault.ts'

export interface LawRow {
  readonly place: string
  readonly rule:
    | 'notice_days'
    | 'rest_hours'
    | 'rest_premium_ratio'
    | 'change_premium_hours'
    | 'cut_pay_ratio'
  readonly value: number
  /** ISO dates; open where the end is not known. */
  readonly validFrom: string
  readonly validTo?: string
  readonly appliesTo: string
  readonly isConfirmed: boolean
}

type Values = Partial<Record<LawRow['rule'], number>>

/** One rule a row, so that a change of law is a row with a date and never an edit. */
export const laws: readonly LawRow[] = [
  ...rows('us-or', '2018-07-01', '500 employees worldwide', false, {
    notice_days: 14,
    rest_hours: 10,
    rest_premium_ratio: 0.5,
    change_premium_hours: 1,
    cut_pay_ratio: 0.5,
  }),
  ...rows('us-il-chicago', '2020-07-01', '100 employees worldwide, 50 covered', true, {
    notice_days: 14,
    rest_hours: 10,
    rest_premium_ratio: 0.25,
    change_premium_hours: 1,
    cut_pay_ratio: 0.5,
  }),
  ...rows('us-wa-seattle', '2017-07-01', '500 employees worldwide', false, {
    notice_days: 14,
    rest_hours: 10,
    rest_premium_ratio: 0.5,
    change_premium_hours: 1,
    cut_pay_ratio: 0.5,
  }),
  ...rows('us-ca-los-angeles', '2023-04-01', '300 employees worldwide', false, {
    notice_days: 14,
    rest_hours: 10,
    rest_premium_ratio: 0.5,
    change_premium_hours: 1,
    cut_pay_ratio: 0.5,
  }),
  ...rows('us-ca-los-angeles-county', '2025-07-01', '300 employees worldwide', true, {
    notice_days: 14,
    rest_hours: 10,
    rest_premium_ratio: 0.5,
    change_premium_hours: 1,
    cut_pay_ratio: 0.5,
  }),
  ...rows('us-pa-philadelphia', '2020-04-01', '250 employees and 30 sites', true, {
    notice_days: 14,
    rest_hours: 9,
    change_premium_hours: 1,
    cut_pay_ratio: 0.5,
  }),
  ...rows('us-il-evanston', '2024-01-01', '100 employees worldwide', true, {
    notice_days: 14,
    rest_hours: 11,
  }),
  ...rows('eu', '2004-08-02', 'all workers; national law may be stricter', false, {
    rest_hours: 11,
  }),
]

function rows(
  place: string,
  validFrom: string,
  appliesTo: string,
  isConfirmed: boolean,
  values: Values,
): LawRow[] {
  return Object.entries(values).map(([rule, value]) => ({
    place,
    rule: rule as LawRow['rule'],
    value,
    validFrom,
    appliesTo,
    isConfirmed,
  }))
}

/** What holds in a place on a date. A chain's own table may be given instead. */
export function lawOn(place: string, date: string, table: readonly LawRow[] = laws): Values {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date))
    throw new Fault('model_input_malformed', { field: 'date', expected: 'a date as 2026-03-01' })
  const found: Values = {}
  const holding = table
    .filter((row) => row.place === place && row.validFrom <= date)
    .filter(({ validTo }) => validTo === undefined || date <= validTo)
    .toSorted((left, right) => left.validFrom.localeCompare(right.validFrom))
  for (const { rule, value } of holding) found[rule] = value
  return found
}

export interface ShiftChange {
  readonly noticeDays: number
  readonly hoursBefore: number
  readonly hoursAfter: number
  readonly costMinorAnHour: number
}

/** What the law asks for a late change, so that an edit shows its price before it is saved. */
export function changePremiumMinor(law: Values, change: ShiftChange): number {
  const { noticeDays, hoursBefore, hoursAfter, costMinorAnHour } = change
  if (noticeDays >= (law.notice_days ?? 0) || hoursBefore === hoursAfter) return 0
  const lost = Math.max(0, hoursBefore - hoursAfter)
  const hours = lost > 0 ? lost * (law.cut_pay_ratio ?? 0) : (law.change_premium_hours ?? 0)
  return Math.round(hours * costMinorAnHour)
}

export interface WorkedShift {
  readonly startMinute: number
  readonly endMinute: number
}

export interface RestFinding {
  /** Of the shift that began too early. */
  readonly shift: number
  readonly restMinutes: number
  /** Hours that the premium is paid on. */
  readonly premiumHours: number
}

/** Shifts of one person, by time, that followed too soon on the one before. */
export function restFindings(law: Values, shifts: readonly WorkedShift[]): RestFinding[] {
  const needed = (law.rest_hours ?? 0) * 60
  return shifts.flatMap(({ startMinute, endMinute }, shift) => {
    const before = shifts[shift - 1]
    const restMinutes = before === undefined ? needed : startMinute - before.endMinute
    if (restMinutes >= needed) return []
    const premiumHours = ((endMinute - startMinute) / 60) * (law.rest_premium_ratio ?? 0)
    return [{ shift, restMinutes, premiumHours }]
  })
}
