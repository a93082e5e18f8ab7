/** Failure within a horizon and remaining life: learnt from what announces it, explained, signed. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import { msPerDay } from '../sliding-sums.ts'
import { findTails, withTails } from '../trees/tails.ts'
import { chooseThreshold } from './alarm.ts'
import { createDeviceLog, logFeatures } from './event-log.ts'
import { explainFailureRisk, fitFailureRisk, predictFailureRisk } from './failure-risk.ts'
import { describeMachine, machineFeatures, ratedFeatures } from './machine-state.ts'
import { explainRemainingLife, fitRemainingLife, predictRemainingLife } from './remaining-life.ts'
import { describeRun, type Run, trendNames } from './sensor-trends.ts'

/** Fails beyond 2.2 deviations of heat, mostly. */
function devices(rows: number, seed: number) {
  const random = createRandom(seed)
  const heat = Float32Array.from({ length: rows }, () => random.normal())
  const noise = Float32Array.from({ length: rows }, () => random.normal())
  const labels = heat.map((value) => (random.next() < (value > 2.2 ? 0.9 : 0.002) ? 1 : 0))
  const features = ['heat', 'noise'].map((name) => ({ name, kind: 'number' as const }))
  return { features, columns: [heat, noise], labels }
}

const risk = fitFailureRisk(devices(4000, 1))
const fresh = devices(4000, 2)

test('alarms find what announces itself, with as few for nothing as was said', () => {
  const { alarms, probabilities } = predictFailureRisk(risk, fresh)
  let [right, count, ones, said] = [0, 0, 0, 0]
  for (const [row, alarm] of alarms.entries()) {
    count += alarm
    ones += fresh.labels[row]!
    said += probabilities[row]!
    right += alarm * fresh.labels[row]!
  }
  ok(right / count > 0.75 && right / ones > 0.7, `${right} ${count} ${ones}`)
  ok(Math.abs(right / count - risk.alarm.precision) < 0.15)
  ok(Math.abs(said / ones - 1) < 0.2)
})

test('dear misses lower the threshold', () => {
  const at = (missedMinor: number) =>
    fitFailureRisk(devices(2000, 1), {
      aim: { kind: 'cost', falseAlarmMinor: 10_000, missedMinor },
    }).alarm.score
  ok(at(1_000_000) < at(12_000))
})

test('reasons add up to the score, a column and its tails being one', () => {
  for (const at of [0, 5, 9]) {
    const row = Float32Array.from(fresh.columns, (column) => column[at]!)
    const { base, factors } = explainFailureRisk(risk, row)
    const { scores } = predictFailureRisk(risk, {
      features: fresh.features,
      columns: Array.from(row, (value) => [value]),
    })
    close(
      factors.reduce((sum, { weight }) => sum + weight, base),
      scores[0]!,
      1e-9,
    )
    ok(factors.every(({ factor }) => factor === 'heat' || factor === 'noise'))
  }
  const hot = explainFailureRisk(risk, Float32Array.of(3, 0))
  deepEqual([hot.factors[0]!.factor, hot.factors[0]!.says], ['heat', 'Heat is 3.'])
})

test('tails keep the order of what they press together', () => {
  fc.assert(
    fc.property(fc.float32Array({ noNaN: true, minLength: 2, maxLength: 50 }), (values) => {
      const table = { features: [{ name: 'x', kind: 'number' as const }], columns: [values] }
      const { columns } = withTails(table, findTails(table, 0.1))
      const [plain, pressed] = columns as [Float32Array, Float32Array | undefined]
      if (pressed === undefined) return
      const order = [...plain.keys()].sort((a, b) => plain[a]! - plain[b]!)
      for (let at = 1; at < order.length; at += 1)
        ok(pressed[order[at - 1]!]! <= pressed[order[at]!]!)
    }),
  )
})

test('a sensor that is off the scale at both ends keeps tails with a middle', () => {
  const values = Float32Array.of(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0, 1)
  const table = { features: [{ name: 'x', kind: 'number' as const }], columns: [values] }
  const { columns } = withTails(table, findTails(table, 0.1))
  deepEqual([...columns[1]!], [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0, 1])
})

test('the threshold of an example by hand', () => {
  const scores = [5, 4, 3, 2, 1]
  const labels = [1, 1, 0, 1, 0]
  deepEqual(chooseThreshold(scores, labels, { kind: 'f1' }), {
    score: 1.5,
    precision: 0.75,
    recall: 1,
  })
  const dear = { kind: 'cost', falseAlarmMinor: 100, missedMinor: 1 } as const
  deepEqual(chooseThreshold(scores, labels, dear), { score: 3.5, precision: 1, recall: 2 / 3 })
})

test('an event log: counts, and how long ago', () => {
  const settings = { counted: ['error', 'jam'], since: ['head'], spansDays: [1, 7] }
  const log = createDeviceLog(settings)
  const into = new Float32Array(logFeatures(settings).length)
  const at = (day: number) => day * msPerDay
  log.add({ atMs: at(0), device: 'p', kind: 'head' })
  log.add({ atMs: at(2), device: 'p', kind: 'error' })
  log.add({ atMs: at(4.5), device: 'p', kind: 'jam' })
  log.add({ atMs: at(4.5), device: 'q', kind: 'jam' })
  log.add({ atMs: at(4.5), device: 'p', kind: 'unheard of' })
  log.describe('p', at(5), into)
  deepEqual(Object.fromEntries(logFeatures(settings).map((name, place) => [name, into[place]])), {
    events_1d: 1,
    error_1d: 0,
    jam_1d: 1,
    events_7d: 2,
    error_7d: 1,
    jam_7d: 1,
    error_hours_since: 72,
    jam_hours_since: 12,
    head_days_since: 5,
    since_longest_days: 5,
  })
  log.describe('never seen', at(5), into)
  ok(Number.isNaN(into.at(-1)) && into[0] === 0)
})

test('a machine in numbers, and beside its ratings', () => {
  const state = {
    airKelvin: 300,
    processKelvin: 310,
    speedRpm: 1500,
    torqueNm: 40,
    wearMinutes: 100,
    grade: 1,
  }
  const ratings = {
    strainByGrade: [11_000, 12_000],
    powerWatts: [3500, 9000],
    heatGapKelvin: 8,
    coolingSpeedRpm: 1500,
  } as const
  const found = describeMachine(state, ratings)
  equal(found.length, machineFeatures.length + ratedFeatures.length)
  const at = (name: string) => found[[...machineFeatures, ...ratedFeatures].indexOf(name as never)]!
  close(at('power_watts'), 6283.185, 1e-6)
  equal(at('heat_gap_kelvin'), 10)
  close(at('strain_over_rated'), 4000 / 12_000, 1e-6)
  equal(at('cooling_over_rated'), 1.25)
  equal(at('limits_passed'), 0)
})

const passes = [
  { why: 'a gap a hair below the limit, slow', processKelvin: 308 - 1e-9, wants: 1 },
  { why: 'a gap at the limit holds', processKelvin: 308, wants: 0 },
  { why: 'fast enough to cool without a gap', processKelvin: 301, speedRpm: 1600, wants: 0 },
  { why: 'strain and too much power', torqueNm: 90, wearMinutes: 200, wants: 2 },
  { why: 'too little power', torqueNm: 10, wants: 1 },
]
for (const { why, wants, ...own } of passes)
  test(`limits passed: ${why}`, () => {
    const state = {
      airKelvin: 300,
      processKelvin: 310,
      speedRpm: 1400,
      torqueNm: 40,
      wearMinutes: 100,
      grade: 0,
    }
    const found = describeMachine(
      { ...state, ...own },
      {
        strainByGrade: [11_000],
        powerWatts: [3500, 9000],
        heatGapKelvin: 8,
        coolingSpeedRpm: 1500,
      },
    )
    equal(found.at(-1), wants)
  })

/** Two sensors that drift towards the end, from a level of each machine's own. */
function engines(count: number, seed: number): Run[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => {
    const life = 120 + random.below(120)
    const [levelA, levelB] = [600 + random.normal(), 20 + 0.1 * random.normal()]
    const worn = (cycle: number) => Math.exp((cycle - life) / 40)
    return [
      Float64Array.from({ length: life }, (_, at) => levelA + 4 * worn(at) + 0.4 * random.normal()),
      Float64Array.from({ length: life }, (_, at) => levelB - worn(at) + 0.1 * random.normal()),
    ]
  })
}

const sensors = ['pressure', 'flow']
const lifeParameters = {
  boosting: { treesCount: 80, learningRate: 0.1, leavesMax: 16, leafRowsMin: 40 },
  forestsCount: 1,
} as const
const life = fitRemainingLife(engines(40, 1), sensors, lifeParameters)
const cut = (run: Run, left: number): Run =>
  run.map((values) => Array.from(values).slice(0, values.length - left))

test('remaining life of machines never seen, within its interval as often as it says', () => {
  const cases = engines(30, 2).flatMap((run) =>
    [10, 30, 60, 90].map((left) => ({ left, run: cut(run, left) })),
  )
  const found = predictRemainingLife(
    life,
    cases.map(({ run }) => run),
  )
  const squares = found.map(({ cycles }, at) => (cycles - cases[at]!.left) ** 2)
  const rmse = Math.sqrt(squares.reduce((sum, one) => sum + one, 0) / squares.length)
  const inside = found.filter(
    ({ low, high }, at) => cases[at]!.left >= low && cases[at]!.left <= high,
  )
  ok(rmse < 20, String(rmse))
  ok(inside.length / found.length > 0.6, String(inside.length / found.length))
  for (const { low, cycles, high } of found) ok(low <= cycles && cycles <= high && low >= 0)
})

test('a sensor at another level, with the same drift, moves the slope and its distance not at all', () => {
  const [run] = engines(1, 3)
  const lifted = run!.map((values) => Array.from(values, (value) => value + 1000))
  const names = trendNames(sensors)
  const [one, other] = [describeRun(run!), describeRun(lifted)]
  for (const [at, name] of names.entries())
    if (name.includes('slope') || name.includes('since'))
      for (const cycle of [0, 10, 100]) ok(Math.abs(one[at]![cycle]! - other[at]![cycle]!) < 1e-4)
})

test('trends of a straight line, a constant and a single cycle', () => {
  const at = (columns: readonly Float32Array[], name: string) =>
    columns[trendNames(['x']).indexOf(name)]!
  const line = describeRun([Array.from({ length: 60 }, (_, cycle) => 5 + 2 * cycle)])
  close(at(line, 'x_slope_long')[59]!, 2, 1e-6)
  close(at(line, 'x_mean_short')[59]!, 5 + 2 * 54.5, 1e-6)
  const constant = describeRun([new Array(60).fill(3)])
  deepEqual([at(constant, 'x_slope_long')[59], at(constant, 'x_since_start')[59]], [0, 0])
  ok(describeRun([[7]]).every((column) => Number.isFinite(column[0])))
})

test('reasons of a remaining life add up to it', () => {
  const run = cut(engines(1, 4)[0]!, 40)
  const { base, factors } = explainRemainingLife(life, run)
  const sum = factors.reduce((total, { weight }) => total + weight, base)
  close(Math.min(125, Math.max(0, sum)), predictRemainingLife(life, [run])[0]!.cycles, 1e-9)
  ok(factors[0]!.says.includes('cycles'))
})

const refusals: { why: string; act: () => unknown; field: string }[] = [
  { why: 'too few failures', act: () => fitFailureRisk(devices(100, 1)), field: 'labels' },
  {
    why: 'a group a row',
    act: () => fitFailureRisk(devices(4000, 1), {}, [1, 2]),
    field: 'groups',
  },
  {
    why: 'another table',
    act: () =>
      predictFailureRisk(risk, { features: fresh.features.slice(1), columns: [fresh.columns[1]!] }),
    field: 'features',
  },
  {
    why: 'a run without a sensor',
    act: () => predictRemainingLife(life, [[[1]]]),
    field: 'runs.0',
  },
  { why: 'a run of no cycle', act: () => describeRun([[]]), field: 'run' },
  { why: 'no run', act: () => fitRemainingLife([], sensors), field: 'runs' },
]
for (const { why, act, field } of refusals)
  test(why, () => throws(act, (error) => error instanceof Fault && error.detail.field === field))
