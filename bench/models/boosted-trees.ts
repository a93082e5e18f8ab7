/** Our boosted trees beside LightGBM and ydf: backorders and machine failures, by cross-validation. */
import {
  describeMachine,
  type MachineState,
  machineFeatures,
} from '../../src/models/maintenance/machine-state.ts'
import { createRandom } from '../../src/models/math/random.ts'
import type { BoostingInput } from '../../src/models/trees/histogram-boosting/parameters.ts'
import { predictTable } from '../../src/models/trees/histogram-boosting/predict.ts'
import type { LabelledTable } from '../../src/models/trees/histogram-boosting/table.ts'
import { trainForest } from '../../src/models/trees/histogram-boosting/train.ts'
import { pickRows } from '../../src/models/trees/pick-rows.ts'
import { openYdf, trainYdf } from '../../src/models/trees/ydf.ts'
import { drawChart } from './chart.ts'
import { readBackorderFacts } from './demand/backorder-data.ts'
import { defineEvaluation, type EvaluationRow } from './evaluation.ts'
import { type MachineStates, readStates } from './maintenance/ai4i-data.ts'
import {
  areaUnderCurve,
  averagePrecision,
  bestThreshold,
  confusion,
  precisionAt,
} from './metrics/classification.ts'
import { timed } from './timing.ts'

/** As LightGBM was run beside it. */
const trees: BoostingInput = { loss: { kind: 'logistic' }, treesCount: 300, learningRate: 0.05 }

interface Judged {
  readonly labels: Float32Array
  /** Each row's by a model that has not seen it. */
  readonly scores: Float64Array
  readonly folds: Uint8Array
  /** Of training all folds and of predicting all rows. */
  readonly seconds: number
}

type Fit = (train: LabelledTable, test: LabelledTable) => Promise<Float64Array> | Float64Array

const ours: Fit = (train, test) => predictTable(trainForest(train, trees).forest, test)
const ydf: Fit = async (train, test) => {
  const model = await openYdf(await trainYdf({ table: train, task: 'CLASSIFICATION' }))
  const chances = model.predict(test)
  model.close()
  return chances
}

export const boostedTrees = defineEvaluation({
  name: 'boosted-trees',
  title: 'Boosted trees',
  data: ['backorder_stockout', 'ai4i2020'],
  notes: [
    'Cross-validation on the `dev` parts: three folds of backorders, where rows alike in everything stay together; five folds of machines. Figures are means over folds.',
    'LightGBM 4.7 (Python, one thread) and ydf-training 0.0.1 were run on the same backorder folds, LightGBM with the same settings (300 trees, 31 leaves, rate 0.05); its training took 2.8 to 3.1 s a fold.',
    'F1 of machines: each fold’s threshold is the best one on the other folds.',
    'Seconds are processor time of training and predicting all folds.',
  ],
  async run({ data, progress, chart }) {
    const backorders = backorderTable(data('backorder_stockout/dev/inventory.csv.gz'))
    progress('backorders: our trees')
    const own = await crossValidate(backorders.table, backorders.folds, ours)
    progress('backorders: ydf')
    const theirs = await crossValidate(backorders.table, backorders.folds, ydf)
    const rule = { ...own, scores: backorders.shortage }
    chart('boosted-trees.svg', precisionChart(own, rule))
    const dataset = 'backorders, 3 folds of 170,117 rows'
    const rows = [
      ...rowsOf(dataset, 'histogram boosting', own, rule),
      ...rowsOf(dataset, 'ydf-training', theirs, rule),
    ]
    const states = readStates(data('ai4i2020/dev/ai4i_dev.csv.gz'))
    for (const hasPhysics of [false, true]) {
      progress(`machines, ${hasPhysics ? 'with' : 'without'} physics`)
      const machines = machineTable(states, hasPhysics)
      rows.push(machineRow(await crossValidate(machines.table, machines.folds, ours), hasPhysics))
    }
    return rows
  },
})

function rowsOf(dataset: string, method: string, judged: Judged, rule: Judged): EvaluationRow[] {
  const naive = 'forecast of 3 months less stock'
  const source = 'LightGBM 4.7 on the same folds, measured for this table'
  const { seconds } = judged
  const common = { dataset, method, better: 'higher', seconds } as const
  return [
    {
      ...common,
      metric: 'AUC',
      ours: overFolds(judged, areaUnderCurve),
      naive: { name: naive, value: overFolds(rule, areaUnderCurve) },
      peer: { name: 'LightGBM', value: 0.9305, source },
    },
    {
      ...common,
      metric: 'average precision',
      ours: overFolds(judged, averagePrecision),
      naive: { name: naive, value: overFolds(rule, averagePrecision) },
      peer: { name: 'LightGBM', value: 0.2306, source },
    },
  ]
}

function machineRow(judged: Judged, hasPhysics: boolean): EvaluationRow {
  const { labels, scores, folds, seconds } = judged
  const count = foldsIn(folds)
  let total = 0
  for (let fold = 0; fold < count; fold += 1) {
    const inside = (values: ArrayLike<number>) =>
      Float64Array.from(values).filter((_, row) => folds[row] === fold)
    const others = (values: ArrayLike<number>) =>
      Float64Array.from(values).filter((_, row) => folds[row] !== fold)
    const { threshold } = bestThreshold(others(labels), others(scores))
    total += confusion(inside(labels), inside(scores), threshold).f1 / count
  }
  return {
    dataset: `AI4I machines, 5 folds of 8,060 rows${hasPhysics ? ', with 3 physics features' : ''}`,
    method: 'histogram boosting',
    metric: 'F1 of failure',
    better: 'higher',
    ours: total,
    naive: { name: 'all are called failures', value: confusion(labels, scores, -1).f1 },
    peer: {
      name: 'LightGBM',
      value: hasPhysics ? 0.8205 : 0.7392,
      source:
        'LightGBM 4.7, same settings and way of choosing the threshold, mean of four draws of folds',
    },
    note: `on a held-out part that is not here, LightGBM reached ${hasPhysics ? 0.881 : 0.734} (61 failures).`,
    seconds,
  }
}

function overFolds(
  { labels, scores, folds }: Judged,
  metric: (labels: Float64Array, scores: Float64Array) => number,
): number {
  const count = foldsIn(folds)
  let total = 0
  for (let fold = 0; fold < count; fold += 1) {
    const own = (values: ArrayLike<number>) =>
      Float64Array.from(values).filter((_, row) => folds[row] === fold)
    total += metric(own(labels), own(scores)) / count
  }
  return total
}

function foldsIn(folds: Uint8Array): number {
  return folds.reduce((most, fold) => Math.max(most, fold), 0) + 1
}

async function crossValidate(table: LabelledTable, folds: Uint8Array, fit: Fit): Promise<Judged> {
  const scores = new Float64Array(folds.length)
  const count = foldsIn(folds)
  const { processorSeconds } = await timed(async () => {
    for (let fold = 0; fold < count; fold += 1) {
      const part = (isTest: boolean) =>
        pickRows(
          table,
          [...folds.keys()].filter((row) => (folds[row] === fold) === isTest),
        )
      const found = await fit(part(false), part(true))
      let at = 0
      for (let row = 0; row < folds.length; row += 1)
        if (folds[row] === fold) {
          scores[row] = found[at]!
          at += 1
        }
    }
  })
  return { labels: Float32Array.from(table.labels), scores, folds, seconds: processorSeconds }
}

function backorderTable(path: string) {
  const { numbers, flags, facts, ranOut, keys } = readBackorderFacts(path)
  const random = createRandom(5)
  const foldOf = new Map<string, number>()
  const folds = Uint8Array.from(keys, (key) => {
    const fold = foldOf.get(key) ?? random.below(3)
    foldOf.set(key, fold)
    return fold
  })
  const table: LabelledTable = {
    features: [
      ...numbers.map((name) => ({ name, kind: 'number' }) as const),
      ...flags.map((name) => ({ name, kind: 'category' }) as const),
    ],
    columns: [...numbers, ...flags].map((name) => facts[name]!),
    labels: ranOut,
  }
  const shortage = facts.forecast_3_month!.map((units, row) => units - facts.national_inv![row]!)
  return { table, folds, shortage }
}

/** What the sensors say, and with physics what they say together. */
function machineTable({ states, hasFailed }: MachineStates, hasPhysics: boolean) {
  const columns = {
    air_kelvin: states.map(({ airKelvin }) => airKelvin),
    process_kelvin: states.map(({ processKelvin }) => processKelvin),
    speed_rpm: states.map(({ speedRpm }) => speedRpm),
    torque_nm: states.map(({ torqueNm }) => torqueNm),
    wear_minutes: states.map(({ wearMinutes }) => wearMinutes),
    ...(hasPhysics && physicsOf(states)),
  }
  const random = createRandom(7)
  const table: LabelledTable = {
    features: [
      ...Object.keys(columns).map((name) => ({ name, kind: 'number' }) as const),
      { name: 'grade', kind: 'category' },
    ],
    columns: [...Object.values(columns), states.map(({ grade }) => grade)],
    labels: hasFailed,
  }
  return { table, folds: Uint8Array.from(hasFailed, () => random.below(5)) }
}

function physicsOf(states: readonly MachineState[]): Record<string, number[]> {
  const described = states.map((state) => describeMachine(state))
  const names = ['power_watts', 'heat_gap_kelvin', 'strain_nm_minutes'] as const
  return Object.fromEntries(
    names.map((name) => [name, described.map((row) => row[machineFeatures.indexOf(name)]!)]),
  )
}

/** Counted over thousands of rows, so that none of the data itself is drawn. */
function precisionChart(own: Judged, rule: Judged): string {
  const depths = [100, 200, 400, 800, 1600, 3200, 6400]
  const line = ({ labels, scores }: Judged) =>
    depths.map((depth) => [depth, 100 * precisionAt(labels, scores, depth)])
  return drawChart({
    title: 'How many of the listed articles do go on backorder',
    subtitle:
      '170,117 articles of a manufacturer, 1.1 % of them late; by models that had not seen them',
    x: { label: 'articles on the list', isLogarithmic: true, min: 100, max: 6400 },
    y: { label: '% that went on backorder', min: 0 },
    series: [
      { name: 'boosted trees', kind: 'line', points: line(own) },
      { name: 'forecast less stock', kind: 'dashed', points: line(rule) },
    ],
  })
}
