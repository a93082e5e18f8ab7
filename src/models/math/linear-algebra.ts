/** Small dense matrices, row by row in a Float64Array. */
import { Fault } from '../../base/fault.ts'

export interface Matrix {
  readonly rows: number
  readonly columns: number
  /** `values[row * columns + column]` */
  readonly values: Float64Array
}

export function matrixOf(rows: readonly ArrayLike<number>[]): Matrix {
  const columns = rows[0]?.length ?? 0
  const values = new Float64Array(rows.length * columns)
  for (const [at, row] of rows.entries()) {
    if (row.length !== columns)
      throw new Fault('model_input_malformed', {
        field: `row ${at}`,
        expected: `${columns} values`,
      })
    values.set(row, at * columns)
  }
  return { rows: rows.length, columns, values }
}

export function multiply(left: Matrix, right: Matrix): Matrix {
  const values = new Float64Array(left.rows * right.columns)
  for (let row = 0; row < left.rows; row += 1)
    for (let inner = 0; inner < left.columns; inner += 1) {
      const factor = left.values[row * left.columns + inner]!
      if (factor === 0) continue
      for (let column = 0; column < right.columns; column += 1)
        values[row * right.columns + column]! +=
          factor * right.values[inner * right.columns + column]!
    }
  return { rows: left.rows, columns: right.columns, values }
}

export function transpose({ rows, columns, values }: Matrix): Matrix {
  const turned = new Float64Array(values.length)
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1)
      turned[column * rows + row] = values[row * columns + column]!
  return { rows: columns, columns: rows, values: turned }
}

export function timesVector({ rows, columns, values }: Matrix, vector: ArrayLike<number>) {
  const product = new Float64Array(rows)
  for (let row = 0; row < rows; row += 1) {
    let total = 0
    for (let column = 0; column < columns; column += 1)
      total += values[row * columns + column]! * vector[column]!
    product[row] = total
  }
  return product
}

/**
 * The lower triangle L with L Lᵀ = the symmetric matrix, of which only the lower half is read.
 * @throws Fault model_input_malformed where it is not positive definite
 */
export function cholesky({ rows: size, values }: Matrix): Matrix {
  const lower = new Float64Array(size * size)
  for (let row = 0; row < size; row += 1) {
    const start = row * size
    for (let column = 0; column <= row; column += 1) {
      const other = column * size
      let rest = values[start + column]!
      for (let inner = 0; inner < column; inner += 1)
        rest -= lower[start + inner]! * lower[other + inner]!
      if (column < row) lower[start + column] = rest / lower[other + column]!
      // Less than rounding leaves of the diagonal is nothing.
      else if (rest > 1e-14 * values[start + column]!) lower[start + column] = Math.sqrt(rest)
      else
        throw new Fault('model_input_malformed', {
          field: `row ${row}`,
          expected: 'a positive definite matrix',
        })
    }
  }
  return { rows: size, columns: size, values: lower }
}

/** x with L Lᵀ x = vector. */
export function solveCholesky(lower: Matrix, vector: ArrayLike<number>): Float64Array {
  const { rows: size, values } = lower
  const solution = Float64Array.from(vector)
  for (let row = 0; row < size; row += 1) {
    let rest = solution[row]!
    for (let inner = 0; inner < row; inner += 1)
      rest -= values[row * size + inner]! * solution[inner]!
    solution[row] = rest / values[row * size + row]!
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    const value = solution[row]! / values[row * size + row]!
    solution[row] = value
    for (let inner = 0; inner < row; inner += 1)
      solution[inner]! -= values[row * size + inner]! * value
  }
  return solution
}

/** The inverse of a symmetric positive definite matrix. @throws as `cholesky` */
export function invert(matrix: Matrix): Matrix {
  const size = matrix.rows
  const lower = cholesky(matrix)
  const values = new Float64Array(size * size)
  for (let row = 0; row < size; row += 1) {
    const unit = new Float64Array(size)
    unit[row] = 1
    values.set(solveCholesky(lower, unit), row * size)
  }
  return { rows: size, columns: size, values }
}

export interface LeastSquares {
  readonly coefficients: Float64Array
  /** Of the coefficients, by the residuals' variance. */
  readonly covariance: Matrix
  readonly residualVariance: number
}

/**
 * Weighted ridge: least sum of weight (target - row · b)² + penalty_k b_k².
 * @param penalties one for all, or one a column (0 for an intercept); a little above 0 keeps columns
 *   that repeat each other solvable
 * @throws Fault model_input_malformed where columns repeat each other without a penalty
 */
export function leastSquares(
  { rows, columns, values }: Matrix,
  target: ArrayLike<number>,
  {
    penalties = 0,
    weights,
  }: { penalties?: number | ArrayLike<number>; weights?: ArrayLike<number> } = {},
): LeastSquares {
  const normal = new Float64Array(columns * columns)
  const right = new Float64Array(columns)
  for (let row = 0; row < rows; row += 1) {
    const start = row * columns
    const weight = weights?.[row] ?? 1
    for (let column = 0; column < columns; column += 1) {
      const weighted = weight * values[start + column]!
      if (weighted === 0) continue
      right[column]! += weighted * target[row]!
      for (let other = 0; other <= column; other += 1)
        normal[column * columns + other]! += weighted * values[start + other]!
    }
  }
  for (let column = 0; column < columns; column += 1)
    normal[column * columns + column]! +=
      typeof penalties === 'number' ? penalties : (penalties[column] ?? 0)
  const matrix = { rows: columns, columns, values: normal }
  const coefficients = solveCholesky(cholesky(matrix), right)
  let squares = 0
  for (let row = 0; row < rows; row += 1) {
    let fitted = 0
    for (let column = 0; column < columns; column += 1)
      fitted += values[row * columns + column]! * coefficients[column]!
    squares += (weights?.[row] ?? 1) * (target[row]! - fitted) ** 2
  }
  const residualVariance = squares / Math.max(1, rows - columns)
  const inverse = invert(matrix)
  return {
    coefficients,
    covariance: { ...inverse, values: inverse.values.map((value) => value * residualVariance) },
    residualVariance,
  }
}
