/**
 * How many cycles a machine has left, from the trends of its sensors: boosted trees on all cycles of
 * machines that ran until they failed. Far from the end nothing shows yet, so life is capped there.
 */
import { z } from 'zod'
import { parse } from '../../base/parse.ts'
import { defineModel, type Explanation } from '../model.ts'
import { shapleyContributions } from '../trees/histogram-boosting/contributions.ts'
import { Forest } from '../trees/histogram-boosting/forest.ts'
import { type BoostingInput, BoostingParameters } from '../trees/histogram-boosting/parameters.ts'
import { scoreTable } from '../trees/histogram-boosting/predict.ts'
import { type LabelledTable, refuse, type Table } from '../trees/histogram-boosting/table.ts'
import { trainForest } from '../trees/histogram-boosting/train.ts'
import { describeRun, type Run, trendDefaults, trendNames } from './sensor-trends.ts'

export const LifeParameters = z.strictObject({
  boosting: BoostingParameters.omit({ loss: true }).prefault({
    treesCount: 250,
    learningRate: 0.05,
    leavesMax: 16,
    leafRowsMin: 60,
    featuresRatio: 0.3,
    rowsRatio: 0.5,
  }),
  /** Forests of other seeds that are averaged. */
  forestsCount: z.int().min(1).max(20).default(3),
  /** Longer lives are taken for this. */
  capCycles: z.number().positive().default(125),
  /** Share of cases that the interval is meant to hold. */
  coverRatio: z.number().gt(0).lt(1).default(0.8),
  /** Cycles that recent and longer means and slopes are over, and those of a new machine. */
  trends: z
    .strictObject({
      shortCycles: z.int().min(1).max(1000),
      longCycles: z.int().min(2).max(10_000),
      startCycles: z.int().min(1).max(1000),
    })
    .default(trendDefaults),
})
export type LifeParameters = z.output<typeof LifeParameters>

export const LifeArtifact = z.strictObject({
  sensors: z.array(z.string()).min(1),
  trends: LifeParameters.shape.trends.unwrap(),
  capCycles: z.number(),
  means: z.array(Forest).min(1),
  low: Forest,
  high: Forest,
})
export type LifeArtifact = z.output<typeof LifeArtifact>

export interface RemainingLife {
  readonly cycles: number
  /** Interval; `cycles` lies in it. */
  readonly low: number
  readonly high: number
}

export const remainingLifeModel = defineModel({
  id: 'remaining_life',
  version: 1,
  title: 'Remaining life of a machine',
  parameters: LifeParameters,
  artifact: LifeArtifact,
  fit: fitRemainingLife,
  predict: predictRemainingLife,
  explain: explainRemainingLife,
})

/**
 * @param runs machines that ran until they failed: the last cycle is the last before failure
 * @param sensors a name each, in the order of every run
 * @throws Fault model_parameters_malformed | model_input_malformed
 */
export function fitRemainingLife(
  runs: readonly Run[],
  sensors: readonly string[],
  given: z.input<typeof LifeParameters> = {},
): LifeArtifact {
  const parameters = parse(LifeParameters, given, 'model_parameters_malformed')
  if (runs.length === 0) refuse('runs', 'at least one run')
  for (const [at, run] of runs.entries())
    if (run.length !== sensors.length) refuse(`runs.${at}`, `${sensors.length} sensors`)
  const table = lifeTable(runs, sensors, parameters)
  const { boosting, coverRatio, forestsCount, trends, capCycles } = parameters
  const grow = (loss: BoostingInput['loss'], seed: number) =>
    trainForest(table, { ...boosting, loss, seed }).forest
  const outside = (1 - coverRatio) / 2
  return {
    sensors: [...sensors],
    trends,
    capCycles,
    means: Array.from({ length: forestsCount }, (_, at) =>
      grow({ kind: 'squared' }, boosting.seed + at),
    ),
    low: grow({ kind: 'quantile', ratio: outside }, boosting.seed),
    high: grow({ kind: 'quantile', ratio: 1 - outside }, boosting.seed),
  }
}

function lifeTable(
  runs: readonly Run[],
  sensors: readonly string[],
  { trends, capCycles }: LifeParameters,
): LabelledTable {
  const names = trendNames(sensors)
  const described = runs.map((run) => describeRun(run, trends))
  const columns = names.map((_, at) => join(described.map((own) => own[at]!)))
  const labels = join(
    runs.map((run) => {
      const { length } = run[0]!
      return Float32Array.from({ length }, (_, cycle) => Math.min(capCycles, length - 1 - cycle))
    }),
  )
  return { features: names.map((name) => ({ name, kind: 'number' })), columns, labels }
}

function join(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/**
 * Of each run as it stands at its last cycle.
 * @param runs of sensors in the artifact's order
 * @throws Fault model_input_malformed
 */
export function predictRemainingLife(
  artifact: LifeArtifact,
  runs: readonly Run[],
): RemainingLife[] {
  const table = lastRows(artifact, runs)
  const within = (value: number) => Math.min(artifact.capCycles, Math.max(0, value))
  const [low, high] = [scoreTable(artifact.low, table), scoreTable(artifact.high, table)]
  const means = artifact.means.map((forest) => scoreTable(forest, table))
  return runs.map((_, row) => {
    const mean = means.reduce((sum, one) => sum + one[row]!, 0) / means.length
    const cycles = within(mean)
    return {
      cycles,
      low: Math.min(cycles, within(low[row]!)),
      high: Math.max(cycles, within(high[row]!)),
    }
  })
}

/** In cycles: base and factors add up to the mean before it is capped. */
export function explainRemainingLife(artifact: LifeArtifact, run: Run): Explanation {
  const table = lastRows(artifact, [run])
  const row = Float32Array.from(table.columns, (column) => column[0]!)
  let base = 0
  const weights = new Float64Array(row.length)
  for (const forest of artifact.means) {
    const own = shapleyContributions(forest, row)
    base += own.base / artifact.means.length
    for (let at = 0; at < row.length; at += 1)
      weights[at]! += own.byFeature[at]! / artifact.means.length
  }
  const factors = table.features
    .map(({ name }, at) => ({
      factor: name,
      weight: weights[at]!,
      says: `${name.replaceAll('_', ' ')} of ${Number(row[at]!.toPrecision(4))} makes it ${Math.abs(weights[at]!).toFixed(1)} cycles ${weights[at]! < 0 ? 'shorter' : 'longer'}.`,
    }))
    .filter(({ weight }) => weight !== 0)
    .toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
  return { base, factors }
}

function lastRows({ sensors, trends }: LifeArtifact, runs: readonly Run[]): Table {
  const names = trendNames(sensors)
  const columns = names.map(() => new Float32Array(runs.length))
  for (const [row, run] of runs.entries()) {
    if (run.length !== sensors.length) refuse(`runs.${row}`, `${sensors.length} sensors`)
    for (const [at, values] of describeRun(run, trends).entries())
      columns[at]![row] = values.at(-1)!
  }
  return { features: names.map((name) => ({ name, kind: 'number' })), columns }
}
