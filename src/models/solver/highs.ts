/** The linear and integer solver: HiGHS in WebAssembly, loaded once for a process or a thread. */
import loader, { type Highs } from 'highs'
import { Fault } from '../../base/fault.ts'
import type { Program } from './program.ts'

// Its types are of a CommonJS module, whose default lies one deeper than that of the module here.
const loadHighs = loader as unknown as () => Promise<Highs>

let loading: Promise<Highs> | undefined

export function loadSolver(): Promise<Highs> {
  loading ??= loadHighs()
  return loading
}

export interface SolveLimits {
  /** Its thread does nothing else meanwhile. Default 5. */
  readonly secondsMax?: number | undefined
  /** It may stop where nothing can be better by more than this share. Default 0.01. */
  readonly gapRatio?: number | undefined
}

export type Solution =
  | {
      readonly outcome: 'found'
      /** Of each column. */
      readonly values: Float64Array
      /** How much better it could be at most, as a share of the cost; 0 is proven best. */
      readonly gapRatio: number
    }
  /** No values keep all rows and bounds. */
  | { readonly outcome: 'impossible' }
  /** Time was up before one was known. */
  | { readonly outcome: 'late' }

/** Of HiGHS: a point is known that keeps all rows and bounds. */
const feasible = 2

/** @throws Fault internal where the solver gave up for another reason than time */
export function solveProgram(
  highs: Highs,
  program: Program,
  { secondsMax = 5, gapRatio = 0.01 }: SolveLimits = {},
): Solution {
  const model = modelOf(highs, program)
  try {
    model.options.set({ output_flag: false, time_limit: secondsMax, mip_rel_gap: gapRatio })
    model.run()
    if (model.info.get('primal_solution_status') === feasible)
      return {
        outcome: 'found',
        values: model.getSolution().colValue,
        gapRatio: Math.max(0, Number(model.info.get('mip_gap'))),
      }
    const { infeasible, unboundedOrInfeasible, timeLimit } = highs.constants.modelStatus
    const status = model.getModelStatus()
    // Of the two, since costs do not fall without end.
    if (status === infeasible || status === unboundedOrInfeasible) return { outcome: 'impossible' }
    if (status === timeLimit) return { outcome: 'late' }
    throw new Fault('internal', { field: 'program', status })
  } finally {
    model.dispose()
  }
}

function modelOf(highs: Highs, program: Program) {
  const { costs, lowers, uppers, integer, rows } = program
  const bound = (value: number) => Math.max(-highs.infinity, Math.min(highs.infinity, value))
  const starts = [0]
  for (const { columns } of rows) starts.push(starts.at(-1)! + columns.length)
  return highs.createModel({
    numCols: costs.length,
    numRows: rows.length,
    colCost: costs,
    colLower: lowers.map(bound),
    colUpper: uppers.map(bound),
    rowLower: rows.map(({ low }) => bound(low)),
    rowUpper: rows.map(({ high }) => bound(high)),
    integrality: Int32Array.from(integer),
    matrix: {
      format: 'csr',
      numRows: rows.length,
      numCols: costs.length,
      starts,
      indices: rows.flatMap(({ columns }) => columns),
      values: rows.flatMap(({ values }) => values),
    },
  })
}
