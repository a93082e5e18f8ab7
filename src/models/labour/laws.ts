/**
 * Rules on working time by place and date, as data in `laws.json`: what a law says from a day on, where it
 * was read, and whether it was read in the law or on a page of the authority itself (`isConfirmed`). What
 * is not confirmed a person must confirm before it decides anything. Not legal advice.
 */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { parse } from '../../base/parse.ts'
import given from './laws.json' with { type: 'json' }

const Day = z.iso.date()
const Share = z.number().min(0).max(5)
const Hours = z.number().min(0).max(168)
const Days = z.number().min(0).max(60)

const Rules = z.strictObject({
  /** Before the first day of a schedule; from then on people may decline what was not in it. */
  notice_days: Days.optional(),
  /** Changes cost only this near to the shift; `notice_days` where left out. */
  premium_days: Days.optional(),
  /** Hours are not to be taken away this near to the shift at all. */
  cut_forbidden_hours: Hours.optional(),
  /** Paid for hours added, or moved without loss. */
  change_premium_hours: Hours.optional(),
  /** Changes up to this many minutes are free. */
  change_free_minutes: z.number().min(0).max(1440).optional(),
  /** Share of the pay of hours taken away. */
  cut_pay_ratio: Share.optional(),
  /** Or hours paid, whatever was taken away. */
  cut_premium_hours: Hours.optional(),
  /** Notice below which the `late_` rules hold. */
  late_hours: Hours.optional(),
  late_change_premium_hours: Hours.optional(),
  /** For shifts up to `short_shift_hours`. */
  late_change_premium_hours_short: Hours.optional(),
  short_shift_hours: Hours.optional(),
  late_cut_pay_ratio: Share.optional(),
  /** The hours of the shift are paid, but no more than these. */
  late_cut_hours_most: Hours.optional(),
  /** Between the end of a shift and the start of the next. */
  rest_hours: Hours.optional(),
  /** On top of pay, for all hours of a shift that began too early. */
  rest_premium_shift_ratio: Share.optional(),
  /** On top of pay, for the hours that lack. */
  rest_premium_missing_ratio: Share.optional(),
  /** A sum for each such shift, in minor units of the place's money. */
  rest_premium_minor: z.int().min(0).max(1_000_000).optional(),
})
export type WorkRules = z.infer<typeof Rules>

const Law = z.strictObject({
  place: z.string().regex(/^[a-z0-9-]{2,60}$/),
  appliesTo: z.string().min(1).max(200),
  source: z.string().min(1).max(200),
  isConfirmed: z.boolean(),
  validFrom: Day,
  /** The last day; left out where the end is not known. */
  validTo: Day.optional(),
  rules: Rules,
})
export type Law = z.infer<typeof Law>

const LawTable = z.array(Law).max(10_000)

/** A chain's own table, or this project's: @throws Fault model_parameters_malformed */
export function lawTable(table: unknown = given): readonly Law[] {
  return parse(LawTable, table, 'model_parameters_malformed')
}

export interface LawOnDay {
  readonly rules: WorkRules
  /** Where each part was read, and what of it a person has still to confirm. */
  readonly laws: readonly Law[]
}

/** What holds in a place on a day; where two laws say the same thing, the later one counts. */
export function lawOn(place: string, day: string, table: readonly Law[] = lawTable()): LawOnDay {
  if (!Day.safeParse(day).success)
    throw new Fault('model_input_malformed', { field: 'day', expected: 'a date as 2026-03-01' })
  const laws = table
    .filter((law) => law.place === place && law.validFrom <= day)
    .filter(({ validTo }) => validTo === undefined || day <= validTo)
    .toSorted((left, right) => left.validFrom.localeCompare(right.validFrom))
  return { rules: Object.assign({}, ...laws.map(({ rules }) => rules)), laws }
}
