/** BG/NBD and Gamma-Gamma against published values, found again from drawn customers; laws of value. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import { aliveRatio, bgNbdLogLikelihood, expectedPurchases, purchaseRatio } from './bg-nbd.ts'
import {
  type Customer,
  explainCustomerValue,
  fitCustomerValue,
  predictCustomerValue,
} from './customer-value.ts'
import { expectedSpending } from './gamma-gamma.ts'
import { historiesOf } from './histories.ts'
import { rfmScores } from './rfm.ts'

// Fader, Hardie and Lee 2005, 2,357 customers of CDNOW.
const cdnow = { r: 0.2426, alpha: 4.4135, a: 0.7929, b: 2.4257 }
const fader = { repeats: 2, lastWeeks: 30.43, ageWeeks: 38.86 }

test('published: 1.226 purchases in 39 weeks, alive with 0.727', () => {
  close(expectedPurchases(cdnow, fader, 39), 1.226, 1e-3)
  close(aliveRatio(cdnow, fader), 0.727, 1e-3)
})

test('published: Gamma-Gamma draws a mean to 35 dollars', () => {
  const model = { p: 6.25, q: 3.74, v: 15.44 }
  close(expectedSpending(model, { count: 0, mean: 0 }), (6.25 * 15.44) / 2.74, 1e-9)
  const often = expectedSpending(model, { count: 50, mean: 100 })
  const once = expectedSpending(model, { count: 1, mean: 100 })
  ok(35.2 < once && once < often && often < 100)
})

/** Customers drawn from the model itself. */
function drawn(count: number, seed: number): Customer[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => {
    const ageWeeks = 20 + random.below(30)
    const rate = random.gamma(0.8) / 6
    const goes = random.beta(0.9, 2.5)
    const scale = random.gamma(4)
    let [now, last, repeats, sum] = [0, 0, 0, 0]
    for (;;) {
      now += -Math.log(1 - random.next()) / rate
      if (now > ageWeeks) break
      last = now
      repeats += 1
      sum += (random.gamma(6) / scale) * 1000
      if (random.next() < goes) break
    }
    return { repeats, lastWeeks: last, ageWeeks, meanMinor: repeats === 0 ? 0 : sum / repeats }
  })
}
const customers = drawn(2500, 7)
const artifact = fitCustomerValue(customers)

test('fitting finds the likelihood of the truth or better, and its values nearly', () => {
  const truth = { r: 0.8, alpha: 6, a: 0.9, b: 2.5 }
  ok(artifact.logLikelihood >= bgNbdLogLikelihood(truth, customers))
  close(artifact.logLikelihood, bgNbdLogLikelihood(artifact, customers), 1e-9)
  ok(Math.abs(artifact.r - 0.8) < 0.2 && Math.abs(artifact.alpha - 6) < 2, JSON.stringify(artifact))
  ok(Math.abs(artifact.p - 6) < 1.5 && Math.abs(artifact.q - 4) < 1, JSON.stringify(artifact))
})

test('amounts in pence or pounds give the same customers', () => {
  const pounds = customers.map((one) => ({ ...one, meanMinor: one.meanMinor / 100 }))
  const other = fitCustomerValue(pounds)
  const [one, two] = [customers[3]!, pounds[3]!]
  const value = predictCustomerValue(artifact, one).valueMinor
  close(predictCustomerValue(other, two).valueMinor * 100, value, 1e-6 * value)
})

const customer = fc
  .record({
    repeats: fc.nat(60),
    lastRatio: fc.double({ min: 0, max: 1, noNaN: true }),
    ageWeeks: fc.double({ min: 0, max: 300, noNaN: true }),
    meanMinor: fc.double({ min: 0, max: 1e6, noNaN: true }),
  })
  .map(({ lastRatio, ...one }) => ({ ...one, lastWeeks: lastRatio * one.ageWeeks }))

test('all figures are numbers, in order, and add up', () => {
  fc.assert(
    fc.property(customer, (one) => {
      const value = predictCustomerValue(artifact, one)
      for (const figure of Object.values(value)) ok(Number.isFinite(figure) && figure >= 0)
      ok(value.purchasesLow <= value.purchasesMedian)
      ok(value.purchasesMedian <= value.purchasesHigh)
      ok(value.aliveRatio <= 1 && value.purchaseRatio <= value.aliveRatio)
      const { base, factors } = explainCustomerValue(artifact, one)
      const sum = factors.reduce((total, { weight }) => total + weight, base)
      ok(Math.abs(sum - value.valueMinor) < 1e-6 * Math.max(1, value.valueMinor))
    }),
    { numRuns: 60 },
  )
})

test('longer waits bring more, silence less', () => {
  fc.assert(
    fc.property(customer, fc.double({ min: 0, max: 100, noNaN: true }), (one, weeks) => {
      ok(expectedPurchases(cdnow, one, weeks) <= expectedPurchases(cdnow, one, weeks + 5) + 1e-9)
      ok(purchaseRatio(cdnow, one, weeks) <= purchaseRatio(cdnow, one, weeks + 5) + 1e-12)
      const silent = { ...one, ageWeeks: one.ageWeeks + 10 }
      ok(aliveRatio(cdnow, silent) <= aliveRatio(cdnow, one) + 1e-12)
    }),
  )
})

test('beside a = 1 the expectation has no gap', () => {
  const at = (a: number) => expectedPurchases({ ...cdnow, a }, fader, 39)
  close(at(1), at(1.001), 1e-3)
})

test('four in five of those drawn fall into their interval, at least', () => {
  let inside = 0
  const some = customers.slice(0, 300)
  const random = createRandom(1)
  for (const one of some) {
    const { purchasesLow, purchasesHigh } = predictCustomerValue(artifact, one)
    const count =
      random.next() < aliveRatio(artifact, one)
        ? random.poisson((artifact.r + one.repeats) / (artifact.alpha + one.ageWeeks))
        : 0
    if (count >= purchasesLow && count <= Math.max(1, purchasesHigh)) inside += 1
  }
  ok(inside / some.length > 0.8, String(inside))
})

test('fifths of customers, the best with 5', () => {
  const { recency, frequency, money } = rfmScores({
    daysSinceLast: [1, 2, 3, 4, 5],
    purchases: [1, 1, 1, 1, 1],
    marginMinor: [50, 40, 30, 20, 10],
  })
  deepEqual([...recency], [5, 4, 3, 2, 1])
  deepEqual([...frequency], [5, 4, 3, 2, 1])
  deepEqual([...money], [5, 4, 3, 2, 1])
  deepEqual([...rfmScores({ daysSinceLast: [], purchases: [], marginMinor: [] }).recency], [])
})

test('lines of one day are one purchase; what was all brought back is none', () => {
  const lines = {
    customer: [0, 0, 0, 0, 1, -1, 0],
    day: [0, 0, 7, 21, 3, 3, 40],
    amountMinor: [100, 50, 200, -10, -5, 70, 999],
  }
  const [one, ...others] = historiesOf(lines, 28)
  equal(others.length, 0)
  deepEqual(one, {
    customer: 0,
    firstDay: 0,
    lastDay: 7,
    repeats: 1,
    lastWeeks: 1,
    ageWeeks: 4,
    meanMinor: 200,
  })
})

test('what is no customer is refused by its field', () => {
  const rows = [
    ['repeats', { repeats: 1.5 }],
    ['lastWeeks', { lastWeeks: 99 }],
    ['ageWeeks', { ageWeeks: Number.NaN }],
  ] as const
  for (const [field, change] of rows)
    throws(
      () => predictCustomerValue(artifact, { ...fader, meanMinor: 1, ...change }),
      (error) => error instanceof Fault && error.detail.field === field,
    )
  throws(() => fitCustomerValue([]), Fault)
})
