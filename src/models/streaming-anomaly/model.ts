/**
 * Watches one stream of numbers (sales by five minutes, latency, temperature of a freezer) and scores
 * each value as it comes, from what came before alone: patterns never seen, steps from level to level
 * that never were, values out of all range.
 */
import type { z } from 'zod'
import { parse } from '../../base/parse.ts'
import { checkFinite, refuseInput } from '../inputs.ts'
import { mean, median, type Numbers } from '../math/statistics.ts'
import { defineModel, type Explanation } from '../model.ts'
import { createContext, followContext, settleContext } from './context-memory.ts'
import { StreamParameters, StreamState } from './parameters.ts'
import { createMemory, remember } from './pattern-memory.ts'

export interface StreamScore {
  /** 0 (nothing new) to 1. */
  readonly score: number
  readonly isAlarm: boolean
  /** Share of earlier patterns at least as strange: small is rare. 1 while learning. */
  readonly chance: number
  /** Beyond the lowest or highest value so far, by ranges; 0 within. */
  readonly beyondRange: number
  /** Strangeness of the last pattern, a share of the range, at the resolution that found most. */
  readonly strangeness: number
  /** Share of the last steps from level to level that never were, where that is most. */
  readonly unknownShare: number
  /** New patterns of late with this one, in pattern lengths: they make one more less strange. */
  readonly repeats: number
  /** Pattern, context and range add up; damped is what the quiet time takes off. */
  readonly strength: {
    readonly pattern: number
    readonly context: number
    readonly range: number
    readonly damped: number
  }
}

/** @throws Fault model_parameters_malformed */
export function startStream(given: z.input<typeof StreamParameters>): StreamState {
  const parameters = parse(StreamParameters, given, 'model_parameters_malformed')
  return {
    parameters,
    count: 0,
    low: null,
    high: null,
    quietUntil: 0,
    loudest: 0,
    memories: parameters.patternsPerLearning.flatMap((length) =>
      parameters.resolutions.map((resolution) => createMemory(parameters, length, resolution)),
    ),
    contexts: parameters.contextsPerLearning.map((length) => createContext(parameters, length)),
  }
}

/**
 * One value, in the order of time, at a steady interval. Changes the state.
 * @throws Fault model_input_malformed where the value is no finite number below 1e150
 */
export function pushValue(state: StreamState, value: number): StreamScore {
  if (!(Math.abs(value) < 1e150)) refuseInput('value', 'a finite number below 1e150')
  const { parameters, memories, contexts } = state
  const isLearning = state.count < parameters.learningCount
  if (state.count === parameters.learningCount)
    for (const one of contexts) settleContext(one, state.low!, state.high!, parameters)
  const beyondRange = isLearning ? 0 : beyond(value, state.low, state.high)
  state.low = Math.min(state.low ?? value, value)
  state.high = Math.max(state.high ?? value, value)
  const range = state.high - state.low || 1
  for (const memory of memories) remember(memory, value, range, isLearning, parameters)
  for (const one of contexts) followContext(one, value, isLearning, parameters)
  const strangest = memories.reduce((most, one) => (one.strength > most.strength ? one : most))
  const context = mean(contexts.map(({ strength }) => strength))
  const ranged = beyondRange * parameters.rangeWeight
  const full = strangest.strength + context + ranged
  const strength = withQuiet(state, full)
  state.count += 1
  const score = strength / (1 + strength)
  return {
    score,
    isAlarm: score >= parameters.threshold,
    chance: strangest.chance,
    beyondRange,
    strangeness: strangest.distance,
    unknownShare: isLearning ? 0 : Math.max(...contexts.map(({ share }) => share)),
    repeats: strangest.repeats,
    strength: { pattern: strangest.strength, context, range: ranged, damped: full - strength },
  }
}

/** A range near nothing puts any value far beyond; further than this is no stranger. */
const beyondMax = 1e6

/** By how many ranges a value is outside; 0 within, and where all before were one value or none. */
function beyond(value: number, low: number | null, high: number | null): number {
  if (low === null || high === null || high <= low) return 0
  return Math.min(beyondMax, Math.max(value - high, low - value, 0) / (high - low))
}

/**
 * One trouble counts once: for a while only what is stronger than what began it counts in full. No
 * threshold is needed for that, so that one can be chosen afterwards.
 */
function withQuiet(state: StreamState, full: number): number {
  const { parameters, count } = state
  if (full === 0) return 0
  if (count < state.quietUntil && full <= state.loudest) return full * parameters.quietRatio
  state.loudest = full
  state.quietUntil = count + quietCount(parameters) + 1
  return full
}

function quietCount({
  quietPatterns,
  learningCount,
  patternsPerLearning,
}: StreamParameters): number {
  return Math.ceil((quietPatterns * learningCount) / median(patternsPerLearning))
}

/** What a stream's past teaches. @throws Fault model_input_malformed | model_parameters_malformed */
function fit(history: Numbers, given: z.input<typeof StreamParameters>): StreamState {
  checkFinite('history', history)
  const state = startStream(given)
  for (let at = 0; at < history.length; at += 1) pushValue(state, history[at]!)
  return state
}

/** Scores of the values that follow, one each; the artifact stays as it is. */
function predict(artifact: StreamState, values: Numbers): StreamScore[] {
  checkFinite('values', values)
  const state = structuredClone(artifact)
  return Array.from(values, (value) => pushValue(state, value))
}

/** In strength, of which a score is `strength / (1 + strength)`. */
function explain(found: StreamScore): Explanation {
  const { strength, strangeness, beyondRange, chance, unknownShare, repeats } = found
  const percent = (ratio: number) => `${(ratio * 100).toFixed(1)} %`
  const factors = [
    {
      factor: 'new_pattern',
      weight: strength.pattern,
      says: `The last stretch differs by ${percent(strangeness)} of the range from the most similar one before; ${percent(chance)} of all stretches were as strange, and new ones of late, with this one, make up ${repeats.toFixed(1)} stretches.`,
    },
    {
      factor: 'unknown_context',
      weight: strength.context,
      says: `Of the last steps from one level to the next, ${percent(unknownShare)} never were before.`,
    },
    {
      factor: 'out_of_range',
      weight: strength.range,
      says: `The value lies ${percent(beyondRange)} of the range beyond all before.`,
    },
    {
      factor: 'same_trouble',
      weight: -strength.damped,
      says: 'Something at least as strange was found shortly before: more of the same counts less.',
    },
  ]
  return {
    base: 0,
    factors: factors
      .filter(({ weight }) => weight !== 0)
      .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)),
  }
}

export const streamingAnomalyModel = defineModel({
  id: 'streaming_anomaly',
  version: 3,
  title: 'A stream that looks as it never did',
  parameters: StreamParameters,
  artifact: StreamState,
  fit,
  predict,
  explain,
})
