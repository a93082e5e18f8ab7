/** Grows a forest: tree after tree on what is left of the loss, until enough or no better. */
import { parse } from '../../../base/parse.ts'
import { createRandom, type Random } from '../../math/random.ts'
import { weightedQuantile } from '../../math/statistics.ts'
import { assemble } from './assemble.ts'
import { type BinnedRows, binRows, type ColumnBins, findBins } from './bins.ts'
import type { Forest } from './forest.ts'
import { createGrower, type Grower, growTree, type Leaf } from './grow.ts'
import { type LossFunction, lossFunction } from './losses.ts'
import { type BoostingInput, BoostingParameters } from './parameters.ts'
import { leafValue, type SplitSettings } from './split.ts'
import { checkLabels, checkTable, type LabelledTable, refuse, rowsCountOf } from './table.ts'
import type { Tree } from './tree.ts'

export interface Training {
  readonly forest: Forest
  /** Mean loss on the validation table after each round; empty without one. */
  readonly validationLosses: readonly number[]
}

/**
 * The same table, parameters and seed give the same forest.
 * @param validation with it growing stops early, and the forest is as long as was best for it
 * @throws Fault model_parameters_malformed | model_input_malformed
 */
export function trainForest(
  table: LabelledTable,
  parameters: BoostingInput,
  validation?: LabelledTable,
): Training {
  const settings = settingsOf(
    parse(BoostingParameters, parameters, 'model_parameters_malformed'),
    table,
  )
  const loss = lossFunction(settings.loss)
  for (const one of validation === undefined ? [table] : [table, validation]) {
    checkTable(one)
    checkLabels(one)
    loss.check(one.labels)
  }
  const columns = findBins(table, settings.binsMax, settings.seed)
  const binned = binRows(table, columns)
  const weights = weightsOf(table)
  const base = loss.start(table.labels, weights)
  const state: State = {
    grower: createGrower(columns, binned, settings),
    loss,
    labels: table.labels,
    weights,
    scores: spread(base, binned.rowsCount),
    random: createRandom(settings.seed),
    trees: [],
    allRows: Uint32Array.from({ length: binned.rowsCount }, (_, row) => row),
  }
  const watcher = validation && createWatcher(validation, columns, loss, base)
  for (let round = 0; round < settings.treesCount; round += 1) {
    const grown = boost(state, round)
    if (watcher !== undefined && watcher.watch(grown) >= settings.patienceRounds) break
    if (grown.every(({ nodesCount }) => nodesCount === 0) && settings.rowsRatio === 1) break
  }
  const kept = watcher === undefined ? state.trees.length : watcher.bestRounds() * loss.outputsCount
  const trees = state.trees.slice(0, kept)
  return {
    forest: assemble(settings.loss, table.features, columns, base, trees),
    validationLosses: watcher?.losses ?? [],
  }
}

interface State {
  readonly grower: Grower
  readonly loss: LossFunction
  readonly labels: ArrayLike<number>
  readonly weights: Float64Array
  /** By row and output. */
  readonly scores: Float64Array
  readonly random: Random
  readonly trees: Tree[]
  /** 0, 1, 2 …: what every tree begins with that is grown on all rows. */
  readonly allRows: Uint32Array
}

function settingsOf(parameters: BoostingParameters, table: LabelledTable): SplitSettings {
  const names = table.features.map(({ name }) => name)
  for (const name of Object.keys(parameters.monotone)) {
    const feature = table.features[names.indexOf(name)]
    if (feature?.kind !== 'number') refuse(`monotone.${name}`, 'a column of numbers')
  }
  return {
    ...parameters,
    directions: Int8Array.from(names, (name) => parameters.monotone[name] ?? 0),
  }
}

function weightsOf({ weights, ...table }: LabelledTable): Float64Array {
  return weights === undefined
    ? new Float64Array(rowsCountOf(table)).fill(1)
    : Float64Array.from(weights)
}

function spread(base: readonly number[], rowsCount: number): Float64Array {
  const scores = new Float64Array(rowsCount * base.length)
  for (let at = 0; at < scores.length; at += 1) scores[at] = base[at % base.length]!
  return scores
}

/** One tree an output, all on the slopes before any of them. */
function boost(state: State, round: number): readonly Tree[] {
  const { grower, loss, labels, scores, weights } = state
  const outputs = loss.outputsCount
  const gradients = new Float64Array(scores.length)
  const hessians = new Float64Array(scores.length)
  loss.slopes(labels, scores, weights, gradients, hessians)
  const sampled = sampleRows(state, state.random.fork(`rows ${round}`))
  const grown: Tree[] = []
  for (let output = 0; output < outputs; output += 1) {
    const used = sampleColumns(grower, state.random.fork(`columns ${round} ${output}`))
    const rows = sampled.slice()
    const own = (slopes: Float64Array) =>
      outputs === 1 ? slopes : everyNth(slopes, output, outputs)
    const { tree, leaves } = growTree(grower, rows, own(gradients), own(hessians), used)
    setLeafValues(state, tree, leaves, rows)
    for (let leaf = 0; leaf < tree.leavesCount; leaf += 1)
      tree.leafValues[leaf]! *= grower.settings.learningRate
    addScores(state, tree, leaves, rows, output)
    grown.push(tree)
  }
  state.trees.push(...grown)
  return grown
}

function everyNth(values: Float64Array, first: number, step: number): Float64Array {
  const taken = new Float64Array(values.length / step)
  for (let at = 0; at < taken.length; at += 1) taken[at] = values[first + at * step]!
  return taken
}

/** In their order, so that memory is read forwards. */
function sampleRows({ allRows, grower }: State, random: Random): Uint32Array {
  const ratio = grower.settings.rowsRatio
  if (ratio === 1) return allRows
  const rowsCount = allRows.length
  const wanted = Math.max(1, Math.round(rowsCount * ratio))
  const rows = new Uint32Array(wanted)
  let count = 0
  for (let row = 0; count < wanted; row += 1)
    if (random.next() * (rowsCount - row) < wanted - count) {
      rows[count] = row
      count += 1
    }
  return rows
}

function sampleColumns({ columns, settings }: Grower, random: Random): Uint16Array | undefined {
  if (settings.featuresRatio === 1) return undefined
  const all = random.shuffle(Uint16Array.from(columns, (_, at) => at))
  return all.slice(0, Math.max(1, Math.round(columns.length * settings.featuresRatio))).sort()
}

/** Losses that are bent only at one point take the quantile of what is left in each leaf. */
function setLeafValues(state: State, tree: Tree, leaves: readonly Leaf[], rows: Uint32Array): void {
  const { loss, labels, scores, weights, grower } = state
  const ratio = loss.leafQuantile
  for (const [at, { from, to, low, high }] of leaves.entries()) {
    if (ratio === undefined) continue
    const own = rows.subarray(from, to)
    const rest = Float64Array.from(own, (row) => labels[row]! - scores[row]!)
    const value = weightedQuantile(
      rest,
      Float64Array.from(own, (row) => weights[row]!),
      ratio,
    )
    tree.leafValues[at] = Math.min(Math.max(value, low), high)
  }
  if (tree.nodesCount > 0 || ratio !== undefined) return
  // One leaf of a smooth loss: the whole step.
  const root = leaves[0]!
  tree.leafValues[0] = leafValue(root.gradient, root.hessian, grower.settings.l2)
}

function addScores(
  { grower, scores, loss, weights }: State,
  tree: Tree,
  leaves: readonly Leaf[],
  rows: Uint32Array,
  output: number,
): void {
  const outputs = loss.outputsCount
  if (rows.length < weights.length) {
    addByWalk(tree, grower.columns, grower.binned, scores, outputs, output)
    return
  }
  for (const [at, { from, to }] of leaves.entries()) {
    const value = tree.leafValues[at]!
    for (let place = from; place < to; place += 1) scores[rows[place]! * outputs + output]! += value
  }
}

function addByWalk(
  tree: Tree,
  columns: readonly ColumnBins[],
  { bins, columnsCount, rowsCount }: BinnedRows,
  scores: Float64Array,
  outputs: number,
  output: number,
): void {
  const offsets = Int32Array.from(columns, ({ offset }) => offset)
  for (let row = 0; row < rowsCount; row += 1) {
    let node = tree.root
    while (node >= 0) {
      const column = tree.column[node]!
      const bin = bins[row * columnsCount + column]! - offsets[column]!
      node = tree.goesLeft[node]![bin] === 1 ? tree.left[node]! : tree.right[node]!
    }
    scores[row * outputs + output]! += tree.leafValues[~node]!
  }
}

/** Follows the loss on rows that the forest is not grown on. */
function createWatcher(
  table: LabelledTable,
  columns: readonly ColumnBins[],
  loss: LossFunction,
  base: readonly number[],
) {
  const binned = binRows(table, columns)
  const weights = weightsOf(table)
  const scores = spread(base, binned.rowsCount)
  const losses: number[] = []
  let bestAt = -1
  const outputs = loss.outputsCount
  return {
    losses,
    /** Rounds up to the best one. */
    bestRounds: () => bestAt + 1,
    /** @returns rounds since the best one */
    watch(grown: readonly Tree[]): number {
      for (const [output, tree] of grown.entries())
        addByWalk(tree, columns, binned, scores, outputs, output)
      let [total, weight] = [0, 0]
      for (let row = 0; row < weights.length; row += 1) {
        total += weights[row]! * loss.of(table.labels[row]!, scores, row * outputs)
        weight += weights[row]!
      }
      losses.push(total / weight)
      if (bestAt < 0 || total / weight < losses[bestAt]!) bestAt = losses.length - 1
      return losses.length - 1 - bestAt
    },
  }
}
