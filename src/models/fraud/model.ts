/**
 * Fraud, from features of the moment to a probability: boosted trees, made to come true as often as
 * they say on the latest rows, with what they learned from kept to see when it no longer holds.
 */
import { z } from 'zod'
import { parse } from '../../base/parse.ts'
import { Calibrator, calibrated, chooseCalibrator } from '../calibration/calibrator.ts'
import { defineModel, type Explanation } from '../model.ts'
import { shapleyContributions } from '../trees/histogram-boosting/contributions.ts'
import { Forest } from '../trees/histogram-boosting/forest.ts'
import { scoreRow, scoreTable } from '../trees/histogram-boosting/predict.ts'
import {
  checkLabels,
  checkTable,
  type LabelledTable,
  refuse,
  rowsCountOf,
  type Table,
} from '../trees/histogram-boosting/table.ts'
import { trainForest } from '../trees/histogram-boosting/train.ts'
import { findTails, rowWithTails, Tails, withoutTail, withTails } from '../trees/tails.ts'
import { DriftReference, driftReference } from './drift.ts'
import { type FraudInput, FraudParameters } from './parameters.ts'
import { sayFeature } from './reasons.ts'

export const FraudArtifact = z.strictObject({
  forest: Forest,
  tails: Tails,
  calibrator: Calibrator,
  /** Of the features, and of the score under the name `score`. */
  drift: DriftReference,
})
export type FraudArtifact = z.output<typeof FraudArtifact>

export interface FraudRisk {
  /** 0 to 1, calibrated: of a hundred that say 0.2, twenty are fraud. */
  readonly probability: number
  /** Log-odds of the trees: what to rank by, since it has no ties. */
  readonly score: number
}

export const fraudModel = defineModel({
  id: 'fraud',
  version: 2,
  title: 'Fraud risk of a payment or return',
  parameters: FraudParameters,
  artifact: FraudArtifact,
  fit: fitFraud,
  predict: predictFraud,
  explain: explainFraud,
})

/**
 * @param table rows in the order of time, oldest first; labels 0 or 1. Only rows whose label has had
 *   the time to become known: a fraud that nobody has noticed yet would be learned as honest.
 * @throws Fault model_parameters_malformed | model_input_malformed
 */
export function fitFraud(table: LabelledTable, given: FraudInput = {}): FraudArtifact {
  const parameters = parse(FraudParameters, given, 'model_parameters_malformed')
  checkTable(table)
  checkLabels(table)
  const rowsCount = rowsCountOf(table)
  const early = Math.max(1, Math.floor(rowsCount * (1 - parameters.calibrationRatio)))
  checkCounts(table.labels, early, parameters.labelsEachMin)
  const tails = findTails(table, parameters.tailRatio)
  const whole = withTails(table, tails)
  const first = slice(whole, 0, early)
  const last = slice(whole, early, rowsCount)
  const trial = trainForest(first, parameters.boosting).forest
  const { seed } = parameters.boosting
  const { calibrator } = chooseCalibrator(scoreTable(trial, last), last.labels, seed)
  const { forest } = trainForest(whole, parameters.boosting)
  const names = [...table.features.map(({ name }) => name), 'score']
  const columns = [...table.columns, scoreTable(forest, whole)]
  return {
    forest,
    tails,
    calibrator,
    drift: driftReference(names, columns, parameters.driftBinsCount),
  }
}

/** @param row one number a feature that the model was fitted to; NaN is missing */
export function predictFraud(artifact: FraudArtifact, row: Float32Array): FraudRisk {
  checkRow(artifact, row)
  const scores = new Float64Array(1)
  scoreRow(artifact.forest, rowWithTails(row, artifact.tails), scores)
  const score = scores[0]!
  return { probability: calibrated(artifact.calibrator, score), score }
}

/** As `predictFraud`, of all rows. @throws Fault model_input_malformed */
export function predictFrauds(
  artifact: FraudArtifact,
  table: Table,
): { readonly probabilities: Float64Array; readonly scores: Float64Array } {
  checkTable(table)
  const { forest, tails } = artifact
  if (table.features.length !== tails.low.length) refuse('features', `${tails.low.length} features`)
  const scores = scoreTable(forest, withTails(table, tails))
  return { scores, probabilities: scores.map((one) => calibrated(artifact.calibrator, one)) }
}

/** In log-odds before calibration: base and factors add up to the score. */
export function explainFraud(artifact: FraudArtifact, row: Float32Array): Explanation {
  checkRow(artifact, row)
  const { forest, tails } = artifact
  const { base, byFeature } = shapleyContributions(forest, rowWithTails(row, tails))
  // A column and its tails are one thing to a person.
  const weights = new Map<string, number>()
  for (const [at, { name }] of forest.features.entries()) {
    const of = at < row.length ? name : withoutTail(name)
    weights.set(of, (weights.get(of) ?? 0) + byFeature[at]!)
  }
  const factors = forest.features
    .slice(0, row.length)
    .map(({ name }, at) => ({
      factor: name,
      weight: weights.get(name)!,
      says: sayFeature(name, row[at]!),
    }))
    .filter(({ weight }) => weight !== 0)
    .toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
  return { base, factors }
}

function checkRow({ tails }: FraudArtifact, row: Float32Array): void {
  if (row.length !== tails.low.length) refuse('row', `${tails.low.length} features`)
}

function checkCounts(labels: ArrayLike<number>, early: number, least: number): void {
  let [ones, earlyOnes] = [0, 0]
  for (let row = 0; row < labels.length; row += 1) {
    if (labels[row] !== 0 && labels[row] !== 1) refuse(`labels, row ${row}`, '0 or 1')
    ones += labels[row]!
    if (row < early) earlyOnes += labels[row]!
  }
  if (Math.min(ones, labels.length - ones) < least)
    refuse('labels', `at least ${least} frauds and ${least} others; until then use the scorecard`)
  if (earlyOnes === 0 || earlyOnes === early) refuse('labels', 'both labels among the early rows')
}

function slice({ features, columns, labels, weights }: LabelledTable, from: number, to: number) {
  const cut = (values: ArrayLike<number>) =>
    Float32Array.from({ length: to - from }, (_, at) => values[from + at]!)
  return {
    features,
    columns: columns.map(cut),
    labels: cut(labels),
    ...(weights !== undefined && { weights: cut(weights) }),
  }
}
