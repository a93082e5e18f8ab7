/**
 * Does the stream go on as it did? Short means are read as levels, and what level followed which is
 * counted; a stretch with many steps that no like situation ever had is strange, though each value is
 * usual. The record of that is kept as for patterns.
 */
import { meanOfStep } from './mean-of-step.ts'
import type { ContextMemory, StreamParameters } from './parameters.ts'

const countMax = 2 ** 31 - 1
/** Levels reach half the learned range below and above it; what is further out counts as the last. */
const beyondRatio = 0.5

export function createContext(
  { learningCount, levelsOfRange, contextRatio }: StreamParameters,
  meansPerLearning: number,
): ContextMemory {
  return {
    step: Math.max(1, Math.floor(learningCount / meansPerLearning)),
    stretch: Math.max(1, Math.round(meansPerLearning * contextRatio)),
    sum: 0,
    summed: 0,
    meansCount: 0,
    learned: [],
    scales: levelsOfRange.map((levels) => {
      const size = placesOf(levels)
      return { levels, last: -1, counts: new Int32Array(size * size) }
    }),
    low: 0,
    range: 1,
    shares: [],
    record: 0,
    strength: 0,
    share: 0,
  }
}

/** Once the learning time is over its range is known, and what it had is counted after all. */
export function settleContext(
  memory: ContextMemory,
  low: number,
  high: number,
  parameters: StreamParameters,
): void {
  memory.low = low
  memory.range = high - low || 1
  for (const mean of memory.learned) follow(memory, mean, true, parameters)
  memory.learned = []
}

/** @param isLearning whether the mean is only kept: there are at most twice `meansPerLearning` */
export function followContext(
  memory: ContextMemory,
  value: number,
  isLearning: boolean,
  parameters: StreamParameters,
): void {
  const mean = meanOfStep(memory, value)
  if (mean === undefined) return
  if (isLearning) memory.learned.push(mean)
  else follow(memory, mean, false, parameters)
}

function follow(
  memory: ContextMemory,
  mean: number,
  isLearning: boolean,
  { noiseRatio, recordRatio, contextDecay, contextCountMin, learningCount }: StreamParameters,
): void {
  memory.meansCount += 1
  memory.shares.push(unknownShare(memory, mean, contextCountMin))
  if (memory.shares.length > memory.stretch) memory.shares.shift()
  memory.share = memory.shares.reduce((sum, one) => sum + one, 0) / memory.stretch
  memory.strength = isLearning
    ? 0
    : Math.max(0, memory.share / (memory.record + noiseRatio) - recordRatio)
  // At the very beginning all is new, which says nothing of what comes.
  const isNewborn = memory.meansCount * memory.step <= learningCount / 4
  memory.record = Math.max(memory.record * contextDecay, isNewborn ? 0 : memory.share)
}

/** Of the scales that know the situation, how many never saw it go on like this; 1 if none knows it. */
function unknownShare({ scales, low, range }: ContextMemory, mean: number, countMin: number) {
  const place = Math.min(1 + beyondRatio, Math.max(-beyondRatio, (mean - low) / range))
  let [unknown, known] = [0, 0]
  for (const scale of scales) {
    const size = placesOf(scale.levels)
    const level = Math.round((place + beyondRatio) * scale.levels)
    if (scale.last >= 0) {
      const row = scale.counts.subarray(scale.last * size, (scale.last + 1) * size)
      const seen = row.reduce((sum, one) => sum + one, 0)
      if (seen >= countMin) {
        known += 1
        if (row[level] === 0) unknown += 1
      }
      row[level] = Math.min(countMax, row[level]! + 1)
    }
    scale.last = level
  }
  return known > 0 ? unknown / known : 1
}

function placesOf(levels: number): number {
  return Math.round((1 + 2 * beyondRatio) * levels) + 1
}
