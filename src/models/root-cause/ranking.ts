/**
 * How much each kind of evidence counts: a conditional logit. Within an incident the chances of all
 * candidates add up to one; the weights are those under which the true causes were likeliest.
 */
import { cholesky, solveCholesky } from '../math/linear-algebra.ts'

export interface Choice {
  /** One row of features a candidate. */
  readonly candidates: readonly Float64Array[]
  /** The true one's place. */
  readonly chosen: number
}

export interface Ranking {
  /** Taken from and divided out of each feature. */
  readonly means: Float64Array
  readonly scales: Float64Array
  readonly weights: Float64Array
}

/** @param penalty of the squared weights: what keeps few incidents from saying too much */
export function fitRanking(choices: readonly Choice[], width: number, penalty: number): Ranking {
  const { means, scales } = scaling(choices, width)
  const scaled = choices.map(({ candidates, chosen }) => ({
    rows: candidates.map((row) => row.map((value, at) => (value - means[at]!) / scales[at]!)),
    chosen,
  }))
  const weights = new Float64Array(width)
  for (let round = 0; round < 40; round += 1) {
    const gradient = weights.map((weight) => -penalty * weight)
    const curvature = new Float64Array(width * width)
    for (let at = 0; at < width; at += 1) curvature[at * width + at] = penalty
    for (const { rows, chosen } of scaled) addSlopes(rows, chosen, weights, gradient, curvature)
    const step = solveCholesky(
      cholesky({ rows: width, columns: width, values: curvature }),
      gradient,
    )
    const size = Math.hypot(...step)
    const damped = Math.min(1, 2 / Math.max(size, 1e-12))
    for (let at = 0; at < width; at += 1) weights[at]! += damped * step[at]!
    if (size < 1e-9) break
  }
  return { means, scales, weights }
}

export function chancesOf(ranking: Ranking, candidates: readonly Float64Array[]): Float64Array {
  return softmax(
    Float64Array.from(candidates, (row) => {
      let score = 0
      for (let at = 0; at < row.length; at += 1)
        score += ranking.weights[at]! * scaledAt(ranking, row, at)
      return score
    }),
  )
}

export function scaledAt({ means, scales }: Ranking, row: Float64Array, at: number): number {
  return (row[at]! - means[at]!) / scales[at]!
}

function softmax(scores: Float64Array): Float64Array {
  let most = Number.NEGATIVE_INFINITY
  for (const score of scores) most = Math.max(most, score)
  const powers = scores.map((score) => Math.exp(score - most))
  let total = 0
  for (const power of powers) total += power
  return powers.map((power) => power / total)
}

function addSlopes(
  rows: readonly Float64Array[],
  chosen: number,
  weights: Float64Array,
  gradient: Float64Array,
  curvature: Float64Array,
): void {
  const width = weights.length
  const chances = softmax(
    Float64Array.from(rows, (row) => row.reduce((sum, value, at) => sum + value * weights[at]!, 0)),
  )
  const expected = new Float64Array(width)
  for (const [place, row] of rows.entries())
    for (let at = 0; at < width; at += 1) expected[at]! += chances[place]! * row[at]!
  for (let at = 0; at < width; at += 1) gradient[at]! += rows[chosen]![at]! - expected[at]!
  for (const [place, row] of rows.entries())
    for (let a = 0; a < width; a += 1) {
      const left = chances[place]! * (row[a]! - expected[a]!)
      for (let b = 0; b < width; b += 1)
        curvature[a * width + b]! += left * (row[b]! - expected[b]!)
    }
}

function scaling(choices: readonly Choice[], width: number) {
  const means = new Float64Array(width)
  const squares = new Float64Array(width)
  let count = 0
  for (const { candidates } of choices)
    for (const row of candidates) {
      count += 1
      for (let at = 0; at < width; at += 1) {
        means[at]! += row[at]!
        squares[at]! += row[at]! ** 2
      }
    }
  const scales = new Float64Array(width).fill(1)
  for (let at = 0; at < width && count > 0; at += 1) {
    means[at]! /= count
    const deviation = Math.sqrt(Math.max(0, squares[at]! / count - means[at]! ** 2))
    if (deviation > 1e-9) scales[at] = deviation
  }
  return { means, scales }
}
