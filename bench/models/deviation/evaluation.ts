/** Falls and rises put into real sales of stores, and the real sales untouched. */
import type { DeviationParameters, History } from '../../../src/models/deviation/history.ts'
import { deviationModel } from '../../../src/models/deviation/model.ts'
import { drawChart } from '../chart.ts'
import { readColumns } from '../data/columns.ts'
import { defineEvaluation, type EvaluationContext, type EvaluationRow } from '../evaluation.ts'
import { timed } from '../timing.ts'
import { readWalmart } from '../uplift/weekly.ts'
import {
  type Alarm,
  compare,
  cut,
  type Plan,
  planIncidents,
  putIn,
  type Rolled,
  roll,
} from './rolling.ts'

interface Task {
  readonly name: string
  readonly plan: Plan
  readonly parameters: Parameters<typeof deviationModel.fit>[1]
  readonly periodsAYear: number
  readonly naive: { readonly name: string; readonly alarms: (history: History) => Alarm[] }
}

export const deviationEvaluation = defineEvaluation({
  name: 'deviation',
  title: 'Deviation: which stores sell less, or more, than they should',
  data: ['rossmann100_store_daily', 'walmart_store_dept_weekly'],
  notes: [
    'What is normal is learned on the earlier part; the later part is judged period by period, each from what was known by then and the other stores of the same period.',
    'Real deviations are not labelled, so falls (Rossmann: 25 to 60 %, one to three days) and falls or rises (Walmart: 10 to 40 %, one to three weeks) are put into one store each, by seed. Precision: share of alarms in such a store and time; what really happened elsewhere counts as false. Recall: share of those put in that raise an alarm. F1 of both.',
    'Neither data set is by the hour; the profile over the hours of a week is tested on made data alone.',
  ],
  async run(context) {
    const rows: EvaluationRow[] = []
    for (const task of [rossmann(context), walmart(context)]) {
      const { plan, parameters } = task
      const incidents = planIncidents(plan)
      const changed = putIn(plan.history, incidents)
      const artifact = deviationModel.fit(cut(plan.history, 0, plan.judgedFrom - 2), parameters)
      const { result, seconds } = await timed(() => ({
        changed: roll(artifact, changed, plan.judgedFrom),
        untouched: roll(artifact, plan.history, plan.judgedFrom),
      }))
      const found = compare(result.changed.alarms, incidents)
      const naive = compare(task.naive.alarms(changed), incidents)
      const years =
        (plan.history.actuals.length * (plan.history.slots.length - plan.judgedFrom)) /
        task.periodsAYear
      const perYear = (alarms: readonly Alarm[]) => (alarms.length / years).toFixed(1)
      rows.push({
        dataset: task.name,
        method: 'expected range with the chain’s shock taken out, false discoveries held',
        metric: `F1 of ${incidents.length} deviations put in`,
        better: 'higher',
        ours: found.f1,
        naive: { name: task.naive.name, value: naive.f1 },
        seconds,
        note: `Precision ${found.precision.toFixed(2)}, recall ${found.recall.toFixed(2)} (naive ${naive.precision.toFixed(2)}, ${naive.recall.toFixed(2)}). On untouched sales ${perYear(result.untouched.alarms)} alarms a store-year (naive ${perYear(task.naive.alarms(plan.history))}). The 80 % band held ${coverage(result.untouched, 'band80')} % and the 95 % band ${coverage(result.untouched, 'band95')} % of real sales.`,
      })
      if (rows.length === 1) context.chart('deviation.svg', chartOf(task.name, result.untouched))
    }
    return rows
  },
})

function coverage({ singles }: Rolled, band: 'band80' | 'band95'): string {
  const held = singles.filter(({ actual, [band]: [low, high] }) => actual >= low && actual <= high)
  return ((held.length / singles.length) * 100).toFixed(0)
}

const judgedDays = 56

function rossmann(context: EvaluationContext): Task {
  const history = readDays(context)
  const judgedFrom = history.slots.length - judgedDays
  return {
    name: `Rossmann, 100 stores, last ${judgedDays} days`,
    plan: {
      history,
      judgedFrom,
      incidentsCount: 50,
      lengthMax: 3,
      sizes: [0.25, 0.6],
      hasSpikes: false,
      seed: 'deviation rossmann',
    },
    parameters: { slotsCount: 14, conditionsCount: 2, kind: 'amounts', ratioMax: 0.8 },
    periodsAYear: 365,
    naive: {
      name: '30 % below the same weekday of four weeks',
      alarms: (given) => ratioRule(given, judgedFrom, [7, 14, 21, 28], (ratio) => ratio <= 0.7),
    },
  }
}

function walmart(context: EvaluationContext): Task {
  const { series } = readWalmart(context)
  const weeks = series[0]!.length
  const slots = Array.from({ length: weeks }, (_, week) => week % 52)
  const judgedFrom = weeks - 39
  return {
    name: 'Walmart, 45 stores, last 39 weeks',
    plan: {
      history: { actuals: series, slots },
      judgedFrom,
      incidentsCount: 25,
      lengthMax: 3,
      sizes: [0.1, 0.4],
      hasSpikes: true,
      seed: 'deviation walmart',
    },
    parameters: {
      slotsCount: 52,
      kind: 'amounts',
      ratioMax: 0.92,
      halfLife: 13,
      profilePrior: 1,
    } satisfies Partial<DeviationParameters> & { slotsCount: number; kind: 'amounts' },
    periodsAYear: 52,
    naive: {
      name: '10 % off the same week last year',
      alarms: (given) => ratioRule(given, judgedFrom, [52], (ratio) => Math.abs(ratio - 1) >= 0.1),
    },
  }
}

/** Against the mean of the same store so many periods ago. */
function ratioRule(
  { actuals, slots }: History,
  judgedFrom: number,
  lags: readonly number[],
  isAlarm: (ratio: number) => boolean,
): Alarm[] {
  const alarms: Alarm[] = []
  for (const [store, series] of actuals.entries())
    for (let period = judgedFrom; period < slots.length; period += 1) {
      const before = lags.map((lag) => series[period - lag]!).filter((one) => one > 0)
      const mean = before.reduce((sum, one) => sum + one, 0) / before.length
      if (series[period]! / mean >= 0 && isAlarm(series[period]! / mean))
        alarms.push({ store, period })
    }
  return alarms
}

/** Closed days are no data; slots are weekdays with and without promotion, a condition is a school holiday. */
function readDays(context: EvaluationContext): History {
  const columns = readColumns(
    context.data('rossmann100_store_daily/dev/sales_2013-01-01_2015-06-19.csv.gz'),
    {
      Store: 'code',
      Date: 'text',
      Sales: 'number',
      Open: 'number',
      Promo: 'number',
      SchoolHoliday: 'number',
    },
  )
  const first = Date.parse('2013-01-01')
  const dayOf = (row: number) => Math.round((Date.parse(columns.Date[row]!) - first) / 86_400_000)
  const days = Math.round((Date.parse('2015-06-19') - first) / 86_400_000) + 1
  const actuals = columns.Store.names.map(() => new Float64Array(days).fill(Number.NaN))
  const conditions = columns.Store.names.map(() => new Float64Array(days))
  const slots = Array.from({ length: days }, (_, day) => (day + 1) % 7)
  for (const [row, store] of columns.Store.codes.entries()) {
    const day = dayOf(row)
    if (columns.Open[row] === 1 && columns.Sales[row]! > 0)
      actuals[store]![day] = columns.Sales[row]!
    conditions[store]![day] = columns.SchoolHoliday[row]!
    // The promotion is the whole chain's.
    slots[day] = ((day + 1) % 7) + (columns.Promo[row] === 1 ? 7 : 0)
  }
  return { actuals, slots, conditions }
}

/** By chance that was said: how often it came, on sales that nobody touched. */
function chartOf(name: string, { singles }: Rolled): string {
  const levels = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5]
  const points = levels.map((level) => [
    level * 100,
    (singles.filter(({ chance }) => chance <= level).length / singles.length) * 100,
  ])
  return drawChart({
    title: 'How rare the model says a day is, and how rare it is',
    subtitle: `${name}, untouched`,
    x: { label: 'said: so far off by itself, % of days', min: 0 },
    y: { label: 'came, % of days', min: 0 },
    series: [
      { name: 'store-days', kind: 'line', points },
      { name: 'as said', kind: 'dashed', points: levels.map((one) => [one * 100, one * 100]) },
    ],
  })
}
