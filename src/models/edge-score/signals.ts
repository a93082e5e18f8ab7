/** What the counters say of one event: figures of which more is stranger, each beside its peers'. */
import { betaBinomialUpperTail } from '../math/beta-binomial.ts'
import { quantileOfSorted } from '../math/statistics.ts'
import { limitPlaceOf, type Seen, type TillEvent, tillKinds } from './counters.ts'

export const signalNames = ['rate_8h', 'rate_7d', 'amount', 'since_sale'] as const
export type SignalName = (typeof signalNames)[number]

/** So many events of a peer are added to each rate: one refund of one event is no rate of all. */
const peerEvents = 20

/**
 * @param share of events of peers that are of this kind
 * @returns NaN where there is nothing to say
 */
export function signalsOf(
  { kind, amountMinor }: TillEvent,
  { counter, sinceSaleMs }: Seen,
  share: number,
): Record<SignalName, number> {
  const place = tillKinds.indexOf(kind)
  const rateOf = (counts: readonly number[]) => {
    let all = peerEvents
    for (const count of counts) all += count
    return (counts[place]! + peerEvents * share) / all
  }
  return {
    rate_8h: rateOf(counter['8h']),
    rate_7d: rateOf(counter['7d']),
    amount: amountMinor > 0 ? amountMinor : Number.NaN,
    since_sale: sinceSaleMs === undefined ? Number.NaN : sinceSaleMs / 1000,
  }
}

/**
 * That an honest person, whose amounts know nothing of the limit, has so many of them just under it:
 * those from 0.9 of it among those from 0.8, where one is at least as likely in the lower tenth.
 * @returns NaN unless this event is itself just under the limit
 */
export function nearLimitChance(event: TillEvent, { counter }: Seen): number {
  if (limitPlaceOf(event) !== 1) return Number.NaN
  const near = counter.nearNow[1] + counter.nearBefore[1]
  const all = near + counter.nearNow[0] + counter.nearBefore[0]
  // A late event may be of a block that is counted no more.
  return all === 0 ? Number.NaN : betaBinomialUpperTail(near, all, { mu: 0.5, rho: 0 })
}

/** Closer towards the end that matters. */
export const peerLevels: readonly number[] = [
  ...Array.from({ length: 10 }, (_, tenth) => tenth / 10),
  ...[0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999, 1],
]

/** @param values of peers, at least one. @returns one number a level */
export function peerTable(values: readonly number[]): Float64Array {
  const sorted = Float64Array.from(values).sort()
  return Float64Array.from(peerLevels, (level) => quantileOfSorted(sorted, level))
}

/**
 * The share of the peers' events with as much or more, between levels in proportion.
 * @param count of events that the table is of: less than one in so many is never said
 */
export function peerChance(value: number, table: Float64Array, count: number): number {
  if (Number.isNaN(value)) return Number.NaN
  const least = 1 / (count + 1)
  let [low, high] = [0, table.length]
  // The first level that is not below the value.
  while (low < high) {
    const middle = (low + high) >> 1
    if (table[middle]! < value) low = middle + 1
    else high = middle
  }
  if (low === 0) return 1
  if (low === table.length) return least
  const [before, after] = [table[low - 1]!, table[low]!]
  const part = (value - before) / (after - before)
  const level = peerLevels[low - 1]! + part * (peerLevels[low]! - peerLevels[low - 1]!)
  return Math.max(least, 1 - level)
}
