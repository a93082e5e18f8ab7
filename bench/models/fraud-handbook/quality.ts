/** Beyond ranking: whether probabilities come true, what decisions cost, drift, and time at the till. */
import { sigmoid } from '../../../src/models/calibration/calibrator.ts'
import { expectedCosts } from '../../../src/models/fraud/cost.ts'
import type { Drift } from '../../../src/models/fraud/drift.ts'
import { type FraudArtifact, predictFraud } from '../../../src/models/fraud/model.ts'
import type { LabelledTable } from '../../../src/models/trees/histogram-boosting/table.ts'
import { drawChart } from '../chart.ts'
import type { EvaluationRow } from '../evaluation.ts'
import { brierScore, calibrationCurve, calibrationError } from '../metrics/classification.ts'
import { timed } from '../timing.ts'

export interface ScoredWeek {
  readonly artifact: FraudArtifact
  /** Its first column is the amount. */
  readonly table: LabelledTable
  readonly scores: Float64Array
  readonly probabilities: Float64Array
  readonly drift: readonly Drift[]
}

type About = Pick<EvaluationRow, 'dataset' | 'method'>

/** What a person's look at a payment costs, beside a fraud that costs its amount. */
const reviewMinor = 500

export function qualityRows(about: About, weeks: readonly ScoredWeek[]): EvaluationRow[] {
  const { labels, scores, probabilities, amounts } = joined(weeks)
  const lossOf = (isReviewed: (probability: number, amountMinor: number) => boolean) => {
    let lossMinor = 0
    for (const [row, probability] of probabilities.entries()) {
      const amountMinor = amounts[row]! * 100
      if (isReviewed(probability, amountMinor)) lossMinor += reviewMinor
      else if (labels[row] === 1) lossMinor += amountMinor
    }
    return ((lossMinor / 100) * 1000) / labels.length
  }
  const byCost = (probability: number, amountMinor: number) =>
    expectedCosts(probability, [
      { action: 'let', ifFraudMinor: amountMinor, ifGenuineMinor: 0 },
      { action: 'review', ifFraudMinor: reviewMinor, ifGenuineMinor: reviewMinor },
    ])[0]!.action === 'review'
  const widest = weeks
    .flatMap(({ drift }) => drift)
    .reduce((most, one) => (one.psi > most.psi ? one : most))
  const none = lossOf(() => false)
  const [limit, atLimit] = bestLimit(lossOf)
  const share = labels.reduce((sum, label) => sum + label, 0) / labels.length
  const shares = new Float64Array(labels.length).fill(share)
  return [
    {
      ...about,
      metric: 'calibration error, 10 bins',
      better: 'lower',
      ours: calibrationError(labels, probabilities),
      naive: { name: 'trees as they are', value: calibrationError(labels, scores.map(sigmoid)) },
      seconds: 0,
    },
    {
      ...about,
      metric: 'Brier score',
      better: 'lower',
      ours: brierScore(labels, probabilities),
      naive: { name: 'the share of frauds for all', value: brierScore(labels, shares) },
      seconds: 0,
      note: `of the trees as they are ${brierScore(labels, scores.map(sigmoid)).toFixed(6)}; the share of frauds is that of the test weeks themselves, in favour of the naive method.`,
    },
    {
      ...about,
      metric: 'loss and reviews per 1,000 payments',
      better: 'lower',
      ours: lossOf(byCost),
      naive: { name: 'review from 0.5 up', value: lossOf((probability) => probability >= 0.5) },
      seconds: 0,
      note: `a review is taken to cost ${(reviewMinor / 100).toFixed(2)} and to stop the fraud, a missed fraud costs its amount; no reviews at all cost ${none.toFixed(0)}. The best single cut-off, seen only afterwards (${limit}), costs ${atLimit.toFixed(0)}.`,
    },
    {
      ...about,
      metric: 'largest PSI of a feature or the score, train to test week',
      better: 'lower',
      ours: widest.psi,
      seconds: 0,
      note: `${widest.name}, ${widest.verdict}.`,
    },
  ]
}

/** The cut-off that cost least on the very rows that it is judged on. */
function bestLimit(
  lossOf: (isReviewed: (probability: number, amountMinor: number) => boolean) => number,
): [limit: number, loss: number] {
  let best: [number, number] = [1, Number.POSITIVE_INFINITY]
  for (let percent = 1; percent <= 99; percent += 1) {
    const loss = lossOf((probability) => probability >= percent / 100)
    if (loss < best[1]) best = [percent / 100, loss]
  }
  return best
}

function joined(weeks: readonly ScoredWeek[]) {
  return {
    labels: Float32Array.from(weeks.flatMap(({ table }) => Array.from(table.labels))),
    scores: Float64Array.from(weeks.flatMap((week) => [...week.scores])),
    probabilities: Float64Array.from(weeks.flatMap((week) => [...week.probabilities])),
    amounts: Float32Array.from(weeks.flatMap(({ table }) => Array.from(table.columns[0]!))),
  }
}

export async function speedRow(
  about: About,
  { artifact, table }: ScoredWeek,
): Promise<EvaluationRow> {
  const rows = Array.from({ length: 5000 }, (_, at) =>
    Float32Array.from(table.columns, (column) => column[at]!),
  )
  const { seconds } = await timed(
    () => {
      let total = 0
      for (const row of rows) total += predictFraud(artifact, row).probability
      return total
    },
    { runs: 7 },
  )
  const microseconds = (seconds / rows.length) * 1e6
  return {
    ...about,
    metric: 'one score with features ready (microseconds)',
    better: 'lower',
    ours: microseconds,
    peer: { name: 'the goal', value: 50, source: 'set for this project: 50 us on one core' },
    seconds,
  }
}

export function calibrationChart(weeks: readonly ScoredWeek[]): string {
  const { labels, probabilities } = joined(weeks)
  // Most payments say next to nothing: only those that say something, in bins of equal count.
  const kept = Array.from(probabilities.keys()).filter((row) => probabilities[row]! > 0.02)
  const curve = calibrationCurve(
    Float64Array.from(kept, (row) => labels[row]!),
    Float64Array.from(kept, (row) => probabilities[row]!),
    12,
  )
  return drawChart({
    title: 'What was said, and what came true',
    subtitle: 'Payments with a risk above 2 %, four test weeks of July 2018',
    x: { label: 'probability of fraud that was said', min: 0, max: 1 },
    y: { label: 'share that was fraud', min: 0, max: 1 },
    series: [
      {
        name: 'payments, in 12 bins',
        kind: 'points',
        points: curve.map(({ said, came }) => [said, came]),
      },
      {
        name: 'as said',
        kind: 'dashed',
        points: [
          [0, 0],
          [1, 1],
        ],
      },
    ],
  })
}
