/**
 * Whether a device fails within a horizon, from what is known of it now: boosted trees, averaged over
 * seeds, with chances and an alarm's threshold set on rows that the trees were not grown on.
 */
import { z } from 'zod'
import { parse } from '../../base/parse.ts'
import { Calibrator, calibrated, chooseCalibrator } from '../calibration/calibrator.ts'
import { createRandom } from '../math/random.ts'
import { defineModel, type Explanation } from '../model.ts'
import { Forest } from '../trees/histogram-boosting/forest.ts'
import { BoostingParameters } from '../trees/histogram-boosting/parameters.ts'
import {
  checkLabels,
  checkTable,
  type LabelledTable,
  refuse,
  rowsCountOf,
  type Table,
} from '../trees/histogram-boosting/table.ts'
import { pickRows } from '../trees/pick-rows.ts'
import {
  checkBoth,
  explainScore,
  growForests,
  meanScores,
  scoreRows,
} from '../trees/tailed-forests.ts'
import { findTails, Tails, withTails } from '../trees/tails.ts'
import { AlarmAim, chooseThreshold } from './alarm.ts'

export const FailureParameters = z.strictObject({
  boosting: BoostingParameters.refine(({ loss }) => loss.kind === 'logistic', {
    error: 'the loss `logistic`',
  }).prefault({
    loss: { kind: 'logistic' },
    treesCount: 150,
    learningRate: 0.05,
    leavesMax: 8,
    leafRowsMin: 3,
    l2: 0.1,
  }),
  /** Forests of other seeds that are averaged; of use where rows or features are drawn by chance. */
  forestsCount: z.int().min(1).max(50).default(1),
  /** Share of the rows at each end of a column that is looked at closely: see `../trees/tails.ts`. */
  tailRatio: z.number().gt(0).lt(0.5).default(0.02),
  /** Parts that take turns in being left out. */
  partsCount: z.int().min(2).max(20).default(5),
  /** What the threshold of alarms is chosen by: F1, or what visits and misses cost. */
  aim: AlarmAim.prefault({ kind: 'f1' }),
})
export type FailureParameters = z.output<typeof FailureParameters>

export const FailureArtifact = z.strictObject({
  forests: z.array(Forest).min(1),
  tails: Tails,
  calibrator: Calibrator,
  alarm: z.strictObject({
    score: z.number(),
    /** On rows left out while growing. */
    precision: z.number(),
    recall: z.number(),
  }),
})
export type FailureArtifact = z.output<typeof FailureArtifact>

export interface FailureRisk {
  /** 0 to 1, calibrated: within the horizon that the labels were of. */
  readonly probabilities: Float64Array
  /** Log-odds of the trees, to rank by. */
  readonly scores: Float64Array
  /** 1 where a person should be sent. */
  readonly alarms: Uint8Array
}

export const failureRiskModel = defineModel({
  id: 'device_failure',
  version: 1,
  title: 'Failure of a device within a horizon',
  parameters: FailureParameters,
  artifact: FailureArtifact,
  fit: fitFailureRisk,
  predict: predictFailureRisk,
  explain: explainFailureRisk,
})

const onesMin = 10

/**
 * @param table labels 1 where the device failed within the horizon
 * @param groups one a row: rows of one group (a device, a week) are left out together; left out
 *   themselves, rows are dealt by chance
 * @throws Fault model_parameters_malformed | model_input_malformed
 */
export function fitFailureRisk(
  table: LabelledTable,
  given: z.input<typeof FailureParameters> = {},
  groups?: ArrayLike<number>,
): FailureArtifact {
  const parameters = parse(FailureParameters, given, 'model_parameters_malformed')
  checkTable(table)
  checkLabels(table)
  checkBoth(
    table.labels,
    onesMin,
    `at least ${onesMin} failures and ${onesMin} others; until then use a Weibull`,
  )
  const tails = findTails(table, parameters.tailRatio)
  const whole = withTails(table, tails)
  const scores = scoresOutside(whole, parameters, partsOf(table, parameters, groups))
  const { calibrator } = chooseCalibrator(scores, table.labels, parameters.boosting.seed)
  return {
    forests: growForests(whole, parameters.boosting, parameters.forestsCount),
    tails,
    calibrator,
    alarm: chooseThreshold(scores, table.labels, parameters.aim),
  }
}

/** @throws Fault model_input_malformed */
export function predictFailureRisk(artifact: FailureArtifact, table: Table): FailureRisk {
  checkTable(table)
  const scores = scoreRows(artifact, table)
  return {
    scores,
    probabilities: scores.map((score) => calibrated(artifact.calibrator, score)),
    alarms: Uint8Array.from(scores, (score) => (score >= artifact.alarm.score ? 1 : 0)),
  }
}

/**
 * In log-odds before calibration: base and factors add up to the score of the row.
 * @param row one number a feature that the model was fitted to
 */
export function explainFailureRisk(artifact: FailureArtifact, row: Float32Array): Explanation {
  return explainScore(artifact, row, say)
}

function say(name: string, value: number): string {
  const words = name.replaceAll('_', ' ')
  const first = `${words.charAt(0).toUpperCase()}${words.slice(1)}`
  return Number.isNaN(value)
    ? `${first} is not known.`
    : `${first} is ${Number(value.toPrecision(4))}.`
}

/** Each row scored by trees that have not seen it. */
function scoresOutside(
  table: LabelledTable,
  { partsCount, boosting, forestsCount }: FailureParameters,
  parts: Uint8Array,
): Float64Array {
  const scores = new Float64Array(parts.length)
  for (let part = 0; part < partsCount; part += 1) {
    const [inside, outside]: [number[], number[]] = [[], []]
    for (const [row, own] of parts.entries()) (own === part ? outside : inside).push(row)
    if (outside.length === 0) continue
    if (inside.every((row) => table.labels[row] === 0))
      refuse('groups', 'failures in several parts')
    const forests = growForests(pickRows(table, inside), boosting, forestsCount)
    const found = meanScores(forests, pickRows(table, outside))
    for (const [at, row] of outside.entries()) scores[row] = found[at]!
  }
  return scores
}

function partsOf(
  table: LabelledTable,
  { partsCount, boosting }: FailureParameters,
  groups?: ArrayLike<number>,
): Uint8Array {
  const rowsCount = rowsCountOf(table)
  if (groups !== undefined && groups.length !== rowsCount) refuse('groups', `${rowsCount} values`)
  const of = (row: number) => groups?.[row] ?? row
  const distinct = [...new Set(Array.from({ length: rowsCount }, (_, row) => of(row)))]
  if (distinct.length < partsCount) refuse('groups', `at least ${partsCount} groups`)
  const order = createRandom(boosting.seed).shuffle(distinct.sort((a, b) => a - b))
  const partOf = new Map(order.map((group, at) => [group, at % partsCount]))
  return Uint8Array.from({ length: rowsCount }, (_, row) => partOf.get(of(row))!)
}
