/** Fraud: features as they were known then, probabilities that hold, reasons that add up, costs. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import { Fault } from '../../base/fault.ts'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import type { LabelledTable } from '../trees/histogram-boosting/table.ts'
import { explainFraud, fitFraud, predictFraud, predictFrauds } from './model.ts'
import { reasonCodes, sayFeature } from './reasons.ts'

/** Fraud where the amount is far above usual, or the terminal has a record; some by chance. */
function payments(rows: number, seed: number): LabelledTable {
  const random = createRandom(seed)
  const names = ['amount', 'amount_over_usual', 'terminal_risk_7d', 'customer_count_7d']
  const columns = names.map(() => new Float32Array(rows))
  const labels = new Float32Array(rows)
  for (let row = 0; row < rows; row += 1) {
    const usual = 20 + 60 * random.next()
    const ratio = Math.exp(random.normal() * 0.5)
    const risk = random.next() < 0.05 ? random.next() : 0
    columns[0]![row] = usual * ratio
    columns[1]![row] = ratio
    columns[2]![row] = random.next() < 0.1 ? Number.NaN : risk
    columns[3]![row] = random.below(20)
    const logOdds = -4 + 2 * Math.max(0, ratio - 1.5) + 5 * risk
    labels[row] = random.next() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0
  }
  return { features: names.map((name) => ({ name, kind: 'number' })), columns, labels }
}

const quick = {
  boosting: { loss: { kind: 'logistic' }, treesCount: 60, leavesMax: 8, leafRowsMin: 40 },
} as const
const artifact = fitFraud(payments(8000, 1), quick)
const fresh = payments(8000, 2)
const rowAt = (at: number) => Float32Array.from(fresh.columns, (column) => column[at]!)

test('probabilities of rows never seen come true, and tell frauds apart', () => {
  const { probabilities } = predictFrauds(artifact, fresh)
  const sums = { expected: 0, observed: 0, ones: 0, zeros: 0, onesCount: 0 }
  for (const [row, p] of probabilities.entries()) {
    sums.expected += p
    sums.observed += fresh.labels[row]!
    if (fresh.labels[row] === 1) {
      sums.ones += p
      sums.onesCount += 1
    } else sums.zeros += p
  }
  ok(Math.abs(sums.expected / sums.observed - 1) < 0.15, JSON.stringify(sums))
  ok(sums.ones / sums.onesCount > 2 * (sums.zeros / (8000 - sums.onesCount)))
})

test('one row and a table say the same', () => {
  const { probabilities, scores } = predictFrauds(artifact, fresh)
  for (const at of [0, 11, 4000])
    deepEqual(predictFraud(artifact, rowAt(at)), {
      probability: probabilities[at],
      score: scores[at],
    })
})

test('reasons add up to the score, strongest first, each in a sentence', () => {
  for (const at of [3, 77, 500]) {
    const { base, factors } = explainFraud(artifact, rowAt(at))
    const sum = factors.reduce((total, { weight }) => total + weight, base)
    close(sum, predictFraud(artifact, rowAt(at)).score, 1e-9)
    for (const { says } of factors) ok(/^[A-Z0-9].*\.$/.test(says), says)
  }
  const risky = Float32Array.of(400, 8, 0.9, 3)
  const codes = reasonCodes(explainFraud(artifact, risky))
  ok(codes.length <= 3 && codes.every(({ weight }) => weight > 0))
  deepEqual(
    codes
      .map(({ factor }) => factor)
      .slice(0, 2)
      .toSorted(),
    ['amount_over_usual', 'terminal_risk_7d'],
  )
})

test('any finite row and any missing value has a probability', () => {
  for (const value of [0, -1e30, 1e30, Number.NaN, Number.MIN_VALUE]) {
    const { probability } = predictFraud(artifact, new Float32Array(4).fill(value))
    ok(probability > 0 && probability < 1, `${value}: ${probability}`)
  }
})

const refusals = [
  {
    why: 'too few frauds are left to the scorecard',
    act: () => fitFraud(payments(200, 3)),
    code: 'model_input_malformed',
    field: 'labels',
  },
  {
    why: 'another loss is no probability',
    act: () => fitFraud(payments(200, 3), { boosting: { loss: { kind: 'squared' } } }),
    code: 'model_parameters_malformed',
    field: 'boosting',
  },
  {
    why: 'a row of other features',
    act: () => predictFraud(artifact, new Float32Array(3)),
    code: 'model_input_malformed',
    field: 'row',
  },
  {
    why: 'a column too short',
    act: () => fitFraud({ ...fresh, columns: [...fresh.columns.slice(1), [1, 2]] }),
    code: 'model_input_malformed',
    field: 'customer_count_7d',
  },
]
for (const { why, act, code, field } of refusals)
  test(why, () =>
    throws(act, (error) => {
      ok(error instanceof Fault)
      deepEqual([error.code, error.detail.field], [code, field])
      return true
    }),
  )

test('features of every family have words; others are named', () => {
  equal(
    sayFeature('terminal_risk_7d', 0.25),
    "25 % of the terminal's payments of 7 known days were fraud.",
  )
  equal(sayFeature('customer_count_30d', 4), 'The customer paid 4 times in 30 days.')
  equal(sayFeature('box_weight', 1.23456), 'box weight is 1.235.')
  equal(sayFeature('box_weight', Number.NaN), 'Nothing is known of box weight.')
})
