/** Sales reports of a real company, some of them inspected: which to inspect first. */
import { hash } from 'node:crypto'
import { logPrice } from '../../../src/models/inspection/habits.ts'
import { inspectionModel } from '../../../src/models/inspection/model.ts'
import type { Reports } from '../../../src/models/inspection/reports.ts'
import { median } from '../../../src/models/math/statistics.ts'
import { drawChart } from '../chart.ts'
import { readColumns } from '../data/columns.ts'
import { defineEvaluation, type EvaluationContext } from '../evaluation.ts'
import { averagePrecision, precisionAt, recallAt } from '../metrics/classification.ts'
import { timed } from '../timing.ts'

const foldsCount = 4
const source = 'measured on the 30 % of labels that are held out, LightGBM on 9 unit-price features'

export const fraudInspectionEvaluation = defineEvaluation({
  name: 'fraud-inspection',
  title: 'Inspection: which reports to look at first',
  data: ['dmwr_sales_fraud'],
  notes: [
    `The 10,960 inspected reports of dev/ in ${foldsCount} folds by a hash of their number: what judges a report has seen the labels of the other folds, and of all reports, inspected or not, everything but the label.`,
    'Ranks are taken over all folds together, so that the folds must agree on what a chance is. 8.0 % of these reports are fraud; at 10 % inspected no list can have a precision above 0.796.',
    'Naive: distance of the log unit price from the median of its product, which needs no labels.',
  ],
  async run(context) {
    const { reports, labels, numbers } = readReports(context)
    const inspected = [...labels.keys()].filter((row) => !Number.isNaN(labels[row]!))
    const { result: scores, seconds } = await timed(() =>
      crossValidate(reports, labels, numbers, inspected),
    )
    const own = inspected.map((row) => labels[row]!)
    const rule = priceRule(reports)
    const naive = inspected.map((row) => rule[row]!)
    const tenth = Math.round(inspected.length / 10)
    context.chart('fraud-inspection.svg', chartOf(own, scores, naive))
    const rowOf = (
      metric: string,
      of: (labels: number[], scores: number[]) => number,
      peer: number,
    ) => ({
      dataset: 'DMwR sales, inspected reports',
      method: 'boosted trees on distances from what is usual',
      metric,
      better: 'higher' as const,
      ours: of(own, scores),
      naive: { name: 'distance of unit price', value: of(own, naive) },
      peer: { name: 'LightGBM', value: peer, source },
      seconds,
    })
    return [
      rowOf('average precision', averagePrecision, 0.925),
      rowOf('recall at 10 % inspected', (a, b) => recallAt(a, b, tenth), 0.909),
      rowOf('precision at 10 % inspected', (a, b) => precisionAt(a, b, tenth), 0.757),
    ]
  },
})

export function readReports(context: Pick<EvaluationContext, 'data'>) {
  const columns = readColumns(context.data('dmwr_sales_fraud/dev/reports.csv.gz'), {
    report: 'text',
    ID: 'text',
    Prod: 'text',
    Quant: 'number',
    Val: 'number',
    Insp: 'text',
  })
  const reports: Reports = {
    sellers: columns.ID,
    products: columns.Prod,
    quantities: columns.Quant,
    values: columns.Val,
  }
  const codes: Record<string, number> = { ok: 0, fraud: 1 }
  const labels = Float64Array.from(columns.Insp, (text) => codes[text] ?? Number.NaN)
  return { reports, labels, numbers: columns.report }
}

function crossValidate(
  reports: Reports,
  labels: Float64Array,
  numbers: readonly string[],
  inspected: readonly number[],
): number[] {
  const foldOf = (row: number) =>
    Number.parseInt(hash('sha256', `fold ${numbers[row]}`).slice(0, 8), 16) % foldsCount
  const scores = new Map<number, number>()
  for (let fold = 0; fold < foldsCount; fold += 1) {
    const own = inspected.filter((row) => foldOf(row) === fold)
    const known = labels.slice()
    for (const row of own) known[row] = Number.NaN
    const artifact = inspectionModel.fit(reports, known)
    const asked: Reports = {
      sellers: own.map((row) => reports.sellers[row]!),
      products: own.map((row) => reports.products[row]!),
      quantities: own.map((row) => reports.quantities[row]!),
      values: own.map((row) => reports.values[row]!),
    }
    for (const [at, { chance }] of inspectionModel.predict(artifact, asked).entries())
      scores.set(own[at]!, chance)
  }
  return inspected.map((row) => scores.get(row)!)
}

function priceRule(reports: Reports): Float64Array {
  const prices = Float64Array.from(reports.sellers, (_, row) => logPrice(reports, row))
  const places = Map.groupBy(prices.keys(), (row) => reports.products[row]!)
  const middles = new Map(
    [...places].map(([product, rows]) => [
      product,
      median(rows.map((row) => prices[row]!).filter(Number.isFinite)),
    ]),
  )
  return prices.map((price, row) => {
    const distance = Math.abs(price - middles.get(reports.products[row]!)!)
    return Number.isFinite(distance) ? distance : 0
  })
}

function chartOf(labels: readonly number[], scores: number[], naive: number[]): string {
  const shares = Array.from({ length: 41 }, (_, at) => at / 100)
  const points = (own: number[]) =>
    shares.map((share) => [
      share * 100,
      share === 0 ? 0 : recallAt(labels, own, Math.round(share * labels.length)) * 100,
    ])
  return drawChart({
    title: 'Nine in ten frauds are among the first tenth',
    subtitle: 'DMwR sales, inspected reports, each scored without its own label',
    x: { label: 'reports inspected, %', min: 0 },
    y: { label: 'frauds found, %', min: 0, max: 100 },
    series: [
      { name: 'this model', kind: 'line', points: points(scores) },
      { name: 'distance of unit price alone', kind: 'dashed', points: points(naive) },
      {
        name: 'inspecting at random',
        kind: 'dashed',
        points: shares.map((one) => [one * 100, one * 100]),
      },
    ],
  })
}
