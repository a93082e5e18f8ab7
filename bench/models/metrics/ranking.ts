/** How good ordered lists are, one list at a time; average them over customers. */

/** Share of the wanted that the first k hold. */
export function listRecall<Item>(
  list: readonly Item[],
  wanted: ReadonlySet<Item>,
  k: number,
): number {
  return hits(list, wanted, k) / wanted.size
}

/** Share of the first k that is wanted. */
export function listPrecision<Item>(
  list: readonly Item[],
  wanted: ReadonlySet<Item>,
  k: number,
): number {
  return hits(list, wanted, k) / k
}

function hits<Item>(list: readonly Item[], wanted: ReadonlySet<Item>, k: number): number {
  return list.slice(0, k).filter((item) => wanted.has(item)).length
}

/** Gains of 1, discounted by log2 of the place, over the best possible. */
export function normalisedGain<Item>(
  list: readonly Item[],
  wanted: ReadonlySet<Item>,
  k: number,
): number {
  let gain = 0
  for (const [place, item] of list.slice(0, k).entries())
    if (wanted.has(item)) gain += 1 / Math.log2(place + 2)
  let best = 0
  for (let place = 0; place < Math.min(k, wanted.size); place += 1) best += 1 / Math.log2(place + 2)
  return gain / best
}

/** One over the place of the first that is wanted; 0 where none is. */
export function reciprocalRank<Item>(list: readonly Item[], wanted: ReadonlySet<Item>): number {
  const place = list.findIndex((item) => wanted.has(item))
  return place < 0 ? 0 : 1 / (place + 1)
}
