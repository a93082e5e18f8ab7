/** Prices that were tampered with come first, for reasons that add up; nonsense is refused. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import { featureNames, tableOf } from './features.ts'
import { learnHabits, placeOnLadder } from './habits.ts'
import { inspectionModel } from './model.ts'
import type { Reports } from './reports.ts'

/** 40 products with prices of their own; a fraud's unit price is a third or three times as high. */
function makeReports(seed: string, count: number) {
  const random = createRandom(seed)
  const isFraud = Array.from({ length: count }, () => random.next() < 0.1)
  const product = isFraud.map(() => random.below(40))
  const quantities = isFraud.map(() => 1 + random.poisson(20))
  const values = isFraud.map((fraud, at) => {
    const price = (5 + product[at]!) * Math.exp(0.15 * random.normal())
    return quantities[at]! * price * (fraud ? (random.next() < 0.5 ? 3 : 1 / 3) : 1)
  })
  const reports: Reports = {
    sellers: isFraud.map(() => `v${random.below(60)}`),
    products: product.map((at) => `p${at}`),
    quantities,
    values,
  }
  return { reports, isFraud }
}

const quick = { treesCount: 40, learningRate: 0.1 }
const known = makeReports('known', 3000)
/** Every third was inspected. */
const labels = known.isFraud.map((fraud, at) => (at % 3 > 0 ? Number.NaN : fraud ? 1 : 0))
const artifact = inspectionModel.fit(known.reports, labels, quick)
const fresh = makeReports('fresh', 1000)

test('of the tenth with the highest chance most are fraud, where a random tenth has one in ten', () => {
  const risks = inspectionModel.predict(artifact, fresh.reports)
  const first = [...risks.keys()].sort((a, b) => risks[b]!.chance - risks[a]!.chance).slice(0, 100)
  ok(first.filter((row) => fresh.isFraud[row]).length > 85)
  for (const { chance, chanceLow, chanceHigh } of risks)
    ok(0 <= chanceLow && chanceLow <= chance && chance <= chanceHigh && chanceHigh <= 1)
})

test('an explanation adds up to the log-odds, and names the price', () => {
  const row = fresh.isFraud.indexOf(true)
  const [risk] = inspectionModel
    .predict({ ...artifact, forests: artifact.forests.slice(0, 1) }, fresh.reports)
    .slice(row, row + 1)
  const { base, factors } = inspectionModel.explain(
    { ...artifact, forests: artifact.forests.slice(0, 1) },
    fresh.reports,
    row,
  )
  const logOdds = factors.reduce((sum, { weight }) => sum + weight, base)
  close(1 / (1 + Math.exp(-logOdds)), risk!.chance, 1e-6)
  ok(factors[0]!.factor.startsWith('price'))
  const price = factors.find(({ factor }) => factor === 'price_distance')
  ok(/^The unit price is \d+\.\d\d times what is usual/.test(price!.says))
})

test('neither the order of reports nor the currency moves a chance by much', () => {
  const { sellers, products, quantities, values } = fresh.reports
  const turned: Reports = {
    sellers: sellers.toReversed(),
    products: products.toReversed(),
    quantities: Array.from(quantities).reverse(),
    values: Array.from(values).reverse(),
  }
  const of = (reports: Reports) => inspectionModel.predict(artifact, reports)
  deepEqual(of(turned).reverse(), of(fresh.reports))
  const cents = (one: Reports) => ({
    ...one,
    values: Array.from(one.values, (value) => value * 128),
  })
  const other = inspectionModel.fit(cents(known.reports), labels, quick)
  const [own, scaled] = [of(fresh.reports), inspectionModel.predict(other, cents(fresh.reports))]
  const far = own.filter(({ chance }, row) => Math.abs(chance - scaled[row]!.chance) > 0.1)
  ok(far.length < 20, String(far.length))
})

test('habits: middle, spread, and the place of a price among its product’s', () => {
  const reports = {
    sellers: ['a', 'a', 'b', 'b', 'b'],
    products: ['x', 'x', 'x', 'x', 'x'],
    quantities: [1, 1, 1, 1, 1],
    values: [8, 9, 10, 11, 100],
  }
  const habits = learnHabits(reports)
  close(habits.productFigures[1]!, Math.log(10), 1e-12)
  equal(placeOnLadder(habits, 0, Math.log(5)), 0)
  equal(placeOnLadder(habits, 0, Math.log(500)), 1)
  const { columns } = tableOf(reports, habits)
  ok(columns[2]![4]! > 3.5 && columns[2]![2] === 0)
  ok(habits.sellerFigures[5]! > habits.sellerFigures[2]!)
})

test('missing figures, unknown products and sellers, and any numbers give a chance', () => {
  const figure = fc.oneof(
    fc.constant(Number.NaN),
    fc.constant(0),
    fc.double({ min: 0, max: 1e12, noNaN: true }),
  )
  const report = fc.tuple(
    fc.constantFrom('p1', 'new'),
    fc.constantFrom('v1', 'new'),
    figure,
    figure,
  )
  fc.assert(
    fc.property(fc.array(report, { maxLength: 20 }), (rows) => {
      const reports = {
        products: rows.map(([product]) => product),
        sellers: rows.map(([, seller]) => seller),
        quantities: rows.map(([, , quantity]) => quantity),
        values: rows.map(([, , , value]) => value),
      }
      for (const { chance } of inspectionModel.predict(artifact, reports))
        ok(chance >= 0 && chance <= 1)
    }),
    { numRuns: 50 },
  )
})

test('bad input is named', () => {
  const refuses = (field: string, act: () => unknown) =>
    throws(act, (error) => error instanceof Fault && error.detail.field === field)
  const { reports } = known
  refuses('labels', () => inspectionModel.fit(reports, [1]))
  refuses('labels', () =>
    inspectionModel.fit(
      reports,
      labels.map(() => Number.NaN),
    ),
  )
  refuses('labels, row 0', () =>
    inspectionModel.fit(
      reports,
      labels.map(() => 2),
    ),
  )
  refuses('products', () => inspectionModel.predict(artifact, { ...reports, products: [] }))
  refuses('values, row 0', () =>
    inspectionModel.predict(artifact, { ...reports, values: labels.map(() => -1) }),
  )
  refuses('row', () => inspectionModel.explain(artifact, reports, -1))
  equal(featureNames.length, artifact.forests[0]!.features.length)
})
