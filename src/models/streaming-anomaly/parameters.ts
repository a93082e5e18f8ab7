/** What sets a watch over one stream, and all that it has learned of it. */
import { z } from 'zod'
import { float64s, int32s } from '../packed.ts'

export const StreamParameters = z.strictObject({
  /** Values at the beginning that are learned and not judged: some days, with a night each. */
  learningCount: z.int().min(24).max(1_000_000),
  /** A pattern is as long as the learning time over this; several lengths are watched at once. */
  patternsPerLearning: z.array(z.number().min(2).max(1000)).min(1).max(8).default([11, 13, 15]),
  /** Into how many means a pattern is cut: each, at each length, is watched for itself. */
  resolutions: z.array(z.int().min(2).max(64)).min(1).max(8).default([6, 8, 12]),
  /** What a record of strangeness loses with each mean, so that it can be broken again. */
  recordDecay: z.number().gt(0).max(1).default(0.995),
  /** Strangeness below this share of the stream's range is noise, and so is this share of new steps. */
  noiseRatio: z.number().gt(0).max(1).default(0.02),
  /** What counts from this share of its record on. */
  recordRatio: z.number().min(0).max(10).default(0.8),
  /** How many recent new patterns halve the next: one counts for each pattern length, fading in a learning time. */
  repeatsHalving: z.number().gt(0).max(1_000_000).default(1),
  /** Means of the learning time over this are read as levels; several are watched, and averaged. */
  contextsPerLearning: z.array(z.int().min(4).max(1000)).min(1).max(8).default([35, 50, 65]),
  /** Into how many levels the range of the learning time is cut. */
  levelsOfRange: z.array(z.int().min(2).max(64)).min(1).max(8).default([8, 16]),
  /** Share of the learning time over which steps that never were are counted. */
  contextRatio: z.number().gt(0).max(1).default(0.25),
  /** What a record of such steps loses with each mean. */
  contextDecay: z.number().gt(0).max(1).default(0.999),
  /** A level is known from so many visits on. */
  contextCountMin: z.int().min(1).max(1000).default(2),
  /** How much a value outside the range of all before counts, by ranges. */
  rangeWeight: z.number().min(0).max(1000).default(5),
  /** So many pattern lengths long, what is not stronger than what was just found is damped. */
  quietPatterns: z.number().min(0).max(1000).default(3),
  /** What counts of it. */
  quietRatio: z.number().min(0).max(1).default(0.1),
  /** Score from which on a person should look. Choose it on streams of your own. */
  threshold: z.number().min(0).max(1).default(0.21),
  /** Patterns kept for each resolution; the oldest goes first. */
  patternsMax: z.int().min(16).max(100_000).default(5000),
})
export type StreamParameters = z.output<typeof StreamParameters>

/** Of one resolution: what was seen, and how strange the strangest was. */
export const PatternMemory = z.strictObject({
  resolution: z.int().positive(),
  /** Values that one mean is of. */
  step: z.int().positive(),
  sum: z.number(),
  summed: z.int().nonnegative(),
  /** The last means, oldest first: one pattern. */
  means: z.array(z.number()),
  /** Pattern after pattern, a ring. */
  patterns: float64s,
  /** Distance of each to its nearest, of the same ring; NaN where it had none. */
  distances: float64s,
  seen: z.int().nonnegative(),
  record: z.number().nonnegative(),
  /** New patterns of late, in pattern lengths, fading. */
  repeats: z.number().nonnegative(),
  /** Of the last pattern; holds until the next. */
  strength: z.number().nonnegative(),
  distance: z.number().nonnegative(),
  /** Share of kept patterns at least as strange. */
  chance: z.number().min(0).max(1),
})
export type PatternMemory = z.output<typeof PatternMemory>

/** Of one length of means: which level followed which. */
export const ContextMemory = z.strictObject({
  /** Values that one mean is of. */
  step: z.int().positive(),
  /** Means over which the unknown is averaged. */
  stretch: z.int().positive(),
  sum: z.number(),
  summed: z.int().nonnegative(),
  meansCount: z.int().nonnegative(),
  /** Means of the learning time, until its range is known. */
  learned: z.array(z.number()),
  scales: z.array(
    z.strictObject({
      levels: z.int().positive(),
      /** The level before; -1 at the beginning. */
      last: z.int().min(-1),
      /** A row for each level, a column for each that followed. */
      counts: int32s,
    }),
  ),
  /** Of the learning time. */
  low: z.number(),
  range: z.number().positive(),
  /** Of the last means, oldest first: 1 where the step was unknown. */
  shares: z.array(z.number().min(0).max(1)),
  record: z.number().nonnegative(),
  strength: z.number().nonnegative(),
  /** Mean of `shares`. */
  share: z.number().min(0).max(1),
})
export type ContextMemory = z.output<typeof ContextMemory>

export const StreamState = z.strictObject({
  parameters: StreamParameters,
  count: z.int().nonnegative(),
  /** Of all values; null before the first. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  quietUntil: z.int(),
  /** The strength that began the quiet time. */
  loudest: z.number().nonnegative(),
  memories: z.array(PatternMemory).min(1),
  contexts: z.array(ContextMemory).min(1),
})
export type StreamState = z.output<typeof StreamState>
