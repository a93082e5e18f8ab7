/** The global model: learns what a price does, never looks ahead, says how sure it is. */
import { deepEqual, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import { close } from '../../math/close.ts'
import { createRandom } from '../../math/random.ts'
import { boostedDemand } from './boosted-demand.ts'
import type { DemandPanel } from './panel.ts'
import type { BoostedDemandInput } from './parameters.ts'

const [seriesCount, periodsCount, origin] = [40, 60, 55]

/** Units double where the price is halved; every series has its own size. */
function panelOf(change?: (units: Float64Array) => void): DemandPanel {
  const random = createRandom('panel')
  const price = Float64Array.from({ length: seriesCount * periodsCount }, () =>
    random.next() < 0.2 ? 1 : 2,
  )
  const units = price.map((paid, at) => {
    const size = 20 * (1 + (Math.floor(at / periodsCount) % 8))
    return (size * 2 * Math.exp(0.1 * random.normal())) / paid
  })
  change?.(units)
  return {
    seriesCount,
    periodsCount,
    units,
    bySeries: [
      { name: 'store', kind: 'category', values: Array.from({ length: 40 }, (_, s) => s) },
    ],
    byPeriod: [],
    byBoth: [{ name: 'price', kind: 'number', values: price }],
  }
}

const parameters: BoostedDemandInput = {
  horizonMax: 2,
  ratios: ['price'],
  seasonPeriods: 7,
  groups: [['store']],
  treesCount: 60,
  learningRate: 0.15,
  objective: 'logarithm',
}
const panel = panelOf()
const artifact = boostedDemand.fit(panel, origin, parameters)
const found = boostedDemand.predict(artifact, panel, origin, parameters, [0.1, 0.5, 0.9])

test('a price known ahead moves the forecast as it moved sales before', () => {
  const price = panel.byBoth[0]!.values
  let error = 0
  for (const [at, forecast] of found.units.entries()) {
    const place = Math.floor(at / 2) * periodsCount + origin + 1 + (at % 2)
    const size = 20 * (1 + (Math.floor(at / 2) % 8))
    error += Math.abs(forecast / ((size * 2) / price[place]!) - 1) / found.units.length
  }
  ok(error < 0.15, `mean error ${error}`)
})

test('nothing after the origin is looked at', () => {
  const other = panelOf((units) => {
    for (let at = 0; at < units.length; at += 1) if (at % periodsCount > origin) units[at] = 1e6
  })
  deepEqual(boostedDemand.fit(other, origin, parameters), artifact)
  deepEqual(boostedDemand.predict(artifact, other, origin, parameters).units, found.units)
})

test('quantiles never fall and hold about what they say', () => {
  const [low, middle, high] = found.quantiles
  let within = 0
  for (const [at, units] of found.units.entries()) {
    ok(low![at]! <= middle![at]! && middle![at]! <= high![at]! && units >= 0)
    const place = Math.floor(at / 2) * periodsCount + origin + 1 + (at % 2)
    if (panel.units[place]! >= low![at]! && panel.units[place]! <= high![at]!) within += 1
  }
  const share = within / found.units.length
  ok(share > 0.65 && share < 0.95, `${share}`)
})

test('an explanation adds up to the logarithm of the forecast', () => {
  const at = { series: 7, period: origin + 2 }
  const { base, factors } = boostedDemand.explain(artifact, panel, origin, parameters, at)
  const total = factors.reduce((sum, { weight }) => sum + weight, base)
  close(Math.exp(total) - 1, found.units[7 * 2 + 1]!, 1e-6)
  ok(factors.slice(0, 3).some(({ factor }) => factor.startsWith('price')))
})

test('a series without a past has no forecast; one that never sold has 0', () => {
  const odd = panelOf((units) => {
    units.fill(Number.NaN, 0, periodsCount)
    units.fill(0, periodsCount, 2 * periodsCount)
  })
  const units = boostedDemand.predict(artifact, odd, origin, parameters).units
  ok(Number.isNaN(units[0]!) && units[2]! < 1)
  ok(units.subarray(2).every(Number.isFinite))
})

const objectives = ['units', 'percentage', 'percentage_squared'] as const
for (const objective of objectives)
  test(`objective ${objective} gives finite forecasts that are explained`, () => {
    const own = { ...parameters, objective, treesCount: 10 }
    const fitted = boostedDemand.fit(panel, origin, own)
    const { units } = boostedDemand.predict(fitted, panel, origin, own)
    ok(units.every(Number.isFinite))
    const at = { series: 3, period: origin + 1 }
    const { base, factors } = boostedDemand.explain(fitted, panel, origin, own, at)
    const total = factors.reduce((sum, { weight }) => sum + weight, base)
    close(Math.exp(total) - 1, units[6]!, 1e-6)
  })

test('bad input is refused, and named', () => {
  const refused = { code: 'model_input_malformed' }
  throws(() => boostedDemand.fit({ ...panel, units: [1] }, origin, parameters), refused)
  throws(() => boostedDemand.predict(artifact, panel, 59, parameters), refused)
  throws(() => boostedDemand.fit(panel, origin, { ...parameters, ratios: ['no'] }), refused)
  throws(() => boostedDemand.fit(panel, origin, { horizonMin: 3, horizonMax: 2 }), {
    code: 'model_parameters_malformed',
  })
})

const weekday = Float64Array.from({ length: periodsCount }, (_, period) => period % 7)
const calendar = { name: 'weekday', kind: 'number', values: weekday } as const
/** Day 3 of 7 sells twice as much, and all of it grows slowly. */
function weeklyPanel(scale = 1): DemandPanel {
  const random = createRandom('weekly')
  const units = Float64Array.from({ length: seriesCount * periodsCount }, (_, at) => {
    const [series, period] = [Math.floor(at / periodsCount), at % periodsCount]
    const size = scale * (100 + series) * (period % 7 === 3 ? 2 : 1)
    return size * Math.exp(0.002 * period + 0.05 * random.normal())
  })
  return { ...panel, units, byPeriod: [calendar], byBoth: [] }
}
const alikeParameters: BoostedDemandInput = {
  horizonMax: 4,
  lags: [],
  windows: [7],
  alike: ['weekday'],
  alikeHalfLives: [20, 60],
  alikeWindows: [7, 14],
  yearPeriods: 28,
  treesCount: 20,
  offsetUnits: 1e-6,
}

test('periods alike are forecast against each other, and explained', () => {
  const own = weeklyPanel()
  const fitted = boostedDemand.fit(own, 50, alikeParameters)
  const { units } = boostedDemand.predict(fitted, own, 50, alikeParameters)
  for (let series = 0; series < seriesCount; series += 1) {
    const ratio = units[series * 4 + 1]! / units[series * 4]!
    ok(Math.abs(ratio - 2) < 0.4, `series ${series}: ${ratio}`)
  }
  const { base, factors } = boostedDemand.explain(fitted, own, 50, alikeParameters, {
    series: 5,
    period: 52,
  })
  const total = factors.reduce((sum, { weight }) => sum + weight, base)
  close(Math.exp(total) / units[5 * 4 + 1]!, 1, 1e-6)
})

test('against periods alike a forecast in other units is the same', () => {
  const [plain, crates] = [weeklyPanel(), weeklyPanel(16)].map((own) => {
    const fitted = boostedDemand.fit(own, 50, alikeParameters)
    return boostedDemand.predict(fitted, own, 50, alikeParameters).units
  })
  let off = 0
  for (const [at, units] of crates!.entries()) off += Math.abs(units / plain![at]! / 16 - 1)
  // Features are kept as 32-bit numbers, so that bins may differ by a row.
  ok(off / crates!.length < 0.01, `${off / crates!.length}`)
})

test('series alike: unknown, constant and never sold', () => {
  const odd = weeklyPanel()
  const units = Float64Array.from(odd.units)
  units.fill(Number.NaN, 0, periodsCount)
  units.fill(0, periodsCount, 2 * periodsCount)
  units.fill(30, 2 * periodsCount, 3 * periodsCount)
  const own = { ...odd, units }
  const fitted = boostedDemand.fit(own, 50, alikeParameters)
  const found = boostedDemand.predict(fitted, own, 50, alikeParameters, [0.1, 0.9])
  ok(found.units.subarray(0, 4).every(Number.isNaN))
  for (const one of [found.units, ...found.quantiles])
    ok(one.subarray(4).every((value) => Number.isFinite(value) && value >= 0))
  ok(found.units.subarray(4, 8).every((value) => value < 0.01))
  for (const value of found.units.subarray(8, 12)) ok(Math.abs(value - 30) < 9, `${value}`)
})

test('periods of which hardly two are alike are refused, and named', () => {
  const numbers = Float64Array.from({ length: 600 }, (_, at) => at)
  const own = {
    ...panel,
    seriesCount: 1,
    periodsCount: 600,
    units: numbers,
    bySeries: [],
    byPeriod: [{ name: 'day', kind: 'number', values: numbers }],
    byBoth: [],
  } as const
  throws(() => boostedDemand.fit(own, 590, { horizonMax: 4, alike: ['day'] }), {
    code: 'model_input_malformed',
  })
})

test('a past too short for more than one stretch of errors will do', () => {
  const late = Float64Array.from(panel.units, (value, at) =>
    at % periodsCount < 48 ? Number.NaN : value,
  )
  const own = { ...panel, units: late }
  const fitted = boostedDemand.fit(own, origin, parameters)
  ok(boostedDemand.predict(fitted, own, origin, parameters).units.every(Number.isFinite))
  throws(() => boostedDemand.fit({ ...panel, units: late }, 40, parameters), {
    code: 'model_input_malformed',
  })
})
