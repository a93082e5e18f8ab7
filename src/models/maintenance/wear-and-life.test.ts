/** Wear, Weibull, hazards, trends and peers: published values, and laws that hold whatever is measured. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import { fitPeers, judgeDevice, peersMin } from './device-peers.ts'
import { chanceWithin, fitHazard, hazards } from './hazard.ts'
import { riseStart, watchRise } from './trend.ts'
import { wearDefaults, wearOf, yearlyFailureChance } from './wear.ts'
import { failureChance, fitWeibull, lifeQuantile, preventiveAge } from './weibull.ts'

const ages = [310, 420, 540, 600, 720, 800, 900, 900, 900, 900]
const hasFailed = [1, 1, 1, 1, 1, 1, 0, 0, 0, 0]

test('Weibull with devices still alive: values of an independent run (SciPy)', () => {
  const weibull = fitWeibull(ages, hasFailed)
  close(weibull.shape, 2.48978, 1e-5)
  close(weibull.scale, 911.021, 1e-5)
  close(failureChance(weibull, 500, 30), 0.034448, 1e-4)
  close(lifeQuantile(weibull, 0.1), 368.97, 1e-4)
})

test('Weibull: ages in hours or in days, one shape', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e4, noNaN: true }), (unit) => {
      const one = fitWeibull(ages, hasFailed)
      const other = fitWeibull(
        ages.map((age) => age * unit),
        hasFailed,
      )
      close(other.shape, one.shape, 1e-7)
      close(other.scale, one.scale * unit, 1e-7)
    }),
    { numRuns: 30 },
  )
})

test('Weibull: found again from lives drawn by it', () => {
  const random = createRandom(1)
  const lives = Array.from(
    { length: 4000 },
    () => 500 * (-Math.log(1 - random.next())) ** (1 / 1.7),
  )
  const { shape, scale } = fitWeibull(
    lives.map((life) => Math.min(life, 700)),
    lives.map((life) => (life < 700 ? 1 : 0)),
  )
  ok(Math.abs(shape - 1.7) < 0.07 && Math.abs(scale - 500) < 15, `${shape} ${scale}`)
})

test('to replace before failure pays only where things wear and failures are dear', () => {
  const costs = { plannedMinor: 10_000, unplannedMinor: 100_000 }
  const worn = preventiveAge({ shape: 3, scale: 1000 }, costs)
  ok(worn !== undefined && worn.age > 200 && worn.age < 600, String(worn?.age))
  equal(preventiveAge({ shape: 0.8, scale: 1000 }, costs), undefined)
  equal(preventiveAge({ shape: 3, scale: 1000 }, { plannedMinor: 5, unplannedMinor: 5 }), undefined)
  const dearer = preventiveAge({ shape: 3, scale: 1000 }, { ...costs, unplannedMinor: 1_000_000 })
  ok(dearer!.age < worn.age)
})

test('a year at a mean of 360,000 hours: 2.4 %', () => {
  close(yearlyFailureChance(360_000, 1), 0.024, 0.01)
})

const settings = { ...wearDefaults, lifeCount: 2_000_000, leadTimeDays: 5 }
const daily = (days: number, perDay: number, from = 0) =>
  Array.from({ length: days }, (_, day) => ({ day, counter: from + day * perDay }))

test('a cutter used evenly: what is left over what is used', () => {
  const wear = wearOf(daily(50, 10_000), settings)
  close(wear.perDay, 10_000)
  close(wear.remainingDays, 151)
  deepEqual([wear.needsTicket, wear.chance], [false, 0])
  equal(wearOf(daily(190, 10_000), settings).needsTicket, true)
})

test('a counter that falls is a new part', () => {
  const before = daily(30, 10_000, 1_500_000)
  const after = daily(5, 10_000).map(({ day, counter }) => ({ day: day + 30, counter }))
  const wear = wearOf([...before, ...after], settings)
  deepEqual([wear.usedCount, wear.replacedOnDay, wear.needsTicket], [40_000, 30, false])
})

test('what is not used does not wear out, and what is past its life has', () => {
  equal(wearOf(daily(30, 0, 100), settings).remainingDays, Number.POSITIVE_INFINITY)
  const past = wearOf([{ day: 0, counter: 3_000_000 }], settings)
  deepEqual([past.remainingDays, past.chance, past.needsTicket], [0, 1, true])
})

test('more use never lowers the chance to wear out', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 50_000 }), { minLength: 3, maxLength: 40 }),
      fc.nat({ max: 1_000_000 }),
      (steps, start) => {
        const run = (from: number) => {
          let counter = from
          const readings = steps.map((step, day) => {
            counter += step
            return { day, counter }
          })
          return wearOf(readings, settings).chance
        }
        const [less, more] = [run(start), run(start + 300_000)]
        ok(less >= 0 && more <= 1 && less <= more)
      },
    ),
  )
})

test('hazard: the coefficients that days were drawn by, and the chance over days', () => {
  const random = createRandom(2)
  const rows = 20_000
  const age = Float64Array.from({ length: rows }, () => random.next() * 10)
  const errors = Float64Array.from({ length: rows }, () => random.poisson(0.5))
  const chance = (row: number) => 1 / (1 + Math.exp(-(-5 + 0.2 * age[row]! + 0.9 * errors[row]!)))
  const labels = age.map((_, row) => (random.next() < chance(row) ? 1 : 0))
  const table = {
    features: [
      { name: 'age', kind: 'number' as const },
      { name: 'errors', kind: 'number' as const },
    ],
    columns: [age, errors],
  }
  const hazard = fitHazard({ ...table, labels })
  const slope = (at: number) => hazard.coefficients[at]! / hazard.deviations[at]!
  ok(Math.abs(slope(0) - 0.2) < 0.04 && Math.abs(slope(1) - 0.9) < 0.08, `${slope(0)} ${slope(1)}`)
  const found = hazards(hazard, table)
  const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0)
  ok(Math.abs(sum(found) / sum(labels) - 1) < 0.01)
  close(chanceWithin([0.1, 0.2, 0.5]), 1 - 0.9 * 0.8 * 0.5)
  equal(chanceWithin([]), 0)
})

test('hazard: classes that part cleanly, and a column that never moves, stay finite', () => {
  const labels = Float64Array.from({ length: 40 }, (_, row) => (row < 20 ? 0 : 1))
  const features = ['x', 'y'].map((name) => ({ name, kind: 'number' as const }))
  const table = { features, columns: [labels, new Float64Array(40).fill(5)], labels }
  ok(hazards(fitHazard(table), table).every((chance) => chance > 0 && chance < 1))
})

function runRise(values: readonly number[]): number {
  let state = riseStart
  for (const [at, value] of values.entries()) {
    const next = watchRise(state, value)
    if (next.isRising) return at
    state = next.state
  }
  return -1
}

test('a slow rise is seen, a single wild value is not, and a flat line never is', () => {
  const random = createRandom(4)
  const flat = Array.from({ length: 300 }, () => 20 + random.normal())
  const rising = flat.map((value, at) => value + (at > 100 ? (at - 100) * 0.1 : 0))
  const seenAt = runRise(rising)
  ok(seenAt > 100 && seenAt < 140, String(seenAt))
  equal(runRise(flat.slice(0, 100).toSpliced(60, 1, 500)), -1)
  equal(runRise(Array.from({ length: 1000 }, () => 7)), -1)
  equal(runRise([]), -1)
})

test('a rise is seen at the same place in any unit', () => {
  const random = createRandom(5)
  const values = Array.from({ length: 200 }, (_, at) => random.normal() + (at > 80 ? 2 : 0))
  const seenAt = runRise(values)
  ok(seenAt > 80)
  equal(runRise(values.map((value) => 1000 + value * 40)), seenAt)
})

test('one scanner among its peers: the bad one stands out, a busy one does not', () => {
  const random = createRandom(6)
  const peers = Array.from({ length: 200 }, () => {
    const tried = 500 + random.below(2000)
    return { tried, failed: random.binomial(tried, random.beta(20, 980)) }
  })
  const fitted = fitPeers(peers)
  ok(Math.abs(fitted.mu - 0.02) < 0.002, String(fitted.mu))
  ok(fitted.rho > 0.0003 && fitted.rho < 0.003, String(fitted.rho))
  ok(judgeDevice({ tried: 1000, failed: 90 }, fitted).pValue < 1e-4)
  ok(judgeDevice({ tried: 20_000, failed: 420 }, fitted).pValue > 0.05)
  const few = judgeDevice({ tried: 2, failed: 1 }, fitted)
  ok(few.timesPeers < 2, String(few.timesPeers))
  equal(judgeDevice({ tried: 0, failed: 0 }, fitted).pValue, 1)
})

test('peers that never failed make one failure rare, and no miracle', () => {
  const peers = Array.from({ length: peersMin }, () => ({ failed: 0, tried: 1000 }))
  const fitted = fitPeers(peers)
  const { pValue } = judgeDevice({ failed: 1, tried: 1000 }, fitted)
  ok(pValue > 0.05 && pValue < 0.2, String(pValue))
  ok(judgeDevice({ failed: 5, tried: 1000 }, fitted).pValue < 1e-4)
})

const refusals = [
  { why: 'one failure is no Weibull', act: () => fitWeibull([5, 6], [1, 0]), field: 'hasFailed' },
  { why: 'an age of 0', act: () => fitWeibull([0, 6], [1, 1]), field: 'ages, row 0' },
  { why: 'all at one age', act: () => fitWeibull([6, 6], [1, 1]), field: 'ages' },
  { why: 'no reading', act: () => wearOf([], settings), field: 'readings' },
  {
    why: 'days that go back',
    act: () => wearOf([daily(2, 1)[1]!, daily(2, 1)[0]!], settings),
    field: 'readings.1.day',
  },
  {
    why: 'more failed than tried',
    act: () => fitPeers([{ failed: 2, tried: 1 }]),
    field: 'peers.0',
  },
  { why: 'too few peers', act: () => fitPeers([{ failed: 0, tried: 1 }]), field: 'peers' },
]
for (const { why, act, field } of refusals)
  test(why, () => throws(act, (error) => error instanceof Fault && error.detail.field === field))
