/** The basket files, and how lists are scored on them. */
import { readJson } from '../data/files.ts'

export interface NextBaskets {
  readonly itemsCount: number
  readonly histories: readonly (readonly (readonly number[])[])[]
  /** By the customer's row. */
  readonly futures: ReadonlyMap<number, ReadonlySet<number>>
}

export function readNextBaskets(historyPath: string, futurePath: string): NextBaskets {
  const history = readJson<Record<string, number[][]>>(historyPath)
  const future = readJson<Record<string, number[]>>(futurePath)
  const users = Object.keys(history)
  const futures = new Map<number, Set<number>>()
  for (const [row, user] of users.entries())
    if (future[user] !== undefined) futures.set(row, new Set(future[user]))
  const histories = users.map((user) => history[user]!)
  let most = 0
  for (const baskets of [...histories, ...Object.values(future).map((one) => [one])])
    for (const basket of baskets) for (const item of basket) most = Math.max(most, item)
  return { itemsCount: most + 1, histories, futures }
}

export interface ListScores {
  readonly recall: number
  readonly gain: number
  readonly hit: number
}

/** Means over customers; the best gain is over all that was bought, as the paper's metrics have it. */
export function scoreLists(
  lists: ReadonlyMap<number, readonly number[]>,
  futures: ReadonlyMap<number, ReadonlySet<number>>,
  k: number,
): ListScores {
  let [recall, gain, hit] = [0, 0, 0]
  for (const [row, list] of lists) {
    const wanted = futures.get(row)!
    let [hits, found, most] = [0, 0, 0]
    for (const [place, item] of list.slice(0, k).entries())
      if (wanted.has(item)) {
        hits += 1
        found += 1 / Math.log2(place + 2)
      }
    for (let place = 0; place < wanted.size; place += 1) most += 1 / Math.log2(place + 2)
    recall += hits / wanted.size
    gain += found / most
    hit += hits > 0 ? 1 : 0
  }
  return { recall: recall / lists.size, gain: gain / lists.size, hit: hit / lists.size }
}
