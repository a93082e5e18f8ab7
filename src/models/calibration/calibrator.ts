/**
 * From a score in log-odds to a probability that comes true as often as it says. Which way is chosen
 * by its log loss on rows that it was not fitted to: the simplest that is as good as the best.
 */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { createRandom } from '../math/random.ts'
import { mean, standardDeviation } from '../math/statistics.ts'
import { float64s } from '../packed.ts'
import { fitIsotonic, isotonicAt } from './isotonic.ts'
import { fitPlatt } from './platt.ts'

export const Calibrator = z.discriminatedUnion('kind', [
  /** The scores are right as they are. */
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('platt'), slope: z.number(), intercept: z.number() }),
  z
    .strictObject({ kind: z.literal('isotonic'), scores: float64s, probabilities: float64s })
    .refine(isSound, { error: 'ascending scores, each with a probability that does not fall' }),
])
export type Calibrator = z.output<typeof Calibrator>
export type CalibratorKind = Calibrator['kind']

function isSound({
  scores,
  probabilities,
}: {
  scores: Float64Array
  probabilities: Float64Array
}): boolean {
  return (
    scores.length > 0 &&
    scores.length === probabilities.length &&
    scores.every((score, at) => at === 0 || score > scores[at - 1]!) &&
    probabilities.every((p, at) => p > 0 && p < 1 && (at === 0 || p >= probabilities[at - 1]!))
  )
}

export function calibrated(calibrator: Calibrator, score: number): number {
  switch (calibrator.kind) {
    case 'none':
      return sigmoid(score)
    case 'platt':
      return sigmoid(calibrator.slope * score + calibrator.intercept)
    case 'isotonic':
      return isotonicAt(calibrator, score)
  }
}

export function sigmoid(score: number): number {
  return score >= 0 ? 1 / (1 + Math.exp(-score)) : Math.exp(score) / (1 + Math.exp(score))
}

export interface Choice {
  readonly calibrator: Calibrator
  /** Mean log loss of each kind, on parts that it was not fitted to; empty where there was no choice. */
  readonly logLoss: Partial<Record<CalibratorKind, number>>
}

/** Fewer of either label say nothing about the curve. */
const labelsEachMin = 10
const partsCount = 5
/** What is simpler first. */
const kinds = ['none', 'platt', 'isotonic'] as const

/**
 * @param scores log-odds of rows that the model was not fitted to
 * @param labels 0 or 1, one a score
 * @throws Fault model_input_malformed
 */
export function chooseCalibrator(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  seed = 1,
): Choice {
  checkScores(scores, labels)
  if (leastOf(labels, 0, labels.length) < labelsEachMin)
    return { calibrator: { kind: 'none' }, logLoss: {} }
  const parts = partsOf(labels, seed)
  const losses = kinds.map((kind) => lossesOutside(kind, scores, labels, parts))
  const means = losses.map((own) => mean(own))
  const best = losses[means.indexOf(Math.min(...means))]!
  const plainest = losses.findIndex((own) => isAsGood(own, best))
  return {
    calibrator: fitKind(kinds[plainest] ?? 'none', scores, labels),
    logLoss: Object.fromEntries(kinds.map((kind, at) => [kind, means[at]!])),
  }
}

/**
 * As `chooseCalibrator`, of rows in the order of time: each half of them is judged by the ways fitted to
 * the other half, not to rows of the same days, since events come in runs. A curve fitted to some days
 * seldom helps on others, so that the scores stay as they are unless another way is better on the later
 * half, and on both by twice the standard error of the difference.
 * @param scores log-odds of rows later than all that the model was fitted to, oldest first
 * @param labels 0 or 1, one a score
 * @throws Fault model_input_malformed
 */
export function chooseForwardCalibrator(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): Choice {
  checkScores(scores, labels)
  const half = Math.floor(labels.length / 2)
  const parts = Uint8Array.from({ length: labels.length }, (_, row) => (row < half ? 1 : 0))
  if (Math.min(leastOf(labels, 0, half), leastOf(labels, half, labels.length)) < labelsEachMin)
    return { calibrator: { kind: 'none' }, logLoss: {} }
  const losses = kinds.map((kind) => lossesOutside(kind, scores, labels, parts))
  const means = losses.map((own) => mean(own))
  const isClear = losses.map((own) => {
    const gain = own.map((loss, row) => losses[0]![row]! - loss)
    return mean(gain) > 2 * standardErrorOf(gain) && mean(gain.subarray(half)) > 0
  })
  const best = losses[means.indexOf(Math.min(...means))]!
  const plainest = losses.findIndex((own, at) => isClear[at] && isAsGood(own, best))
  return {
    calibrator: fitKind(kinds[plainest] ?? 'none', scores, labels),
    logLoss: Object.fromEntries(kinds.map((kind, at) => [kind, means[at]!])),
  }
}

function leastOf(labels: ArrayLike<number>, from: number, to: number): number {
  let ones = 0
  for (let row = from; row < to; row += 1) ones += labels[row]!
  return Math.min(ones, to - from - ones)
}

/** Worse by less than the standard error of the difference is no difference. */
function isAsGood(own: Float64Array, best: Float64Array): boolean {
  const differences = own.map((loss, row) => loss - best[row]!)
  return mean(differences) <= standardErrorOf(differences)
}

function standardErrorOf(values: Float64Array): number {
  return standardDeviation(values) / Math.sqrt(values.length)
}

/** Ones and zeros are dealt out apart, so that each part has some of both. */
function partsOf(labels: ArrayLike<number>, seed: number): Uint8Array {
  const order = createRandom(seed).shuffle(Array.from({ length: labels.length }, (_, row) => row))
  const parts = new Uint8Array(labels.length)
  const dealt = [0, 0]
  for (const row of order) {
    const label = labels[row]! > 0 ? 1 : 0
    parts[row] = dealt[label]! % partsCount
    dealt[label]! += 1
  }
  return parts
}

/** Each row's by the way fitted to the rows of all other parts. */
function lossesOutside(
  kind: CalibratorKind,
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  parts: Uint8Array,
): Float64Array {
  const losses = new Float64Array(parts.length)
  for (const part of new Set(parts)) {
    const rows = Array.from(parts.keys()).filter((row) => parts[row] !== part)
    const pick = (from: ArrayLike<number>) => Float64Array.from(rows, (row) => from[row]!)
    const calibrator = fitKind(kind, pick(scores), pick(labels))
    for (let row = 0; row < parts.length; row += 1)
      if (parts[row] === part) {
        const p = calibrated(calibrator, scores[row]!)
        losses[row] = -Math.log(Math.max(1e-12, labels[row]! > 0 ? p : 1 - p))
      }
  }
  return losses
}

function fitKind(
  kind: CalibratorKind,
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): Calibrator {
  switch (kind) {
    case 'none':
      return { kind }
    case 'platt':
      return { kind, ...fitPlatt(scores, labels) }
    case 'isotonic':
      return { kind, ...fitIsotonic(scores, labels) }
  }
}

function checkScores(scores: ArrayLike<number>, labels: ArrayLike<number>): void {
  if (scores.length !== labels.length)
    throw new Fault('model_input_malformed', {
      field: 'labels',
      expected: `${scores.length} labels`,
    })
  for (let row = 0; row < scores.length; row += 1) {
    if (!Number.isFinite(scores[row]))
      throw new Fault('model_input_malformed', {
        field: `scores, row ${row}`,
        expected: 'a finite number',
      })
    if (labels[row] !== 0 && labels[row] !== 1)
      throw new Fault('model_input_malformed', { field: `labels, row ${row}`, expected: '0 or 1' })
  }
}
