/** Baskets as vectors, and the nearest of them by an exact scan: enough up to some hundred thousand. */
import { Fault } from '../../base/fault.ts'
import { createRandom } from '../math/random.ts'
import { checkBaskets, type Scored } from './baskets.ts'

/**
 * Item vectors from pairs bought together more than by chance (positive pointwise mutual information),
 * by orthogonal iteration on that matrix.
 * @returns `item * dimensions + axis`
 */
export function itemVectors(
  baskets: readonly (readonly number[])[],
  itemsCount: number,
  { dimensions = 32, rounds = 12, seed = 1 } = {},
): Float32Array {
  checkBaskets(baskets, itemsCount)
  if (!(dimensions >= 1 && dimensions <= 256)) refuse('dimensions', '1 to 256')
  const links = mutualInformation(baskets, itemsCount)
  const random = createRandom(seed)
  let axes: Float64Array[] = Array.from({ length: dimensions }, () =>
    Float64Array.from({ length: itemsCount }, () => random.normal()),
  )
  orthogonalise(axes)
  for (let round = 0; round < rounds; round += 1) {
    axes = axes.map((axis) => multiply(links, axis))
    orthogonalise(axes)
  }
  const vectors = new Float32Array(itemsCount * dimensions)
  for (const [at, axis] of axes.entries()) {
    const image = multiply(links, axis)
    const strength = Math.sqrt(Math.max(0, dot(axis, image)))
    for (let item = 0; item < itemsCount; item += 1)
      vectors[item * dimensions + at] = axis[item]! * Math.sqrt(strength)
  }
  return vectors
}

/** The mean of its items' vectors, of length 1; an empty basket is all 0. */
export function basketVector(
  vectors: Float32Array,
  dimensions: number,
  basket: readonly number[],
): Float32Array {
  const sum = new Float32Array(dimensions)
  for (const item of new Set(basket))
    for (let axis = 0; axis < dimensions; axis += 1)
      sum[axis]! += vectors[item * dimensions + axis]!
  const length = Math.hypot(...sum)
  return length === 0 ? sum : sum.map((value) => value / length)
}

/** The k rows nearest by their product with the query, best first: exact. */
export function nearestRows(
  rows: Float32Array,
  query: Float32Array,
  k: number,
  isLeftOut: (row: number) => boolean = () => false,
): Scored[] {
  const dimensions = query.length
  if (dimensions === 0 || rows.length % dimensions !== 0) refuse('query', 'as long as a row')
  const kept: Scored[] = []
  const count = rows.length / dimensions
  for (let row = 0, at = 0; row < count; row += 1, at += dimensions) {
    let score = 0
    for (let axis = 0; axis < dimensions; axis += 1) score += rows[at + axis]! * query[axis]!
    if (kept.length === k && score <= kept[k - 1]!.score) continue
    // What may not be shown is left out before ranking, so that k are found all the same.
    if (isLeftOut(row)) continue
    let place = kept.length
    while (place > 0 && kept[place - 1]!.score < score) place -= 1
    kept.splice(place, 0, { item: row, score })
    if (kept.length > k) kept.pop()
  }
  return kept
}

type Links = readonly ReadonlyMap<number, number>[]

function mutualInformation(baskets: readonly (readonly number[])[], itemsCount: number): Links {
  const counts = new Float64Array(itemsCount)
  const pairs = Array.from({ length: itemsCount }, () => new Map<number, number>())
  for (const basket of baskets) {
    const items = [...new Set(basket)]
    for (const one of items) {
      counts[one]! += 1
      for (const other of items)
        if (one !== other) pairs[one]!.set(other, (pairs[one]!.get(other) ?? 0) + 1)
    }
  }
  return pairs.map((own, one) => {
    const kept = new Map<number, number>()
    for (const [other, count] of own) {
      const bits = Math.log((count * baskets.length) / (counts[one]! * counts[other]!))
      if (bits > 0) kept.set(other, bits)
    }
    return kept
  })
}

function multiply(links: Links, vector: Float64Array): Float64Array {
  return Float64Array.from(links, (own) => {
    let sum = 0
    for (const [other, value] of own) sum += value * vector[other]!
    return sum
  })
}

/** Gram and Schmidt, in place; an axis that is spent becomes 0. */
function orthogonalise(axes: readonly Float64Array[]): void {
  for (const [at, axis] of axes.entries()) {
    for (const before of axes.slice(0, at)) {
      const share = dot(axis, before)
      for (let item = 0; item < axis.length; item += 1) axis[item]! -= share * before[item]!
    }
    const length = Math.sqrt(dot(axis, axis))
    for (let item = 0; item < axis.length; item += 1)
      axis[item] = length > 1e-9 ? axis[item]! / length : 0
  }
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0
  for (let at = 0; at < left.length; at += 1) sum += left[at]! * right[at]!
  return sum
}

function refuse(field: string, expected: string): never {
  throw new Fault('model_input_malformed', { field, expected })
}
