/** Last season again: feasts, dates that slip, growth, and the boosted model beside it. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import type { DemandPanel } from './boosted/panel.ts'
import { lastSeasonOf, slippedShares } from './feasts.ts'
import { forecastSeasonAndModel } from './season-and-model.ts'
import { seasonGrowth, seasonGrowthDefaults } from './season-growth.ts'
import { forecastSeasonalPanel } from './seasonal-panel.ts'

test('last season again: feasts where they fall, one store out of line pulled back', () => {
  const periods = 30
  const units = Float64Array.from({ length: 6 * periods }, (_, at) => {
    const [series, period] = [Math.floor(at / periods), at % periods]
    return (series + 1) * (period === 5 || period === 16 ? 100 : 10 + (period % 10))
  })
  const settings = { seasonPeriods: 10, poolOf: [0, 0, 0, 0, 0, 0], rank: 1 }
  const forecast = forecastSeasonalPanel(
    {
      seriesCount: 6,
      periodsCount: periods,
      units,
      seasonBefore: lastSeasonOf(periods, 10, [5, 16], 0),
      bySeries: [],
      byPeriod: [],
      byBoth: [],
    },
    9,
    10,
    { ...settings, earlierWeight: 0.3, recentPeriods: 4 },
  )
  equal(forecast.length, 60)
  close(forecast[6]!, 100, 1e-6)
  ok(forecast[5]! < 20)
})

const [pools, sites, season, periods] = [3, 4, 10, 36]
const poolOf = Array.from({ length: pools * sites }, (_, series) => series % pools)
const siteOf = Array.from({ length: pools * sites }, (_, series) => Math.floor(series / pools))
const settings = { seasonPeriods: season, poolOf, rank: 2, earlierWeight: 0, recentPeriods: 4 }
const growth = { ...seasonGrowthDefaults, siteOf }

/** Season by season the series of pool 0 grow by `ratio`, the others do not. */
function panelOf(ratio: number, change: (units: Float64Array) => void = () => {}): DemandPanel {
  const units = Float64Array.from({ length: pools * sites * periods }, (_, at) => {
    const [series, period] = [Math.floor(at / periods), at % periods]
    const grown = series % pools === 0 ? ratio ** Math.floor(period / season) : 1
    return (series + 1) * (20 + (period % season)) * grown
  })
  change(units)
  return {
    seriesCount: pools * sites,
    periodsCount: periods,
    units,
    bySeries: [],
    byPeriod: [],
    byBoth: [],
  }
}
const before = (period: number) => period - season

test('a pool that grows, grows on; one that does not, stays', () => {
  const panel = panelOf(1.2)
  const logs = seasonGrowth(panel, 25, before, poolOf, growth)
  for (const [series, log] of logs.entries()) {
    if (series % pools === 0) ok(log > 0.12 && log < 0.19, `${series}: ${log}`)
    else ok(Math.abs(log) < 0.05, `${series}: ${log}`)
  }
  const plain = forecastSeasonalPanel(panel, 25, 5, settings)
  const grown = forecastSeasonalPanel(panel, 25, 5, { ...settings, growth })
  for (const [at, units] of grown.entries()) {
    const ahead = 1 + (at % 5)
    const power = growth.strength * growth.keep ** (ahead - 1)
    close(units / plain[at]!, Math.exp(power * logs[Math.floor(at / 5)]!), 1e-9)
  }
})

test('a new store takes the growth of its department and not that of an opening', () => {
  const panel = panelOf(1.2, (units) => {
    for (let period = 0; period < 24; period += 1) units[period] = 0.01
  })
  const logs = seasonGrowth(panel, 25, before, poolOf, growth)
  ok(logs[0]! <= Math.log(2) + 1e-12, `${logs[0]}`)
  deepEqual([...seasonGrowth(panel, 5, before, poolOf, growth)], new Array(12).fill(0))
})

test('growth and last season are alike in other units', () => {
  const [panel, crates] = [
    panelOf(1.3),
    panelOf(1.3, (units) => {
      for (let at = 0; at < units.length; at += 1) units[at]! *= 12
    }),
  ]
  const found = forecastSeasonalPanel(crates, 25, 6, { ...settings, growth })
  const plain = forecastSeasonalPanel(panel, 25, 6, { ...settings, growth })
  for (const [at, units] of found.entries()) close(units / plain[at]!, 12, 1e-9)
})

test('a day of Christmas slips into the next week each year, two after a leap day', () => {
  const weeks = 160
  const start = Date.UTC(2010, 1, 5)
  const lastDays = Array.from({ length: weeks }, (_, at) => new Date(start + at * 7 * 86_400_000))
  const at = (day: string) => lastDays.findIndex((one) => one.toISOString().startsWith(day))
  const seasonBefore = lastSeasonOf(weeks, 52, [at('2010-04-02'), at('2011-04-22')])
  const byWeekday = [at('2010-11-26'), at('2011-11-25')]
  const calendar = { lastDays, daysCount: 7, seasonBefore, seasonPeriods: 52, byWeekday }
  const share = slippedShares(calendar)
  close(share[at('2011-12-23')]!, 1 / 7)
  close(share[at('2011-12-30')]!, 1 / 7)
  close(share[at('2012-03-09')]!, 2 / 7)
  equal(share[at('2011-11-25')], 0)
  equal(share[at('2011-12-02')], 0)
  equal(share[at('2011-04-22')], 0)
  equal(share[0], 0)
  throws(() => slippedShares({ ...calendar, daysCount: 0 }), { code: 'model_input_malformed' })
})

test('what slipped is of the period before', () => {
  const slip = new Float64Array(periods)
  slip[26] = 0.25
  const panel = panelOf(1)
  const own = { ...settings, rank: 12 }
  const [plain, slipped] = [own, { ...own, slip }].map((one) =>
    forecastSeasonalPanel(panel, 25, 2, one),
  )
  close(plain![0]!, 26, 1e-6)
  close(slipped![0]!, 0.75 * 26 + 0.25 * 25, 1e-6)
  close(slipped![1]!, plain![1]!, 1e-9)
})

test('the boosted model stands in where last season is not known; else a share of it', () => {
  const random = createRandom('beside')
  const panel = panelOf(1.1, (units) => {
    for (let at = 0; at < units.length; at += 1) units[at]! *= Math.exp(0.05 * random.normal())
    units.fill(Number.NaN, 0, periods)
    units.fill(0, periods, 2 * periods)
  })
  const boosted = { horizonMax: 4, lags: [0, 1], windows: [4], treesCount: 10 }
  const mixed = (boostedWeight: number) =>
    forecastSeasonAndModel(panel, 25, { season: settings, boosted, boostedWeight })
  const [season, both, model] = [mixed(0), mixed(0.25), mixed(1)]
  for (const [at, units] of both!.entries()) {
    ok(Number.isFinite(units))
    close(units, 0.75 * season![at]! + 0.25 * model![at]!, 1e-9)
  }
  deepEqual([...both!.subarray(0, 4)], [0, 0, 0, 0])
  throws(() => mixed(2), { code: 'model_input_malformed' })
})

test('bad settings of growth are refused, and named', () => {
  for (const change of [{ siteOf: [1] }, { halfLife: 0 }, { seriesPrior: -1 }, { strength: 2 }])
    throws(() => seasonGrowth(panelOf(1), 25, before, poolOf, { ...growth, ...change }), {
      code: 'model_input_malformed',
    })
})
