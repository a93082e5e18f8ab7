/** What many series share: masks, seasons, effects of prices, totals that add up, new items, feasts. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import { lastSeasonOf } from './feasts.ts'
import { correctTopDown, reconcile } from './hierarchy.ts'
import { lowRank } from './low-rank.ts'
import { capOf, exposureOf, notKnown, rateOf } from './masking.ts'
import { forecastNewItem } from './new-item.ts'
import { feastLifts, pooledSeason } from './pooled-season.ts'
import { fitPriceEffects, liftOf } from './price-effects.ts'

test('days sold out do not lower the rate; a day half sold counts as half', () => {
  const found = exposureOf({
    units: [4, 0, 2, 0, 4, 1],
    onHandUnits: [9, 0, 5, 7, 9, 9],
    shareOpen: [1, 1, 0.5, 1, 1, 0.1],
    isExcluded: [0, 0, 0, 0, 1, 0],
  })
  deepEqual([...found.exposure], [1, 0, 0.5, 1, 0, 0])
  close(rateOf(found), 6 / 2.5)
  equal(rateOf({ units: new Float64Array(), exposure: new Float64Array() }), 0)
  ok(capOf(2, 1.5) >= 7 && capOf(2, 1.5) <= 12)
})

test('a season is pooled, mean 1, and pulled to 1 while few units stand behind it', () => {
  const week = [1, 1, 1, 1, 2, 3, 5]
  const season = (times: number) =>
    pooledSeason(
      {
        seriesCount: 1,
        periodsCount: 28,
        units: Uint16Array.from({ length: 28 }, (_, at) => week[at % 7]! * times),
        poolOf: [0],
        poolsCount: 1,
      },
      7,
    )
  const [few, many] = [season(1), season(500)]
  close(
    many.reduce((sum, one) => sum + one, 0),
    7,
  )
  ok(Math.abs(many[6]! - 2.5) < 0.05 && few[6]! > 1 && few[6]! < many[6]!)
  const unknown = new Uint16Array(28).fill(notKnown)
  const none = { seriesCount: 1, periodsCount: 28, units: unknown, poolOf: [0], poolsCount: 1 }
  deepEqual([...pooledSeason(none, 7)], [1, 1, 1, 1, 1, 1, 1])
})

test('lifts around a feast by distance from it, where it falls', () => {
  const lifts = feastLifts([1, 1, 2, 0.4], [-1, -1, 0, 9], 2)
  deepEqual([...lifts], [0, 2 / 3, 1, 0, 0])
})

test('effects of price and promotion are found again; a plain period is 1', () => {
  const random = createRandom('effects')
  const events = Array.from({ length: 400 }, (_, at) => {
    const [ratio, isFeatured, isDisplayed] = [0.6 + 0.4 * random.next(), at % 2, (at >> 1) % 2]
    const own = at % 5 === 0 ? 0.3 : 0
    const log = 0.1 - 2 * Math.log(ratio) + 0.4 * isFeatured + 0.2 * isDisplayed + own
    return { lift: Math.exp(log + 0.05 * random.normal()), ratio, isFeatured, isDisplayed, at }
  })
  const effects = fitPriceEffects({
    lift: events.map(({ lift }) => lift),
    priceRatio: events.map(({ ratio }) => ratio),
    isFeatured: events.map(({ isFeatured }) => isFeatured),
    isDisplayed: events.map(({ isDisplayed }) => isDisplayed),
    storeOf: events.map(({ at }) => at % 5),
  })
  close(effects.elasticity, -2, 0.05)
  close(effects.feature, 0.4, 0.1)
  ok(effects.byStore.get(0)! > effects.byStore.get(1)!)
  equal(liftOf(effects, { priceRatio: 1, isFeatured: false, isDisplayed: false }), 1)
  ok(liftOf(effects, { priceRatio: 0.7, isFeatured: true, isDisplayed: false, store: 0 }) > 2)
  throws(() => liftOf(effects, { priceRatio: 0, isFeatured: false, isDisplayed: false }), {
    code: 'model_input_malformed',
  })
})

test('top-down: towards the total, by no more than a quarter', () => {
  deepEqual([...correctTopDown([1, 3, 5], [0, 0, 1], [4.4, 100])], [1.1, 3.3000000000000003, 6.25])
  deepEqual([...correctTopDown([1, 3], [0, 0], [Number.NaN])], [1, 3])
})

const chain = { parentOf: [-1, 0, 0, 1, 1, 2, 2, 2] }

test('stores, districts and the chain add up, whatever was forecast for each', () => {
  const eight = (min: number) =>
    fc.array(fc.double({ min, max: 1e6, noNaN: true }), { minLength: 8, maxLength: 8 })
  fc.assert(
    fc.property(eight(-1e6), eight(0), (forecasts, variances) => {
      const found = reconcile(chain, forecasts, variances)
      const childrenSum = (node: number) =>
        found.reduce((sum, value, at) => sum + (chain.parentOf[at] === node ? value : 0), 0)
      return [0, 1, 2].every((node) => Math.abs(childrenSum(node) - found[node]!) < 1e-6 * 1e7)
    }),
  )
})

test('reconciled: by weights of variance, as least squares gives it', () => {
  const found = reconcile({ parentOf: [-1, 0, 0] }, [12, 4, 6], [1, 1, 2])
  close(found[0]!, 11.5)
  close(found[1]!, 4.5)
  close(found[2]!, 7)
  deepEqual([...reconcile({ parentOf: [-1, 0, 0] }, [10, 4, 6], [5, 1, 2])], [10, 4, 6])
})

test('a new item begins as its analogues and ends as itself', () => {
  const items = {
    features: [
      [0, 0],
      [0, 0.1],
      [9, 9],
    ],
    weeklyUnits: [10, 12, 500],
  }
  const before = forecastNewItem([0, 0], items, [], 2)
  ok(before.weeklyUnits > 10 && before.weeklyUnits < 12 && before.spreadUnits > 0)
  const after = forecastNewItem([0, 0], items, new Array(54).fill(30), 2)
  ok(Math.abs(after.weeklyUnits - 28) < 0.2 && after.spreadUnits < before.spreadUnits)
  close(
    after.analogues.reduce((sum, { weight }) => sum + weight, 0),
    1,
  )
})

test('Easter is compared with Easter, and the week that was one with an ordinary one', () => {
  const last = lastSeasonOf(120, 52, [10, 64], 1)
  equal(last[64], 10)
  equal(last[65], 11)
  equal(last[62], 12)
  equal(last[61], 8)
  equal(last[100], 48)
})

test('a table of one pattern stays; what only one row has is dropped; gaps are filled', () => {
  const clean = Array.from({ length: 5 }, (_, row) =>
    Array.from({ length: 8 }, (_, column) => (row + 1) * (column + 1)),
  ).flat()
  const kept = lowRank(clean, 5, 8, 1)
  for (const [at, value] of kept.entries()) close(value, clean[at]!, 1e-6)
  const spiked = [...clean]
  spiked[17] = 500
  ok(lowRank(spiked, 5, 8, 2).every(Number.isFinite))
  const gap = [...clean]
  gap[17] = Number.NaN
  close(lowRank(gap, 5, 8, 1)[17]!, clean[17]!, 0.2)
})
