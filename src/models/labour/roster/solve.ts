/** Rosters by time limit: a legal one at once, a better one for as long as it may look. */
import type { Highs } from 'highs'
import { Fault } from '../../../base/fault.ts'
import { createRandom } from '../../math/random.ts'
import { createPathSearch } from './best-path.ts'
import { breachesOf, type Roster } from './check.ts'
import { construct } from './construct.ts'
import { anneal, coolingOf } from './cooling.ts'
import { polish } from './polish.ts'
import type { CompiledRoster } from './problem.ts'
import { createState } from './state.ts'

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

/** Of the time, for one slow cooling: with many people what comes after it settles details alone. */
const annealRatio = 0.88
/** Of few people, whole ways of up to 32 at once soon reach everybody, and gain more than slowness. */
const annealRatioOfFew = 0.6
const fewPeopleMost = 50

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
  const cooling = coolingOf(compiled)
  const steps = { highs, compiled, state, search, random, cooling, share, keep }
  const isFew = compiled.peopleCount <= fewPeopleMost
  anneal(steps, isFew ? annealRatioOfFew : annealRatio, cooling.hot, cooling.cold)
  polish(steps, kept.roster)
  if (breachesOf(compiled, kept.roster).length > 0) throw new Fault('internal', {})
  return kept
}
