/**
 * Takes a few people out of the roster and puts each back by the cheapest legal way, prices blurred now
 * and then so that the order of coming back matters less; worse rosters are kept while it is warm.
 */
import type { Random } from '../../math/random.ts'
import type { PathSearch } from './best-path.ts'
import type { RosterState } from './state.ts'

const peopleMost = 4
const blurRatio = 0.3

export interface Shaker {
  /** One try, between two Mondays; gives the change of the penalty, 0 where it was taken back. */
  shake(from: number, to: number, temperature: number): number
}

export function createShaker(state: RosterState, search: PathSearch, random: Random): Shaker {
  const { compiled, prices } = state
  const { daysCount: D, shiftsCount: S, peopleCount } = compiled
  const blurred = new Float64Array(D * S)
  const saved = new Int16Array(peopleMost * D)

  function choose(): number[] {
    const wanted = Math.min(2 + random.below(peopleMost - 1), peopleCount)
    const chosen: number[] = []
    while (chosen.length < wanted) {
      const person = random.below(peopleCount)
      if (!chosen.includes(person)) chosen.push(person)
    }
    return chosen
  }

  function putBack(person: number, from: number, to: number, isBlurred: boolean): void {
    if (isBlurred)
      for (let cell = from * S; cell < to * S; cell += 1)
        blurred[cell] = prices[cell]! * (1 - blurRatio * random.next())
    search.best(person, state.daysOf(person), from, to, isBlurred ? blurred : prices)
    state.count(person, 1, from, to)
  }

  function shake(from: number, to: number, temperature: number): number {
    const people = choose()
    const before = state.costOf(people, from, to)
    for (const [at, person] of people.entries()) {
      saved.set(state.daysOf(person), at * D)
      state.count(person, -1, from, to)
    }
    const isBlurred = random.next() < 0.5
    for (const person of people) putBack(person, from, to, isBlurred)
    if (isBlurred)
      for (const person of people) {
        state.count(person, -1, from, to)
        putBack(person, from, to, false)
      }
    const change = state.costOf(people, from, to) - before
    if (change <= 0 || random.next() < Math.exp(-change / temperature)) return change
    for (const [at, person] of people.entries()) {
      state.count(person, -1, from, to)
      state.daysOf(person).set(saved.subarray(at * D, (at + 1) * D))
      state.count(person, 1, from, to)
    }
    return 0
  }

  return { shake }
}
