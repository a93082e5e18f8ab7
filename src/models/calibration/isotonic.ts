/**
 * The non-decreasing steps nearest to the labels (pool adjacent violators), joined by straight lines
 * between the steps' middles, so that scores that differ seldom come out equal.
 */

export interface Isotonic {
  /** Ascending. */
  readonly scores: Float64Array
  /** Non-decreasing, one a score. */
  readonly probabilities: Float64Array
}

/** @param scores finite; labels 0 or 1, one a score, at least one */
export function fitIsotonic(scores: ArrayLike<number>, labels: ArrayLike<number>): Isotonic {
  const rowsCount = labels.length
  const order = Uint32Array.from({ length: rowsCount }, (_, at) => at)
  order.sort((a, b) => scores[a]! - scores[b]! || a - b)
  // Stacks: rows, ones and the sum of scores of each step.
  const [count, ones, total] = [0, 0, 0].map(() => new Float64Array(rowsCount)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  let top = -1
  let before = Number.NaN
  for (const row of order) {
    const score = scores[row]!
    // Equal scores are one step from the beginning.
    if (score !== before) top += 1
    before = score
    count[top]! += 1
    ones[top]! += labels[row]!
    total[top]! += score
  }
  const groups = top + 1
  top = -1
  for (let group = 0; group < groups; group += 1) {
    top += 1
    count[top] = count[group]!
    ones[top] = ones[group]!
    total[top] = total[group]!
    // Also steps whose middles fall together, as those of numbers next to zero may.
    while (
      top > 0 &&
      (ones[top - 1]! * count[top]! >= ones[top]! * count[top - 1]! ||
        total[top - 1]! / count[top - 1]! >= total[top]! / count[top]!)
    ) {
      count[top - 1]! += count[top]!
      ones[top - 1]! += ones[top]!
      total[top - 1]! += total[top]!
      top -= 1
    }
  }
  // No data makes a thing certain: half a case is left for the other side.
  const least = 0.5 / (rowsCount + 1)
  const steps = top + 1
  return {
    scores: Float64Array.from({ length: steps }, (_, step) => total[step]! / count[step]!),
    probabilities: Float64Array.from({ length: steps }, (_, step) =>
      Math.min(1 - least, Math.max(least, ones[step]! / count[step]!)),
    ),
  }
}

export function isotonicAt({ scores, probabilities }: Isotonic, score: number): number {
  let [low, high] = [0, scores.length - 1]
  if (score <= scores[low]!) return probabilities[low]!
  if (score >= scores[high]!) return probabilities[high]!
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (scores[middle]! <= score) low = middle
    else high = middle
  }
  const share = (score - scores[low]!) / (scores[high]! - scores[low]!)
  return probabilities[low]! + share * (probabilities[high]! - probabilities[low]!)
}
