/** HiGHS, as WebAssembly in this process: one program in, the values of its variables out. */
import highsLoader from 'highs'
import { Fault } from '../../base/fault.ts'

/** Its types are those of its CommonJS side; what an `import` brings is the function itself. */
const load = highsLoader as unknown as typeof highsLoader.default
type Solver = Awaited<ReturnType<typeof load>>

let loading: Promise<Solver> | undefined

/**
 * @param program in CPLEX's LP format
 * @returns value of a variable by name, or undefined where nothing fits all rows
 * @throws Fault model_input_malformed where no answer was found in time
 */
export async function solveProgram(
  program: string,
  secondsMax: number,
): Promise<((name: string) => number) | undefined> {
  loading ??= load()
  const solver = await loading
  const solution = solver.solve(program, {
    time_limit: secondsMax,
    mip_rel_gap: 1e-6,
    output_flag: false,
  })
  if (solution.Status === 'Infeasible') return undefined
  const columns = solution.Columns as Record<string, { Primal?: number }>
  const hasAnswer = solution.Status === 'Optimal' || solution.Status === 'Time limit reached'
  if (!hasAnswer || Object.values(columns).some(({ Primal }) => Primal === undefined))
    throw new Fault('model_input_malformed', {
      field: 'program',
      expected: `an answer within ${secondsMax} s, not: ${solution.Status}`,
    })
  return (name) => columns[name]?.Primal ?? 0
}
