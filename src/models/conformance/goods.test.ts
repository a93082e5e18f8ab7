/** The models of goods, held to what every model promises. */
import { classificationModel } from '../classification/model.ts'
import { boostedDemand } from '../demand/boosted/boosted-demand.ts'
import type { DemandPanel } from '../demand/boosted/panel.ts'
import { demandForecast } from '../demand/demand-forecast.ts'
import { pooledAutoregression } from '../demand/pooled-autoregression/pooled-autoregression.ts'
import { createRandom } from '../math/random.ts'
import { orderPolicy } from '../order-policy/order-policy.ts'
import { salesTaxModel } from '../sales-tax/model.ts'
import { indexRates } from '../sales-tax/rates.ts'
import { stockOutRisk } from '../stock-out-risk/stock-out-risk.ts'
import { upliftModel } from '../uplift/model.ts'
import { conforms } from './suite.ts'

const random = createRandom('goods')
const draw = (length: number, of: (at: number) => number) =>
  Float64Array.from({ length }, (_, at) => of(at))

const days = {
  seriesCount: 3,
  periodsCount: 70,
  units: Uint16Array.from({ length: 210 }, (_, at) => random.poisson(2 + (at % 7))),
  poolOf: Uint32Array.of(0, 0, 1),
}
const ahead = { series: 1, periodsCount: 9, lifts: [1, 1, 2, 2, 1, 1, 1, 1, 1] }
conforms({
  model: demandForecast,
  parameters: { seasonPeriods: 7 },
  given: { days, ahead },
  fit: () => demandForecast.fit(days, { seasonPeriods: 7 }),
  predict(artifact) {
    const { quantile, ...plain } = demandForecast.predict(artifact, ahead)
    return { ...plain, quantiles: [0.1, 0.5, 0.9].map(quantile) }
  },
  explain: (artifact) => demandForecast.explain(artifact, ahead),
  refused: {
    'a season of no length': () => demandForecast.fit(days, { seasonPeriods: 0 }),
    'pools that are not one a series': () =>
      demandForecast.fit({ ...days, poolOf: Uint32Array.of(0) }, { seasonPeriods: 7 }),
    'a series that is not there': (artifact) =>
      demandForecast.predict(artifact, { ...ahead, series: 3 }),
  },
})

const price = draw(20 * 30, () => 1 + random.below(2))
const panel: DemandPanel = {
  seriesCount: 20,
  periodsCount: 30,
  units: price.map((paid) => random.poisson(40 / paid)),
  bySeries: [],
  byPeriod: [],
  byBoth: [{ name: 'price', kind: 'number', values: price }],
}
const boosted = { horizonMax: 2, treesCount: 20, learningRate: 0.2, windows: [4] }
conforms({
  model: boostedDemand,
  parameters: boosted,
  given: panel,
  fit: () => boostedDemand.fit(panel, 26, boosted),
  predict: (artifact) => boostedDemand.predict(artifact, panel, 26, boosted, [0.1, 0.9]),
  explain: (artifact) =>
    boostedDemand.explain(artifact, panel, 26, boosted, { series: 3, period: 27 }),
  refused: {
    'an origin beyond the panel': () => boostedDemand.fit(panel, 30, boosted),
    'a column that is too short': () =>
      boostedDemand.fit(
        { ...panel, byBoth: [{ name: 'price', kind: 'number', values: [1] }] },
        26,
        boosted,
      ),
    'horizons the wrong way round': () =>
      boostedDemand.fit(panel, 26, { ...boosted, horizonMin: 3 }),
  },
})

const weeks = [0, 1, 2].map((series) =>
  draw(80, (week) => 100 * (1 + series) + 20 * Math.sin(week / 4) + random.normal()),
)
const quarter = { horizon: 4, lagsCount: 8 }
conforms({
  model: pooledAutoregression,
  parameters: quarter,
  given: weeks,
  fit: () => pooledAutoregression.fit(weeks, quarter),
  predict: (artifact) => pooledAutoregression.predict(artifact, weeks, quarter, [0.1, 0.9]),
  explain: (artifact) => pooledAutoregression.explain(artifact, weeks[1]!, quarter, 2),
  refused: {
    'no period ahead': () => pooledAutoregression.fit(weeks, { ...quarter, horizon: 0 }),
    'a value without end': () => pooledAutoregression.fit([[1, Number.POSITIVE_INFINITY]], quarter),
  },
})

const line = {
  stock: { onHandUnits: 12, onOrderUnits: 0, inTransitUnits: 0, reservedUnits: 2 },
  demand: { means: [4, 4, 5, 6, 4, 4, 5, 6, 4], dispersion: 1.4, unitsBehind: 80 },
  cyclePeriods: 3,
  packUnits: 6,
}
conforms({
  model: orderPolicy,
  parameters: { reviewPeriods: 2 },
  given: line,
  fit: () => orderPolicy.fit([2, 3, 2, 4], { reviewPeriods: 2 }),
  predict: (artifact) => orderPolicy.predict(artifact, line),
  explain: (artifact) => orderPolicy.explain(artifact, line),
  refused: {
    'no past order': () => orderPolicy.fit([], { reviewPeriods: 2 }),
    'a pack of nothing': (artifact) => orderPolicy.predict(artifact, { ...line, packUnits: 0 }),
  },
})

const forecast = draw(400, () => random.poisson(30))
const onHand = draw(400, () => random.below(90))
const none = new Float64Array(400)
const snapshot = {
  onHandUnits: onHand,
  inTransitUnits: none,
  leadTimePeriods: draw(400, (at) => (at % 9 === 0 ? Number.NaN : 8)),
  forecastUnits: [forecast, forecast, forecast],
  soldUnits: [forecast, forecast, forecast, forecast],
  minimumUnits: none,
  overdueUnits: none,
  backorderedUnits: none,
  vendorOnTime: [none, none],
  flags: { stopped: none },
} as const
const ranOut = onHand.map((units, at) => (units < forecast[at]! ? 1 : 0))
const few = { forestsCount: 2, treesCount: 10 }
conforms({
  model: stockOutRisk,
  parameters: few,
  given: snapshot,
  fit: () => stockOutRisk.fit(snapshot, ranOut, few),
  predict: (artifact) => stockOutRisk.predict(artifact, snapshot),
  explain: (artifact) => stockOutRisk.explain(artifact, snapshot, 5),
  refused: {
    'columns of other lengths': () =>
      stockOutRisk.fit({ ...snapshot, minimumUnits: [1] }, ranOut, few),
    'an item that is not there': (artifact) => stockOutRisk.explain(artifact, snapshot, 400),
  },
})

const question = {
  place: 'us/NY/10001',
  on: '2026-03-01',
  lines: [{ lineId: 'a', amountMinor: 2997, pieces: 3 }],
}
const rates = {
  source: 'made up',
  asOf: '2026-01-01',
  levies: [
    {
      code: 'ny',
      name: 'New York',
      kind: 'state',
      rateMillionths: 40_000,
      validFrom: '2020-01-01',
    },
    { code: 'nyc', name: 'City', kind: 'city', rateMillionths: 45_000, validFrom: '2020-01-01' },
  ],
  places: { 'us/NY/10001': ['ny', 'nyc'] },
}
conforms({
  model: salesTaxModel,
  parameters: {},
  given: { rates, question },
  fit: () => salesTaxModel.fit(rates),
  predict: (table) => salesTaxModel.predict(indexRates(table), question, { basis: 'line' }),
  explain: (table) => salesTaxModel.explain(indexRates(table), question, { basis: 'line' }),
  refused: {
    'a place that names no levy': () =>
      salesTaxModel.fit({ ...rates, places: { 'us/NJ/07001': ['nj'] } }),
    'a place that is not in the table': (table) =>
      salesTaxModel.predict(
        indexRates(table),
        { ...question, place: 'us/NJ/07001' },
        { basis: 'line' },
      ),
  },
})

const words = { dairy: ['milk', 'cheese', 'butter'], bakery: ['bread', 'roll', 'bagel'] }
const catalogue = Object.entries(words).flatMap(([name, list]) =>
  list.flatMap((word) =>
    ['large', 'small', 'fresh'].map((size) => ({ name, text: `${size} ${word}` })),
  ),
)
const items = catalogue.map(({ text }) => ({ text }))
const classes = catalogue.map(({ name }) => name)
conforms({
  model: classificationModel,
  parameters: {},
  given: { items, classes },
  fit: () => classificationModel.fit(items, classes),
  predict: (artifact) => classificationModel.predict(artifact, items),
  explain: (artifact) => classificationModel.explain(artifact, { text: 'organic milk' }),
  refused: {
    'classes that are not one an item': () => classificationModel.fit(items, ['dairy']),
    'a chance above one': () => classificationModel.fit(items, classes, { confidenceMin: 2 }),
  },
})

const sales = Array.from({ length: 14 }, (_, store) =>
  draw(
    24,
    (week) =>
      (300 + 20 * store) * Math.exp(0.04 * random.normal()) * (store < 2 && week > 20 ? 1.2 : 1),
  ),
)
const promotion = { series: sales, treated: [0, 1], startsAt: 21 }
conforms({
  model: upliftModel,
  parameters: { placebosCount: 19 },
  given: promotion,
  fit: () => upliftModel.fit(promotion, { placebosCount: 19 }),
  predict: (artifact) => upliftModel.predict(artifact, promotion),
  explain: (artifact) => upliftModel.explain(artifact, upliftModel.predict(artifact, promotion)),
  refused: {
    'a start without a past': () => upliftModel.fit({ ...promotion, startsAt: 2 }),
    'sales below nothing': () =>
      upliftModel.fit({ ...promotion, series: [[-1], ...sales.slice(1)] }),
  },
})
