/** What becomes of a programme: an answer with its gap, none that there can be, none in time. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import { createRandom } from '../math/random.ts'
import { loadSolver, solveProgram } from './highs.ts'
import { addColumn, createProgram, type Program, type Row } from './program.ts'

const highs = await loadSolver()

/** The most worth within a weight, each piece whole. */
function knapsack(pieces: readonly (readonly [number, number])[], most: number): Program {
  const program = createProgram<Row>()
  const columns = pieces.map(([worth]) => addColumn(program, -worth, { high: 1, isInteger: true }))
  const values = pieces.map(([, weight]) => weight)
  program.rows.push({ columns, values, low: Number.NEGATIVE_INFINITY, high: most })
  return program
}

const pieces = [
  [60, 10],
  [100, 20],
  [120, 30],
] as const

test('the best whole pieces of a textbook knapsack, proven', () => {
  const solution = solveProgram(highs, knapsack(pieces, 50), { gapRatio: 0 })
  ok(solution.outcome === 'found')
  deepEqual([...solution.values].map(Math.round), [0, 1, 1])
  equal(solution.gapRatio, 0)
})

test('lower bounds hold, and fractions count where they may', () => {
  const program = knapsack(pieces, 50)
  program.lowers[0] = 1
  program.integer.fill(0)
  const solution = solveProgram(highs, program)
  ok(solution.outcome === 'found')
  deepEqual(
    [...solution.values].map((value) => Math.round(value * 1e6) / 1e6),
    [1, 1, 0.666667],
  )
})

test('rows that contradict each other are said to, and the next programme is none the worse', () => {
  const program = knapsack(pieces, 50)
  program.rows.push({ columns: [0, 1, 2], values: [1, 1, 1], low: 3, high: 3 })
  deepEqual(solveProgram(highs, program), { outcome: 'impossible' })
  equal(solveProgram(highs, knapsack(pieces, 50)).outcome, 'found')
})

test('its time is a limit', () => {
  const random = createRandom(7)
  const program = createProgram<Row>()
  // Whole shares in many equal sums: hard to find at all.
  const columns = Array.from({ length: 60 }, () =>
    addColumn(program, 1, { high: 1, isInteger: true }),
  )
  for (let row = 0; row < 8; row += 1) {
    const values = columns.map(() => random.below(100))
    const half = Math.floor(values.reduce((sum, value) => sum + value, 0) / 2)
    program.rows.push({ columns, values, low: half, high: half })
  }
  const beganAt = performance.now()
  const { outcome } = solveProgram(highs, program, { secondsMax: 0.2, gapRatio: 0 })
  ok(performance.now() - beganAt < 5_000)
  equal(outcome, 'late')
})
