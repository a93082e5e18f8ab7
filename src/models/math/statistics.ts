/** Summaries of numbers. None changes its input; of nothing, each is NaN (a sum is 0). */

export type Numbers = ArrayLike<number>

/** Compensated (Neumaier): the order of adding does not eat the small ones. */
export function sum(values: Numbers): number {
  let total = 0
  let lost = 0
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at]!
    const next = total + value
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total
    total = next
  }
  // An overflow leaves NaN in what was lost.
  return Number.isFinite(lost) ? total + lost : total
}

export function mean(values: Numbers): number {
  return sum(values) / values.length
}

export function weightedMean(values: Numbers, weights: Numbers): number {
  let total = 0
  let weight = 0
  for (let at = 0; at < values.length; at += 1) {
    total += values[at]! * weights[at]!
    weight += weights[at]!
  }
  return total / weight
}

/** Over n - 1; of a single value 0. In two passes, so that a large mean does no harm. */
export function variance(values: Numbers): number {
  if (values.length < 2) return values.length === 1 ? 0 : Number.NaN
  const centre = mean(values)
  let squares = 0
  for (let at = 0; at < values.length; at += 1) squares += (values[at]! - centre) ** 2
  return squares / (values.length - 1)
}

export function standardDeviation(values: Numbers): number {
  return Math.sqrt(variance(values))
}

export function median(values: Numbers): number {
  return quantile(values, 0.5)
}

/** Between neighbours in proportion (type 7 of Hyndman and Fan, as R and NumPy do). */
export function quantile(values: Numbers, ratio: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), ratio)
}

/** As `quantile`, of values that are sorted already. */
export function quantileOfSorted(sorted: Numbers, ratio: number): number {
  const at = (sorted.length - 1) * Math.min(1, Math.max(0, ratio))
  const below = Math.floor(at)
  const low = sorted[below] ?? Number.NaN
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN
  return at === below ? low : low + (at - below) * (high - low)
}

/** The smallest value at which at least `ratio` of the weight is reached. */
export function weightedQuantile(values: Numbers, weights: Numbers, ratio: number): number {
  const order = Uint32Array.from({ length: values.length }, (_, at) => at)
  order.sort((a, b) => values[a]! - values[b]!)
  const wanted = ratio * sum(weights)
  let reached = 0
  for (const at of order) {
    reached += weights[at]!
    if (reached >= wanted) return values[at]!
  }
  return values[order.at(-1) ?? -1] ?? Number.NaN
}

/** The median distance from the median. */
export function medianDeviation(values: Numbers): number {
  const centre = median(values)
  return median(Float64Array.from(values, (value) => Math.abs(value - centre)))
}

/**
 * A standard deviation that outliers do not move: by the median deviation; where more than half of
 * the values are one, by the quartiles, and where these agree too by all values.
 */
export function robustScale(values: Numbers): number {
  const byMedian = medianDeviation(values) * 1.482602218505602
  if (byMedian > 0) return byMedian
  const sorted = Float64Array.from(values).sort()
  const quartiles = quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25)
  return quartiles > 0 ? quartiles / 1.3489795003921634 : standardDeviation(values)
}

/** Pearson's; 0 where one side does not vary. */
export function correlation(left: Numbers, right: Numbers): number {
  const [centreLeft, centreRight] = [mean(left), mean(right)]
  let [both, squaresLeft, squaresRight] = [0, 0, 0]
  for (let at = 0; at < left.length; at += 1) {
    const x = left[at]! - centreLeft
    const y = right[at]! - centreRight
    both += x * y
    squaresLeft += x * x
    squaresRight += y * y
  }
  const scale = Math.sqrt(squaresLeft) * Math.sqrt(squaresRight)
  return left.length === 0 ? Number.NaN : scale === 0 ? 0 : both / scale
}
