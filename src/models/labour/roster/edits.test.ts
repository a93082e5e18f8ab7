/** Small changes: what they say they cost is what they cost, and they allow just what the judge allows. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createRandom } from '../../math/random.ts'
import { createAnnealer } from './anneal.ts'
import { createPathSearch } from './best-path.ts'
import { breachesOf, penaltyOf } from './check.ts'
import { drawn } from './drawn.ts'
import { createEdits } from './edits.ts'
import { type CompiledRoster, compileRoster } from './problem.ts'
import { createState } from './state.ts'

const numRuns = 60

/** Each person's cheapest way; undefined where somebody has none. */
function started(compiled: CompiledRoster) {
  const { peopleCount, daysCount } = compiled
  const state = createState(compiled, new Int16Array(peopleCount * daysCount).fill(-1))
  const search = createPathSearch(compiled)
  for (let person = 0; person < peopleCount; person += 1) {
    const cost = search.best(person, state.daysOf(person), 0, daysCount, state.prices)
    if (cost === Number.POSITIVE_INFINITY) return undefined
    state.count(person, 1, 0, daysCount)
  }
  return state
}

test('a change fits just where the judge finds no breach after it', () => {
  let [fitting, others] = [0, 0]
  fc.assert(
    fc.property(fc.nat(2000), (seed) => {
      const compiled = compileRoster(drawn(seed, 3, 3))
      const { daysCount: D, shiftsCount } = compiled
      const state = started(compiled)
      if (state === undefined) return
      const edits = createEdits(state)
      const random = createRandom(seed)
      const next = new Int16Array(D)
      for (let draw = 0; draw < 200; draw += 1) {
        const person = random.below(3)
        const length = 1 + random.below(4)
        const from = random.below(D - length + 1)
        for (let at = 0; at < length; at += 1)
          next[at] = random.next() < 0.5 ? -1 : random.below(shiftsCount)
        const changed: Int16Array = state.roster.slice()
        changed.set(next.subarray(0, length), person * D + from)
        const isLegal: boolean = breachesOf(compiled, changed).length === 0
        equal(edits.fits(person, from, length, next), isLegal)
        if (isLegal) fitting += 1
        else others += 1
        if (!isLegal) continue
        edits.put(person, from, length, next)
        edits.keep()
      }
    }),
    { numRuns },
  )
  ok(fitting > 100 && others > 100, `${fitting} fit, ${others} do not`)
})

test('the changes sum up to the penalty computed anew, and what is undone is as it was', () => {
  let undone = 0
  fc.assert(
    fc.property(fc.nat(2000), (seed) => {
      const compiled = compileRoster(drawn(seed, 5, 3))
      const { daysCount: D, shiftsCount } = compiled
      const state = started(compiled)
      if (state === undefined) return
      const edits = createEdits(state)
      const random = createRandom(seed)
      let penalty = penaltyOf(compiled, state.roster)
      const next = new Int16Array(D)
      for (let draw = 0; draw < 300; draw += 1) {
        const before = state.roster.slice()
        const counts = state.counts.slice()
        let change = 0
        for (let put = 0; put < 3; put += 1) {
          const person = random.below(5)
          const from = random.below(D)
          next[0] = random.below(shiftsCount + 1) - 1
          if (edits.fits(person, from, 1, next)) change += edits.put(person, from, 1, next)
        }
        equal(penaltyOf(compiled, state.roster), penalty + change)
        if (random.next() < 0.5) {
          edits.keep()
          penalty += change
          continue
        }
        edits.undo()
        undone += 1
        deepEqual(state.roster, before)
        deepEqual(state.counts, counts)
      }
      deepEqual(state.counts, createState(compiled, state.roster).counts)
    }),
    { numRuns },
  )
  ok(undone > 100)
})

test('annealing stays lawful, counts what it changes, and comes below where it began', () => {
  const compiled = compileRoster(drawn(4, 8, 4))
  const state = started(compiled)
  ok(state)
  const annealer = createAnnealer(state, createEdits(state), createRandom(1))
  const began = penaltyOf(compiled, state.roster)
  let penalty = began
  for (let step = 0; step < 40_000; step += 1) {
    penalty += annealer.step(20 * 0.015 ** (step / 40_000))
    if (step % 400 !== 0) continue
    deepEqual(breachesOf(compiled, state.roster), [])
    equal(penaltyOf(compiled, state.roster), penalty)
  }
  ok(penalty < began, `${began} to ${penalty}`)
})
