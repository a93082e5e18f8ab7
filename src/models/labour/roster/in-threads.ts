/** Several searches of one roster at once, each with a seed of its own; the best is kept. */

import { loadSolver } from '../../solver/highs.ts'
import { mapInThreads } from '../../threads/map-in-threads.ts'
import { compileRoster, type RosterProblem } from './problem.ts'
import { type Solved, solveRoster } from './solve.ts'

interface Task {
  readonly problem: RosterProblem
  readonly seed: number
  readonly limitMs: number
}

/**
 * @param seeds one thread each
 * @throws Fault model_input_malformed | cancelled
 */
export async function solveInThreads(
  problem: RosterProblem,
  seeds: readonly number[],
  limitMs: number,
  signal?: AbortSignal,
): Promise<Solved> {
  const tasks = seeds.map((seed): Task => ({ problem, seed, limitMs }))
  const found = await mapInThreads<Task, Solved>(new URL(import.meta.url), 'solveOne', tasks, {
    threads: Math.max(1, seeds.length),
    ...(signal && { signal }),
  })
  return found.reduce((best, one) => (one.penalty < best.penalty ? one : best))
}

/**
 * What a thread runs, found by its name: with the thread's clock, since a time limit needs one.
 * @public
 */
export async function solveOne({ problem, seed, limitMs }: Task): Promise<Solved> {
  const compiled = compileRoster(problem)
  return solveRoster(await loadSolver(), compiled, {
    seed,
    limitMs,
    clockMs: () => performance.now(),
  })
}
