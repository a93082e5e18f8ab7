/** Small changes: what they say they cost is what they cost, and they allow just what the judge allows. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createRandom } from '../../math/random.ts'
import { createAnnealer } from './anneal.ts'
import { createPathSearch } from './best-path.ts'
import { breachesOf, penaltyOf } from './check.ts'
import { createDaysDraw, drawDays } from './draw-days.ts'
import { createSwapsDraw, drawSwaps } from './draw-swaps.ts'
import { drawn } from './drawn.ts'
import { fits } from './lawful.ts'
import { costOf, createLedger, put, wishesOf } from './ledger.ts'
import { begin, createLottery, isDrawn } from './lottery.ts'
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
      const ledger = createLedger(state)
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
        equal(fits(ledger, person, from, length, next), isLegal)
        if (isLegal) fitting += 1
        else others += 1
        if (!isLegal) continue
        put(ledger, person, from, length, next)
      }
    }),
    { numRuns },
  )
  ok(fitting > 100 && others > 100, `${fitting} fit, ${others} do not`)
})

test('the changes sum up to the penalty computed anew, and putting back makes all as it was', () => {
  let undone = 0
  fc.assert(
    fc.property(fc.nat(2000), (seed) => {
      const compiled = compileRoster(drawn(seed, 5, 3))
      const { daysCount: D, shiftsCount } = compiled
      const state = started(compiled)
      if (state === undefined) return
      const ledger = createLedger(state)
      const random = createRandom(seed)
      let penalty = penaltyOf(compiled, state.roster)
      const next = new Int16Array(1)
      for (let draw = 0; draw < 600; draw += 1) {
        const person = random.below(5)
        const from = random.below(D)
        next[0] = random.below(shiftsCount + 1) - 1
        if (!fits(ledger, person, from, 1, next)) continue
        const before = state.roster.slice()
        const old = state.daysOf(person).slice(from, from + 1)
        const change = costOf(ledger, person, from, 1, next)
        put(ledger, person, from, 1, next)
        equal(penaltyOf(compiled, state.roster), penalty + change)
        if (random.next() < 0.5) {
          penalty += change
          continue
        }
        equal(costOf(ledger, person, from, 1, old) + change, 0)
        put(ledger, person, from, 1, old)
        undone += 1
        deepEqual(state.roster, before)
      }
      deepEqual(state.counts, createState(compiled, state.roster).counts)
      const { worked, weekends, used } = createLedger(state)
      deepEqual([ledger.worked, ledger.weekends, ledger.used], [worked, weekends, used])
    }),
    { numRuns },
  )
  ok(undone > 100)
})

test('where two change places the wishes alone tell what it costs', () => {
  const compiled = compileRoster(drawn(4, 8, 4))
  const state = started(compiled)
  ok(state)
  const ledger = createLedger(state)
  const random = createRandom(1)
  let exchanges = 0
  for (let draw = 0; draw < 5000; draw += 1) {
    const [one, other, from] = [random.below(8), random.below(8), random.below(26)]
    const mine: Int16Array = state.daysOf(one).slice(from, from + 3)
    const theirs: Int16Array = state.daysOf(other).slice(from, from + 3)
    if (!fits(ledger, one, from, 3, theirs) || !fits(ledger, other, from, 3, mine)) continue
    const before = penaltyOf(compiled, state.roster)
    const change: number =
      wishesOf(ledger, one, from, 3, theirs) + wishesOf(ledger, other, from, 3, mine)
    put(ledger, one, from, 3, theirs)
    put(ledger, other, from, 3, mine)
    equal(penaltyOf(compiled, state.roster), before + change)
    if (change !== 0) exchanges += 1
  }
  ok(exchanges > 20, `${exchanges}`)
})

test('drawn days and drawn changes of place are lawful and cost what they say', () => {
  let [alone, together] = [0, 0]
  fc.assert(
    fc.property(fc.nat(2000), (seed) => {
      const compiled = compileRoster(drawn(seed, 6, 3))
      const state = started(compiled)
      if (state === undefined) return
      const ledger = createLedger(state)
      const random = createRandom(seed)
      const lottery = createLottery(random)
      const allowed = compiled.people.map(({ shiftsMax }) =>
        Int16Array.from([-1, ...[...shiftsMax.keys()].filter((shift) => shiftsMax[shift]! > 0)]),
      )
      const days = createDaysDraw(ledger, lottery, allowed)
      const swaps = createSwapsDraw(ledger, lottery)
      let penalty = penaltyOf(compiled, state.roster)
      for (let draw = 0; draw < 200; draw += 1) {
        const length = 1 + random.below(7)
        const from = random.below(compiled.daysCount - length + 1)
        const [one, other] = [random.below(6), random.below(6)]
        const isAlone = one === other || random.next() < 0.5
        const change = isAlone
          ? drawDays(days, one, from, length, 30)
          : drawSwaps(swaps, one, other, from, length, 30)
        penalty += change
        if (change !== 0 && isAlone) alone += 1
        if (change !== 0 && !isAlone) together += 1
        equal(penaltyOf(compiled, state.roster), penalty)
        deepEqual(breachesOf(compiled, state.roster), [])
      }
    }),
    { numRuns },
  )
  ok(alone > 100 && together > 100, `${alone} alone, ${together} together`)
})

test('a drawn week at next to no warmth is the cheapest week that there is', () => {
  let weeks = 0
  for (const seed of [3, 4, 5, 6, 7]) {
    const compiled = compileRoster(drawn(seed, 1, 1))
    const state = started(compiled)
    if (state === undefined) continue
    const cheapest = penaltyOf(compiled, state.roster)
    const ledger = createLedger(state)
    const random = createRandom(seed)
    const allowed = [Int16Array.from([-1, ...compiled.people[0]!.shiftsMax.keys()])]
    const draw = createDaysDraw(ledger, createLottery(random), allowed)
    for (let warm = 0; warm < 50; warm += 1) drawDays(draw, 0, random.below(5), 3, 200)
    drawDays(draw, 0, 0, 7, 0.01)
    equal(penaltyOf(compiled, state.roster), cheapest)
    weeks += 1
  }
  ok(weeks > 2, `${weeks}`)
})

test('a lottery draws as often as the warmth says', () => {
  const lottery = createLottery(createRandom(1))
  let dear = 0
  for (let draw = 0; draw < 20_000; draw += 1) {
    begin(lottery, 2)
    if (isDrawn(lottery, 2)) dear += 1
  }
  ok(Math.abs(dear / 20_000 - 1 / (1 + Math.E)) < 0.015, `${dear}`)
})

test('annealing stays lawful, counts what it changes, and comes below where it began', () => {
  const compiled = compileRoster(drawn(4, 8, 4))
  const state = started(compiled)
  ok(state)
  const annealer = createAnnealer(state, createRandom(1))
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
