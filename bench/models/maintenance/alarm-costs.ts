/** What alarms cost beside going by age and never going, and what they cost in visits for nothing. */
import { type AlarmAim, chooseThreshold } from '../../../src/models/maintenance/alarm.ts'
import type { Numbers } from '../../../src/models/math/statistics.ts'
import type { EvaluationRow } from '../evaluation.ts'

/** Assumed, in minor units: 150 a visit for nothing, 1,500 a failure beyond a planned repair. */
export const costAim = {
  kind: 'cost',
  falseAlarmMinor: 15_000,
  missedMinor: 150_000,
} as const satisfies AlarmAim

/** One a look at a machine: 1 where it failed, and where it was called. */
export interface Judged {
  readonly labels: readonly number[]
  readonly alarms: readonly number[]
  /** Of the model that was fitted to cost least. */
  readonly cheapAlarms: readonly number[]
  /** By the age limit that cost least on the rows that the model was fitted to. */
  readonly ageAlarms: readonly number[]
}

/** Alarms on `outside` by the limit of one column that costs least on `inside`. */
export function alarmsByAge(
  inside: { ages: Numbers; labels: Numbers },
  outside: Numbers,
): number[] {
  const ages = Float64Array.from(inside.ages, (age) => (Number.isNaN(age) ? 0 : age))
  const { score } = chooseThreshold(ages, inside.labels, costAim)
  return Array.from(outside, (age) => (age >= score ? 1 : 0))
}

export function costRows(
  base: Pick<EvaluationRow, 'dataset' | 'method' | 'seconds'>,
  { labels, alarms, cheapAlarms, ageAlarms }: Judged,
  { look, age }: { readonly look: string; readonly age: string },
): EvaluationRow[] {
  const per = 1000 / labels.length
  const wrong = (of: readonly number[]) =>
    of.reduce((sum, alarm, at) => sum + (alarm === 1 && labels[at] === 0 ? per : 0), 0)
  const missed = (of: readonly number[]) =>
    of.reduce((sum, alarm, at) => sum + (alarm === 0 && labels[at] === 1 ? per : 0), 0)
  const cost = (of: readonly number[]) =>
    (wrong(of) * costAim.falseAlarmMinor + missed(of) * costAim.missedMinor) / 100
  const never = cost(labels.map(() => 0))
  const [byAge, byCost] = [cost(ageAlarms), cost(cheapAlarms)]
  const words = (value: number) => value.toLocaleString('en', { maximumSignificantDigits: 3 })
  return [
    {
      ...base,
      metric: `false alarms per 1,000 ${look}, threshold for F1`,
      better: 'lower',
      ours: wrong(alarms),
      naive: { name: age, value: wrong(ageAlarms) },
      note: `missed failures per 1,000 ${look}: ${words(missed(alarms))}; of the threshold that costs least, ${words(wrong(cheapAlarms))} false alarms and ${words(missed(cheapAlarms))} missed.`,
    },
    {
      ...base,
      metric: `cost per 1,000 ${look}, threshold that costs least`,
      better: 'lower',
      ours: byCost,
      naive: byAge < never ? { name: age, value: byAge } : { name: 'never going', value: never },
      note: `assumed: a visit for nothing costs 150, a missed failure 1,500 beyond a planned repair. The threshold for F1 costs ${words(cost(alarms))}; ${age} ${words(byAge)}; never going ${words(never)}.`,
    },
  ]
}
