/** Failures of a milling machine, from one look at its sensors: five folds, and again by other folds. */
import { fitFailureRisk, predictFailureRisk } from '../../../src/models/maintenance/failure-risk.ts'
import {
  describeMachine,
  type MachineRatings,
  machineFeatures,
  ratedFeatures,
} from '../../../src/models/maintenance/machine-state.ts'
import { createRandom } from '../../../src/models/math/random.ts'
import type { LabelledTable } from '../../../src/models/trees/histogram-boosting/table.ts'
import { pickRows } from '../../../src/models/trees/pick-rows.ts'
import { drawChart } from '../chart.ts'
import { defineEvaluation, type EvaluationRow } from '../evaluation.ts'
import { averagePrecision } from '../metrics/classification.ts'
import { timed } from '../timing.ts'
import { type MachineStates, readStates } from './ai4i-data.ts'
import { alarmsByAge, costAim, costRows } from './alarm-costs.ts'
import { forestOfYdf } from './ydf-forest.ts'

const folder = 'ai4i2020'
const foldsCount = 5
const seeds = [1, 2]
const dataset = 'AI4I 2020, dev, 5 folds twice'
/** As the description of the data states them (Matzka 2020): strain by variant, power, cooling. */
const ratings: MachineRatings = {
  strainByGrade: [11_000, 12_000, 13_000],
  powerWatts: [3500, 9000],
  heatGapKelvin: 8.6,
  coolingSpeedRpm: 1380,
}

export const maintenanceAi4i = defineEvaluation({
  name: 'maintenance-ai4i',
  title: 'Predictive maintenance: failures of a milling machine',
  data: [folder],
  notes: [
    'Synthetic; 8,060 machine states of dev with 278 failures. Five folds, twice by other draws; the alarm threshold comes from inside the training rows of each fold.',
    'The rows with ratings know the limits that the maker of the data states, and how many of them a state passes. A rule that only counts passed limits has an F1 of 0.910 on these rows: 232 of 278 failures and no false alarm. How much of each column’s ends is looked at closely (2 %) was chosen among four widths on the first of these draws and the second, so a little of the lead over 0.871 without ratings is choice.',
    'The naive method is the best single limit on tool wear. The columns of failure modes are not used. A few failures have no cause in the data, and wear-out of the tool strikes at a random age, so no method reaches 1.',
  ],
  async run(context) {
    const data = readStates(context.data(`${folder}/dev/ai4i_dev.csv.gz`))
    const rows: EvaluationRow[] = []
    const variants = [
      { name: 'boosted trees, ratings of the machine', limits: ratings },
      { name: 'boosted trees, power, strain and heat gap', limits: undefined },
    ]
    for (const { name, limits } of variants) {
      const table = tableOf(data, limits)
      const { result, seconds } = await timed(() => crossValidate(table, boosted))
      context.progress(`${name}: F1 ${result.f1.toFixed(3)}, AP ${result.ap.toFixed(3)}`)
      rows.push(...rowsOf(name, result, byWear(table), seconds))
      if (limits === undefined) continue
      const about = { dataset, method: name, seconds }
      const cheap = await crossValidate(table, cheapest)
      const wear = await crossValidate(table, byAge)
      const judged = { ...result, cheapAlarms: cheap.alarms, ageAlarms: wear.alarms }
      rows.push(...costRows(about, judged, { look: 'looks', age: 'wear limit' }))
      context.chart('maintenance-ai4i.svg', chartOf(result))
    }
    const table = tableOf(data)
    const { result, seconds } = await timed(() => crossValidate(table, forestOfYdf))
    const name = 'random forest of ydf-training, power, strain and heat gap'
    return [...rows, ...rowsOf(name, result, byWear(table), seconds)]
  },
})

function tableOf({ states, hasFailed }: MachineStates, limits?: MachineRatings): LabelledTable {
  const names = limits === undefined ? machineFeatures : [...machineFeatures, ...ratedFeatures]
  const columns = names.map(() => new Float32Array(states.length))
  for (const [row, state] of states.entries())
    for (const [at, value] of describeMachine(state, limits).entries()) columns[at]![row] = value
  return {
    features: names.map((name) => ({ name, kind: 'number' })),
    columns,
    labels: hasFailed,
  }
}

interface Found {
  readonly f1: number
  readonly ap: number
  readonly precision: number
  readonly recall: number
  readonly labels: readonly number[]
  readonly scores: readonly number[]
  readonly alarms: readonly number[]
}

interface Fold {
  readonly scores: ArrayLike<number>
  readonly alarms: ArrayLike<number>
}

/** From one side of a fold to what is said of the other. */
type Method = (inside: LabelledTable, outside: LabelledTable) => Fold | Promise<Fold>

const boosted: Method = (inside, outside) => predictFailureRisk(fitFailureRisk(inside), outside)
const cheapest: Method = (inside, outside) =>
  predictFailureRisk(fitFailureRisk(inside, { aim: costAim }), outside)
const byAge: Method = (inside, outside) => {
  const wearOf = ({ columns }: LabelledTable) => columns[machineFeatures.indexOf('wear_minutes')]!
  const scores = wearOf(outside)
  return { scores, alarms: alarmsByAge({ ages: wearOf(inside), labels: inside.labels }, scores) }
}

async function crossValidate(table: LabelledTable, method: Method): Promise<Found> {
  const rowsCount = table.labels.length
  const all = { labels: [] as number[], scores: [] as number[], alarms: [] as number[] }
  const aps: number[] = []
  for (const seed of seeds) {
    const order = createRandom(seed).shuffle(Array.from({ length: rowsCount }, (_, row) => row))
    const [labels, scores]: [number[], number[]] = [[], []]
    for (let fold = 0; fold < foldsCount; fold += 1) {
      const isOutside = (_: number, at: number) => at % foldsCount === fold
      const outside = pickRows(table, order.filter(isOutside))
      const inside = pickRows(
        table,
        order.filter((row, at) => !isOutside(row, at)),
      )
      const found = await method(inside, outside)
      labels.push(...Array.from(outside.labels))
      scores.push(...Array.from(found.scores))
      all.alarms.push(...Array.from(found.alarms))
    }
    aps.push(averagePrecision(labels, scores))
    all.labels.push(...labels)
    all.scores.push(...scores)
  }
  const right = all.alarms.filter((alarm, at) => alarm === 1 && all.labels[at] === 1).length
  const alarms = all.alarms.filter((alarm) => alarm === 1).length
  const ones = all.labels.filter((label) => label === 1).length
  return {
    f1: (2 * right) / (alarms + ones),
    ap: aps.reduce((sum, ap) => sum + ap, 0) / aps.length,
    precision: right / alarms,
    recall: right / ones,
    ...all,
  }
}

/** In favour of the naive method: its limit is the best for the rows that it is judged on. */
function byWear({ columns, labels }: LabelledTable): { f1: number; ap: number } {
  const wear = columns[machineFeatures.indexOf('wear_minutes')]!
  const ones = Array.from(labels).filter((label) => label === 1).length
  let f1 = 0
  for (let limit = 0; limit < 260; limit += 1) {
    let [right, alarms] = [0, 0]
    for (let row = 0; row < labels.length; row += 1)
      if (wear[row]! >= limit) {
        alarms += 1
        right += labels[row]!
      }
    f1 = Math.max(f1, (2 * right) / (alarms + ones))
  }
  return { f1, ap: averagePrecision(labels, wear) }
}

function rowsOf(
  method: string,
  found: Found,
  naive: { f1: number; ap: number },
  seconds: number,
): EvaluationRow[] {
  const base = { dataset, method, better: 'higher' as const, seconds }
  const source =
    'measured with scikit-learn and LightGBM on the held-out fifth of the data (61 failures), not on these folds; on these rows a forest of 500 trees of scikit-learn with the same three features, its threshold chosen by five folds inside the training rows, run by us'
  return [
    {
      ...base,
      metric: 'F1 of failures',
      ours: found.f1,
      naive: { name: 'wear limit', value: naive.f1 },
      peer: {
        name: 'random forest with 3 physics features',
        value: 0.906,
        source,
        onTheseRows: 0.877,
      },
      note: `precision ${found.precision.toFixed(3)}, recall ${found.recall.toFixed(3)}. LightGBM with physics features has 0.881 on the held-out fifth.`,
    },
    {
      ...base,
      metric: 'average precision',
      ours: found.ap,
      naive: { name: 'wear', value: naive.ap },
      peer: {
        name: 'random forest with 3 physics features',
        value: 0.936,
        source,
        onTheseRows: 0.895,
      },
    },
  ]
}

function chartOf({ labels, scores }: Found): string {
  const order = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!)
  const ones = labels.filter((label) => label === 1).length
  const points: [number, number][] = []
  let found = 0
  for (const [at, row] of order.entries()) {
    found += labels[row]!
    if (at % 5 === 4 && at < ones * 3) points.push([found / ones, found / (at + 1)])
  }
  return drawChart({
    title: 'How many alarms are right, by how many failures are found',
    subtitle: 'AI4I 2020 machine states, rows that the model had not seen',
    x: { label: 'share of failures found (recall)', min: 0, max: 1 },
    y: { label: 'share of alarms that are right (precision)', min: 0, max: 1 },
    series: [{ name: 'boosted trees with the ratings', kind: 'line', points }],
  })
}
