/**
 * The chance to fail each day, as a logistic of what is known of the device that day: for few failures
 * and reasons that can be read. Ridge keeps columns that repeat each other, and classes that part
 * cleanly, from running away.
 */
import { z } from 'zod'
import { cholesky, solveCholesky } from '../math/linear-algebra.ts'
import { float64s } from '../packed.ts'
import {
  checkLabels,
  checkTable,
  type LabelledTable,
  refuse,
  rowsCountOf,
  type Table,
} from '../trees/histogram-boosting/table.ts'

export const Hazard = z.strictObject({
  features: z.array(z.string()),
  means: float64s,
  deviations: float64s,
  /** Of standardised features, intercept last. */
  coefficients: float64s,
})
export type Hazard = z.output<typeof Hazard>

const roundsMax = 50

/** @param table a row a device and day; numbers only, none missing; label 1 where it failed that day */
export function fitHazard(table: LabelledTable, ridge = 1): Hazard {
  checkTable(table)
  checkLabels(table)
  const rowsCount = rowsCountOf(table)
  const width = table.features.length
  const means = new Float64Array(width)
  const deviations = new Float64Array(width)
  const standardised = table.columns.map((column, at) => {
    const { mean, deviation } = momentsOf(column, table.features[at]!.name)
    means[at] = mean
    deviations[at] = deviation
    return Float64Array.from(column, (value) => (value - mean) / deviation)
  })
  standardised.push(new Float64Array(rowsCount).fill(1))
  let ones = 0
  for (let row = 0; row < rowsCount; row += 1) ones += table.labels[row]!
  if (ones === 0 || ones === rowsCount) refuse('labels', 'both failures and days without')
  const coefficients = new Float64Array(width + 1)
  coefficients[width] = Math.log(ones / (rowsCount - ones))
  for (let round = 0; round < roundsMax; round += 1)
    if (newtonStep(standardised, table.labels, ridge, coefficients) < 1e-8) break
  return {
    features: table.features.map(({ name }) => name),
    means,
    deviations,
    coefficients,
  }
}

/** Chance to fail that day, a row each. */
export function hazards(hazard: Hazard, table: Table): Float64Array {
  const { features, means, deviations, coefficients } = hazard
  const width = features.length
  for (const [at, name] of features.entries())
    if (table.features[at]?.name !== name) refuse(`feature ${at}`, name)
  const chances = new Float64Array(rowsCountOf(table)).fill(coefficients[width]!)
  for (let at = 0; at < width; at += 1)
    for (let row = 0; row < chances.length; row += 1)
      chances[row]! +=
        (coefficients[at]! * (table.columns[at]![row]! - means[at]!)) / deviations[at]!
  return chances.map((score) => 1 / (1 + Math.exp(-score)))
}

/** P(fails on one of the days) = 1 - product of (1 - h). */
export function chanceWithin(daily: ArrayLike<number>): number {
  let logAlive = 0
  for (let day = 0; day < daily.length; day += 1) logAlive += Math.log1p(-daily[day]!)
  return 0 - Math.expm1(logAlive)
}

/** @returns the largest change */
function newtonStep(
  columns: readonly Float64Array[],
  labels: ArrayLike<number>,
  ridge: number,
  coefficients: Float64Array,
): number {
  const width = columns.length
  const gradient = new Float64Array(width)
  const hessian = new Float64Array(width * width)
  for (let row = 0; row < labels.length; row += 1) {
    let score = 0
    for (let at = 0; at < width; at += 1) score += coefficients[at]! * columns[at]![row]!
    const p = 1 / (1 + Math.exp(-score))
    const weight = Math.max(p * (1 - p), 1e-10)
    const rest = p - labels[row]!
    for (let at = 0; at < width; at += 1) {
      const value = columns[at]![row]!
      gradient[at]! += rest * value
      for (let other = 0; other <= at; other += 1)
        hessian[at * width + other]! += weight * value * columns[other]![row]!
    }
  }
  for (let at = 0; at < width; at += 1) {
    // The intercept is free but for a trace.
    const penalty = at < width - 1 ? ridge : 1e-9
    gradient[at]! += penalty * coefficients[at]!
    hessian[at * width + at]! += penalty
  }
  const step = solveCholesky(cholesky({ rows: width, columns: width, values: hessian }), gradient)
  let largest = 0
  // Far from the optimum a whole step can overshoot: bounded, it cannot.
  for (const change of step) largest = Math.max(largest, Math.abs(change))
  const scale = largest > 5 ? 5 / largest : 1
  for (let at = 0; at < width; at += 1) coefficients[at]! -= scale * step[at]!
  return largest
}

function momentsOf(column: ArrayLike<number>, name: string) {
  let [sum, squares] = [0, 0]
  for (let row = 0; row < column.length; row += 1) {
    if (!Number.isFinite(column[row])) refuse(`${name}, row ${row}`, 'a finite number')
    sum += column[row]!
  }
  const mean = sum / column.length
  for (let row = 0; row < column.length; row += 1) squares += (column[row]! - mean) ** 2
  const deviation = Math.sqrt(squares / column.length)
  return { mean, deviation: deviation > 0 ? deviation : 1 }
}
