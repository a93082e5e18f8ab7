/** The chance that an item runs out and customers have to wait, by boosted trees over a stock snapshot. */
import { z } from 'zod'
import { parse } from '../../base/parse.ts'
import { defineModel, type Explanation } from '../model.ts'
import { shapleyContributions } from '../trees/histogram-boosting/contributions.ts'
import { Forest } from '../trees/histogram-boosting/forest.ts'
import { sigmoid } from '../trees/histogram-boosting/losses.ts'
import { scoreTable } from '../trees/histogram-boosting/predict.ts'
import { refuse } from '../trees/histogram-boosting/table.ts'
import { trainForest } from '../trees/histogram-boosting/train.ts'
import { type StockSnapshot, snapshotTable } from './features.ts'

const StockOutRiskParameters = z.strictObject({
  /** Forests on other draws of rows and columns, averaged: few items run out, so that one is noisy. */
  forestsCount: z.int().min(1).max(50).default(3),
  treesCount: z.int().min(1).max(5000).default(100),
  learningRate: z.number().gt(0).max(1).default(0.06),
  leavesMax: z.int().min(2).max(1024).default(63),
  leafRowsMin: z.int().min(1).default(15),
  l2: z.number().nonnegative().default(5),
  featuresRatio: z.number().gt(0).max(1).default(0.4),
  rowsRatio: z.number().gt(0).max(1).default(0.6),
  seed: z.int().default(1),
})
type StockOutRiskInput = z.input<typeof StockOutRiskParameters>

const StockOutRiskArtifact = z.strictObject({ forests: z.array(Forest).min(1) })
type StockOutRiskArtifact = z.output<typeof StockOutRiskArtifact>

/**
 * @param ranOut 1 for each item that ran out after the snapshot, else 0
 * @throws Fault model_parameters_malformed | model_input_malformed
 */
function fit(
  snapshot: StockSnapshot,
  ranOut: ArrayLike<number>,
  input: StockOutRiskInput = {},
): StockOutRiskArtifact {
  const { forestsCount, seed, ...boosting } = parse(
    StockOutRiskParameters,
    input,
    'model_parameters_malformed',
  )
  const table = { ...snapshotTable(snapshot), labels: ranOut }
  return {
    forests: Array.from({ length: forestsCount }, (_, forest) => {
      const own = { ...boosting, seed: seed * 1000 + forest }
      return trainForest(table, { ...own, loss: { kind: 'logistic' }, binsMax: 127 }).forest
    }),
  }
}

/** Chances, 0 to 1, one an item. @throws Fault model_input_malformed */
function predict({ forests }: StockOutRiskArtifact, snapshot: StockSnapshot): Float64Array {
  const table = snapshotTable(snapshot)
  const chances = new Float64Array(snapshot.onHandUnits.length)
  const share = 1 / forests.length
  for (const forest of forests)
    for (const [row, score] of scoreTable(forest, table).entries()) chances[row]! += score * share
  return chances.map(sigmoid)
}

/** In log-odds of the chance. */
function explain(
  { forests }: StockOutRiskArtifact,
  snapshot: StockSnapshot,
  item: number,
): Explanation {
  const { features, columns } = snapshotTable(snapshot)
  if (!(item >= 0 && item < snapshot.onHandUnits.length)) refuse('item', 'an item of the snapshot')
  const row = Float32Array.from(columns, (column) => column[item]!)
  const own = forests.map((forest) => shapleyContributions(forest, row))
  const share = 1 / forests.length
  return {
    base: own.reduce((sum, { base }) => sum + base * share, 0),
    factors: features
      .map(({ name }, at) => {
        const weight = own.reduce((sum, { byFeature }) => sum + byFeature[at]! * share, 0)
        const value = Number.isNaN(row[at]!) ? 'nothing known' : Number(row[at]!.toPrecision(4))
        const odds = Math.exp(weight).toFixed(2)
        return { factor: name, weight, says: `${name} of ${value}: the odds times ${odds}.` }
      })
      .filter(({ weight }) => weight !== 0)
      .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)),
  }
}

export const stockOutRisk = defineModel({
  id: 'stock_out_risk',
  version: 1,
  title: 'Items that will run out',
  parameters: StockOutRiskParameters,
  artifact: StockOutRiskArtifact,
  fit,
  predict,
  explain,
})
