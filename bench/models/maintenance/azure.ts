/** Failures of machines within a day, from their logs of errors and replacements, forward in time. */
import type { AlarmAim } from '../../../src/models/maintenance/alarm.ts'
import {
  createDeviceLog,
  logFeatures,
  spansDefault,
} from '../../../src/models/maintenance/event-log.ts'
import { fitFailureRisk, predictFailureRisk } from '../../../src/models/maintenance/failure-risk.ts'
import type { LabelledTable } from '../../../src/models/trees/histogram-boosting/table.ts'
import { pickRows } from '../../../src/models/trees/pick-rows.ts'
import { median, quantile } from '../../parts/statistics.ts'
import { drawChart } from '../chart.ts'
import { readColumns } from '../data/columns.ts'
import { defineEvaluation, type EvaluationContext, type EvaluationRow } from '../evaluation.ts'
import { averagePrecision, confusion } from '../metrics/classification.ts'
import { timed } from '../timing.ts'
import { alarmsByAge, costAim, costRows } from './alarm-costs.ts'

const folder = 'azure_pdm_events'
const msPerDay = 86_400_000
const firstMs = Date.UTC(2020, 0, 1, 6)
const lastMs = Date.UTC(2020, 8, 29, 6)
/** Three months, each judged by what was known before it. */
const testMonths = [6, 7, 8].map((month) => Date.UTC(2020, month, 1, 6))
const settings = {
  counted: ['error1', 'error2', 'error3', 'error4', 'error5', 'failure'],
  since: ['comp1', 'comp2', 'comp3', 'comp4'],
  spansDays: spansDefault,
}
const dataset = 'Azure event logs, July to September, fitted anew each month'

export const maintenanceAzure = defineEvaluation({
  name: 'maintenance-azure',
  title: 'Predictive maintenance: failures from event logs',
  data: [folder],
  notes: [
    'Simulated; 100 machines, a year of errors, replacements and failures. At 06:00 each day, with all events up to and including 06:00: will a failure come within the next 24 hours? July, August and September, each by a model fitted to the days before.',
    'Easy data: most failures are announced by an error exactly 24 hours before. Warnings therefore come a day ahead; nothing here shows that they could come earlier.',
    'Naive: two or more errors within 24 hours.',
  ],
  async run(context) {
    const table = readTable(context)
    const { result, seconds } = await timed(() => testMonths.map((from) => judge(table, from)))
    const joined = (pick: (month: Month) => readonly number[]) => result.flatMap(pick)
    const labels = joined((month) => month.labels)
    const scores = joined((month) => month.scores)
    const alarms = joined((month) => month.alarms)
    const rules = joined((month) => month.rule)
    const cheapAlarms = testMonths.flatMap((from) => judge(table, from, costAim).alarms)
    const ageAlarms = joined((month) => month.byAge)
    const leads = joined((month) => month.leadHours)
    const ours = confusion(labels, alarms, 1)
    context.progress(`F1 ${ours.f1.toFixed(3)}`)
    context.chart('maintenance-azure.svg', chartOf(labels, alarms, rules))
    const base = { dataset, method: 'boosted trees on the log', better: 'higher' as const, seconds }
    const source =
      'LightGBM on error counts and days since replacement, measured on October to December'
    return [
      {
        ...base,
        metric: 'F1 of failures within 24 hours',
        ours: ours.f1,
        naive: { name: '2 errors in 24 h', value: confusion(labels, rules, 1).f1 },
        peer: { name: 'LightGBM', value: 0.951, source },
        note: `precision ${ours.precision.toFixed(3)}, recall ${ours.recall.toFixed(3)}; 0.592 is what the naive rule has from October to December.`,
      },
      {
        ...base,
        metric: 'average precision',
        ours: averagePrecision(labels, scores),
        naive: {
          name: 'errors in 24 h',
          value: averagePrecision(
            labels,
            joined((month) => month.errors),
          ),
        },
        peer: { name: 'LightGBM', value: 0.989, source },
      },
      leadRow(base, leads, alarms),
      ...costRows(
        base,
        { labels, alarms, cheapAlarms, ageAlarms },
        { look: 'machine-days', age: 'age of the oldest part' },
      ),
    ] satisfies EvaluationRow[]
  },
})

/** How long before the failure its true alarms came. */
function leadRow(
  base: Pick<EvaluationRow, 'dataset' | 'method' | 'better' | 'seconds'>,
  leadHours: readonly number[],
  alarms: readonly number[],
): EvaluationRow {
  const leads = leadHours.filter((hours, at) => alarms[at] === 1 && Number.isFinite(hours))
  const [tenth, ninth] = [quantile(leads, 0.1), quantile(leads, 0.9)]
  return {
    ...base,
    metric: 'hours between a true alarm and its failure, median',
    ours: median(leads),
    note: `of ${leads.length} true alarms a tenth came ${tenth.toFixed(0)} hours ahead or less, a tenth ${ninth.toFixed(0)} or more; least ${Math.min(...leads).toFixed(0)}. More than 24 cannot be: that is the horizon.`,
  }
}

interface Days {
  readonly table: LabelledTable
  /** Until the machine’s next failure; NaN where none comes within the horizon. */
  readonly leadHours: Float64Array
  readonly atMs: Float64Array
  readonly machine: Int32Array
}

function readEvents({ data }: EvaluationContext) {
  const file = (name: string) => data(`${folder}/dev/${name}`)
  const errors = readColumns(file('PdM_errors_to_2020-09.csv.gz'), {
    datetime: 'text',
    machineID: 'number',
    errorID: 'text',
  })
  const failures = readColumns(file('PdM_failures_to_2020-09.csv.gz'), {
    datetime: 'text',
    machineID: 'number',
  })
  const parts = readColumns(file('PdM_maint_to_2020-09.csv.gz'), {
    datetime: 'text',
    machineID: 'number',
    comp: 'text',
  })
  const events = [
    ...listOf(errors, (row) => errors.errorID[row]!),
    ...listOf(failures, () => 'failure'),
    ...listOf(parts, (row) => parts.comp[row]!),
  ]
  return events.sort((a, b) => a.atMs - b.atMs)
}

function listOf(
  file: { datetime: string[]; machineID: Float64Array; rowsCount: number },
  kindOf: (row: number) => string,
) {
  return Array.from({ length: file.rowsCount }, (_, row) => ({
    atMs: Date.parse(`${file.datetime[row]!.replace(' ', 'T')}Z`),
    device: file.machineID[row]!,
    kind: kindOf(row),
  }))
}

/** A row a machine and day, in the order of time. */
function readTable(context: EvaluationContext): Days {
  const events = readEvents(context)
  const machines = readColumns(context.data(`${folder}/dev/PdM_machines.csv.gz`), {
    machineID: 'number',
    model: 'code',
    age: 'number',
  })
  const failedAt = Map.groupBy(
    events.filter(({ kind }) => kind === 'failure'),
    ({ device }) => device,
  )
  const log = createDeviceLog(settings)
  const names = logFeatures(settings)
  const features = [
    ...names.map((name) => ({ name, kind: 'number' as const })),
    { name: 'model', kind: 'category' as const },
    { name: 'age', kind: 'number' as const },
  ]
  const days = Math.round((lastMs - firstMs) / msPerDay) + 1
  const rowsCount = days * machines.rowsCount
  const columns = features.map(() => new Float32Array(rowsCount))
  const [labels, machine] = [new Float32Array(rowsCount), new Int32Array(rowsCount)]
  const [atMs, leadHours] = [new Float64Array(rowsCount), new Float64Array(rowsCount)]
  const into = new Float32Array(names.length)
  let [next, row] = [0, 0]
  for (let day = 0; day < days; day += 1) {
    const now = firstMs + day * msPerDay
    for (; next < events.length && events[next]!.atMs <= now; next += 1) log.add(events[next]!)
    for (let own = 0; own < machines.rowsCount; own += 1) {
      const id = machines.machineID[own]!
      log.describe(id, now, into)
      for (const [at, value] of into.entries()) columns[at]![row] = value
      columns[names.length]![row] = machines.model.codes[own]!
      columns[names.length + 1]![row] = machines.age[own]!
      const failure = (failedAt.get(id) ?? []).find(
        (event) => event.atMs > now && event.atMs <= now + msPerDay,
      )
      labels[row] = failure === undefined ? 0 : 1
      leadHours[row] = failure === undefined ? Number.NaN : (failure.atMs - now) / 3_600_000
      atMs[row] = now
      machine[row] = id
      row += 1
    }
  }
  return { table: { features, columns, labels }, atMs, leadHours, machine }
}

type Month = ReturnType<typeof judge>

function judge({ table, atMs, leadHours, machine }: Days, fromMs: number, aim?: AlarmAim) {
  const toMs = fromMs + 31 * msPerDay
  const rows = Array.from(atMs.keys())
  // Labels of the last day before are not known yet.
  const before = rows.filter((row) => atMs[row]! + msPerDay <= fromMs)
  const month = new Date(fromMs).getUTCMonth()
  const now = rows.filter(
    (row) =>
      atMs[row]! >= fromMs && atMs[row]! < toMs && new Date(atMs[row]!).getUTCMonth() === month,
  )
  const known = pickRows(table, before)
  const artifact = fitFailureRisk(
    known,
    aim === undefined ? {} : { aim },
    before.map((row) => machine[row]!),
  )
  const test = pickRows(table, now)
  const { alarms, scores } = predictFailureRisk(artifact, test)
  const errors = Array.from(now.keys(), (at) => {
    let total = 0
    for (let kind = 1; kind <= 5; kind += 1) total += test.columns[kind]![at]!
    return total
  })
  const agesOf = ({ features, columns }: LabelledTable) =>
    columns[features.findIndex(({ name }) => name === 'since_longest_days')]!
  return {
    labels: Array.from(test.labels),
    leadHours: now.map((row) => leadHours[row]!),
    scores: [...scores],
    alarms: [...alarms],
    byAge: alarmsByAge({ ages: agesOf(known), labels: known.labels }, agesOf(test)),
    errors,
    rule: errors.map((count) => (count >= 2 ? 1 : 0)),
  }
}

function chartOf(labels: number[], alarms: number[], rules: number[]): string {
  const count = (of: number[], label: number) =>
    of.filter((alarm, at) => alarm === 1 && labels[at] === label).length
  const ones = labels.filter((label) => label === 1).length
  return drawChart({
    title: 'Failures found a day ahead, and visits for nothing',
    subtitle: `100 machines, July to September 2020, ${ones} machine-days with a failure`,
    x: {
      label: 'what was found',
      categories: ['failures found', 'failures missed', 'false alarms'],
    },
    y: { label: 'machine-days' },
    series: [
      {
        name: 'boosted trees',
        kind: 'bars',
        points: [
          [0, count(alarms, 1)],
          [1, ones - count(alarms, 1)],
          [2, count(alarms, 0)],
        ],
      },
      {
        name: 'two errors in 24 hours',
        kind: 'bars',
        points: [
          [0, count(rules, 1)],
          [1, ones - count(rules, 1)],
          [2, count(rules, 0)],
        ],
      },
    ],
  })
}
