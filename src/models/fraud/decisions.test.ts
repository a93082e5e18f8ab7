/** Costs, drift and the start without labels. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { calibrated } from '../calibration/calibrator.ts'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import { plainReturn } from '../plain-return.ts'
import { returnRisk } from '../return-risk.ts'
import { chooseForReturn, costThreshold, expectedCosts, returnCosts } from './cost.ts'
import { driftOf, driftReference, outcomesOf, stabilityIndex } from './drift.ts'
import { startFromScorecard } from './start.ts'

const stakes = {
  refundMinor: 10_000,
  salvageMinor: 4000,
  churnRatio: 0.2,
  customerValueMinor: 30_000,
  serviceMinor: 500,
  legalPenaltyMinor: 0,
  reviewMinor: 300,
  reviewAccuracyRatio: 0.9,
}

const choices = [
  { why: 'little risk is taken', p: 0.02, hard: false, wants: 'accept' },
  { why: 'some risk is looked at', p: 0.3, hard: false, wants: 'review' },
  { why: 'a high risk without evidence is looked at', p: 0.97, hard: false, wants: 'review' },
  { why: 'a high risk with evidence is refused', p: 0.97, hard: true, wants: 'refuse' },
  { why: 'below 0.6 nobody is refused', p: 0.59, hard: true, wants: 'review' },
]
for (const { why, p, hard, wants } of choices)
  test(why, () => equal(chooseForReturn(p, stakes, hard).action, wants))

test('a right given by law makes refusing dear', () => {
  equal(chooseForReturn(0.97, { ...stakes, legalPenaltyMinor: 50_000 }, true).action, 'review')
})

test('the costs of an example by hand', () => {
  const costs = expectedCosts(0.5, returnCosts(stakes))
  deepEqual(
    Object.fromEntries(costs.map(({ action, costMinor }) => [action, Math.round(costMinor)])),
    { accept: 3000, review: 925, refuse: 3250 },
  )
})

test('at the threshold two actions cost the same', () => {
  const amount = fc.integer({ min: 0, max: 1_000_000 })
  fc.assert(
    fc.property(amount, amount, amount, amount, (a, b, c, d) => {
      const one = { action: 'one', ifFraudMinor: a, ifGenuineMinor: b }
      const other = { action: 'other', ifFraudMinor: c, ifGenuineMinor: d }
      const p = costThreshold(one, other)
      ok(p >= 0 && p <= 1)
      if (p <= 0 || p >= 1) return
      const costs = expectedCosts(p, [one, other])
      ok(Math.abs(costs[0]!.costMinor - costs[1]!.costMinor) < 1e-6 * (1 + a + b + c + d))
    }),
  )
})

test('PSI of an example by hand, 0 of what is the same, and the same both ways', () => {
  close(
    stabilityIndex([0.2, 0.3, 0.5], [0.3, 0.3, 0.4], 1000, 1000),
    0.1 * Math.log(1.5) - 0.1 * Math.log(0.8),
  )
  equal(stabilityIndex([0.5, 0.5], [0.5, 0.5], 10, 10), 0)
  close(
    stabilityIndex([0.2, 0.8], [0.6, 0.4], 99, 99),
    stabilityIndex([0.6, 0.4], [0.2, 0.8], 99, 99),
  )
})

test('the same population is stable, another has shifted, a constant column never drifts', () => {
  const random = createRandom(5)
  const column = (rows: number, mean: number) =>
    Float64Array.from({ length: rows }, () => random.normal() + mean)
  const constant = new Float64Array(2000).fill(3)
  const reference = driftReference(
    ['x', 'y', 'z'],
    [column(5000, 0), column(5000, 0), constant],
    10,
  )
  const missing = column(300, 0).map((value, at) => (at % 2 === 0 ? value : Number.NaN))
  deepEqual(
    driftOf(reference, [column(300, 0), column(300, 1), constant]).map(({ verdict }) => verdict),
    ['stable', 'shifted', 'stable'],
  )
  equal(driftOf(reference, [missing, column(300, 0), constant])[0]!.verdict, 'shifted')
  throws(
    () => driftOf(reference, [constant]),
    (error) => error instanceof Fault && error.detail.field === 'columns',
  )
})

test('more frauds than were said are seen', () => {
  const said = new Float64Array(1000).fill(0.02)
  const labels = said.map((_, row) => (row < 60 ? 1 : 0))
  const { expected, observed, z } = outcomesOf(said, labels)
  close(expected, 20)
  equal(observed, 60)
  ok(z > 8)
})

test('without labels the scorecard holds; labels bend it slowly, and in the end win', () => {
  const logOdds = (p: number) => Math.log(p / (1 - p))
  const plain = returnRisk(plainReturn).probability
  close(calibrated(startFromScorecard([], []), logOdds(plain)), plain)
  const random = createRandom(1)
  // In truth abuse is four times as likely as the scorecard says.
  const drawn = (count: number) => {
    const scores = Array.from({ length: count }, () => -3 + 2 * random.normal())
    const labels = scores.map((score) =>
      random.next() < 1 / (1 + Math.exp(-(score + Math.log(4)))) ? 1 : 0,
    )
    return startFromScorecard(scores, labels)
  }
  const at = (count: number) => calibrated(drawn(count), -3)
  const truth = 1 / (1 + Math.exp(3 - Math.log(4)))
  const [few, some, many] = [at(10), at(200), at(20_000)] as const
  ok(Math.abs(few - 0.0474) < 0.06, String(few))
  ok(some > 0.05 && some < truth * 1.3, String(some))
  ok(Math.abs(many - truth) < 0.02, String(many))
})
