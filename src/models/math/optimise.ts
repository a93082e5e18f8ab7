/** Finding where a function is least, or zero. Every search has a bound on its rounds. */

const golden = (Math.sqrt(5) - 1) / 2

export interface Least {
  readonly at: number
  readonly value: number
}

/** The least value between two ends of a function that falls, then rises. */
export function goldenSection(
  of: (x: number) => number,
  low: number,
  high: number,
  { tolerance = 1e-8, roundsMax = 200 } = {},
): Least {
  let [left, right] = [low, high]
  let [a, b] = [right - golden * (right - left), left + golden * (right - left)]
  let [atA, atB] = [of(a), of(b)]
  for (let round = 0; round < roundsMax && right - left > tolerance; round += 1)
    if (atA <= atB) {
      right = b
      b = a
      atB = atA
      a = right - golden * (right - left)
      atA = of(a)
    } else {
      left = a
      a = b
      atA = atB
      b = left + golden * (right - left)
      atB = of(b)
    }
  return atA <= atB ? { at: a, value: atA } : { at: b, value: atB }
}

/** Where a function crosses zero, between ends of different sign; NaN where they are of one sign. */
export function bisect(
  of: (x: number) => number,
  low: number,
  high: number,
  { tolerance = 1e-12, roundsMax = 200 } = {},
): number {
  let [left, right] = [low, high]
  const atLeft = of(left)
  if (atLeft === 0) return left
  const atRight = of(right)
  if (atRight === 0) return right
  if (atLeft > 0 === atRight > 0 || Number.isNaN(atLeft + atRight)) return Number.NaN
  for (let round = 0; round < roundsMax && right - left > tolerance; round += 1) {
    const middle = (left + right) / 2
    if (of(middle) > 0 === atLeft > 0) left = middle
    else right = middle
  }
  return (left + right) / 2
}

export interface LeastPoint {
  readonly at: Float64Array
  readonly value: number
  readonly rounds: number
  readonly hasConverged: boolean
}

interface Corner {
  at: Float64Array
  value: number
}

/**
 * Nelder and Mead's simplex, for a few dimensions and no slopes. What is not a number counts as the
 * highest value, so that a function may answer NaN or infinity outside its domain.
 */
export function nelderMead(
  of: (point: Float64Array) => number,
  start: ArrayLike<number>,
  { step = 0.1, tolerance = 1e-9, roundsMax = 200 * start.length } = {},
): LeastPoint {
  const measure = (at: Float64Array): Corner => {
    const value = of(at)
    return { at, value: Number.isNaN(value) ? Number.POSITIVE_INFINITY : value }
  }
  const corners = [measure(Float64Array.from(start))]
  for (let axis = 0; axis < start.length; axis += 1) {
    const at = Float64Array.from(start)
    at[axis]! += at[axis] === 0 ? step : step * Math.abs(at[axis]!)
    corners.push(measure(at))
  }
  let round = 0
  let hasConverged = false
  for (; round < roundsMax; round += 1) {
    corners.sort((a, b) => a.value - b.value)
    hasConverged = spreadOf(corners) <= tolerance
    if (hasConverged) break
    moveWorst(corners, measure)
  }
  corners.sort((a, b) => a.value - b.value)
  const best = corners[0]!
  return { at: best.at, value: best.value, rounds: round, hasConverged }
}

function spreadOf(corners: readonly Corner[]): number {
  const best = corners[0]!
  let widest = Math.abs(corners.at(-1)!.value - best.value) / (Math.abs(best.value) + 1)
  if (Number.isNaN(widest)) widest = Number.POSITIVE_INFINITY
  for (const { at } of corners)
    for (let axis = 0; axis < at.length; axis += 1)
      widest = Math.max(
        widest,
        Math.abs(at[axis]! - best.at[axis]!) / (Math.abs(best.at[axis]!) + 1),
      )
  return widest
}

/** Reflect, expand, contract or shrink; corners are sorted, best first. */
function moveWorst(corners: Corner[], measure: (at: Float64Array) => Corner): void {
  const last = corners.length - 1
  const worst = corners[last]!
  const best = corners[0]!
  const centre = best.at.map((_, axis) => {
    let total = 0
    for (let corner = 0; corner < last; corner += 1) total += corners[corner]!.at[axis]!
    return total / last
  })
  const along = (factor: number) =>
    measure(centre.map((value, axis) => value + factor * (worst.at[axis]! - value)))
  const reflected = along(-1)
  if (reflected.value < best.value) {
    const expanded = along(-2)
    corners[last] = expanded.value < reflected.value ? expanded : reflected
    return
  }
  if (reflected.value < corners[last - 1]!.value) {
    corners[last] = reflected
    return
  }
  const contracted = along(reflected.value < worst.value ? -0.5 : 0.5)
  if (contracted.value < Math.min(reflected.value, worst.value)) {
    corners[last] = contracted
    return
  }
  for (let corner = 1; corner <= last; corner += 1)
    corners[corner] = measure(
      corners[corner]!.at.map((value, axis) => best.at[axis]! + 0.5 * (value - best.at[axis]!)),
    )
}
