/** Predictions of a forest: of one row in microseconds, or of whole columns. */
import type { Forest } from './forest.ts'
import { fromScores } from './losses.ts'
import { refuse, rowsCountOf, type Table } from './table.ts'

/**
 * Scores of one row, in the forest's own unit (log-odds, logarithms); `into` takes one a class.
 * @param row one number a feature, as Float32; NaN is missing
 */
export function scoreRow(forest: Forest, row: Float32Array, into: Float64Array): void {
  const { roots, base, feature, threshold, missingLeft, setAt, left, right, leafValues } = forest
  const outputs = base.length
  for (let output = 0; output < outputs; output += 1) into[output] = base[output]!
  for (let tree = 0; tree < roots.length; tree += 1) {
    let node = roots[tree]!
    while (node >= 0) {
      const value = row[feature[node]!]!
      const isLeft =
        setAt[node]! >= 0
          ? isInSet(forest, node, value)
          : value <= threshold[node]! || (missingLeft[node] === 1 && Number.isNaN(value))
      node = isLeft ? left[node]! : right[node]!
    }
    into[outputs === 1 ? 0 : tree % outputs]! += leafValues[~node]!
  }
}

export function goesLeft(forest: Forest, node: number, value: number): boolean {
  if (forest.setAt[node]! >= 0) return isInSet(forest, node, value)
  return value <= forest.threshold[node]! || (forest.missingLeft[node] === 1 && Number.isNaN(value))
}

function isInSet(forest: Forest, node: number, value: number): boolean {
  // Codes never seen, and what is missing, are group 0.
  const group = forest.features[forest.feature[node]!]!.groupOfCode[value] ?? 0
  return ((forest.sets[forest.setAt[node]! + (group >> 5)]! >>> (group & 31)) & 1) === 1
}

/** One row's prediction: a mean, a quantile, a chance, or of softmax one chance a class. */
export function predictRow(forest: Forest, row: Float32Array): Float64Array {
  const scores = new Float64Array(forest.base.length)
  scoreRow(forest, row, scores)
  fromScores(forest.loss, scores)
  return scores
}

/**
 * As `predictRow`, of all rows; of softmax `rows * classes` numbers, by row.
 * @throws Fault model_input_malformed where a feature is missing or another
 */
export function predictTable(forest: Forest, table: Table): Float64Array {
  const outputs = forest.base.length
  const predictions = scoreTable(forest, table)
  for (let at = 0; at < predictions.length; at += outputs) fromScores(forest.loss, predictions, at)
  return predictions
}

/** As `predictTable`, in the forest's own unit. */
export function scoreTable(forest: Forest, table: Table): Float64Array {
  for (const [at, { name }] of forest.features.entries())
    if (table.features[at]?.name !== name) refuse(`feature ${at}`, name)
  const rowsCount = rowsCountOf(table)
  const outputs = forest.base.length
  const scores = new Float64Array(rowsCount * outputs)
  const row = new Float32Array(forest.features.length)
  const own = new Float64Array(outputs)
  for (let at = 0; at < rowsCount; at += 1) {
    for (let feature = 0; feature < row.length; feature += 1)
      row[feature] = table.columns[feature]![at]!
    scoreRow(forest, row, own)
    scores.set(own, at * outputs)
  }
  return scores
}
