/** Autoregression over many series: learns what they share, keeps what is a series' own, and laws. */
import { deepEqual, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { close } from '../../math/close.ts'
import { createRandom } from '../../math/random.ts'
import { type PooledAutoregressionInput, pooledAutoregression } from './pooled-autoregression.ts'

const { fit, predict, explain } = pooledAutoregression
const horizon = 4
const settings: PooledAutoregressionInput = { horizon, lagsCount: 13 }

/** A season of 12 around a level, a little noise. */
function seasonal(seed: string, length: number, swing = 0.3): number[] {
  const random = createRandom(seed)
  return Array.from(
    { length },
    (_, at) => 100 * Math.exp(swing * Math.sin((2 * Math.PI * at) / 12) + 0.01 * random.normal()),
  )
}

const many = Array.from({ length: 20 }, (_, at) => seasonal(`series ${at}`, 150 + at))
const artifact = fit(many, settings)

test('the season of a series too short to show it is known from the others', () => {
  const whole = seasonal('short', 30)
  const [found] = predict(artifact, [whole.slice(0, 20)], settings)
  for (const [step, units] of found!.units.entries())
    ok(
      Math.abs(units / whole[20 + step]! - 1) < 0.12,
      `step ${step}: ${units}, ${whole[20 + step]}`,
    )
})

test('a series whose past says otherwise goes its own way', () => {
  const odd = seasonal('odd', 600).map((_, at) => (at % 2 === 0 ? 50 : 150))
  const [own] = predict(artifact, [odd], settings)
  const [held] = predict(artifact, [odd], { ...settings, ownRows: 1e9 })
  const off = (units: Float64Array) =>
    units.reduce((sum, one, step) => sum + Math.abs(one - (step % 2 === 0 ? 50 : 150)), 0)
  ok(off(own!.units) < 20, `${[...own!.units]}`)
  ok(off(held!.units) > 2 * off(own!.units))
})

test('quantiles never fall, and hold about what they say', () => {
  const others = Array.from({ length: 100 }, (_, at) => seasonal(`other ${at}`, 160))
  const known = others.map((one) => one.slice(0, -horizon))
  let within = 0
  for (const [at, { units, quantiles }] of predict(artifact, known, settings, [0.1, 0.9]).entries())
    for (const [step, middle] of units.entries()) {
      const [low, high] = [quantiles[0]![step]!, quantiles[1]![step]!]
      ok(low <= middle && middle <= high)
      const came = others[at]![known[at]!.length + step]!
      if (came >= low && came <= high) within += 1
    }
  const share = within / (100 * horizon)
  ok(share > 0.65 && share < 0.95, `${share}`)
})

test('an explanation adds up to the forecast', () => {
  for (const scale of ['ratio', 'difference'] as const) {
    const own = { ...settings, scale }
    const fitted = fit(many, own)
    const [found] = predict(fitted, many.slice(0, 1), own)
    const { base, factors } = explain(fitted, many[0]!, own, 3)
    const total = factors.reduce((sum, { weight }) => sum + weight, base)
    close(scale === 'ratio' ? Math.exp(total) : total, found!.units[2]!, 1e-6)
  }
})

test('in other units the same forecast', () => {
  for (const scale of ['ratio', 'difference'] as const)
    for (const factor of [1e-6, 1e9]) {
      const own = { ...settings, scale }
      const scaled = many.map((series) => series.map((value) => value * factor))
      const plain = predict(fit(many, own), many, own)
      const other = predict(fit(scaled, own), scaled, own)
      for (const [at, { units }] of other.entries())
        for (const [step, value] of units.entries())
          close(value / factor / plain[at]!.units[step]!, 1, 1e-6)
    }
})

test('constant, empty and tiny series: as they were, 0, never NaN', () => {
  const odd = [[], [7], [0, 0, 0, 0], Array.from({ length: 80 }, () => 7), [-1, 1], [1e300, 1]]
  for (const fitted of [artifact, fit(odd, settings), fit([], settings)]) {
    const found = predict(fitted, odd, settings, [0.5]).map(({ units }) => [...units])
    deepEqual(found[0], [0, 0, 0, 0])
    deepEqual(found[2], [0, 0, 0, 0])
    for (const value of [...found[1]!, ...found[3]!]) close(value, 7, 1e-9)
    ok(found.flat().every(Number.isFinite))
  }
})

test('any finite series has finite forecasts', () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(fc.array(fc.array(value, { maxLength: 60 }), { maxLength: 4 }), (series) => {
      const own = { horizon: 3, lagsCount: 8 }
      for (const { units, quantiles } of predict(fit(series, own), series, own, [0, 0.5, 1]))
        ok([...units, ...quantiles.flatMap((one) => [...one])].every(Number.isFinite))
    }),
    { numRuns: 60 },
  )
})

test('bad input is refused, and named', () => {
  throws(() => fit([[1, Number.NaN]], settings), { code: 'model_input_malformed' })
  throws(() => fit(many, { horizon: 0 }), { code: 'model_parameters_malformed' })
  throws(() => predict(artifact, many, { ...settings, horizon: 5 }), {
    code: 'model_input_malformed',
  })
  throws(() => predict(artifact, many, settings, [2]), { code: 'model_input_malformed' })
  throws(() => explain(artifact, many[0]!, settings, 9), { code: 'model_input_malformed' })
})
