/**
 * Forests over a table and the tails of its columns, averaged: what the models of rare events share.
 * A row in, log-odds out, and what moved them, a column and its tails being one thing to a person.
 */
import type { Explanation } from '../model.ts'
import { shapleyContributions } from './histogram-boosting/contributions.ts'
import type { Forest } from './histogram-boosting/forest.ts'
import type { BoostingParameters } from './histogram-boosting/parameters.ts'
import { scoreRow, scoreTable } from './histogram-boosting/predict.ts'
import { type LabelledTable, refuse, rowsCountOf, type Table } from './histogram-boosting/table.ts'
import { trainForest } from './histogram-boosting/train.ts'
import { rowWithTails, type Tails, withoutTail, withTails } from './tails.ts'

export interface TailedForests {
  /** At least one; all over the same columns, tails included. */
  readonly forests: readonly Forest[]
  readonly tails: Tails
}

/** @param whole with its tails. Forests differ by their seeds: `boosting.seed` and those after it. */
export function growForests(
  whole: LabelledTable,
  boosting: BoostingParameters,
  forestsCount: number,
): Forest[] {
  return Array.from(
    { length: forestsCount },
    (_, at) => trainForest(whole, { ...boosting, seed: boosting.seed + at }).forest,
  )
}

/** @param whole with its tails. @returns the mean of the forests, one a row */
export function meanScores(forests: readonly Forest[], whole: Table): Float64Array {
  const scores = new Float64Array(rowsCountOf(whole))
  for (const forest of forests)
    for (const [row, score] of scoreTable(forest, whole).entries())
      scores[row]! += score / forests.length
  return scores
}

/** @param table without tails. @throws Fault model_input_malformed */
export function scoreRows({ forests, tails }: TailedForests, table: Table): Float64Array {
  if (table.features.length !== tails.low.length) refuse('features', `${tails.low.length} features`)
  return meanScores(forests, withTails(table, tails))
}

/** As `scoreRows`, of one row: one number a feature, NaN is missing. */
export function scoreOne({ forests, tails }: TailedForests, row: Float32Array): number {
  checkRow(tails, row)
  const values = rowWithTails(row, tails)
  const own = new Float64Array(1)
  let score = 0
  for (const forest of forests) {
    scoreRow(forest, values, own)
    score += own[0]! / forests.length
  }
  return score
}

/** In log-odds: base and factors add up to the score of the row. */
export function explainScore(
  { forests, tails }: TailedForests,
  row: Float32Array,
  say: (name: string, value: number) => string,
): Explanation {
  checkRow(tails, row)
  const values = rowWithTails(row, tails)
  let base = 0
  const weights = new Map<string, number>()
  for (const forest of forests) {
    const own = shapleyContributions(forest, values)
    base += own.base / forests.length
    for (const [at, { name }] of forest.features.entries()) {
      const of = at < row.length ? name : withoutTail(name)
      weights.set(of, (weights.get(of) ?? 0) + own.byFeature[at]! / forests.length)
    }
  }
  const factors = forests[0]!.features
    .slice(0, row.length)
    .map(({ name }, at) => ({
      factor: name,
      weight: weights.get(name) ?? 0,
      says: say(name, row[at]!),
    }))
    .filter(({ weight }) => weight !== 0)
    .toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
  return { base, factors }
}

function checkRow({ low }: Tails, row: Float32Array): void {
  if (row.length !== low.length) refuse('row', `${low.length} features`)
}

/** @throws Fault model_input_malformed unless each label is 0 or 1 and there are `least` of both */
export function checkBoth(labels: ArrayLike<number>, least: number, wanted: string): void {
  let ones = 0
  for (let row = 0; row < labels.length; row += 1) {
    if (labels[row] !== 0 && labels[row] !== 1) refuse(`labels, row ${row}`, '0 or 1')
    ones += labels[row]!
  }
  if (Math.min(ones, labels.length - ones) < least) refuse('labels', wanted)
}
