/** What the fraud model is set by. */
import { z } from 'zod'
import { BoostingParameters } from '../trees/histogram-boosting/parameters.ts'

/**
 * Few frauds among many payments: slow steps, small trees, half of the columns and most of the rows
 * for each, so that no tree learns a handful of cases by heart.
 */
const boostingDefaults = {
  loss: { kind: 'logistic' },
  treesCount: 150,
  learningRate: 0.05,
  leavesMax: 16,
  depthMax: 5,
  leafRowsMin: 30,
  l2: 5,
  featuresRatio: 0.5,
  rowsRatio: 0.7,
} as const

export const FraudParameters = z.strictObject({
  boosting: BoostingParameters.refine(({ loss }) => loss.kind === 'logistic', {
    error: 'the loss `logistic`',
  }).prefault(boostingDefaults),
  /** Share of the rows at each end of a column that is looked at closely: see `../trees/tails.ts`. */
  tailRatio: z.number().gt(0).lt(0.5).default(0.02),
  /** The last part of the rows: days on which it is seen whether the scores come true. */
  calibrationRatio: z.number().gt(0).lt(1).default(0.25),
  /** Fewer frauds, or fewer others, are left to the scorecard. */
  labelsEachMin: z.int().min(2).default(50),
  /** Steps that drift is measured over. */
  driftBinsCount: z.int().min(2).max(100).default(10),
})
export type FraudParameters = z.output<typeof FraudParameters>
export type FraudInput = z.input<typeof FraudParameters>
