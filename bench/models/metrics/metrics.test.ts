/** Each metric by a value worked out by hand or by scikit-learn 1.9. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import * as classification from './classification.ts'
import * as forecast from './forecast.ts'
import * as ranking from './ranking.ts'

const close = (found: number, wanted: number) =>
  ok(Math.abs(found - wanted) < 1e-12, `${found} for ${wanted}`)

const actual = [10, 0, 20, 40]
const said = [12, 1, 15, 40]
const forecasts = [
  { what: 'mean absolute error', found: forecast.meanAbsoluteError(actual, said), wanted: 2 },
  {
    what: 'root mean squared',
    found: forecast.rootMeanSquaredError(actual, said),
    wanted: Math.sqrt(7.5),
  },
  {
    what: 'weighted percentage',
    found: forecast.weightedAbsolutePercentageError(actual, said),
    wanted: 8 / 70,
  },
  { what: 'bias', found: forecast.bias(actual, said), wanted: -2 / 70 },
  {
    what: 'percentage',
    found: forecast.meanAbsolutePercentageError(actual, said),
    wanted: 0.45 / 3,
  },
  {
    what: 'squared percentage',
    found: forecast.rootMeanSquaredPercentageError(actual, said),
    wanted: Math.sqrt(0.1025 / 3),
  },
  {
    what: 'symmetric percentage',
    found: forecast.symmetricPercentageError(actual, said),
    wanted: (400 / 22 + 200 + 1000 / 35) / 4,
  },
  {
    what: 'scaled',
    found: forecast.meanAbsoluteScaledError(actual, said, [1, 3, 2, 6, 4], 2),
    wanted: 2 / ((1 + 3 + 2) / 3),
  },
  {
    what: 'overall average',
    found: forecast.overallWeightedAverage({ smape: 9, mase: 2 }, { smape: 10, mase: 4 }),
    wanted: 0.7,
  },
  {
    what: 'weighted absolute',
    found: forecast.weightedMeanAbsoluteError(actual, said, [5, 1, 1, 1]),
    wanted: 2,
  },
  {
    what: 'pinball',
    found: forecast.pinballLoss(actual, said, 0.9),
    wanted: (0.2 + 0.1 + 4.5) / 4,
  },
  {
    what: 'coverage',
    found: forecast.coverage(actual, [10, 1, 0, 0], [11, 2, 20, 39]),
    wanted: 0.5,
  },
]
for (const { what, found, wanted } of forecasts) test(what, () => close(found, wanted))

test('forecasts of another length are refused', () => {
  throws(() => forecast.meanAbsoluteError([1], [1, 2]), RangeError)
})

const labels = [0, 1, 0, 1, 1, 0, 0, 1]
const scores = [0.1, 0.4, 0.35, 0.8, 0.4, 0.4, 0.2, 0.05]

test('ranking of scores, with ties as scikit-learn takes them', () => {
  close(classification.areaUnderCurve(labels, scores), 0.6875)
  close(classification.averagePrecision(labels, scores), 0.75)
  close(classification.precisionAt(labels, [8, 7, 6, 5, 4, 3, 2, 1], 4), 0.5)
  close(classification.recallAt(labels, [8, 7, 6, 5, 4, 3, 2, 1], 5), 0.75)
})

test('a threshold: counts, and the best one', () => {
  const { precision, recall, f1 } = classification.confusion(labels, scores, 0.4)
  deepEqual([precision, recall, f1], [0.75, 0.75, 0.75])
  const best = classification.bestThreshold(labels, scores)
  close(best.f1, 0.75)
  close(best.threshold, 0.375)
  close(classification.confusion(labels, scores, best.threshold).f1, best.f1)
})

test('probabilities: Brier and calibration', () => {
  close(classification.brierScore([1, 0], [0.8, 0.4]), 0.1)
  close(classification.calibrationError([0, 0, 1, 1], [0.1, 0.3, 0.6, 0.8], 2), 0.25)
  equal(classification.calibrationCurve([0, 1], [0.2, 0.9], 10).length, 2)
})

test('the area does not change with the scale or order of scores', () => {
  const pairs = fc.array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 9 })), {
    minLength: 4,
  })
  fc.assert(
    fc.property(pairs, (given) => {
      const all = [[0, 3] as const, [1, 3] as const, ...given]
      const area = (rows: readonly (readonly [number, number])[], of: (score: number) => number) =>
        classification.areaUnderCurve(
          rows.map(([label]) => label),
          rows.map(([, score]) => of(score)),
        )
      const plain = area(all, (score) => score)
      close(
        area(all, (score) => 3 * score + 1),
        plain,
      )
      close(
        area(all.toReversed(), (score) => score),
        plain,
      )
      close(
        area(all, (score) => -score),
        1 - plain,
      )
    }),
  )
})

test('lists', () => {
  const list = ['a', 'b', 'c', 'd']
  const wanted = new Set(['b', 'd', 'z'])
  close(ranking.listRecall(list, wanted, 2), 1 / 3)
  close(ranking.listPrecision(list, wanted, 4), 0.5)
  close(ranking.reciprocalRank(list, wanted), 0.5)
  equal(ranking.reciprocalRank(list, new Set(['q'])), 0)
  const best = 1 + 1 / Math.log2(3) + 0.5
  close(ranking.normalisedGain(list, wanted, 4), (1 / Math.log2(3) + 1 / Math.log2(5)) / best)
})
