/**
 * Has the stream looked like this before? Patterns are short runs of means; a new one is as strange as
 * the nearest that was seen is far, and what counts is how strange it is against the strangest so far.
 */
import { meanOfStep } from './mean-of-step.ts'
import type { PatternMemory, StreamParameters } from './parameters.ts'

export function createMemory(
  { learningCount }: StreamParameters,
  patternsPerLearning: number,
  resolution: number,
): PatternMemory {
  return {
    resolution,
    step: Math.max(1, Math.floor(learningCount / (resolution * patternsPerLearning))),
    sum: 0,
    summed: 0,
    means: [],
    patterns: new Float64Array(0),
    distances: new Float64Array(0),
    seen: 0,
    record: 0,
    repeats: 0,
    strength: 0,
    distance: 0,
    chance: 1,
  }
}

/**
 * @param range of all values so far; strangeness is a share of it, so that a stream's unit is no matter
 * @param isLearning whether a strange pattern only raises the record
 */
export function remember(
  memory: PatternMemory,
  value: number,
  range: number,
  isLearning: boolean,
  parameters: StreamParameters,
): void {
  const mean = meanOfStep(memory, value)
  if (mean === undefined) return
  memory.means.push(mean)
  memory.strength = 0
  memory.distance = 0
  memory.chance = 1
  if (memory.means.length < memory.resolution) return
  if (memory.means.length > memory.resolution) memory.means.shift()
  judge(memory, nearest(memory, parameters.patternsMax) / range, isLearning, parameters)
  keep(memory, parameters.patternsMax)
}

function judge(
  memory: PatternMemory,
  distance: number,
  isLearning: boolean,
  { noiseRatio, recordRatio, recordDecay, learningCount, repeatsHalving }: StreamParameters,
): void {
  if (!Number.isFinite(distance)) return
  memory.distance = distance
  const { resolution, step, seen } = memory
  const strength = Math.max(0, distance / (memory.record + noiseRatio) - recordRatio)
  if (!isLearning) {
    // Where new patterns are common, one more says little.
    memory.strength = strength / (1 + memory.repeats / repeatsHalving)
    memory.chance = shareAsStrange(memory, distance)
  }
  memory.repeats *= Math.exp(-step / learningCount)
  // In the first half of the learning time all is new.
  if (strength > 0 && (seen + resolution) * step > learningCount / 2)
    memory.repeats += 1 / resolution
  memory.record = Math.max(memory.record * recordDecay, distance)
}

/** Root mean squared difference to the nearest pattern that shares no mean with this one. */
function nearest({ resolution, means, patterns, seen }: PatternMemory, patternsMax: number) {
  const kept = Math.min(seen, patternsMax)
  const values = Float64Array.from(means)
  const ringLength = patternsMax * resolution
  let best = Number.POSITIVE_INFINITY
  let start = ((seen - 1 - resolution) % patternsMax) * resolution
  for (let back = resolution; back < kept; back += 1) {
    // Newest first: what is like now is often near, and the sum then ends early.
    let squares = 0
    for (let at = 0; at < resolution && squares < best; at += 1) {
      const apart = values[at]! - patterns[start + at]!
      squares += apart * apart
    }
    if (squares < best) best = squares
    start -= resolution
    if (start < 0) start += ringLength
  }
  return Math.sqrt(best / resolution)
}

function shareAsStrange({ distances, seen }: PatternMemory, distance: number): number {
  let [as, all] = [1, 1]
  for (let at = 0; at < Math.min(seen, distances.length); at += 1) {
    if (Number.isNaN(distances[at])) continue
    all += 1
    if (distances[at]! >= distance) as += 1
  }
  return as / all
}

function keep(memory: PatternMemory, patternsMax: number): void {
  const { resolution, seen } = memory
  const place = seen % patternsMax
  if (place >= memory.distances.length) {
    const room = Math.min(patternsMax, Math.max(64, 2 * memory.distances.length))
    memory.patterns = grown(memory.patterns, room * resolution)
    memory.distances = grown(memory.distances, room)
  }
  memory.patterns.set(memory.means, place * resolution)
  memory.distances[place] = seen < resolution ? Number.NaN : memory.distance
  memory.seen += 1
}

function grown(values: Float64Array, length: number): Float64Array {
  const larger = new Float64Array(length)
  larger.set(values)
  return larger
}
