/** Baskets as rows of item numbers, checked and laid out for counting. */
import { Fault } from '../../base/fault.ts'

/** Of each customer the baskets, oldest first; of each basket the items, as numbers from 0. */
export type Histories = readonly (readonly (readonly number[])[])[]

const itemsMax = 200_000

/** @throws Fault model_input_malformed */
export function checkBaskets(baskets: readonly (readonly number[])[], itemsCount: number): void {
  if (!(Number.isInteger(itemsCount) && itemsCount >= 1 && itemsCount <= itemsMax))
    throw new Fault('model_input_malformed', { field: 'itemsCount', expected: `1 to ${itemsMax}` })
  for (const [at, basket] of baskets.entries())
    for (const item of basket)
      if (!(Number.isInteger(item) && item >= 0 && item < itemsCount))
        throw new Fault('model_input_malformed', {
          field: `baskets.${at}`,
          expected: `item numbers below ${itemsCount}`,
        })
}

/** Sparse rows: `items` and `values` from `starts[row]` to `starts[row + 1]`. */
export interface Rows {
  readonly starts: Int32Array
  readonly items: Int32Array
  readonly values: Float32Array
}

export function rowsOf(maps: readonly ReadonlyMap<number, number>[]): Rows {
  const starts = new Int32Array(maps.length + 1)
  for (const [row, map] of maps.entries()) starts[row + 1] = starts[row]! + map.size
  const items = new Int32Array(starts.at(-1)!)
  const values = new Float32Array(items.length)
  for (const [row, map] of maps.entries()) {
    const sorted = [...map].sort(([left], [right]) => left - right)
    for (const [at, [item, value]] of sorted.entries()) {
      items[starts[row]! + at] = item
      values[starts[row]! + at] = value
    }
  }
  return { starts, items, values }
}

/** Turned over: of each item the rows that have it. */
export function turned({ starts, items, values }: Rows, itemsCount: number): Rows {
  const counts = new Int32Array(itemsCount + 1)
  for (const item of items) counts[item + 1]! += 1
  for (let item = 0; item < itemsCount; item += 1) counts[item + 1]! += counts[item]!
  const next = counts.slice()
  const rows = new Int32Array(items.length)
  const weights = new Float32Array(items.length)
  for (let row = 0; row + 1 < starts.length; row += 1)
    for (let at = starts[row]!; at < starts[row + 1]!; at += 1) {
      const place = next[items[at]!]!++
      rows[place] = row
      weights[place] = values[at]!
    }
  return { starts: counts, items: rows, values: weights }
}

export interface Scored {
  readonly item: number
  readonly score: number
}

/** The k highest of what is not left out, best first; ties by number. */
export function best(
  scores: ArrayLike<number>,
  k: number,
  isLeftOut: (item: number) => boolean = () => false,
): Scored[] {
  const kept: Scored[] = []
  for (let item = 0; item < scores.length; item += 1) {
    const score = scores[item]!
    if (!(score > 0) || isLeftOut(item)) continue
    if (kept.length === k && score <= kept[k - 1]!.score) continue
    let at = kept.length
    while (at > 0 && kept[at - 1]!.score < score) at -= 1
    kept.splice(at, 0, { item, score })
    if (kept.length > k) kept.pop()
  }
  return kept
}
