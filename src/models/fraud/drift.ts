/**
 * Whether what comes in still looks like what the model learned from: the population stability index
 * of each feature and of the score, and whether as many frauds came as were said.
 * PSI = sum (now - then) ln(now / then) over bins. Below 0.1 stable, above 0.25 another population, by
 * the custom of credit scoring (Siddiqi 2006); of few rows PSI is above 0 by chance alone, about
 * (bins - 1) (1/rows then + 1/rows now), so that much is taken off before it is judged.
 */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { float64s } from '../packed.ts'

export const DriftReference = z.strictObject({
  rowsCount: z.int().positive(),
  features: z.array(
    z.strictObject({
      name: z.string(),
      /** Upper ends of all bins but the last; ascending. */
      edges: float64s,
      /** Share of rows by bin, what is missing last. */
      shares: float64s,
    }),
  ),
})
export type DriftReference = z.output<typeof DriftReference>

export interface Drift {
  readonly name: string
  readonly psi: number
  /** What chance alone gives with so many rows. */
  readonly psiByChance: number
  readonly verdict: 'stable' | 'watch' | 'shifted'
}

export const driftLimits = { watch: 0.1, shifted: 0.25 } as const

/** A value is drawn from so many rows when edges are laid. */
const sampleMax = 20_000

/** @param columns one a name, of one length, NaN is missing */
export function driftReference(
  names: readonly string[],
  columns: readonly ArrayLike<number>[],
  binsCount: number,
): DriftReference {
  const rowsCount = columns[0]?.length ?? 0
  if (rowsCount === 0)
    throw new Fault('model_input_malformed', { field: 'rows', expected: 'at least one row' })
  return {
    rowsCount,
    features: names.map((name, at) => {
      const edges = edgesOf(columns[at]!, binsCount)
      return { name, edges, shares: sharesOf(columns[at]!, edges) }
    }),
  }
}

/** @param columns as the reference's names; @throws Fault model_input_malformed */
export function driftOf(
  reference: DriftReference,
  columns: readonly ArrayLike<number>[],
): readonly Drift[] {
  const { features } = reference
  if (columns.length !== features.length)
    throw new Fault('model_input_malformed', {
      field: 'columns',
      expected: `${features.length} columns`,
    })
  return features.map(({ name, edges, shares }, at) => {
    const column = columns[at]!
    if (column.length === 0)
      throw new Fault('model_input_malformed', { field: name, expected: 'at least one row' })
    const now = sharesOf(column, edges)
    const psi = stabilityIndex(shares, now, reference.rowsCount, column.length)
    const bins = shares.filter((share, bin) => share > 0 || now[bin]! > 0).length
    const psiByChance = (bins - 1) * (1 / reference.rowsCount + 1 / column.length)
    const beyond = psi - psiByChance
    const verdict =
      beyond > driftLimits.shifted ? 'shifted' : beyond > driftLimits.watch ? 'watch' : 'stable'
    return { name, psi, psiByChance, verdict }
  })
}

/** Empty bins count as half a row, so that the index stays finite. */
export function stabilityIndex(
  before: ArrayLike<number>,
  now: ArrayLike<number>,
  rowsBefore: number,
  rowsNow: number,
): number {
  let psi = 0
  for (let bin = 0; bin < before.length; bin += 1) {
    if (before[bin] === 0 && now[bin] === 0) continue
    const p = Math.max(before[bin]!, 0.5 / rowsBefore)
    const q = Math.max(now[bin]!, 0.5 / rowsNow)
    psi += (q - p) * Math.log(q / p)
  }
  return psi
}

export interface Outcomes {
  readonly expected: number
  readonly observed: number
  /** Deviations of the observed from the expected; beyond 3 the probabilities need fitting anew. */
  readonly z: number
}

/** Whether as many came as the probabilities said. */
export function outcomesOf(probabilities: ArrayLike<number>, labels: ArrayLike<number>): Outcomes {
  let [expected, observed, variance] = [0, 0, 0]
  for (let row = 0; row < labels.length; row += 1) {
    const p = probabilities[row]!
    expected += p
    observed += labels[row]!
    variance += p * (1 - p)
  }
  return { expected, observed, z: variance > 0 ? (observed - expected) / Math.sqrt(variance) : 0 }
}

function edgesOf(column: ArrayLike<number>, binsCount: number): Float64Array {
  const step = Math.max(1, Math.floor(column.length / sampleMax))
  const values: number[] = []
  for (let row = 0; row < column.length; row += step)
    if (!Number.isNaN(column[row]!)) values.push(column[row]!)
  const sorted = Float64Array.from(values).sort()
  const edges: number[] = []
  for (let bin = 1; bin < binsCount && sorted.length > 0; bin += 1) {
    const edge = sorted[Math.floor((bin * sorted.length) / binsCount)]!
    if (edges.length === 0 ? edge > sorted[0]! : edge > edges.at(-1)!) edges.push(edge)
  }
  return Float64Array.from(edges)
}

/** Values at or above an edge are beyond it. */
function sharesOf(column: ArrayLike<number>, edges: Float64Array): Float64Array {
  const shares = new Float64Array(edges.length + 2)
  for (let row = 0; row < column.length; row += 1) {
    const value = column[row]!
    let bin = edges.length + 1
    if (!Number.isNaN(value)) for (bin = 0; bin < edges.length && value >= edges[bin]!; ) bin += 1
    shares[bin]! += 1
  }
  return shares.map((count) => count / column.length)
}
