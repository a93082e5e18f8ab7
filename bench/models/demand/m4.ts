/** The methods of one series on the weekly and hourly series of M4: the last horizon of each is hidden. */
import {
  combined,
  deseasonalised,
  type Method,
  methods,
  recent,
  repeated,
  smoothing,
} from '../../../src/models/demand/combination.ts'
import { naive2 } from '../../../src/models/demand/seasonal.ts'
import { drawChart } from '../chart.ts'
import { readText } from '../data/files.ts'
import { defineEvaluation, type EvaluationRow } from '../evaluation.ts'
import {
  meanAbsoluteScaledError,
  overallWeightedAverage,
  symmetricPercentageError,
} from '../metrics/forecast.ts'
import { timed } from '../timing.ts'

const damped = smoothing({ trend: 'damped', period: 1 })
const flat = smoothing({ trend: 'none', period: 1 })

/** The year as ratios, the last two years alone, and six years of additive season. */
export const m4Weekly: Method = combined(
  [
    deseasonalised(damped, 52),
    deseasonalised(methods.dynamicTheta, 52),
    recent(damped, 104),
    recent(smoothing({ trend: 'damped', period: 52 }), 312),
  ],
  'mean',
)

/** The week's hours as they were, as ratios around a level, and the day's hours around one. */
export const m4Hourly: Method = combined([
  repeated(168),
  deseasonalised(flat, 168),
  smoothing({ trend: 'none', period: 24 }),
])

const sets = [
  {
    name: 'weekly',
    file: 'm4_weekly_hourly/dev/Weekly-train.csv.gz',
    horizon: 13,
    period: 1,
    method: m4Weekly,
    peer: { name: 'Forecast Pro', value: 0.739 },
  },
  {
    name: 'hourly',
    file: 'm4_weekly_hourly/dev/Hourly-train.csv.gz',
    horizon: 48,
    period: 24,
    method: m4Hourly,
    peer: { name: 'Doornik', value: 0.41 },
  },
] as const

export const demandM4 = defineEvaluation({
  name: 'demand-m4',
  title: 'Methods of one series: weekly and hourly series of M4',
  data: ['m4_weekly_hourly'],
  notes: [
    'The last 13 weeks or 48 hours of each training series are hidden and forecast from the rest; OWA is against Naive 2, as in M4. The published figures are on the test part, which comes after it and is not in the part that is known. Which methods are combined was chosen on a third of the weekly and a quarter of the hourly series.',
  ],
  async run({ data, chart }) {
    const rows: EvaluationRow[] = []
    for (const set of sets) {
      const series = readSeries(data(set.file))
      const { horizon, period, method } = set
      const { result: ours, seconds } = await timed(() => score(series, horizon, period, method))
      const naive = score(series, horizon, period, (known) => naive2(known, period, horizon))
      rows.push({
        dataset: `m4 ${set.name}, ${series.length} series, last horizon of the training part`,
        method: 'combination',
        metric: 'OWA',
        better: 'lower',
        ours: overallWeightedAverage(ours, naive),
        naive: { name: 'Naive 2', value: 1 },
        peer: { ...set.peer, source: 'M4, Evaluation and Ranks.xlsx, on the test part' },
        seconds,
        note: `sMAPE ${ours.smape.toFixed(2)} (Naive 2 ${naive.smape.toFixed(2)}), MASE ${ours.mase.toFixed(3)} (${naive.mase.toFixed(3)})`,
      })
    }
    chart('demand-m4.svg', draw(rows))
    return rows
  },
})

function readSeries(path: string): number[][] {
  const [, ...lines] = readText(path).trim().split('\n')
  return lines.map((line) => {
    const cells = line
      .split(',')
      .slice(1)
      .map((cell) => cell.replaceAll('"', '').trim())
    return cells.filter((cell) => cell !== '' && cell !== 'NA').map(Number)
  })
}

function score(series: readonly number[][], horizon: number, period: number, method: Method) {
  let [smape, mase] = [0, 0]
  for (const all of series) {
    const known = all.slice(0, -horizon)
    const came = all.slice(-horizon)
    const forecast = method(known, horizon)
    smape += symmetricPercentageError(came, forecast) / series.length
    mase += meanAbsoluteScaledError(came, forecast, known, period) / series.length
  }
  return { smape, mase }
}

function draw(rows: readonly EvaluationRow[]): string {
  return drawChart({
    title: 'Against Naive 2 and the best of the competition',
    subtitle:
      'M4, overall weighted average: 1 is Naive 2, lower is better; the best on the test part',
    x: { label: 'series', categories: sets.map(({ name }) => name) },
    y: { label: 'OWA', min: 0 },
    series: [
      { name: 'ours', kind: 'bars', points: rows.map(({ ours }, at) => [at, ours]) },
      { name: 'Naive 2', kind: 'bars', points: rows.map((_, at) => [at, 1]) },
      {
        name: 'best published',
        kind: 'bars',
        points: rows.map(({ peer }, at) => [at, peer!.value]),
      },
    ],
  })
}
