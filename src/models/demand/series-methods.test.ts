/** Methods of one series: golden values of an independent run, then laws. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Fault } from '../../base/fault.ts'
import { close } from '../math/close.ts'
import { autoregression } from './autoregression.ts'
import {
  autoregressive,
  combined,
  deseasonalised,
  methods,
  recent,
  repeated,
  smoothing,
} from './combination.ts'
import { croston, demandPattern, tsb } from './intermittent.ts'
import { forecastManySeries, type ManySeriesSettings } from './many-series.ts'
import {
  isSeasonal,
  naive2,
  seasonalNaive,
  seasonIndices,
  withoutSeason,
  withSeason,
} from './seasonal.ts'
import { fitSmoothing, forecastSmoothing, smoothingVariance } from './smoothing.ts'
import { dynamicTheta, theta } from './theta.ts'

const golden = [0, 0, 3, 0, 1, 0, 0, 2, 0, 0, 0, 4, 1, 0, 0, 2]

test('Croston and its corrections give the golden values', () => {
  const found = croston(golden, 0.1)
  close(found.size, 2.59688, 1e-5)
  close(found.interval, 2.83539, 1e-5)
  close(found.croston, 0.915881, 1e-5)
  close(found.sba, 0.870087, 1e-5)
  close(found.sbj, 0.867677, 1e-5)
})

test('TSB gives the golden values', () => {
  const found = tsb(golden, 0.1)
  close(found.size, 2.154012, 1e-6)
  close(found.chance, 0.407845, 1e-5)
  close(found.rate, 0.878503, 1e-5)
})

test('TSB fades while nothing sells; Croston does not', () => {
  const dead = [...golden, ...Array.from({ length: 40 }, () => 0)]
  ok(tsb(dead, 0.1).rate < 0.1)
  equal(croston(dead, 0.1).croston, croston(golden, 0.1).croston)
})

const patterns = [
  { why: 'sells every day, alike', units: [4, 5, 4, 5, 4], wants: 'smooth' },
  { why: 'sells now and then, alike', units: [0, 2, 0, 0, 2, 0], wants: 'intermittent' },
  { why: 'sells every day, very differently', units: [1, 20, 1, 2, 30], wants: 'erratic' },
  { why: 'now and then, very differently', units: [0, 1, 0, 0, 30, 0, 1], wants: 'lumpy' },
  { why: 'never', units: [0, 0], wants: 'none' },
]
for (const { why, units, wants } of patterns)
  test(`pattern: ${why}`, () => equal(demandPattern(units).class, wants))

const line = Array.from({ length: 40 }, (_, at) => 10 + 2 * at)
const wave = Array.from({ length: 60 }, (_, at) => 100 + [20, 0, -20, 0][at % 4]!)

test('smoothing goes on along a line and repeats a season', () => {
  const along = forecastSmoothing(fitSmoothing(line, { trend: 'linear', period: 1 }), 3)
  for (const [at, value] of along.entries()) close(value, 90 + 2 * at, 1e-2)
  const again = forecastSmoothing(fitSmoothing(wave, { trend: 'none', period: 4 }), 4)
  for (const [at, value] of again.entries()) close(value, wave[at]!, 1e-3)
})

test('the further ahead, the less sure', () => {
  const noisy = wave.map((value, at) => value + ((at * 7919) % 11))
  const variances = smoothingVariance(fitSmoothing(noisy, { trend: 'damped', period: 4 }), 12)
  for (let at = 1; at < 12; at += 1) ok(variances[at]! >= variances[at - 1]!)
  ok(variances[0]! > 0)
})

test('Theta adds half the trend; the dynamic one follows it', () => {
  const plain = theta(line, 2)
  close(plain[1]! - plain[0]!, 1, 1e-9)
  const dynamic = dynamicTheta(line, 4)
  ok(dynamic[3]! > dynamic[0]! && Math.abs(dynamic[0]! - 90) < 3)
})

test('an autoregression learns two seasons at once, and a growth in ratios', () => {
  const hours = Array.from(
    { length: 24 * 28 },
    (_, at) =>
      50 + 9 * Math.sin((at / 24) * 2 * Math.PI) + (Math.floor(at / 24) % 7 === 6 ? 20 : 0),
  )
  const lags = [1, 23, 24, 25, 167, 168, 169]
  const known = hours.slice(0, -48)
  for (const [at, value] of autoregression(known, 48, { lags }).entries())
    close(value, hours[known.length + at]!, 0.5)
  const doubling = Array.from({ length: 20 }, (_, at) => 2 ** at)
  const [next, after] = autoregression(doubling, 2, { lags: [1], penalty: 1e-6 })
  close(next! / 2 ** 20, 1, 1e-3)
  close(after! / 2 ** 21, 1, 1e-3)
})

test('what a series is too short for is left out: at last only its mean is left', () => {
  close(autoregression([3, -1, 4], 2, { lags: [1, 52] })[1]!, 2, 1e-9)
  deepEqual([...autoregression([0, 0, 0, 0, 0, 0, 0, 0], 2, { lags: [1] })], [0, 0])
  ok(
    autoregression([1e-300, 1e300, 1, 1e300, 1, 1e300, 2], 9, { lags: [1] }).every(Number.isFinite),
  )
})

for (const [lags, penalty, field] of [
  [[], 1, 'lags'],
  [[1, 1], 1, 'lags'],
  [[0.5], 1, 'lags'],
  [[1], 0, 'penalty'],
] as const)
  test(`an autoregression refuses lags ${lags} with penalty ${penalty}`, () => {
    throws(
      () => autoregression([1, 2, 3], 1, { lags, penalty }),
      (fault: Fault) => fault.detail.field === field,
    )
  })

test('a season is found where there is one, taken out and put back', () => {
  equal(isSeasonal(wave, 4), true)
  equal(isSeasonal(line.slice(0, 6), 4), false)
  const season = seasonIndices(wave, 4, true)
  close(season.indices[0]!, 1.2, 1e-9)
  const back = withSeason(withoutSeason(wave, season), season, 0)
  for (const [at, value] of back.entries()) close(value, wave[at]!, 1e-9)
  deepEqual([...naive2(wave, 4, 4)].map(Math.round), wave.slice(0, 4))
  deepEqual([...seasonalNaive([1, 2, 3, 4], 2, 3)], [3, 4, 3])
})

const all = combined([
  smoothing({ trend: 'damped', period: 4 }),
  deseasonalised(methods.dynamicTheta, 4),
  recent(methods.theta, 8),
  repeated(4),
  autoregressive({ lags: [1, 4, 5] }),
])
const series = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 30 })

test('no finite series, not even an empty or a constant one, forecasts NaN', () => {
  fc.assert(
    fc.property(series, (values) => all(values, 5).every(Number.isFinite)),
    { numRuns: 60 },
  )
  deepEqual([...all([], 2)], [0, 0])
  for (const value of all(new Array(20).fill(7), 3)) close(value, 7, 1e-6)
  fc.assert(
    fc.property(series, (values) => {
      const rates = [croston(values, 0.1).croston, tsb(values, 0.1).rate]
      return rates.every((rate) => Number.isFinite(rate) && rate >= 0)
    }),
  )
})

test('in other units the forecast is the same', () => {
  const sold = wave.map((value, at) => value + ((at * 7919) % 13))
  const crates = all(
    sold.map((value) => value * 12),
    4,
  )
  for (const [at, value] of all(sold, 4).entries()) close(crates[at]!, value * 12, 1e-3)
})

const together: ManySeriesSettings = {
  horizon: 3,
  by: 'median',
  periodsMax: 40,
  parts: [
    { alone: theta },
    { alone: repeated(4) },
    { pooled: { horizon: 3, lagsCount: 5 } },
    { boosted: { horizonMax: 3, lags: [0, 1], windows: [4], treesCount: 5 } },
  ],
}
const waves = Array.from({ length: 12 }, (_, one) => wave.map((value) => value * (one + 1)))

test('many series at once: between what the parts say, alike in other units', () => {
  const found = forecastManySeries(waves, together)
  const parts = together.parts.map((part) =>
    forecastManySeries(waves, { ...together, parts: [part] }),
  )
  const crates = forecastManySeries(
    waves.map((one) => one.map((value) => value * 12)),
    together,
  )
  const means = forecastManySeries(waves, { ...together, by: 'mean' })
  for (const [at, forecast] of found.entries())
    for (const [step, value] of forecast.entries()) {
      const said = parts.map((own) => own[at]![step]!)
      ok(value >= Math.min(...said) && value <= Math.max(...said))
      close(means[at]![step]!, said.reduce((sum, one) => sum + one, 0) / said.length, 1e-9)
      close(crates[at]![step]! / value, 12, 1e-6)
    }
})

test('many series at once: empty, constant and falling ones do no harm', () => {
  const odd = [[], [5], new Array(30).fill(7), [-3, -2, -1, -4], ...waves]
  const found = forecastManySeries(odd, together)
  deepEqual([...found[0]!], [0, 0, 0])
  for (const value of found[2]!) close(value, 7, 0.2)
  ok(found.every((forecast) => forecast.every(Number.isFinite)))
  deepEqual(
    forecastManySeries([[], []], together).map((one) => [...one]),
    [
      [0, 0, 0],
      [0, 0, 0],
    ],
  )
  throws(() => forecastManySeries(waves, { ...together, parts: [] }), {
    code: 'model_input_malformed',
  })
})

test('what is no number is refused, and named', () => {
  throws(() => theta([1, Number.NaN], 2), { code: 'model_input_malformed' })
  throws(() => theta([1, 2], 0), { code: 'model_input_malformed' })
  throws(() => croston([1], 2), { code: 'model_input_malformed' })
})
