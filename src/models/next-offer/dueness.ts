/**
 * Whether something bought before is still on a customer's list: each basket without it makes it less
 * likely, and more so once the gap is beyond twice his own usual one.
 */

export interface Lapse {
  /** Baskets since the one that held it last; 1 is the latest. */
  readonly since: number
  /** Median of his own gaps in baskets; NaN where he bought it once. */
  readonly usualGap: number
}

export interface DueSettings {
  readonly lapse: number
  readonly overdue: number
}

/** Of each item in the baskets, oldest basket first. */
export function lapsesOf(baskets: readonly (readonly number[])[]): Map<number, Lapse> {
  const places = new Map<number, number[]>()
  for (const [at, basket] of baskets.entries())
    for (const item of new Set(basket)) {
      const own = places.get(item) ?? []
      own.push(at)
      places.set(item, own)
    }
  const lapses = new Map<number, Lapse>()
  for (const [item, own] of places) {
    const gaps = own.slice(1).map((place, at) => place - own[at]!)
    gaps.sort((a, b) => a - b)
    const usualGap = gaps[Math.floor(gaps.length / 2)] ?? Number.NaN
    lapses.set(item, { since: baskets.length - own.at(-1)!, usualGap })
  }
  return lapses
}

/** 1 for what the latest basket held, less the longer it is gone. */
export function dueFactor({ since, usualGap }: Lapse, { lapse, overdue }: DueSettings): number {
  const beyond = Number.isNaN(usualGap) ? 0 : Math.max(0, since / usualGap - 2)
  return Math.exp(-lapse * (since - 1)) / (1 + overdue * beyond)
}
