/** Lifts that were put in come out; where none was, seldom is one found; nonsense is refused. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import { breakEvenLift, upliftModel } from './model.ts'
import type { Panel } from './panel.ts'
import { donorsFrom, gapOf, matchControl, weighControl } from './synthetic-control.ts'

/** Stores with levels of their own, two kinds of season, a common shock, and noise. */
function makePanel(seed: string, lift: number, { stores = 30, treated = 5 } = {}): Panel {
  const random = createRandom(seed)
  const [periods, startsAt] = [34, 30]
  const shocks = Array.from({ length: periods }, () => 0.15 * random.normal())
  const series = Array.from({ length: stores }, (_, store) => {
    const level = 200 + random.below(2000)
    const kind = random.next()
    return shocks.map((shock, period) => {
      const season = 0.3 * kind * Math.sin(period / 3)
      const own = store < treated && period >= startsAt ? 1 + lift : 1
      return level * own * Math.exp(shock + season + 0.04 * random.normal())
    })
  })
  return { series, treated: Array.from({ length: treated }, (_, at) => at), startsAt }
}

const quick = { placebosCount: 49 }
const judge = (panel: Panel) => upliftModel.predict(upliftModel.fit(panel, quick), panel)

test('a lift of 20 % is found, with its interval, and is no chance', () => {
  const found = judge(makePanel('lift', 0.2))
  ok(Math.abs(found.lift - 0.2) < 0.04, String(found.lift))
  ok(found.liftLow < 0.2 && found.liftHigh > 0.2 && found.liftLow > 0)
  equal(found.chance, 1 / 50)
  equal(found.confidence, 'good')
})

test('a drop is found as well, and a common shock is none of it', () => {
  const panel = makePanel('drop', -0.3)
  const shocked: Panel = {
    ...panel,
    series: panel.series.map((one) =>
      Array.from(one, (value, at) => (at >= panel.startsAt ? value * 0.5 : value)),
    ),
  }
  ok(Math.abs(judge(shocked).lift + 0.3) < 0.05)
})

test('beside it, matched stores and Poisson say about the same, and why where they say nothing', () => {
  const { lift, liftMatched, poisson } = judge(makePanel('beside', 0.2))
  ok(poisson.kind === 'estimate')
  ok(Math.abs(poisson.lift - lift) < 0.05 && Math.abs(liftMatched - lift) < 0.05)
  const shut = makePanel('shut', 0.2)
  const series = shut.series.map((own, store) =>
    Array.from(own, (value, at) => (store < 5 && at >= shut.startsAt ? 0 : value)),
  )
  const artifact = upliftModel.fit({ ...shut, series }, quick)
  const found = upliftModel.predict(artifact, { ...shut, series })
  deepEqual(found.poisson, { kind: 'none', why: 'treated_sold_nothing_since' })
  ok(upliftModel.explain(artifact, found).factors[0]!.says.includes('treated sold nothing since'))
})

test('a store with a period that does not count is no control of the whole series', () => {
  const panel = makePanel('closed', 0.1)
  const counted = panel.series.map((own, store) =>
    Array.from(own, (_, at) => (store === 9 && at === 4 ? 0 : 1)),
  )
  const { controls } = upliftModel.fit({ ...panel, counted }, { ...quick, controlsCount: 200 })
  deepEqual([controls.length, controls.includes(9)], [24, false])
})

test('placebos: at 10 % about one in ten finds something', () => {
  let found = 0
  for (let round = 0; round < 40; round += 1)
    if (judge(makePanel(`placebo ${round}`, 0)).chance <= 0.1) found += 1
  ok(found >= 1 && found <= 10, `${found} of 40`)
})

test('neither the unit of sales nor the order of the controls changes a lift', () => {
  const panel = makePanel('unit', 0.1)
  const of = (change: Partial<Panel>) => judge({ ...panel, ...change })
  const own = of({})
  const scaled = of({ series: panel.series.map((one) => Array.from(one, (value) => value * 1000)) })
  close(scaled.lift, own.lift, 0.02)
  const turned = of({
    series: [...panel.series.slice(0, 5), ...panel.series.slice(5).toReversed()],
  })
  close(turned.lift, own.lift, 1e-6)
})

test('a treated store that is a mix of two controls is matched by exactly these', () => {
  const random = createRandom('mix')
  const series = Array.from({ length: 6 }, () => Float64Array.from({ length: 40 }, random.normal))
  const target = series[0]!.map((value, at) => 0.7 * value + 0.3 * series[1]![at]! + 5)
  const donors = donorsFrom(series, 40)
  const control = weighControl(target, donors, matchControl(target, donors, 6), 0)
  const weightOf = (donor: number) => control.weights[control.donors.indexOf(donor)]!
  close(weightOf(0), 0.7, 1e-6)
  close(weightOf(1), 0.3, 1e-6)
  ok(gapOf(target, series, control, 39).preError < 1e-6)
})

test('weights stay at least 0, add up to 1, and no other weights of a thousand are nearer', () => {
  const random = createRandom('nearest')
  for (const shrink of [0, 0.1]) {
    const [count, startsAt] = [8, 20]
    const series = Array.from({ length: count }, () =>
      Float64Array.from({ length: startsAt }, random.normal),
    )
    const target = Float64Array.from({ length: startsAt }, random.normal)
    const donors = donorsFrom(series, startsAt)
    const matched = matchControl(target, donors, count)
    const own = weighControl(target, donors, matched, shrink).weights
    ok(own.every((one) => one >= 0))
    close(
      own.reduce((sum, one) => sum + one, 0),
      1,
      1e-12,
    )
    const ridge =
      (shrink * donors.lengths.reduce((sum, length) => sum + length ** 2, 0)) / count / startsAt
    const lossOf = (weights: Float64Array) => {
      const { preError } = gapOf(target, series, { ...matched, weights }, startsAt)
      return preError ** 2 + ridge * weights.reduce((sum, one) => sum + (one - 1 / count) ** 2, 0)
    }
    for (let round = 0; round < 1000; round += 1) {
      const drawn = own.map((one) => one + 0.1 ** (1 + (round % 5)) * random.gamma(1))
      const total = drawn.reduce((sum, one) => sum + one, 0)
      ok(lossOf(drawn.map((one) => one / total)) >= lossOf(own) - 1e-9)
    }
  }
})

test('any sales give finite figures, constant and empty shelves too', () => {
  const store = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), {
    minLength: 12,
    maxLength: 12,
  })
  fc.assert(
    fc.property(fc.array(store, { minLength: 7, maxLength: 9 }), (series) => {
      const found = judge({ series, treated: [0, 1], startsAt: 9 })
      ok([found.lift, found.preError, found.liftMatched].every(Number.isFinite))
      ok(found.liftLow <= found.lift && found.lift <= found.liftHigh)
      ok(found.expected.every((one) => one >= 0))
    }),
    { numRuns: 15 },
  )
  equal(judge({ series: Array(8).fill(Array(12).fill(0)), treated: [3], startsAt: 9 }).lift, 0)
})

test('an explanation adds up to what was sold', () => {
  const panel = makePanel('explain', 0.2)
  const artifact = upliftModel.fit(panel, quick)
  const found = upliftModel.predict(artifact, panel)
  const { base, factors } = upliftModel.explain(artifact, found)
  const sold = panel.treated.reduce(
    (sum, store) =>
      sum +
      Array.from(panel.series[store]!)
        .slice(30)
        .reduce((a, b) => a + b, 0),
    0,
  )
  close(base + factors[0]!.weight, sold / 4, 1e-6)
  ok(/^\d+\.\d % more than 20 control stores/.test(factors[0]!.says))
  ok(/Poisson difference-in-differences finds \d+\.\d % \(/.test(factors[0]!.says))
})

test('a margin of 40 % and a discount of 20 % must sell twice as much', () => {
  close(breakEvenLift(0.2, 0.4), 1, 1e-12)
  equal(breakEvenLift(0.4, 0.4), Number.POSITIVE_INFINITY)
})

test('bad input is named', () => {
  const panel = makePanel('bad', 0.2)
  const refuses = (field: string, change: Partial<Panel>) =>
    throws(
      () => upliftModel.fit({ ...panel, ...change }),
      (error) => error instanceof Fault && error.detail.field === field,
    )
  refuses('startsAt', { startsAt: 3 })
  refuses('treated', { treated: [] })
  refuses('treated', { treated: [1, 1] })
  refuses('treated', { treated: [99] })
  refuses('series', { excluded: Array.from({ length: 22 }, (_, at) => 5 + at) })
  refuses('counted', { counted: panel.series.map(() => Array(34).fill(0)) })
  refuses('series 1', { series: [panel.series[0]!, [1]] })
  refuses('series 0, row 0', { series: panel.series.map(() => Array(34).fill(-1)) })
})
