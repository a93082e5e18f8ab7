/** Stores that fall are found, chains that fall are one incident, and causes follow from evidence. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import { causeRules, decompose, diagnose } from './causes.ts'
import type { History } from './history.ts'
import { advance, deviationModel } from './model.ts'
import { bandOf, silenceChance, tailsOf } from './tails.ts'

const [stores, hours, weeks] = [30, 12, 10]
const parameters = { slotsCount: hours * 7, kind: 'counts', halfLife: 60 } as const

/** Twelve hours a day with a curve, a busy weekend, stores of their own size, and a chain's weather. */
function makeHistory(seed: string, change = (_store: number, _period: number) => 1): History {
  const random = createRandom(seed)
  const periods = weeks * 7 * hours
  const sizes = Array.from({ length: stores }, () => 20 + random.below(100))
  const weather = Array.from({ length: periods / hours }, () => Math.exp(0.15 * random.normal()))
  const slots = Array.from({ length: periods }, (_, period) => period % (hours * 7))
  const actuals = sizes.map((size, store) =>
    slots.map((slot, period) => {
      const curve = 1 + 0.6 * Math.sin(((slot % hours) / hours) * Math.PI)
      const weekend = slot >= hours * 5 ? 1.5 : 1
      const mean = size * curve * weekend * weather[Math.floor(period / hours)]!
      const now = mean * change(store, period)
      return random.count(now, now + (0.12 * now) ** 2)
    }),
  )
  return { actuals, slots }
}

const part = ({ actuals, slots, conditions }: History, from: number, to?: number): History => ({
  actuals: actuals.map((one) => Array.from(one).slice(from, to)),
  slots: Array.from(slots).slice(from, to),
  ...(conditions && { conditions: conditions.map((one) => Array.from(one).slice(from, to)) }),
})
const learned = (weeks - 1) * 7 * hours
const judgedTo = learned + 6
const judge = (history: History) =>
  deviationModel.predict(
    deviationModel.fit(part(history, 0, learned), parameters),
    part(history, learned, judgedTo),
  )

test('one store at half its sales is found, over three hours at the latest, and no other', () => {
  const { deviations, isChainIncident } = judge(
    makeHistory('drop', (store, period) => (store === 7 && period >= learned ? 0.5 : 1)),
  )
  const found = deviations.filter(({ kind }) => kind === 'shortfall')
  ok(found.some(({ store, horizon }) => store === 7 && horizon === 3))
  ok(found.every(({ store }) => store === 7))
  equal(isChainIncident, false)
})

test('a shock of all stores is one incident of the chain and of no store', () => {
  const { deviations, isChainIncident, shock } = judge(
    makeHistory('storm', (_, period) => (period >= learned ? 0.5 : 1)),
  )
  ok(isChainIncident && shock < 0.7)
  equal(deviations.filter(({ kind }) => kind !== 'none').length, 0)
})

test('twice the sales are a surplus: a feed that counts double', () => {
  const { deviations } = judge(
    makeHistory('double', (store, period) => (store === 3 && period >= learned ? 2 : 1)),
  )
  ok(deviations.some(({ store, kind }) => store === 3 && kind === 'surplus'))
})

test('bands hold about what they say, and 80 % lies within 95 %', () => {
  const history = makeHistory('bands')
  let artifact = deviationModel.fit(part(history, 0, learned), parameters)
  let [in80, in95, all] = [0, 0, 0]
  for (let period = learned; period < learned + 2 * hours; period += 1) {
    const now = part(history, period, period + 1)
    for (const { actual, band80, band95 } of deviationModel.predict(artifact, now).deviations) {
      ok(band95[0] <= band80[0] && band80[0] <= band80[1] && band80[1] <= band95[1])
      all += 1
      if (actual >= band80[0] && actual <= band80[1]) in80 += 1
      if (actual >= band95[0] && actual <= band95[1]) in95 += 1
    }
    artifact = advance(artifact, now)
  }
  ok(Math.abs(in80 / all - 0.82) < 0.09, String(in80 / all))
  ok(in95 / all > 0.9, String(in95 / all))
})

test('the bare rule of 30 % below is noise at few sales an hour', () => {
  for (const [expected, wanted] of [
    [10, 0.175],
    [40, 0.1],
    [160, 0.067],
  ] as const) {
    const variance = expected + (0.2 * expected) ** 2
    const [below] = tailsOf({ kind: 'counts', expected, variance }, Math.ceil(0.7 * expected) - 1)
    close(below, wanted, 0.15)
  }
})

test('silence is news after 9.2 expected sales, not before', () => {
  ok(silenceChance(9.1) > 1e-4 && silenceChance(9.3) < 1e-4)
  equal(silenceChance(0), 1)
})

test('no data is no verdict', () => {
  const history = makeHistory('gap')
  const recent = part(history, learned, judgedTo)
  const actuals = recent.actuals.map((one, store) =>
    store === 2 ? Array.from(one, () => Number.NaN) : one,
  )
  const artifact = deviationModel.fit(part(history, 0, learned), parameters)
  const { deviations } = deviationModel.predict(artifact, { ...recent, actuals })
  ok(deviations.length > 0 && deviations.every(({ store }) => store !== 2))
})

test('an explanation adds up: usual, shock, store', () => {
  const { deviations } = judge(makeHistory('sum'))
  const one = deviations[0]!
  const { base, factors } = deviationModel.explain(one)
  close(
    factors.reduce((sum, { weight }) => sum + weight, base),
    one.actual,
    1e-9,
  )
})

test('amounts in another currency have the same ratios and chances', () => {
  const history = makeHistory('unit')
  const of = (factor: number) => {
    const scaled = {
      ...history,
      actuals: history.actuals.map((one) => Array.from(one, (x) => x * factor)),
    }
    const artifact = deviationModel.fit(part(scaled, 0, learned), {
      ...parameters,
      kind: 'amounts',
    })
    return deviationModel.predict(artifact, part(scaled, learned, judgedTo)).deviations
  }
  const [one, other] = [of(1), of(64)]
  for (const [at, { ratio, chance }] of one.entries()) {
    close(other[at]!.ratio, ratio, 1e-9)
    close(other[at]!.chance, chance, 1e-6)
  }
})

test('any sales give finite ranges, closed, constant and empty stores too', () => {
  const value = fc.oneof(
    fc.constant(0),
    fc.constant(Number.NaN),
    fc.double({ min: 0, max: 1e9, noNaN: true }),
  )
  fc.assert(
    fc.property(
      fc.array(fc.array(value, { minLength: 6, maxLength: 6 }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom('counts' as const, 'amounts' as const),
      (actuals, kind) => {
        const history = { actuals, slots: [0, 1, 0, 1, 0, 1] }
        const artifact = deviationModel.fit(history, { slotsCount: 2, kind })
        for (const one of deviationModel.predict(artifact, history).deviations) {
          ok([one.expected, one.ratio, ...one.band80, ...one.band95].every(Number.isFinite))
          ok(one.chance >= 0 && one.chance <= 1 && one.q >= 0 && one.q <= 1)
        }
      },
    ),
    { numRuns: 60 },
  )
  deepEqual(bandOf({ kind: 'counts', expected: 0, variance: 0 }, 0.8), [0, 0])
})

test('evidence decides the cause; without any all are open', () => {
  const [first] = diagnose({ cardRatio: 0, cashRatio: 1, connectorLagTimes: 1 })
  equal(first!.cause, 'payment_outage')
  ok(first!.chance > 0.5)
  const open = diagnose({})
  equal(open[0]!.cause, 'unknown')
  equal(open.length, causeRules.length + 1)
  for (const found of [open, diagnose({ missingHoursRatio: 0.5, regionShock: 0.6 })])
    close(
      found.reduce((sum, { chance }) => sum + chance, 0),
      1,
      1e-12,
    )
  const chanceOf = (evidence: Parameters<typeof diagnose>[0], cause: string) =>
    diagnose(evidence).find((one) => one.cause === cause)!.chance
  ok(chanceOf({ missingHoursRatio: 0.3 }, 'understaffing') > chanceOf({}, 'understaffing'))
  ok(chanceOf({ missingHoursRatio: 0 }, 'understaffing') < chanceOf({}, 'understaffing'))
  equal(diagnose({}, { late_opening: 1000 })[0]!.cause, 'late_opening')
})

test('ratios multiply, so their logarithms add up', () => {
  const ratios = { traffic: 0.8, conversion: 0.9, unitsPerSale: 1.1, pricePerUnit: 1 }
  const { factors } = decompose(ratios)
  const sum = factors.reduce((total, { weight }) => total + weight, 0)
  close(Math.exp(sum), 0.8 * 0.9 * 1.1, 1e-12)
  equal(factors[0]!.factor, 'traffic')
})

test('bad input is named', () => {
  const history = makeHistory('bad')
  const refuses = (field: string, change: Partial<History>) =>
    throws(
      () => deviationModel.fit({ ...history, ...change }, parameters),
      (error) => error instanceof Fault && error.detail.field === field,
    )
  refuses('actuals', { actuals: [] })
  refuses('actuals 1', { actuals: [history.actuals[0]!, [1]] })
  refuses('slots, row 0', { slots: Array.from(history.slots, () => 999) })
  refuses('actuals 0, row 0', { actuals: history.actuals.map((one) => Array.from(one, () => -1)) })
})
