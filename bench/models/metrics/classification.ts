/** How well scores part the ones from the zeros. `labels` are 0 or 1; a higher score means 1. */
import type { Numbers } from '../../../src/models/math/statistics.ts'

/** Places by score, highest first; equal scores keep their order. */
function ranked(scores: Numbers): Uint32Array {
  const order = Uint32Array.from({ length: scores.length }, (_, at) => at)
  return order.sort((a, b) => scores[b]! - scores[a]! || a - b)
}

function positives(labels: Numbers): number {
  let count = 0
  for (let at = 0; at < labels.length; at += 1) if (labels[at]! > 0) count += 1
  return count
}

/** Chance that a one scores above a zero, ties half: the area under the ROC curve. */
export function areaUnderCurve(labels: Numbers, scores: Numbers): number {
  const order = ranked(scores)
  const ones = positives(labels)
  const zeros = labels.length - ones
  let pairs = 0
  let onesAbove = 0
  for (let from = 0; from < order.length; ) {
    const tied = tiedFrom(order, scores, from)
    let [tiedOnes, tiedZeros] = [0, 0]
    for (let at = from; at < tied; at += 1)
      if (labels[order[at]!]! > 0) tiedOnes += 1
      else tiedZeros += 1
    pairs += tiedZeros * (onesAbove + tiedOnes / 2)
    onesAbove += tiedOnes
    from = tied
  }
  return pairs / (ones * zeros)
}

/** Sum of precision at each step of recall, as scikit-learn does; ties are one step. */
export function averagePrecision(labels: Numbers, scores: Numbers): number {
  const order = ranked(scores)
  const ones = positives(labels)
  let found = 0
  let area = 0
  for (let from = 0; from < order.length; ) {
    const tied = tiedFrom(order, scores, from)
    const before = found
    for (let at = from; at < tied; at += 1) if (labels[order[at]!]! > 0) found += 1
    area += ((found - before) / ones) * (found / tied)
    from = tied
  }
  return area
}

function tiedFrom(order: Uint32Array, scores: Numbers, from: number): number {
  let to = from + 1
  while (to < order.length && scores[order[to]!] === scores[order[from]!]) to += 1
  return to
}

export interface Confusion {
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

/** Score at or above the threshold counts as 1. Nothing found and nothing there is 0. */
export function confusion(labels: Numbers, scores: Numbers, threshold: number): Confusion {
  let [right, wrong, missed] = [0, 0, 0]
  for (let at = 0; at < labels.length; at += 1)
    if (scores[at]! >= threshold)
      if (labels[at]! > 0) right += 1
      else wrong += 1
    else if (labels[at]! > 0) missed += 1
  return {
    precision: right / Math.max(1, right + wrong),
    recall: right / Math.max(1, right + missed),
    f1: (2 * right) / Math.max(1, 2 * right + wrong + missed),
  }
}

/** The threshold with the best F1: to be chosen on other data than it is judged on. */
export function bestThreshold(labels: Numbers, scores: Numbers): { threshold: number; f1: number } {
  const order = ranked(scores)
  const ones = positives(labels)
  let best = { threshold: Number.POSITIVE_INFINITY, f1: 0 }
  let found = 0
  for (let from = 0; from < order.length; ) {
    const tied = tiedFrom(order, scores, from)
    for (let at = from; at < tied; at += 1) if (labels[order[at]!]! > 0) found += 1
    const f1 = (2 * found) / (tied + ones)
    if (f1 > best.f1) {
      // Half-way to the next score, so that other data fall on either side.
      const below = scores[order[tied] ?? -1] ?? scores[order[from]!]!
      best = { threshold: (scores[order[from]!]! + below) / 2, f1 }
    }
    from = tied
  }
  return best
}

/** Share of ones among the k highest scores. */
export function precisionAt(labels: Numbers, scores: Numbers, k: number): number {
  return foundIn(labels, scores, k) / Math.min(k, labels.length)
}

/** Share of all ones that the k highest scores hold. */
export function recallAt(labels: Numbers, scores: Numbers, k: number): number {
  return foundIn(labels, scores, k) / positives(labels)
}

function foundIn(labels: Numbers, scores: Numbers, k: number): number {
  let found = 0
  for (const at of ranked(scores).subarray(0, k)) if (labels[at]! > 0) found += 1
  return found
}

/** Mean squared distance of probability and outcome. */
export function brierScore(labels: Numbers, probabilities: Numbers): number {
  let squares = 0
  for (let at = 0; at < labels.length; at += 1) squares += (probabilities[at]! - labels[at]!) ** 2
  return squares / labels.length
}

export interface CalibrationBin {
  readonly said: number
  readonly came: number
  readonly count: number
}

/** Probabilities in bins of equal count, each with its mean and how often it came true. */
export function calibrationCurve(
  labels: Numbers,
  probabilities: Numbers,
  binsCount = 10,
): CalibrationBin[] {
  const order = ranked(probabilities).reverse()
  return Array.from({ length: binsCount }, (_, bin) => {
    const part = order.subarray(
      Math.floor((bin * order.length) / binsCount),
      Math.floor(((bin + 1) * order.length) / binsCount),
    )
    let [said, came] = [0, 0]
    for (const at of part) {
      said += probabilities[at]!
      came += labels[at]!
    }
    return { said: said / part.length, came: came / part.length, count: part.length }
  }).filter(({ count }) => count > 0)
}

/** Mean distance between said and came over bins of equal count. */
export function calibrationError(labels: Numbers, probabilities: Numbers, binsCount = 10): number {
  let error = 0
  for (const { said, came, count } of calibrationCurve(labels, probabilities, binsCount))
    error += (Math.abs(said - came) * count) / labels.length
  return error
}
