/** The global model: learns what a price does, never looks ahead, says how sure it is. */
import { deepEqual, ok, throws } from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import test from 'node:test'
import { keyIdOf, openArtifact, signArtifact } from '../../artifact.ts'
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

test('a signed artifact opens to the same forecast', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const at = '2026-09-01T00:00:00.000Z'
  const full = boostedDemand.parameters.parse(parameters)
  const trainedOn = { source: 'test', through: at, rowsCount: 1 }
  const content = { createdAt: at, trainedOn, parameters: full, artifact }
  const sent = JSON.parse(JSON.stringify(signArtifact(boostedDemand, content, privateKey)))
  const opened = openArtifact(sent, new Map([[keyIdOf(publicKey), publicKey]]), boostedDemand)
  const again = boostedDemand.predict(opened.artifact, panel, origin, opened.parameters)
  deepEqual(again.units, found.units)
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
