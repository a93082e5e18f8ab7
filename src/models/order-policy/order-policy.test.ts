/** Golden values, then what an order must never do. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { close } from '../math/close.ts'
import { countQuantile } from '../math/negative-binomial.ts'
import { bulkOrders } from './bulk-orders.ts'
import { bracketLot, commonCycle, economicLot } from './lot-size.ts'
import { orderPolicy } from './order-policy.ts'
import { expectedWaste, newsvendorUnits, perishableOrder } from './perishable.ts'
import { leadTimesOf, protectionDemand } from './protection.ts'
import { criticalRatio, fillRateFactor, normalLoss, safetyStock } from './service.ts'

test('golden values: loss function, safety stock, quantiles', () => {
  close(normalLoss(1.2), 0.056102, 1e-4)
  const years = { leadTime: 4, leadTimeDeviation: 1.5 }
  close(
    safetyStock({ serviceRatio: 0.95, meanUnits: 20, deviationUnits: 8, ...years }),
    55.925,
    1e-5,
  )
  deepEqual(
    [0.9, 0.95, 0.98].map((ratio) => countQuantile(ratio, 6.3, 11)),
    [11, 12, 14],
  )
  deepEqual(
    [0.9, 0.95, 0.98].map((ratio) => countQuantile(ratio, 6.3, 6.3)),
    [10, 11, 12],
  )
})

test('what a missing unit costs against one left over', () => {
  const costs = { margin: 8, substitution: 0.5, goodwill: 0, holding: 1, unitCost: 10 }
  close(criticalRatio({ ...costs, wasteChance: 0 }), 0.8)
  ok(criticalRatio({ ...costs, wasteChance: 0.5 }) < 0.5)
  const k = fillRateFactor(0.98, 100, 20)
  close(normalLoss(k), 0.1, 1e-9)
})

const demand = { means: new Array(60).fill(2), dispersion: 1.5, unitsBehind: 200 }

test('one lead time is a negative binomial; several are their mixture', () => {
  const one = protectionDemand(demand, [{ periods: 4, chance: 1 }], 3)
  equal(one.quantile(0.95), countQuantile(0.95, 14, 14 * 1.5 + (14 * 14 * 1.5) / 200))
  const late = protectionDemand(demand, leadTimesOf([4, 4, 4, 12]), 3)
  ok(late.quantile(0.95) > one.quantile(0.95) && late.cdf(late.quantile(0.95)) >= 0.95)
  ok(late.cdf(late.quantile(0.95) - 1) < 0.95)
  close(late.meanUnits, 0.75 * 14 + 0.25 * 30)
  throws(() => leadTimesOf([]), { code: 'model_input_malformed' })
  throws(() => protectionDemand(demand, [{ periods: 100, chance: 1 }], 3), {
    code: 'model_input_malformed',
  })
})

const policy = orderPolicy.fit([4, 4, 5, 4, 6], { reviewPeriods: 3 })
const stock = { onHandUnits: 10, onOrderUnits: 0, inTransitUnits: 0, reservedUnits: 0 }
const line = { stock, demand, serviceRatio: 0.95, cyclePeriods: 7, packUnits: 6 }

test('an order is whole packs, and its reasons add up to it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -20, max: 80 }),
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 0.5, max: 0.999, noNaN: true }),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 1, max: 90 }),
      (onHandUnits, packUnits, serviceRatio, presentationUnits, capacityUnits) => {
        const input = {
          ...line,
          stock: { ...stock, onHandUnits },
          packUnits,
          serviceRatio,
          presentationUnits,
          capacityUnits,
        }
        const { orderUnits, packsCount, stockOutChance } = orderPolicy.predict(policy, input)
        const { base, factors } = orderPolicy.explain(policy, input)
        const total = factors.reduce((sum, { weight }) => sum + weight, base)
        return (
          orderUnits === packsCount * packUnits &&
          packsCount >= 0 &&
          Math.abs(total - orderUnits) < 1e-6 &&
          stockOutChance >= -1e-12 &&
          stockOutChance <= 1
        )
      },
    ),
  )
})

test('more stock never orders more; more service never orders less', () => {
  const order = (onHandUnits: number, serviceRatio: number) =>
    orderPolicy.predict(policy, {
      ...line,
      packUnits: 1,
      serviceRatio,
      stock: { ...stock, onHandUnits },
    }).orderUnits
  for (let units = -5; units < 60; units += 1) {
    ok(order(units + 1, 0.95) <= order(units, 0.95))
    ok(order(units, 0.99) >= order(units, 0.9))
  }
})

const cases = [
  { why: 'enough is there', onHandUnits: 60, wants: 0 },
  { why: 'sold before received; a pack hardly begun is left out', onHandUnits: -5, wants: 42 },
]
for (const { why, onHandUnits, wants } of cases)
  test(`order: ${why}`, () =>
    equal(
      orderPolicy.predict(policy, { ...line, stock: { ...stock, onHandUnits } }).orderUnits,
      wants,
    ))

test('without costs the class of the goods sets the service', () => {
  const { serviceRatio: _, ...plain } = { ...line, packUnits: 1 }
  const order = (goodsClass: 'a' | 'b' | 'c') =>
    orderPolicy.predict(policy, { ...plain, goodsClass }).reorderPointUnits
  equal(order('b'), orderPolicy.predict(policy, { ...line, packUnits: 1 }).reorderPointUnits)
  ok(order('a') > order('b') && order('b') > order('c'))
})

test('lots: the classic formula, a bracket that pays, cycles in powers of two', () => {
  const costs = { unitsAYear: 1000, orderCost: 50, holdingRatio: 0.2 }
  close(economicLot(costs, 5), Math.sqrt((2 * 50 * 1000) / 1))
  const plain = bracketLot(costs, [{ fromUnits: 1, unitCost: 5 }])
  close(plain.costAYear, 5000 + (1000 * 50) / plain.orderUnits + plain.orderUnits / 2)
  const cheaper = bracketLot(costs, [
    { fromUnits: 1, unitCost: 5 },
    { fromUnits: 500, unitCost: 4.8 },
  ])
  equal(cheaper.orderUnits, 500)
  ok(cheaper.costAYear < plain.costAYear)
  equal(commonCycle(11, 1), 8)
  equal(commonCycle(12, 1), 16)
})

test('what will spoil is no stock', () => {
  const old = { unitsByDaysLeft: [6, 0, 4], means: [2, 2, 2, 2] }
  deepEqual([...expectedWaste(old, 2, 1)], [4, 0])
  deepEqual([...expectedWaste(old, 1, 0)], [6])
  const terms = { leadDays: 1, reviewDays: 2, safetyUnits: 2, packUnits: 4, onOrderUnits: 0 }
  const order = perishableOrder(old, { ...terms, oldestFirst: 1 }, 5)
  equal(order.wasteUnits, 4)
  equal(order.packsCount, 1)
  close(order.caseCover, 0.4)
  equal(perishableOrder({ ...old, unitsByDaysLeft: [0, 0, 10] }, terms, 5).packsCount, 0)
  equal(newsvendorUnits(0.9, 6.3, 11 / 6.3), 11)
})

test('orders in bulk are those of the single line', () => {
  const artifact = orderPolicy.fit([4], { reviewPeriods: 3 })
  const positions = [-3, 0, 7, 14, 30]
  const quantile = protectionDemand(demand, artifact.leadTimes, 3).quantile(0.95)
  const bulk = bulkOrders({
    quantileUnits: positions.map(() => quantile),
    positionUnits: positions,
    cycleUnits: positions.map(() => 14),
    presentationUnits: positions.map(() => 0),
    packUnits: positions.map(() => 6),
  })
  const single = positions.map(
    (onHandUnits) =>
      orderPolicy.predict(artifact, {
        ...line,
        packResidualMin: 0,
        stock: { ...stock, onHandUnits },
      }).orderUnits,
  )
  deepEqual([...bulk], single)
})
