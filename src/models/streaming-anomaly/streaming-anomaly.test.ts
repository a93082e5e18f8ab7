/** A stream that turns strange is found soon; one that goes on as before is not; nothing looks ahead. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { createRandom } from '../math/random.ts'
import { pushValue, startStream, streamingAnomalyModel } from './model.ts'

const day = 96
const parameters = { learningCount: 6 * day }

/** A daily curve with noise; `change` alters it. */
function makeStream(days: number, change = (value: number, _at: number) => value): number[] {
  const random = createRandom('stream')
  return Array.from({ length: days * day }, (_, at) =>
    change(100 + 40 * Math.sin((at / day) * 2 * Math.PI) + 3 * random.normal(), at),
  )
}

function alarmsOf(values: readonly number[]): number[] {
  const state = startStream(parameters)
  return values.flatMap((value, at) => (pushValue(state, value).isAlarm ? [at] : []))
}

const changes = [
  {
    why: 'a flat day',
    change: (value: number, at: number) => (at >= 20 * day && at < 21 * day ? 100 : value),
  },
  {
    why: 'a level too high',
    change: (value: number, at: number) => (at >= 20 * day ? value + 60 : value),
  },
  {
    why: 'one value out of all range',
    change: (value: number, at: number) => (at === 20 * day ? 400 : value),
  },
  {
    why: 'the day turned round',
    change: (value: number, at: number) => (at >= 20 * day ? 200 - value : value),
  },
]
for (const { why, change } of changes)
  test(`${why} is found within a day, and is nearly all that is`, () => {
    const alarms = alarmsOf(makeStream(30, change))
    ok(
      alarms.some((at) => at >= 20 * day && at <= 21 * day),
      String(alarms),
    )
    const early = alarms.filter((at) => at < 20 * day)
    ok(early.length <= 24, `${early.length} values before`)
  })

test('learning raises no alarm', () => {
  deepEqual(alarmsOf(makeStream(6, (value, at) => (at === 200 ? 1e6 : value))), [])
})

test('a score is of the past alone: what comes later changes none before', () => {
  const values = makeStream(12)
  const artifact = streamingAnomalyModel.fit(values.slice(0, 700), parameters)
  const of = (more: number[]) =>
    streamingAnomalyModel.predict(artifact, more).map(({ score }) => score)
  deepEqual(of([...values.slice(700, 900), 1e6, -1e6]).slice(0, 200), of(values.slice(700, 900)))
})

test('the unit of a stream is no matter', () => {
  const values = makeStream(12, changes[0]!.change)
  const scoresOf = (factor: number) => {
    const state = startStream(parameters)
    // A power of two, so that rounding is the same.
    return values.map((value) => pushValue(state, value * factor + 0).score)
  }
  deepEqual(scoresOf(4), scoresOf(1))
})

test('after a strength only a greater one counts in full, for three pattern lengths', () => {
  const state = startStream({
    learningCount: 26,
    patternsPerLearning: [2],
    resolutions: [64],
    noiseRatio: 1,
    recordRatio: 10,
  })
  const strengthsOf = (values: readonly number[]) =>
    values.map((value) => {
      const { score } = pushValue(state, value)
      return score / (1 - score)
    })
  // A pattern of 64 means is not complete here, no context is above ten records: range alone.
  ok(strengthsOf(Array.from({ length: 26 }, (_, at) => at % 2)).every((one) => one === 0))
  // By 0.2 of a range of 1; by 0.1 of 1.2, less, so a tenth counts; by 0.68 of 1.32, more.
  const found = strengthsOf([1.2, 1.32, 2])
  // 39 values later the quiet time is over, and less counts in full again.
  const later = strengthsOf([...Array(39).fill(1), 2.2]).at(-1)!
  for (const [at, wants] of [1, 0.05, 3.4 / 1.32, 0.5].entries())
    ok(Math.abs([...found, later][at]! - wants) < 1e-9, `${found}, ${later}`)
})

test('a value far out of a range near nothing is strange, and no more than that', () => {
  const state = startStream({ learningCount: 24 })
  for (let at = 0; at < 24; at += 1) pushValue(state, at % 2 === 0 ? 0 : 1e-300)
  const { score, beyondRange } = pushValue(state, 1e149)
  equal(beyondRange, 1e6)
  ok(score > 0.99 && score <= 1)
})

test('constant, empty and wild streams give scores from 0 to 1', () => {
  ok(alarmsOf(Array(2000).fill(7)).length === 0)
  deepEqual(streamingAnomalyModel.predict(startStream(parameters), []), [])
  const value = fc.double({ min: -1e100, max: 1e100, noNaN: true })
  fc.assert(
    fc.property(fc.array(value, { minLength: 30, maxLength: 200 }), (values) => {
      const state = startStream({ learningCount: 24 })
      for (const one of values) {
        const found = pushValue(state, one)
        ok(found.score >= 0 && found.score <= 1 && found.chance > 0 && found.chance <= 1)
        ok(found.unknownShare >= 0 && found.unknownShare <= 1 && found.strength.context >= 0)
      }
    }),
    { numRuns: 30 },
  )
})

test('memory is bounded, and the oldest pattern goes first', () => {
  const state = startStream({ learningCount: 24, resolutions: [2], patternsMax: 16 })
  for (const value of makeStream(4)) pushValue(state, value)
  equal(state.memories[0]!.patterns.length, 32)
  ok(state.memories[0]!.seen > 100)
  for (const { learned, shares, stretch, scales } of state.contexts) {
    deepEqual([learned.length, shares.length], [0, stretch])
    deepEqual(
      scales.map(({ counts }) => counts.length),
      [17 ** 2, 33 ** 2],
    )
  }
})

test('usual levels in an order that never was are strange, and soon usual', () => {
  const state = startStream({
    learningCount: 100,
    contextsPerLearning: [50],
    levelsOfRange: [3],
    contextDecay: 0.9,
  })
  // Each level twice, since a mean is of two values.
  const push = (levels: readonly number[]) =>
    levels.flatMap((level) => [pushValue(state, level), pushValue(state, level)]).at(-1)!
  const usual = Array.from({ length: 25 }, () => [0, 1, 2, 3, 2, 1]).flat()
  deepEqual([push(usual).unknownShare, push([0]).strength.context], [0, 0])
  // 0 to 3 and back: two of the 13 means of a quarter of the learning time.
  const found = push([3, 0])
  ok(Math.abs(found.unknownShare - 2 / 13) < 1e-12)
  equal(found.strength.range, 0)
  // The first of the two raised the record to one of 13; what learning left of it is long gone.
  ok(Math.abs(found.strength.context - (2 / 13 / (1 / 13 + 0.02) - 0.8)) < 1e-3)
  const { factors } = streamingAnomalyModel.explain(found)
  ok(factors.some(({ factor, says }) => factor === 'unknown_context' && /15\.4 %/.test(says)))
  equal(push(Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? 3 : 0))).unknownShare, 0)
})

test('where new patterns are common, one more counts less', () => {
  const random = createRandom('repeats')
  const values = makeStream(30, (value, at) =>
    at >= 12 * day && at % (2 * day) < day ? value * (1 + random.next()) : value,
  )
  const patternsOf = (repeatsHalving: number) => {
    const state = startStream({ ...parameters, repeatsHalving })
    return values.map((value) => pushValue(state, value).strength.pattern)
  }
  const [halved, whole] = [patternsOf(1), patternsOf(1e6)]
  ok(halved.every((one, at) => one <= whole[at]! + 1e-12))
  ok(halved.some((one, at) => one > 0 && one < 0.7 * whole[at]!))
  const first = whole.findIndex((one) => one > 0)
  ok(Math.abs(halved[first]! - whole[first]!) < 0.5 * whole[first]!)
})

test('an explanation adds up to the strength of the score', () => {
  const values = makeStream(30, changes[2]!.change)
  const artifact = streamingAnomalyModel.fit(values.slice(0, 20 * day), parameters)
  const [found] = streamingAnomalyModel.predict(artifact, [400])
  const { base, factors } = streamingAnomalyModel.explain(found!)
  const strength = factors.reduce((sum, { weight }) => sum + weight, base)
  ok(Math.abs(strength / (1 + strength) - found!.score) < 1e-12)
  equal(factors[0]!.factor, 'out_of_range')
})

test('bad input is named', () => {
  const state = startStream(parameters)
  const refuses = (field: string, act: () => unknown) =>
    throws(act, (error) => error instanceof Fault && error.detail.field === field)
  refuses('value', () => pushValue(state, Number.NaN))
  refuses('history, row 1', () =>
    streamingAnomalyModel.fit([1, Number.POSITIVE_INFINITY], parameters),
  )
  refuses('learningCount', () => startStream({ learningCount: 0 }))
})
