/** Distances from lines as chances: a softmax, as soft as comes true on items that were left out. */
import { goldenSection } from '../math/optimise.ts'

/** In place: `row * classesCount + class` become chances that add up to 1. */
export function soften(scores: Float64Array, classesCount: number, sharpness: number): void {
  for (let from = 0; from < scores.length; from += classesCount) {
    let highest = Number.NEGATIVE_INFINITY
    for (let own = 0; own < classesCount; own += 1) highest = Math.max(highest, scores[from + own]!)
    let total = 0
    for (let own = 0; own < classesCount; own += 1) {
      const size = Math.exp(sharpness * (scores[from + own]! - highest))
      scores[from + own] = size
      total += size
    }
    for (let own = 0; own < classesCount; own += 1) scores[from + own]! /= total
  }
}

/** The sharpness with the least log loss. @param labels class by row */
export function fitSharpness(
  scores: Float64Array,
  labels: ArrayLike<number>,
  weights: ArrayLike<number>,
  classesCount: number,
): number {
  const loss = (logSharpness: number) => {
    const chances = scores.slice()
    soften(chances, classesCount, Math.exp(logSharpness))
    let total = 0
    for (let row = 0; row < labels.length; row += 1)
      total -=
        weights[row]! * Math.log(Math.max(1e-12, chances[row * classesCount + labels[row]!]!))
    return total
  }
  return Math.exp(goldenSection(loss, Math.log(0.05), Math.log(50), { tolerance: 1e-3 }).at)
}
