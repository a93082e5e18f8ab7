/** Poisson difference-in-differences: as statsmodels has it, as by hand, and under what must not matter. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import type { Panel } from './panel.ts'
import { type PoissonLift, poissonLift } from './poisson.ts'

const estimateOf = (found: PoissonLift) => {
  ok(found.kind === 'estimate', JSON.stringify(found))
  return found
}

const golden: Panel = {
  series: [
    [12, 7, 14, 14, 11, 7, 11, 11, 25, 12, 12],
    [25, 43, 38, 22, 22, 22, 31, 39, 44, 34, 35],
    [11, 8, 10, 7, 4, 8, 7, 4, 13, 7, 4],
    [18, 26, 24, 20, 14, 10, 13, 27, 26, 12, 17],
    [26, 27, 42, 0, 15, 16, 18, 38, 34, 26, 18],
    [11, 4, 8, 6, 4, 5, 8, 9, 10, 13, 9],
    [36, 50, 42, 41, 39, 29, 34, 46, 69, 38, 28],
    [4, 14, 24, 20, 5, 8, 15, 19, 16, 10, 14],
  ],
  treated: [0, 1],
  startsAt: 8,
}
/** Store and day: doors were closed. */
const closed = [
  [1, 9],
  [5, 2],
  [6, 10],
  [3, 4],
] as const

test('as statsmodels 0.15 with dummies of stores and periods, clustered by store', () => {
  const found = estimateOf(poissonLift(golden))
  close(Math.log1p(found.lift), 0.167465092486, 1e-9)
  close(found.errorAlone, 0.070614481043, 1e-8)
  deepEqual([found.treatedCount, found.controlsCount], [2, 6])
})

test('the same where four periods of stores do not count', () => {
  const counted = golden.series.map((own, store) =>
    Array.from(own, (_, day) => (closed.some(([at, on]) => at === store && on === day) ? 0 : 1)),
  )
  const found = estimateOf(poissonLift({ ...golden, counted }))
  close(Math.log1p(found.lift), 0.135149902821, 1e-9)
  close(found.errorAlone, 0.09060047178, 1e-8)
})

test('with every period counted, it is the ratio of ratios of totals', () => {
  const [startsAt, series] = [8, golden.series]
  const total = (stores: number[], from: number, to: number) =>
    stores.reduce(
      (sum, at) =>
        sum +
        Array.from(series[at]!)
          .slice(from, to)
          .reduce((a, b) => a + b, 0),
      0,
    )
  const change = (stores: number[]) => total(stores, startsAt, 11) / total(stores, 0, startsAt)
  const wanted = change([0, 1]) / change([2, 3, 4, 5, 6, 7]) - 1
  close(estimateOf(poissonLift(golden)).lift, wanted, 1e-9)
})

/** Sales of many stores with levels of their own and a common season; the first few are lifted. */
function drawPanel(seed: string, { lift = 0, treated = 6, spread = 0.1 } = {}): Panel {
  const random = createRandom(seed)
  const season = Array.from({ length: 20 }, () => Math.exp(0.3 * random.normal()))
  const series = Array.from({ length: 40 }, (_, store) => {
    const level = 20 * Math.exp(0.8 * random.normal())
    const stray = Math.exp(spread * random.normal())
    return season.map((own, period) => {
      const since = period >= 15 ? stray * (store < treated ? 1 + lift : 1) : 1
      return random.poisson(level * own * since)
    })
  })
  return { series, treated: Array.from({ length: treated }, (_, at) => at), startsAt: 15 }
}

test('a lift that was put in is found, within what the interval says', () => {
  let held = 0
  const lifts = Array.from({ length: 60 }, (_, round) => {
    const found = estimateOf(poissonLift(drawPanel(`lift ${round}`, { lift: 0.3 })))
    if (found.liftLow <= 0.3 && found.liftHigh >= 0.3) held += 1
    return found.lift
  })
  close(lifts.reduce((sum, one) => sum + one, 0) / lifts.length, 0.3, 0.1)
  ok(held >= 48, `${held} of 60`)
})

const few = [1, 2, 6] as const
for (const treated of few)
  test(`${treated} treated: where none was put in, about one in twenty at most is called real`, () => {
    let [called, alone] = [0, 0]
    for (let round = 0; round < 200; round += 1) {
      const found = estimateOf(poissonLift(drawPanel(`none ${round}`, { treated, spread: 0.2 })))
      if (found.chance <= 0.05) called += 1
      if (Math.abs(Math.log1p(found.lift)) > 1.96 * found.errorAlone) alone += 1
      ok(found.error > 0.9 * found.errorAlone)
    }
    ok(called <= 20, `${called} of 200`)
    // What the plain sandwich makes of one store, and why it is not believed alone.
    if (treated === 1) ok(alone > 100, String(alone))
  })

test('neither the unit nor the order of stores changes anything but the last digits', () => {
  const panel = drawPanel('laws', { lift: 0.1 })
  const own = estimateOf(poissonLift(panel))
  const order = createRandom('order').shuffle([...panel.series.keys()])
  const others = [
    { ...panel, series: panel.series.map((one) => Array.from(one, (units) => units * 1e6)) },
    {
      ...panel,
      series: order.map((store) => panel.series[store]!),
      treated: panel.treated.map((store) => order.indexOf(store)),
    },
    // A season or a level more of all is no lift.
    {
      ...panel,
      series: panel.series.map((one, store) =>
        Array.from(one, (units, period) => units * (1 + (store % 3)) * (1 + (period % 4))),
      ),
    },
  ]
  for (const [at, other] of others.entries()) {
    const found = estimateOf(poissonLift(other))
    if (at < 2) {
      close(found.lift, own.lift, 1e-8)
      close(found.error, own.error, 1e-6)
      close(found.chance, own.chance, 1e-6)
    } else ok(Math.abs(found.lift - own.lift) < 3 * own.error)
  }
})

test('sales that follow levels and seasons to the digit have no lift, and no error', () => {
  const series = Array.from({ length: 8 }, (_, store) =>
    Array.from({ length: 12 }, (_, period) => (1 + store) * (2 + (period % 5))),
  )
  const found = estimateOf(poissonLift({ series, treated: [2, 5], startsAt: 9 }))
  ok(Math.abs(found.lift) < 1e-9 && found.error < 1e-9)
  equal(found.chance, 1)
})

const empty = (store: number, from: number, to: number) => (panel: Panel) =>
  panel.series.map((one, at) =>
    Array.from(one, (units, period) => (at === store && period >= from && period < to ? 0 : units)),
  )
const one = { ...drawPanel('zeros'), treated: [0] }
const zeros = [
  { why: 'treated_sold_nothing_before', series: empty(0, 0, 15)(one) },
  { why: 'treated_sold_nothing_since', series: empty(0, 15, 20)(one) },
  {
    why: 'controls_sold_nothing_since',
    series: one.series.map((own, at) => Array.from(own, (x, day) => (at > 0 && day >= 15 ? 0 : x))),
  },
  {
    why: 'controls_sold_nothing_before',
    series: one.series.map((own, at) => Array.from(own, (x, day) => (at > 0 && day < 15 ? 0 : x))),
  },
  {
    why: 'fewer_than_two_controls_sold',
    series: one.series.map((own, at) => Array.from(own, (x) => (at > 1 ? 0 : x + 1))),
  },
  {
    why: 'nothing_spans_the_start',
    series: one.series.map((own, at) => Array.from(own, (x) => (at > 4 ? 0 : x + 1))),
    counted: one.series.map((own, at) =>
      Array.from(own, (_, day) => (at === 0 || at % 2 === Number(day >= 15) ? 1 : 0)),
    ),
  },
]
for (const { why, ...change } of zeros)
  test(`no finite lift: ${why.replaceAll('_', ' ')}`, () =>
    deepEqual(poissonLift({ ...one, ...change }), { kind: 'none', why }))

test('stores and periods without any sale say nothing, and take nothing away', () => {
  const panel = drawPanel('rows')
  const own = estimateOf(poissonLift(panel))
  const more = panel.series.map((sales) => [0, ...Array.from(sales)])
  const found = estimateOf(
    poissonLift({ ...panel, series: [...more, Array(21).fill(0)], startsAt: 16 }),
  )
  close(found.lift, own.lift, 1e-9)
  close(found.error, own.error, 1e-9)
  equal(found.controlsCount, own.controlsCount)
})

test('any sales give finite figures or say why not', () => {
  const sale = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e9, noNaN: true }))
  const store = fc.array(sale, { minLength: 12, maxLength: 12 })
  const cell = fc.array(fc.constantFrom(0, 1, 1, 1), { minLength: 12, maxLength: 12 })
  fc.assert(
    fc.property(
      fc.array(store, { minLength: 7, maxLength: 7 }),
      fc.array(cell, { minLength: 7, maxLength: 7 }),
      (series, cells) => {
        const found = poissonLift({ series, treated: [0, 1], startsAt: 9, counted: cells })
        if (found.kind === 'none') return
        ok([found.lift, found.error, found.chance].every(Number.isFinite))
        ok(found.lift >= -1 && found.error >= 0 && found.chance >= 0 && found.chance <= 1)
        ok(found.liftLow <= found.lift && found.lift <= found.liftHigh)
      },
    ),
    { numRuns: 25 },
  )
})

test('bad input is named', () => {
  const refuses = (field: string, change: Partial<Panel>, interval?: number) =>
    throws(
      () => poissonLift({ ...golden, ...change }, interval),
      (error) => error instanceof Fault && error.detail.field === field,
    )
  refuses('intervalRatio', {}, 1)
  refuses('counted', { counted: [] })
  refuses('counted 0', { counted: golden.series.map(() => [1]) })
  refuses('counted 0, row 3', {
    counted: golden.series.map((own) => Array.from(own, (_, day) => (day === 3 ? 2 : 1))),
  })
  refuses('treated', { treated: [9] })
  refuses('series 0, row 0', { series: golden.series.map(() => Array(11).fill(Number.NaN)) })
})
