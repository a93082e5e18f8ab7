/** A first roster: each person in turn, by what is still lacking. */
import { Fault } from '../../../base/fault.ts'
import type { Random } from '../../math/random.ts'
import type { PathSearch } from './best-path.ts'
import type { Roster } from './check.ts'
import type { CompiledRoster } from './problem.ts'
import { createState, type RosterState } from './state.ts'

/** The longest horizon whose best way is looked for in one piece: its tables grow with the cube. */
const wholeDaysMost = 42
const pieceDays = 14

/** @throws Fault model_input_malformed where one person alone has no legal way */
export function construct(compiled: CompiledRoster, search: PathSearch, random: Random): Roster {
  const { peopleCount, daysCount, problem } = compiled
  const state = createState(compiled, new Int16Array(peopleCount * daysCount).fill(-1))
  for (const person of random.shuffle(Array.from({ length: peopleCount }, (_, one) => one))) {
    if (!place(state, search, person))
      throw new Fault('model_input_malformed', {
        field: `people.${person}`,
        expected: `rules that ${problem.people[person]!.id} can keep all at once`,
      })
    state.count(person, 1, 0, daysCount)
  }
  return state.roster
}

/** Piece by piece, each with its share of the minutes; the last grows until the sums come out. */
function place({ compiled, prices, daysOf }: RosterState, search: PathSearch, person: number) {
  const { daysCount } = compiled
  const days = daysOf(person)
  const best = (from: number, to: number, isOpen: boolean) =>
    search.best(person, days, from, to, prices, isOpen) < Number.POSITIVE_INFINITY
  if (daysCount <= wholeDaysMost) return best(0, daysCount, false)
  for (let from = 0; from + pieceDays < daysCount; from += pieceDays)
    // A piece with many days off misses its share: it is planned again with the one before it.
    for (let begin = from; begin >= 0 && !best(begin, from + pieceDays, true); ) begin -= pieceDays
  for (let length = pieceDays; ; length *= 2) {
    const begin = Math.max(0, daysCount - length)
    if (best(begin, daysCount, false)) return true
    if (begin === 0) return false
  }
}
