/** Losses: where to begin, how steep they are at a score, what a score says, and how wrong it was. */
import { weightedQuantile } from '../../math/statistics.ts'
import type { Loss } from './parameters.ts'
import { refuse } from './table.ts'

export interface LossFunction {
  /** Scores a row: 1, or one a class. */
  readonly outputsCount: number
  /** @throws Fault model_input_malformed for labels that the loss has no meaning for */
  check(labels: ArrayLike<number>): void
  start(labels: ArrayLike<number>, weights: Float64Array): number[]
  /** First and second derivatives, times the weight; `scores` and both of `rows * outputs`, by row. */
  slopes(
    labels: ArrayLike<number>,
    scores: Float64Array,
    weights: Float64Array,
    gradients: Float64Array,
    hessians: Float64Array,
  ): void
  /** Of one row, what is minimised: for stopping early. */
  of(label: number, scores: Float64Array, at: number): number
  /** Leaves of losses without a second derivative take this quantile of what is left. */
  readonly leafQuantile?: number
}

export function lossFunction(loss: Loss): LossFunction {
  switch (loss.kind) {
    case 'squared':
      return squared
    case 'absolute':
      return quantile(0.5)
    case 'quantile':
      return quantile(loss.ratio)
    case 'logistic':
      return logistic
    case 'poisson':
      return poisson
    case 'tweedie':
      return tweedie(loss.power)
    case 'softmax':
      return softmax(loss.classesCount)
  }
}

/** What a score says: a mean, a quantile, or a chance. In place, for one row. */
export function fromScores(loss: Loss, scores: Float64Array, at = 0): void {
  if (loss.kind === 'logistic') scores[at] = sigmoid(scores[at]!)
  else if (loss.kind === 'poisson' || loss.kind === 'tweedie') scores[at] = Math.exp(scores[at]!)
  else if (loss.kind === 'softmax') {
    let highest = Number.NEGATIVE_INFINITY
    for (let k = 0; k < loss.classesCount; k += 1) highest = Math.max(highest, scores[at + k]!)
    let total = 0
    for (let k = 0; k < loss.classesCount; k += 1) {
      const size = Math.exp(scores[at + k]! - highest)
      scores[at + k] = size
      total += size
    }
    for (let k = 0; k < loss.classesCount; k += 1) scores[at + k]! /= total
  }
}

export function sigmoid(score: number): number {
  return 1 / (1 + Math.exp(-score))
}

function meanOf(labels: ArrayLike<number>, weights: Float64Array): number {
  let [total, weight] = [0, 0]
  for (let row = 0; row < weights.length; row += 1) {
    total += labels[row]! * weights[row]!
    weight += weights[row]!
  }
  return total / weight
}

/** Logarithms of what may be 0 stay finite. */
const leastMean = 1e-12

function insist(
  labels: ArrayLike<number>,
  expected: string,
  fits: (label: number) => boolean,
): void {
  for (let row = 0; row < labels.length; row += 1)
    if (!fits(labels[row]!)) refuse(`labels, row ${row}`, expected)
}

const squared: LossFunction = {
  outputsCount: 1,
  check: () => {},
  start: (labels, weights) => [meanOf(labels, weights)],
  slopes(labels, scores, weights, gradients, hessians) {
    for (let row = 0; row < weights.length; row += 1) {
      const weight = weights[row]!
      gradients[row] = weight * (scores[row]! - labels[row]!)
      hessians[row] = weight
    }
  },
  of: (label, scores, at) => (label - scores[at]!) ** 2,
}

function quantile(ratio: number): LossFunction {
  return {
    outputsCount: 1,
    leafQuantile: ratio,
    check: () => {},
    start: (labels, weights) => [weightedQuantile(labels, weights, ratio)],
    slopes(labels, scores, weights, gradients, hessians) {
      for (let row = 0; row < weights.length; row += 1) {
        const weight = weights[row]!
        gradients[row] = weight * (labels[row]! > scores[row]! ? -ratio : 1 - ratio)
        hessians[row] = weight
      }
    },
    of(label, scores, at) {
      const short = label - scores[at]!
      return short >= 0 ? ratio * short : (ratio - 1) * short
    },
  }
}

const logistic: LossFunction = {
  outputsCount: 1,
  check: (labels) => insist(labels, '0 or 1', (label) => label === 0 || label === 1),
  start(labels, weights) {
    const share = Math.min(1 - leastMean, Math.max(leastMean, meanOf(labels, weights)))
    return [Math.log(share / (1 - share))]
  },
  slopes(labels, scores, weights, gradients, hessians) {
    for (let row = 0; row < weights.length; row += 1) {
      const chance = 1 / (1 + Math.exp(-scores[row]!))
      const weight = weights[row]!
      gradients[row] = weight * (chance - labels[row]!)
      hessians[row] = weight * chance * (1 - chance)
    }
  },
  of(label, scores, at) {
    const score = label > 0 ? scores[at]! : -scores[at]!
    return score > 0 ? Math.log1p(Math.exp(-score)) : Math.log1p(Math.exp(score)) - score
  },
}

/** Keeps the first steps from overshooting, as LightGBM's `poisson_max_delta_step`. */
const poissonStep = Math.exp(0.7)

const poisson: LossFunction = {
  outputsCount: 1,
  check: (labels) => insist(labels, 'at least 0', (label) => label >= 0),
  start: (labels, weights) => [Math.log(Math.max(leastMean, meanOf(labels, weights)))],
  slopes(labels, scores, weights, gradients, hessians) {
    for (let row = 0; row < weights.length; row += 1) {
      const mean = Math.exp(scores[row]!)
      gradients[row] = weights[row]! * (mean - labels[row]!)
      hessians[row] = weights[row]! * mean * poissonStep
    }
  },
  of: (label, scores, at) => Math.exp(scores[at]!) - label * scores[at]!,
}

function tweedie(power: number): LossFunction {
  return {
    outputsCount: 1,
    check: poisson.check,
    start: poisson.start,
    slopes(labels, scores, weights, gradients, hessians) {
      for (let row = 0; row < weights.length; row += 1) {
        const weight = weights[row]!
        const up = labels[row]! * Math.exp((1 - power) * scores[row]!)
        const down = Math.exp((2 - power) * scores[row]!)
        gradients[row] = weight * (down - up)
        hessians[row] = weight * ((2 - power) * down - (1 - power) * up)
      }
    },
    of: (label, scores, at) =>
      (label * Math.exp((1 - power) * scores[at]!)) / (power - 1) +
      Math.exp((2 - power) * scores[at]!) / (2 - power),
  }
}

function softmax(classesCount: number): LossFunction {
  const chances = new Float64Array(classesCount)
  const loss: Loss = { kind: 'softmax', classesCount }
  const factor = classesCount / (classesCount - 1)
  return {
    outputsCount: classesCount,
    check: (labels) =>
      insist(
        labels,
        `a class from 0 to ${classesCount - 1}`,
        (label) => label >= 0 && label < classesCount && label % 1 === 0,
      ),
    start(labels, weights) {
      const shares = new Float64Array(classesCount)
      let total = 0
      for (let row = 0; row < weights.length; row += 1) {
        shares[labels[row]!]! += weights[row]!
        total += weights[row]!
      }
      return Array.from(shares, (share) => Math.log(Math.max(leastMean, share / total)))
    },
    slopes(labels, scores, weights, gradients, hessians) {
      for (let row = 0; row < weights.length; row += 1) {
        const at = row * classesCount
        chances.set(scores.subarray(at, at + classesCount))
        fromScores(loss, chances)
        const weight = weights[row]!
        for (let k = 0; k < classesCount; k += 1) {
          const chance = chances[k]!
          gradients[at + k] = weight * (chance - (labels[row] === k ? 1 : 0))
          hessians[at + k] = weight * factor * chance * (1 - chance)
        }
      }
    },
    of(label, scores, at) {
      chances.set(scores.subarray(at, at + classesCount))
      fromScores(loss, chances)
      return -Math.log(Math.max(leastMean, chances[label]!))
    },
  }
}
