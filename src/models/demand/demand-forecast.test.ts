/** The long tail: levels, quantiles that hold what they say, artifacts that travel. */
import { equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import { demandForecast } from './demand-forecast.ts'
import { fitLongTail } from './long-tail.ts'
import { notKnown } from './masking.ts'

const week = [0.8, 0.8, 0.9, 1, 1.2, 1.4, 0.9]
const days = 182

function simulate(seriesCount: number, aheadDays: number) {
  const random = createRandom('calibration')
  const units = new Uint16Array(seriesCount * days)
  const came = new Float64Array(seriesCount)
  const rate = Float64Array.from({ length: seriesCount }, () => 0.03 * 200 ** random.next())
  for (let series = 0; series < seriesCount; series += 1) {
    const dispersion = 1.2 + 1.2 * random.next()
    const quarter = Math.exp(0.15 * random.normal())
    for (let day = 0; day < days + aheadDays; day += 1) {
      const mean = rate[series]! * quarter ** ((day - days) / 91) * week[day % 7]!
      const sold = random.count(mean, mean * dispersion)
      if (day < days) units[series * days + day] = sold
      else came[series]! += sold
    }
  }
  return { units, came, rate, poolOf: Uint32Array.from(rate, (_, series) => series % 3) }
}

const parameters = { seasonPeriods: 7 }

test('every band of volume stays within a point and a half of the service it asks for', () => {
  const seriesCount = 6000
  const { units, came, rate, poolOf } = simulate(seriesCount, 9)
  const artifact = demandForecast.fit(
    { seriesCount, periodsCount: days, units, poolOf },
    parameters,
  )
  const bands = [0, 1, 2, 3].map(() => ({ within: 0, count: 0 }))
  for (let series = 0; series < seriesCount; series += 1) {
    const band =
      bands[Math.min(3, Math.floor((Math.log(rate[series]! / 0.03) / Math.log(200)) * 4))]!
    const answer = demandForecast.predict(artifact, { series, periodsCount: 9 })
    band.count += 1
    band.within += came[series]! <= answer.quantile(0.98) ? 1 : 0
  }
  for (const { within, count } of bands)
    ok(Math.abs(within / count - 0.98) <= 0.015, `${within} of ${count}`)
})

const small = () => {
  const { units, poolOf } = simulate(12, 0)
  return { seriesCount: 12, periodsCount: days, units, poolOf }
}

test('an explanation adds up to the forecast', () => {
  const artifact = demandForecast.fit(small(), parameters)
  const question = { series: 2, periodsCount: 3, lifts: [1, 2, 1] }
  const { base, factors } = demandForecast.explain(artifact, question)
  const total = factors.reduce((sum, { weight }) => sum + weight, base)
  close(total, demandForecast.predict(artifact, question).meanUnits, 1e-9)
  equal(factors.length, 2)
})

test('quantiles never fall, and more of a lift is never less', () => {
  const artifact = demandForecast.fit(small(), parameters)
  fc.assert(
    fc.property(
      fc.nat(11),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 3, noNaN: true }),
      (series, a, b, lift) => {
        const ask = (one: number) =>
          demandForecast.predict(artifact, { series, periodsCount: 2, lifts: [one, one] })
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        const answer = ask(lift)
        return (
          answer.quantile(low) <= answer.quantile(high) &&
          answer.quantile(a) <= ask(lift + 1).quantile(a)
        )
      },
    ),
  )
})

test('the order of the series does not matter, and nothing is NaN', () => {
  const units = fc.uint8Array({ minLength: 30, maxLength: 30 })
  fc.assert(
    fc.property(units, units, fc.nat(29), (one, other, gap) => {
      const [a, b] = [Uint16Array.from(one), Uint16Array.from(other)]
      a[gap] = notKnown
      const fitted = (rows: Uint16Array[]) =>
        demandForecast.fit(
          {
            seriesCount: 2,
            periodsCount: 30,
            units: Uint16Array.from(rows.flatMap((row) => [...row])),
            poolOf: Uint32Array.of(0, 0),
          },
          parameters,
        )
      const [there, back] = [fitted([a, b]), fitted([b, a])]
      const near = (x: number, y: number) => Math.abs(x - y) <= 1e-9 * Math.max(1, Math.abs(y))
      return (
        near(there.level[0]!, back.level[1]!) &&
        near(there.dispersion[0]!, back.dispersion[1]!) &&
        [there.level, there.dispersion, there.unitsBehind].every((all) =>
          all.every(Number.isFinite),
        )
      )
    }),
  )
})

const edges = [
  { why: 'nothing ever sold', fill: 0, level: 0 },
  { why: 'never known', fill: notKnown, level: 0 },
  { why: 'always the same', fill: 5, level: 5 },
]
for (const { why, fill, level } of edges)
  test(`edge: ${why}`, () => {
    const artifact = demandForecast.fit(
      {
        seriesCount: 1,
        periodsCount: 70,
        units: new Uint16Array(70).fill(fill),
        poolOf: Uint32Array.of(0),
      },
      parameters,
    )
    close(artifact.level[0]!, level, 1e-9)
    const answer = demandForecast.predict(artifact, { series: 0, periodsCount: 7 })
    ok(Number.isFinite(answer.quantile(0.98)) && answer.quantile(0.98) >= 7 * level)
  })

test('days sold out do not pull the level down', () => {
  const sold = Uint16Array.from({ length: 70 }, (_, day) => (day % 2 === 0 ? 4 : 0))
  const masked = sold.map((units) => (units === 0 ? notKnown : units))
  const rows = (units: Uint16Array) => ({
    seriesCount: 1,
    periodsCount: 70,
    units,
    poolOf: Uint32Array.of(0),
    poolsCount: 1,
    season: Float64Array.of(1),
    seasonPeriods: 1,
  })
  close(fitLongTail(rows(masked)).level[0]!, 4)
  ok(fitLongTail(rows(sold)).level[0]! < 2.2)
})

test('bad input is refused, and named', () => {
  throws(() => demandForecast.fit({ ...small(), poolOf: Uint32Array.of(1) }, parameters), {
    code: 'model_input_malformed',
  })
  throws(() => demandForecast.fit(small(), { seasonPeriods: 0 }), {
    code: 'model_parameters_malformed',
  })
  const artifact = demandForecast.fit(small(), parameters)
  throws(() => demandForecast.predict(artifact, { series: 12, periodsCount: 1 }), {
    code: 'model_input_malformed',
  })
  throws(() => demandForecast.predict(artifact, { series: 0, periodsCount: 1, lifts: [-1] }), {
    code: 'model_input_malformed',
  })
})
