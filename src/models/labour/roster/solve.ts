/** Rosters by time limit: a legal one at once, a better one for as long as it may look. */
import type { Highs } from 'highs'
import { Fault } from '../../../base/fault.ts'
import { createRandom, type Random } from '../../math/random.ts'
import { createPathSearch, type PathSearch } from './best-path.ts'
import { breachesOf, type Roster } from './check.ts'
import { replan } from './columns.ts'
import type { CompiledRoster } from './problem.ts'
import { createShaker, type Shaker } from './shake.ts'
import { createState, type RosterState } from './state.ts'

export interface SolveOptions {
  readonly seed: number
  readonly limitMs: number
  /** Models have no clock of their own. */
  readonly clockMs: () => number
  readonly onBetter?: (penalty: number, afterMs: number) => void
}

export interface Solved {
  readonly roster: Roster
  readonly penalty: number
}

/** Longest window planned as a whole; a year is planned month by month, again and again. */
const windowDaysMost = 42

/**
 * The best roster found in the time given. Never one that breaks a rule.
 * @throws Fault model_input_malformed where one person alone has no legal way
 */
export function solveRoster(highs: Highs, compiled: CompiledRoster, options: SolveOptions): Solved {
  const random = createRandom(options.seed)
  const search = createPathSearch(compiled)
  const beganAt = options.clockMs()
  const share = (): number => (options.clockMs() - beganAt) / options.limitMs
  const state = createState(compiled, construct(compiled, search, random))
  const kept = { roster: state.roster.slice(), penalty: state.total() }
  const keep = (): void => {
    const penalty = state.total()
    if (penalty >= kept.penalty - 1e-9) return
    kept.penalty = penalty
    kept.roster.set(state.roster)
    options.onBetter?.(penalty, options.clockMs() - beganAt)
  }
  const shaker = createShaker(state, search, random)
  const steps = { highs, compiled, state, search, shaker, random, share, keep }
  improve(steps)
  if (breachesOf(compiled, kept.roster).length > 0) throw new Fault('internal', {})
  return kept
}

interface Steps {
  readonly highs: Highs
  readonly compiled: CompiledRoster
  readonly state: RosterState
  readonly search: PathSearch
  readonly shaker: Shaker
  readonly random: Random
  share(): number
  keep(): void
}

function improve(steps: Steps): void {
  const { compiled, state, share, keep } = steps
  cool(steps, 0.04, 20, 4)
  keep()
  for (const [from, to] of windows(compiled.daysCount))
    if (share() < 0.6) {
      replan(steps.highs, state, steps.search, {
        people: Array.from({ length: compiled.peopleCount }, (_, person) => person),
        from,
        to,
        roundsMax: 80,
        smoothing: 0.5,
        isOver: () => share() > 0.6,
      })
      keep()
    }
  while (share() < 1) {
    cool(steps, Math.min(1, share() + 0.01), 1, 0.5)
    keep()
    if (share() < 1) replanSome(steps)
    keep()
  }
}

/** Part of the people in part of the days, by chance. */
function replanSome({ compiled, random, highs, state, search, share }: Steps): void {
  const { daysCount, peopleCount } = compiled
  const length = Math.min(daysCount, 28)
  const from = 7 * random.below((daysCount - length) / 7 + 1)
  const wanted = Math.min(peopleCount, 5 + random.below(15))
  const everybody = Array.from({ length: peopleCount }, (_, person) => person)
  replan(highs, state, search, {
    people: random.shuffle(everybody).slice(0, wanted),
    from,
    to: from + length,
    roundsMax: 40,
    smoothing: 0.3,
    isOver: () => share() > 1,
  })
}

function cool(
  { compiled, random, shaker, share }: Steps,
  until: number,
  warm: number,
  cold: number,
) {
  const { daysCount } = compiled
  const length = Math.min(daysCount, windowDaysMost === daysCount ? daysCount : 28)
  const begin = share()
  for (let now = begin; now < until; now = share()) {
    const ratio = (now - begin) / (until - begin)
    const from = 7 * random.below((daysCount - length) / 7 + 1)
    shaker.shake(from, from + length, warm * (cold / warm) ** ratio)
  }
}

function windows(daysCount: number): [number, number][] {
  if (daysCount <= windowDaysMost) return [[0, daysCount]]
  const found: [number, number][] = []
  for (let from = 0; from < daysCount; from += 28)
    found.push([Math.min(from, daysCount - 28), Math.min(daysCount, from + 28)])
  return found
}

/** Each in turn by what is still lacking. */
function construct(compiled: CompiledRoster, search: PathSearch, random: Random): Roster {
  const { peopleCount, daysCount, problem } = compiled
  const state = createState(compiled, new Int16Array(peopleCount * daysCount).fill(-1))
  for (const person of random.shuffle(Array.from({ length: peopleCount }, (_, one) => one))) {
    const days = state.daysOf(person)
    if (search.best(person, days, 0, daysCount, state.prices) === Number.POSITIVE_INFINITY)
      throw new Fault('model_input_malformed', {
        field: `people.${person}`,
        expected: `rules that ${problem.people[person]!.id} can keep all at once`,
      })
    state.count(person, 1, 0, daysCount)
  }
  return state.roster
}
