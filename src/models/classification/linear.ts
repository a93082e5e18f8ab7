/**
 * One line against the rest for each class: a support vector machine with squared hinge loss, by dual
 * coordinate descent (Hsieh et al. 2008), which needs a few passes over the rows and no step size.
 */
import { createRandom } from '../math/random.ts'
import type { SparseRows } from './vectors.ts'

export interface LineSettings {
  readonly termsCount: number
  readonly classesCount: number
  /** How dear a row on the wrong side is. */
  readonly cost: number
  readonly roundsMax: number
  readonly seed: number
}

const tolerance = 0.05

/**
 * @param labels class by row
 * @param weights by row, above 0
 * @returns weights by term and class, `term * classesCount + class`, the intercepts last
 */
export function fitLines(
  rows: SparseRows,
  labels: ArrayLike<number>,
  weights: ArrayLike<number>,
  settings: LineSettings,
): Float32Array {
  const { termsCount, classesCount, seed } = settings
  const all = new Float32Array((termsCount + 1) * classesCount)
  const squares = squaresOf(rows)
  const order = createRandom(seed).shuffle(Uint32Array.from(squares.keys()))
  const line = new Float64Array(termsCount + 1)
  for (let own = 0; own < classesCount; own += 1) {
    fitLine(rows, squares, order, labels, weights, own, settings, line)
    for (let term = 0; term <= termsCount; term += 1) all[term * classesCount + own] = line[term]!
  }
  return all
}

function squaresOf({ starts, values }: SparseRows): Float64Array {
  const squares = new Float64Array(starts.length - 1)
  for (let row = 0; row < squares.length; row += 1) {
    // The intercept is a term of its own, always 1.
    let sum = 1
    for (let at = starts[row]!; at < starts[row + 1]!; at += 1) sum += values[at]! ** 2
    squares[row] = sum
  }
  return squares
}

function fitLine(
  { starts, at, values }: SparseRows,
  squares: Float64Array,
  order: Uint32Array,
  labels: ArrayLike<number>,
  weights: ArrayLike<number>,
  own: number,
  { termsCount, cost, roundsMax }: LineSettings,
  line: Float64Array,
): void {
  line.fill(0)
  const alphas = new Float64Array(squares.length)
  for (let round = 0; round < roundsMax; round += 1) {
    let worst = 0
    for (const row of order) {
      const side = labels[row] === own ? 1 : -1
      const diagonal = 0.5 / (cost * weights[row]!)
      let score = line[termsCount]!
      for (let place = starts[row]!; place < starts[row + 1]!; place += 1)
        score += line[at[place]!]! * values[place]!
      const slope = side * score - 1 + diagonal * alphas[row]!
      const projected = alphas[row] === 0 ? Math.min(slope, 0) : slope
      if (Math.abs(projected) < 1e-12) continue
      worst = Math.max(worst, Math.abs(projected))
      const next = Math.max(0, alphas[row]! - slope / (squares[row]! + diagonal))
      const change = (next - alphas[row]!) * side
      alphas[row] = next
      line[termsCount]! += change
      for (let place = starts[row]!; place < starts[row + 1]!; place += 1)
        line[at[place]!]! += change * values[place]!
    }
    if (worst < tolerance) return
  }
}

/** Distance from each class's line, `row * classesCount + class`. */
export function scoreLines(
  lines: Float32Array,
  classesCount: number,
  { starts, at, values }: SparseRows,
): Float64Array {
  const rowsCount = starts.length - 1
  const intercepts = lines.length - classesCount
  const scores = new Float64Array(rowsCount * classesCount)
  for (let row = 0; row < rowsCount; row += 1) {
    const into = row * classesCount
    for (let own = 0; own < classesCount; own += 1) scores[into + own] = lines[intercepts + own]!
    for (let place = starts[row]!; place < starts[row + 1]!; place += 1) {
      const from = at[place]! * classesCount
      const value = values[place]!
      for (let own = 0; own < classesCount; own += 1)
        scores[into + own]! += lines[from + own]! * value
    }
  }
  return scores
}
