/**
 * Fraud, from features of the moment to a probability: boosted trees, made to come true as often as
 * they say where later days show that they do not, with what they learned from kept to see when it no longer holds.
 */
import { z } from 'zod'
import { parse } from '../../base/parse.ts'
import { Calibrator, calibrated, chooseForwardCalibrator } from '../calibration/calibrator.ts'
import { defineModel, type Explanation } from '../model.ts'
import { Forest } from '../trees/histogram-boosting/forest.ts'
import { scoreTable } from '../trees/histogram-boosting/predict.ts'
import {
  checkLabels,
  checkTable,
  type LabelledTable,
  rowsCountOf,
  type Table,
} from '../trees/histogram-boosting/table.ts'
import { trainForest } from '../trees/histogram-boosting/train.ts'
import { pickRows } from '../trees/pick-rows.ts'
import {
  checkBoth,
  explainScore,
  scoreOne,
  scoreRows,
  type TailedForests,
} from '../trees/tailed-forests.ts'
import { findTails, Tails, withTails } from '../trees/tails.ts'
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
  version: 3,
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
  checkFrauds(table.labels, early, parameters.labelsEachMin)
  const tails = findTails(table, parameters.tailRatio)
  const whole = withTails(table, tails)
  const last = rowsFrom(whole, early, rowsCount)
  const trial = trainForest(rowsFrom(whole, 0, early), parameters.boosting).forest
  const { calibrator } = chooseForwardCalibrator(scoreTable(trial, last), last.labels)
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
  const score = scoreOne(treesOf(artifact), row)
  return { probability: calibrated(artifact.calibrator, score), score }
}

/** As `predictFraud`, of all rows. @throws Fault model_input_malformed */
export function predictFrauds(
  artifact: FraudArtifact,
  table: Table,
): { readonly probabilities: Float64Array; readonly scores: Float64Array } {
  checkTable(table)
  const scores = scoreRows(treesOf(artifact), table)
  return { scores, probabilities: scores.map((one) => calibrated(artifact.calibrator, one)) }
}

/** In log-odds before calibration: base and factors add up to the score. */
export function explainFraud(artifact: FraudArtifact, row: Float32Array): Explanation {
  return explainScore(treesOf(artifact), row, sayFeature)
}

function treesOf({ forest, tails }: FraudArtifact): TailedForests {
  return { forests: [forest], tails }
}

function checkFrauds(labels: ArrayLike<number>, early: number, least: number): void {
  checkBoth(
    labels,
    least,
    `at least ${least} frauds and ${least} others; until then use the scorecard`,
  )
  checkBoth(Array.from(labels).slice(0, early), 1, 'both labels among the early rows')
}

function rowsFrom(table: LabelledTable, from: number, to: number): LabelledTable {
  return pickRows(
    table,
    Array.from({ length: to - from }, (_, at) => from + at),
  )
}
