/** What runs out is found, explained, signed; nothing odd breaks it. */
import { ok, throws } from 'node:assert/strict'
import test from 'node:test'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import { stockOutRisk } from './stock-out-risk.ts'

const count = 1500
const random = createRandom('stock')
const draw = (of: () => number) => Float64Array.from({ length: count }, of)
const forecast = draw(() => random.poisson(30))
const onHand = draw(() => random.poisson(random.below(90)))
const zeros = new Float64Array(count)
const snapshot = {
  onHandUnits: onHand,
  inTransitUnits: zeros,
  leadTimePeriods: draw(() => (random.next() < 0.1 ? Number.NaN : 8)),
  forecastUnits: [forecast, forecast.map((x) => 2 * x), forecast.map((x) => 3 * x)],
  soldUnits: [forecast.map((x) => x / 3), forecast, forecast.map((x) => 2 * x), forecast],
  minimumUnits: zeros,
  overdueUnits: zeros,
  backorderedUnits: zeros,
  vendorOnTime: [zeros.fill(0.9), zeros],
  flags: { stopped: zeros },
} as const
const ranOut = onHand.map((units, at) => (units < forecast[at]! ? 1 : 0))
const parameters = { forestsCount: 2, treesCount: 30, learningRate: 0.2 }
const artifact = stockOutRisk.fit(snapshot, ranOut, parameters)
const chances = stockOutRisk.predict(artifact, snapshot)

test('items with less than is forecast are at risk, others are not', () => {
  let [atRisk, safe, n] = [0, 0, 0]
  for (const [at, chance] of chances.entries()) {
    ok(chance >= 0 && chance <= 1)
    if (ranOut[at] === 1) {
      atRisk += chance
      n += 1
    } else safe += chance
  }
  ok(atRisk / n > 0.85 && safe / (count - n) < 0.15)
})

test('an explanation adds up to the log-odds', () => {
  const { base, factors } = stockOutRisk.explain(artifact, snapshot, 5)
  const total = factors.reduce((sum, { weight }) => sum + weight, base)
  close(1 / (1 + Math.exp(-total)), chances[5]!, 1e-6)
  throws(() => stockOutRisk.explain(artifact, snapshot, count), { code: 'model_input_malformed' })
})

test('columns of other lengths and labels that are none are refused', () => {
  throws(() => stockOutRisk.fit({ ...snapshot, inTransitUnits: [1] }, ranOut, parameters), {
    code: 'model_input_malformed',
  })
  throws(
    () =>
      stockOutRisk.fit(
        snapshot,
        ranOut.map((one) => one * 2),
        parameters,
      ),
    {
      code: 'model_input_malformed',
    },
  )
})
