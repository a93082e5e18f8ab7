/** The risk of a return: bounded, explained to the last part, and moved by each fact one way only. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { plainReturn as plain } from './plain-return.ts'
import { type ReturnRiskInput, returnRisk } from './return-risk.ts'

const count = fc.nat({ max: 200 })
const input: fc.Arbitrary<ReturnRiskInput> = fc
  .record({
    hasReceipt: fc.boolean(),
    unmatchedLinesCount: count,
    alreadyReturnedLinesCount: count,
    daysSinceSale: fc.double({ min: -1, max: 1000, noNaN: true }),
    amountMinor: fc.nat(),
    typicalSaleMinor: fc.nat({ max: 1_000_000 }),
    customerReturnsCount: count,
    customerPurchasesCount: count,
    isCustomerKnown: fc.boolean(),
    employeeReturnsCount: count,
    peerReturnsMean: fc.double({ min: 0, max: 200, noNaN: true }),
  })
  .map(({ daysSinceSale, ...rest }) => (rest.hasReceipt ? { ...rest, daysSinceSale } : rest))

/** What is known before anything is: see the model. */
const baseLogOdds = -3.4

test('a probability, and reasons that add up to its log-odds, strongest first', () => {
  fc.assert(
    fc.property(input, (given) => {
      const { probability, factors } = returnRisk(given)
      ok(probability > 0 && probability < 1)
      const sum = factors.reduce((total, { weight }) => total + weight, baseLogOdds)
      ok(Math.abs(Math.log(probability / (1 - probability)) - sum) < 1e-6)
      const sizes = factors.map(({ weight }) => Math.abs(weight))
      deepEqual(
        sizes,
        sizes.toSorted((a, b) => b - a),
      )
      equal(new Set(factors.map(({ factor }) => factor)).size, factors.length)
      for (const { says, weight } of factors) ok(/^[A-Z0-9].*\.$/.test(says) && weight !== 0, says)
    }),
  )
})

type Counted = {
  [Key in keyof ReturnRiskInput]-?: ReturnRiskInput[Key] extends number | undefined ? Key : never
}[keyof ReturnRiskInput]
const directions: { fact: Counted; raises: boolean; most: number }[] = [
  { fact: 'unmatchedLinesCount', raises: true, most: 10 },
  { fact: 'alreadyReturnedLinesCount', raises: true, most: 10 },
  { fact: 'daysSinceSale', raises: true, most: 400 },
  { fact: 'amountMinor', raises: true, most: 10_000_000 },
  { fact: 'typicalSaleMinor', raises: false, most: 1_000_000 },
  { fact: 'customerReturnsCount', raises: true, most: 100 },
  { fact: 'customerPurchasesCount', raises: false, most: 100 },
  { fact: 'employeeReturnsCount', raises: true, most: 100 },
  { fact: 'peerReturnsMean', raises: false, most: 100 },
]
for (const { fact, raises, most } of directions)
  test(`more ${fact} never ${raises ? 'lowers' : 'raises'} the risk`, () => {
    fc.assert(
      fc.property(input, fc.nat({ max: most }), fc.nat({ max: most }), (given, a, b) => {
        const riskAt = (value: number) => returnRisk({ ...given, [fact]: value }).probability
        const [less, more] = [riskAt(Math.min(a, b)), riskAt(Math.max(a, b))]
        ok(raises ? less <= more : less >= more)
      }),
    )
  })

test('without a receipt the risk is higher', () => {
  fc.assert(
    fc.property(input, (given) => {
      const { daysSinceSale: _, ...rest } = given
      const clear = { ...rest, unmatchedLinesCount: 0 }
      const risk = (hasReceipt: boolean) => returnRisk({ ...clear, hasReceipt }).probability
      ok(risk(true) < risk(false))
    }),
  )
})

const rows = [
  { why: 'a plain return is about one in a hundred', change: {}, least: 0.005, most: 0.02 },
  {
    why: 'goods that are not on the receipt',
    change: { unmatchedLinesCount: 2 },
    least: 0.03,
    most: 0.1,
  },
  {
    why: 'the same lines taken back before',
    change: { alreadyReturnedLinesCount: 2 },
    least: 0.2,
    most: 0.4,
  },
  {
    why: 'a new customer is no suspect',
    change: { customerReturnsCount: 1, customerPurchasesCount: 1 },
    least: 0.01,
    most: 0.03,
  },
  {
    why: 'a serial returner without a receipt',
    change: {
      hasReceipt: false,
      amountMinor: 40_000,
      customerReturnsCount: 30,
      customerPurchasesCount: 30,
      employeeReturnsCount: 20,
    },
    least: 0.85,
    most: 1,
  },
]
for (const { why, change, least, most } of rows)
  test(why, () => {
    const { probability } = returnRisk({ ...plain, ...change })
    ok(probability >= least && probability <= most, String(probability))
  })

test('without a receipt the time is not known, and goods cannot be missing from it', () => {
  const { daysSinceSale: _, ...rest } = plain
  const { factors } = returnRisk({ ...rest, hasReceipt: false, unmatchedLinesCount: 5 })
  ok(!factors.some(({ factor }) => factor === 'time' || factor === 'unmatched_lines'))
})
