/** How seldom a store sells so little, or so much, by itself. */
import { betaCdf } from '../math/beta.ts'
import { countCdf, countQuantile } from '../math/negative-binomial.ts'

/** Of ratios of amounts: their tails are heavier than a normal's. */
const freedom = 6

export interface Spread {
  readonly kind: 'counts' | 'amounts'
  readonly expected: number
  readonly variance: number
}

/** P(so little or less), P(so much or more). */
export function tailsOf({ kind, expected, variance }: Spread, actual: number): [number, number] {
  if (kind === 'counts') {
    const count = Math.round(actual)
    return [countCdf(count, expected, variance), 1 - countCdf(count - 1, expected, variance)]
  }
  const below = studentCdf((actual - expected) / Math.sqrt(variance))
  return [below, studentCdf((expected - actual) / Math.sqrt(variance))]
}

/** Ends of the band that holds `ratio` of all periods. */
export function bandOf({ kind, expected, variance }: Spread, ratio: number): [number, number] {
  const rest = (1 - ratio) / 2
  if (kind === 'counts')
    return [countQuantile(rest, expected, variance), countQuantile(1 - rest, expected, variance)]
  const half = studentQuantile(1 - rest) * Math.sqrt(variance)
  return [Math.max(0, expected - half), expected + half]
}

/**
 * That nothing at all was sold by chance: one minute after another without a sale is news once this is
 * below 1e-4, that is after 9.2 expected sales.
 * @param expectedSales since the last one
 */
export function silenceChance(expectedSales: number): number {
  return Math.exp(-Math.max(0, expectedSales))
}

/** Scaled so that the middle half is that of a normal with the same robust spread. */
const middle = 0.6744897501960817 / 0.7175581 // quartiles of the normal and of Student's t with 6

function studentCdf(z: number): number {
  const t = z / middle
  const tail = betaCdf(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2
  return t < 0 ? tail : 1 - tail
}

function studentQuantile(ratio: number): number {
  let [low, high] = [0, 1e4]
  for (let round = 0; round < 80; round += 1) {
    const at = (low + high) / 2
    if (studentCdf(at) < ratio) low = at
    else high = at
  }
  return (low + high) / 2
}
