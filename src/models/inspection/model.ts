/**
 * Which reports to inspect when only so many can be: boosted trees on distances from what is usual,
 * which all reports teach, and on the few that were inspected. Without labels: the price's distance.
 */
import { z } from 'zod'
import { parse } from '../../base/parse.ts'
import { refuseInput } from '../inputs.ts'
import { defineModel, type Explanation } from '../model.ts'
import { shapleyContributions } from '../trees/histogram-boosting/contributions.ts'
import { Forest } from '../trees/histogram-boosting/forest.ts'
import { predictTable } from '../trees/histogram-boosting/predict.ts'
import { trainForest } from '../trees/histogram-boosting/train.ts'
import { featureNames, tableOf } from './features.ts'
import { Habits, learnHabits } from './habits.ts'
import { checkReports, type Reports } from './reports.ts'

export const InspectionParameters = z.strictObject({
  treesCount: z.int().min(1).max(5000).default(300),
  learningRate: z.number().gt(0).max(1).default(0.03),
  leavesMax: z.int().min(2).max(256).default(12),
  leafRowsMin: z.int().min(1).default(20),
  l2: z.number().nonnegative().default(2),
  /** Forests of other seeds, averaged: their spread is the stated uncertainty. */
  forestsCount: z.int().min(2).max(20).default(2),
  seed: z.int().default(1),
})
export type InspectionParameters = z.output<typeof InspectionParameters>

export const InspectionArtifact = z.strictObject({
  habits: Habits,
  forests: z.array(Forest).min(1),
})
export type InspectionArtifact = z.output<typeof InspectionArtifact>

export interface InspectionRisk {
  /** Of fraud, as inspections have found it: 0 to 1. */
  readonly chance: number
  /** Lowest and highest of the forests. */
  readonly chanceLow: number
  readonly chanceHigh: number
}

/**
 * @param labels 1 fraud, 0 in order, NaN not inspected; at least ten of each kind
 * @throws Fault model_input_malformed | model_parameters_malformed
 */
function fit(
  reports: Reports,
  labels: ArrayLike<number>,
  given: z.input<typeof InspectionParameters> = {},
): InspectionArtifact {
  const parameters = parse(InspectionParameters, given, 'model_parameters_malformed')
  checkReports(reports)
  const inspected = inspectedOf(labels, reports.sellers.length)
  const habits = learnHabits(reports)
  const { features, columns } = tableOf(pick(reports, inspected), habits)
  const { forestsCount, seed, ...growth } = parameters
  const own = Float64Array.from(inspected, (row) => labels[row]!)
  const forests = Array.from({ length: forestsCount }, (_, at) => {
    const settings = { ...growth, rowsRatio: 0.7, featuresRatio: 0.7, seed: seed + at }
    return trainForest(
      { features, columns, labels: own },
      { loss: { kind: 'logistic' }, ...settings },
    ).forest
  })
  return { habits, forests }
}

/** One risk a report, in their order. @throws Fault model_input_malformed */
function predict({ habits, forests }: InspectionArtifact, reports: Reports): InspectionRisk[] {
  checkReports(reports)
  const table = tableOf(reports, habits)
  const by = forests.map((forest) => predictTable(forest, table))
  return reports.sellers.map((_, row) => {
    const chances = by.map((one) => one[row]!)
    return {
      chance: chances.reduce((sum, one) => sum + one, 0) / chances.length,
      chanceLow: Math.min(...chances),
      chanceHigh: Math.max(...chances),
    }
  })
}

/** In log-odds, mean of the forests. @throws Fault model_input_malformed */
function explain(
  { habits, forests }: InspectionArtifact,
  reports: Reports,
  row: number,
): Explanation {
  checkReports(reports)
  if (!(row >= 0 && row < reports.sellers.length)) refuseInput('row', 'the place of a report')
  const { columns } = tableOf(pick(reports, [row]), habits)
  const values = Float32Array.from(columns, (column) => column[0]!)
  const weights = new Float64Array(featureNames.length)
  let base = 0
  for (const forest of forests) {
    const own = shapleyContributions(forest, values)
    base += own.base / forests.length
    for (let at = 0; at < weights.length; at += 1)
      weights[at]! += own.byFeature[at]! / forests.length
  }
  const factors = featureNames.map((factor, at) => ({
    factor,
    weight: weights[at]!,
    says: sayOf(factor, values[at]!),
  }))
  return { base, factors: factors.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)) }
}

function sayOf(factor: string, value: number): string {
  if (Number.isNaN(value)) return `There is no figure for ${factor.replaceAll('_', ' ')}.`
  if (factor === 'price_distance')
    return `The unit price is ${Math.exp(value).toFixed(2)} times what is usual for the product.`
  if (factor === 'missing')
    return value > 0 ? 'Quantity or value is missing.' : 'Quantity and value are given.'
  return `Its ${factor.replaceAll('_', ' ')} is ${value.toFixed(2)}.`
}

function inspectedOf(labels: ArrayLike<number>, count: number): number[] {
  if (labels.length !== count) refuseInput('labels', `${count} labels`)
  const kinds: [number[], number[]] = [[], []]
  for (let row = 0; row < count; row += 1) {
    const label = labels[row]!
    if (Number.isNaN(label)) continue
    if (label !== 0 && label !== 1) refuseInput(`labels, row ${row}`, '0, 1, or NaN')
    kinds[label].push(row)
  }
  if (Math.min(kinds[0].length, kinds[1].length) < 10) refuseInput('labels', 'ten of each kind')
  return [...kinds[0], ...kinds[1]].sort((a, b) => a - b)
}

function pick(
  { sellers, products, quantities, values }: Reports,
  rows: readonly number[],
): Reports {
  return {
    sellers: rows.map((row) => sellers[row]!),
    products: rows.map((row) => products[row]!),
    quantities: rows.map((row) => quantities[row]!),
    values: rows.map((row) => values[row]!),
  }
}

export const inspectionModel = defineModel({
  id: 'inspection',
  version: 1,
  title: 'Which reports to inspect first',
  parameters: InspectionParameters,
  artifact: InspectionArtifact,
  fit,
  predict,
  explain,
})
