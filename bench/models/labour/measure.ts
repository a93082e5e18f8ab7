/** One roster within a processor time, judged by code that the search does not use; runs in a thread. */
import { createPathSearch } from '../../../src/models/labour/roster/best-path.ts'
import { breachesOf, penaltyOf } from '../../../src/models/labour/roster/check.ts'
import { construct } from '../../../src/models/labour/roster/construct.ts'
import { compileRoster, type RosterProblem } from '../../../src/models/labour/roster/problem.ts'
import { solveRoster } from '../../../src/models/labour/roster/solve.ts'
import { createRandom } from '../../../src/models/math/random.ts'
import { loadSolver } from '../../../src/models/solver/highs.ts'

export interface RosterTask {
  readonly problem: RosterProblem
  readonly seed: number
  /** Of this thread's processor time. */
  readonly limitSeconds: number
}

export interface Measured {
  readonly penalty: number
  /** Each person in turn, once. */
  readonly naive: number
  readonly seconds: number
}

/**
 * What a thread runs, found by its name.
 * @throws Error where the roster breaks a rule
 * @public
 */
export async function measureRoster(task: RosterTask): Promise<Measured> {
  const compiled = compileRoster(task.problem)
  const highs = await loadSolver()
  const began = process.threadCpuUsage()
  const { roster } = solveRoster(highs, compiled, {
    seed: task.seed,
    limitMs: task.limitSeconds * 1000,
    clockMs: () => cpuMs(began),
  })
  const seconds = cpuMs(began) / 1000
  if (breachesOf(compiled, roster).length > 0) throw new Error('the roster is not legal')
  const inTurn = construct(compiled, createPathSearch(compiled), createRandom(task.seed))
  const penalty = penaltyOf(compiled, roster)
  process.stderr.write(`  ${compiled.peopleCount} people, ${task.limitSeconds} s: ${penalty}\n`)
  return { penalty, naive: penaltyOf(compiled, inTurn), seconds }
}

export function cpuMs(began: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system - began.user - began.system) / 1000
}
