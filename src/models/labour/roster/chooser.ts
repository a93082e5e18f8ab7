/** Which of several ways to search goes on: the one that gained most a second of late, others now and then. */
import type { Random } from '../../math/random.ts'

export interface Chooser {
  /** A number below the count of ways; each is tried once first. */
  choose(): number
  /** What the way gained (0 or more) in the time that it took, in any unit. */
  learn(way: number, gain: number, took: number): void
}

const tryRatio = 0.15
const newRatio = 0.25

export function createChooser(count: number, random: Random): Chooser {
  const rates = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
  return {
    choose: () =>
      random.next() < tryRatio ? random.below(count) : rates.indexOf(Math.max(...rates)),
    learn(way, gain, took) {
      const rate = gain / Math.max(took, 1e-9)
      const known = rates[way]!
      rates[way] = Number.isFinite(known) ? known + newRatio * (rate - known) : rate
    },
  }
}
