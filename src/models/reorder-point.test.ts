/** The reorder point against a negative binomial worked out another way, and laws that must hold. */
import { equal, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { adviseReorder, type ReorderInput } from './reorder-point.ts'

const usual: ReorderInput = {
  dailyUnits: [2, 0, 3, 1, 4, 2, 2, 0, 1, 5, 2, 3, 1, 2],
  storeMeanUnits: 2,
  onHandUnits: 0,
  onOrderUnits: 0,
  leadTimeDays: 3,
  reviewDays: 1,
  cycleDays: 7,
  packUnits: 1,
  serviceRatio: 0.95,
}

const rows = [
  {
    why: 'nothing ever sold anywhere, nothing is ordered',
    change: { dailyUnits: [0, 0, 0, 0], storeMeanUnits: 0 },
    wants: 0,
  },
  { why: 'enough on the shelf', change: { onHandUnits: 1000 }, wants: 0 },
  { why: 'enough is on its way', change: { onOrderUnits: 1000 }, wants: 0 },
  {
    why: 'brought back more than sold',
    change: { dailyUnits: [-5, -5, -5], storeMeanUnits: 0 },
    wants: 0,
  },
  {
    why: 'a new product asks for what the store usually sells',
    change: { dailyUnits: [], storeMeanUnits: 0.001, serviceRatio: 0.5 },
    wants: 1,
  },
]
for (const { why, change, wants } of rows)
  test(why, () => equal(adviseReorder({ ...usual, ...change }).orderUnits, wants))

const days = fc.array(fc.nat({ max: 40 }), { minLength: 3, maxLength: 56 })
const input: fc.Arbitrary<ReorderInput> = fc.record({
  dailyUnits: days,
  storeMeanUnits: fc.double({ min: 0, max: 40, noNaN: true }),
  onHandUnits: fc.integer({ min: -50, max: 300 }),
  onOrderUnits: fc.nat({ max: 100 }),
  leadTimeDays: fc.nat({ max: 30 }),
  reviewDays: fc.nat({ max: 7 }),
  cycleDays: fc.nat({ max: 30 }),
  packUnits: fc.integer({ min: 1, max: 48 }),
  serviceRatio: fc.double({ min: 0.5, max: 0.999, noNaN: true }),
})

test('the reorder point is the quantile of a negative binomial, by brute force', () => {
  fc.assert(
    fc.property(input, (given) => {
      const { reorderPointUnits, dailyMeanUnits, dispersion } = adviseReorder(given)
      const mean = dailyMeanUnits * (given.leadTimeDays + given.reviewDays)
      if (mean === 0 || mean > 400) return
      const chance = (units: number) => chanceOfAtMost(units, mean, dispersion)
      // A hair on both sides, since the two ways of adding up round differently.
      ok(chance(reorderPointUnits) >= given.serviceRatio - 1e-9)
      if (reorderPointUnits > 0) ok(chance(reorderPointUnits - 1) < given.serviceRatio + 1e-9)
    }),
    { numRuns: 60 },
  )
})

test('past four hundred units the formula stays close to the count', () => {
  for (const daily of [15, 30, 60])
    for (const serviceRatio of [0.8, 0.95, 0.99]) {
      const given = {
        ...usual,
        dailyUnits: noisy(daily),
        storeMeanUnits: daily,
        leadTimeDays: 29,
        serviceRatio,
      }
      const { reorderPointUnits, dailyMeanUnits, dispersion } = adviseReorder(given)
      const mean = dailyMeanUnits * 30
      ok(mean > 400)
      let wants = Math.floor(mean)
      while (chanceOfAtMost(wants, mean, dispersion) < serviceRatio) wants += 1
      ok(Math.abs(reorderPointUnits - wants) <= 2, `${reorderPointUnits} for ${wants}`)
    }
})

test('an order is whole packs, and lifts the position to where it should be, by less than a pack more', () => {
  fc.assert(
    fc.property(input, (given) => {
      const { orderUnits, reorderPointUnits, orderUpToUnits } = adviseReorder(given)
      const position = given.onHandUnits + given.onOrderUnits
      equal(orderUnits % given.packUnits, 0)
      ok(orderUpToUnits >= reorderPointUnits)
      if (position > reorderPointUnits) equal(orderUnits, 0)
      else {
        ok(position + orderUnits >= orderUpToUnits)
        ok(position + orderUnits < orderUpToUnits + given.packUnits)
      }
    }),
  )
})

const growing = [
  { fact: 'serviceRatio', value: fc.double({ min: 0, max: 1, noNaN: true }) },
  { fact: 'leadTimeDays', value: fc.nat({ max: 200 }) },
  { fact: 'reviewDays', value: fc.nat({ max: 200 }) },
]
for (const { fact, value } of growing)
  test(`a higher ${fact} never lowers the reorder point`, () => {
    const wild = fc.array(fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 3000 })), { maxLength: 30 })
    fc.assert(
      fc.property(input, wild, value, value, (given, dailyUnits, a, b) => {
        const pointAt = (at: number) =>
          adviseReorder({ ...given, dailyUnits, [fact]: at }).reorderPointUnits
        ok(pointAt(Math.min(a, b)) <= pointAt(Math.max(a, b)))
      }),
    )
  })

test('goods that sell ten times as much have a point between three and ten times as high', () => {
  for (const daily of [1, 3, 8]) {
    const point = (factor: number) =>
      adviseReorder({
        ...usual,
        dailyUnits: noisy(daily).map((n) => n * factor),
        storeMeanUnits: daily * factor,
      }).reorderPointUnits
    ok(point(10) > 3 * point(1) && point(10) <= 10 * point(1), `${point(1)} and ${point(10)}`)
  }
})

test('a day counts for more the nearer it is', () => {
  const rising = [0, 0, 0, 0, 0, 5, 5, 5, 5, 5]
  const mean = (dailyUnits: number[]) => adviseReorder({ ...usual, dailyUnits }).dailyMeanUnits
  ok(mean(rising) > mean(rising.toReversed()))
})

test('no finite input gives anything but whole, finite numbers', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(0, -0, 1, -1, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, 2 ** 53),
  )
  const { dailyUnits: _, ...others } = usual
  const any = fc.record({
    dailyUnits: fc.array(number, { maxLength: 10 }),
    ...Object.fromEntries(Object.keys(others).map((key) => [key, number])),
  }) as fc.Arbitrary<unknown> as fc.Arbitrary<ReorderInput>
  fc.assert(
    fc.property(any, (given) => {
      const advice = adviseReorder(given)
      for (const [key, value] of Object.entries(advice))
        ok(Number.isFinite(value), `${key} ${value}`)
      for (const units of [advice.orderUnits, advice.reorderPointUnits, advice.orderUpToUnits])
        ok(Number.isInteger(units) && units >= 0, String(units))
    }),
    { numRuns: 100 },
  )
})

function noisy(daily: number): number[] {
  return Array.from({ length: 56 }, (_, day) => Math.max(0, daily + ((day * 7) % 5) - 2))
}

/** By logarithms of factorials, where the model multiplies its way up. */
function chanceOfAtMost(units: number, mean: number, dispersion: number): number {
  let sum = 0
  for (let count = 0; count <= units; count += 1)
    sum += Math.exp(logChance(count, mean, dispersion))
  return sum
}

function logChance(count: number, mean: number, dispersion: number): number {
  if (dispersion <= 1.000001) return count * Math.log(mean) - mean - logGamma(count + 1)
  const size = mean / (dispersion - 1)
  return (
    logGamma(count + size) -
    logGamma(size) -
    logGamma(count + 1) -
    size * Math.log(dispersion) +
    count * Math.log(1 - 1 / dispersion)
  )
}

/** Stirling's series, after stepping up to where it is exact enough. */
function logGamma(value: number): number {
  let [x, shift] = [value, 0]
  while (x < 15) {
    shift -= Math.log(x)
    x += 1
  }
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5)
  return shift + (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series
}
