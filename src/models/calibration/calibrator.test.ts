/** Probabilities that come true as often as they say, whichever way the scores were bent. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import {
  Calibrator,
  calibrated,
  chooseCalibrator,
  chooseForwardCalibrator,
  sigmoid,
} from './calibrator.ts'
import { fitIsotonic, isotonicAt } from './isotonic.ts'
import { fitPlatt } from './platt.ts'

/** Labels drawn by `chanceAt` of scores between -4 and 4. */
function draw(rows: number, seed: number, chanceAt: (score: number) => number) {
  const random = createRandom(seed)
  const scores = Float64Array.from({ length: rows }, () => random.next() * 8 - 4)
  const labels = scores.map((score) => (random.next() < chanceAt(score) ? 1 : 0))
  return { scores, labels }
}

test('isotonic: the steps of an example by hand', () => {
  const { scores, probabilities } = fitIsotonic([1, 2, 3, 4, 5, 6], [0, 1, 0, 0, 1, 1])
  deepEqual([...scores], [1, 3, 5.5])
  const least = 0.5 / 7
  for (const [at, wanted] of [least, 1 / 3, 1 - least].entries()) close(probabilities[at]!, wanted)
  close(isotonicAt({ scores, probabilities }, 2), (least + 1 / 3) / 2)
  equal(isotonicAt({ scores, probabilities }, -9), least)
  equal(isotonicAt({ scores, probabilities }, 9), 1 - least)
})

test('isotonic: equal scores are one step', () => {
  const { scores, probabilities } = fitIsotonic([2, 2, 2, 2], [1, 0, 0, 1])
  deepEqual([[...scores], [...probabilities]], [[2], [0.5]])
})

test('Platt: finds the curve that the labels were drawn by', () => {
  const { scores, labels } = draw(40_000, 1, (score) => sigmoid(0.6 * score - 1.1))
  const { slope, intercept } = fitPlatt(scores, labels)
  ok(Math.abs(slope - 0.6) < 0.03 && Math.abs(intercept + 1.1) < 0.05, `${slope} ${intercept}`)
})

test('Platt: classes that part cleanly give a finite curve, and a prior holds it back', () => {
  const scores = [-3, -2, -1, 1, 2, 3]
  const labels = [0, 0, 0, 1, 1, 1]
  const free = fitPlatt(scores, labels)
  ok(Number.isFinite(free.slope) && free.slope > 0)
  const held = fitPlatt(scores, labels, { rows: 1000, scale: 1 })
  ok(Math.abs(held.slope - 1) < 0.05 && Math.abs(held.intercept) < 0.05)
})

const bends = [
  {
    why: 'scores that are right stay',
    chance: (s: number) => sigmoid(s),
    wants: ['none', 'platt'],
  },
  { why: 'scores too bold are flattened', chance: (s: number) => sigmoid(s / 3), wants: ['platt'] },
  {
    why: 'a step is no logistic curve',
    chance: (s: number) => (s < 0 ? 0.1 : 0.6),
    wants: ['isotonic'],
  },
]
for (const { why, chance, wants } of bends)
  test(why, () => {
    const { scores, labels } = draw(4000, 2, chance)
    const { calibrator } = chooseCalibrator(scores, labels)
    ok(wants.includes(calibrator.kind), calibrator.kind)
    const fresh = draw(4000, 3, chance)
    const said = fresh.scores.map((score) => calibrated(calibrator, score))
    const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length
    ok(Math.abs(mean(said) - mean(fresh.labels)) < 0.03)
  })

const times = [
  { why: 'later days: scores that are right stay', early: 1, late: 1, wants: 'none' },
  { why: 'later days: scores too bold on all of them', early: 3, late: 3, wants: 'platt' },
  {
    why: 'later days: a bend of the first half that is gone in the second',
    early: 3,
    late: 1,
    wants: 'none',
  },
]
for (const { why, early, late, wants } of times)
  test(why, () => {
    const [first, second] = [early, late].map((over, at) =>
      draw(4000, 4 + at, (score) => sigmoid(score / over)),
    )
    const joined = (of: 'scores' | 'labels') => Float64Array.of(...first![of], ...second![of])
    const { calibrator, logLoss } = chooseForwardCalibrator(joined('scores'), joined('labels'))
    equal(calibrator.kind, wants)
    deepEqual(Object.keys(logLoss), ['none', 'platt', 'isotonic'])
  })

test('later days: a step is no logistic curve; few labels, or labels of one half only, say nothing', () => {
  const { scores, labels } = draw(6000, 6, (score) => (score < 0 ? 0.1 : 0.6))
  equal(chooseForwardCalibrator(scores, labels).calibrator.kind, 'isotonic')
  const early = labels.map((label, row) => (row < 3000 ? label : 0))
  deepEqual(chooseForwardCalibrator(scores, early), { calibrator: { kind: 'none' }, logLoss: {} })
  throws(
    () => chooseForwardCalibrator([1], []),
    (error) => error instanceof Fault,
  )
})

test('too few of one label: the scores are taken as they are', () => {
  const { calibrator, logLoss } = chooseCalibrator([1, 2, 3], [0, 1, 0])
  deepEqual([calibrator, logLoss], [{ kind: 'none' }, {}])
})

test('scores next to zero make no step back', () => {
  const tiny = 5e-324
  const steps = fitIsotonic(
    [0, 0, 0, tiny, 0, 0, 0, -8.2e-307, 0, 0],
    [0, 1, 0, 1, 0, 0, 1, 1, 1, 1],
  )
  const at = [-1, 0, tiny, 1].map((score) => calibrated({ kind: 'isotonic', ...steps }, score))
  deepEqual(
    at,
    at.toSorted((left, right) => left - right),
  )
})

test('a higher score never has a lower probability; no NaN; the order of rows does not matter', () => {
  // To a thousandth: between scores nearer than rounding errors there is no order to keep.
  const score = fc.integer({ min: -1e9, max: 1e9 }).map((thousandths) => thousandths / 1000)
  const row = fc.tuple(score, fc.constantFrom(0, 1))
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 200 }), (rows) => {
      const turned = rows.toReversed()
      for (const kind of ['platt', 'isotonic'] as const) {
        const fitted = (from: [number, number][]): Calibrator => {
          const scores = from.map(([score]) => score)
          const labels = from.map(([, label]) => label)
          return kind === 'isotonic'
            ? { kind, ...fitIsotonic(scores, labels) }
            : { kind, ...fitPlatt(scores, labels) }
        }
        const [one, other] = [fitted(rows), fitted(turned)]
        const at = [-1e6, -5, -1, 0, 1, 5, 1e6].map((score) => calibrated(one, score))
        ok(at.every((p) => p >= 0 && p <= 1))
        if (kind === 'isotonic') {
          ok(at.every((p, place) => place === 0 || p >= at[place - 1]!))
          for (const score of [-5, 0, 5])
            close(calibrated(one, score), calibrated(other, score), 1e-9)
        }
      }
    }),
    { numRuns: 100 },
  )
})

test('goes through JSON, and what does not rise is refused', () => {
  const { scores, labels } = draw(500, 4, (score) => (score < 0 ? 0.1 : 0.9))
  const calibrator: Calibrator = { kind: 'isotonic', ...fitIsotonic(scores, labels) }
  deepEqual(
    z.decode(Calibrator, JSON.parse(JSON.stringify(z.encode(Calibrator, calibrator)))),
    calibrator,
  )
  const falling = { ...calibrator, probabilities: calibrator.probabilities.toReversed() }
  ok(!z.safeEncode(Calibrator, falling).success || !Calibrator.safeParse(falling).success)
})

const refusals = [
  { why: 'labels of another length', scores: [1, 2], labels: [1], field: 'labels' },
  { why: 'a score that is no number', scores: [Number.NaN], labels: [1], field: 'scores, row 0' },
  { why: 'a label beside 0 and 1', scores: [1], labels: [2], field: 'labels, row 0' },
]
for (const { why, scores, labels, field } of refusals)
  test(why, () =>
    throws(
      () => chooseCalibrator(scores, labels),
      (error) => error instanceof Fault && error.detail.field === field,
    ),
  )
