/** How far one customer's purchases may lie from what is expected, by drawing futures. */
import { createRandom } from '../math/random.ts'
import { quantileOfSorted } from '../math/statistics.ts'
import { aliveRatio, type BgNbd, type History } from './bg-nbd.ts'

export interface Spread {
  /** As likely more as fewer: nearest to what one customer does, which is mostly nothing. */
  readonly purchasesMedian: number
  /** Between which purchases lie four times in five. */
  readonly purchasesLow: number
  readonly purchasesHigh: number
}

const drawsCount = 400

/** Seeded by the customer's history alone, so that the same history always has the same spread. */
export function spreadOf(
  model: BgNbd,
  customer: History,
  horizonWeeks: number,
  seed: number,
): Spread {
  const { repeats, lastWeeks, ageWeeks } = customer
  const random = createRandom(`${seed}/${repeats}/${lastWeeks}/${ageWeeks}`)
  const alive = aliveRatio(model, customer)
  const counts = new Float64Array(drawsCount)
  for (let draw = 0; draw < drawsCount; draw += 1) {
    if (random.next() >= alive) continue
    const rate = random.gamma(model.r + repeats) / (model.alpha + ageWeeks)
    const goes = random.beta(model.a, model.b + repeats)
    const most = random.poisson(rate * horizonWeeks)
    let count = 0
    while (count < most) {
      count += 1
      if (random.next() < goes) break
    }
    counts[draw] = count
  }
  counts.sort()
  return {
    purchasesMedian: Math.round(quantileOfSorted(counts, 0.5)),
    purchasesLow: Math.floor(quantileOfSorted(counts, 0.1)),
    purchasesHigh: Math.ceil(quantileOfSorted(counts, 0.9)),
  }
}
