/**
 * A slow rise, seen as soon as it is no chance (Page and Hinkley): the sum of what lies above the mean
 * so far and a slack. O(1) a value, so it runs at the edge.
 */
import { refuse } from '../trees/histogram-boosting/table.ts'

export interface RiseSettings {
  /** Deviations above the mean that are let pass. */
  readonly slackDeviations: number
  /** The sum, in deviations, that is an alarm. */
  readonly alarmDeviations: number
  /** Values that the mean and the spread are learned from before any alarm. */
  readonly learnCount: number
}

export const riseDefaults: RiseSettings = {
  slackDeviations: 0.75,
  alarmDeviations: 8,
  learnCount: 60,
}

export interface RiseState {
  readonly count: number
  readonly mean: number
  /** Sum of squared distances from the mean. */
  readonly squares: number
  readonly sum: number
}

export const riseStart: RiseState = { count: 0, mean: 0, squares: 0, sum: 0 }

/** What is not a number changes nothing: silence is judged elsewhere. */
export function watchRise(
  state: RiseState,
  value: number,
  { slackDeviations, alarmDeviations, learnCount }: RiseSettings = riseDefaults,
): { readonly state: RiseState; readonly isRising: boolean } {
  if (learnCount < 2) refuse('learnCount', 'at least 2')
  if (!Number.isFinite(value)) return { state, isRising: false }
  const isLearning = state.count < learnCount
  if (isLearning) {
    const count = state.count + 1
    const mean = state.mean + (value - state.mean) / count
    const squares = state.squares + (value - state.mean) * (value - mean)
    return { state: { count, mean, squares, sum: 0 }, isRising: false }
  }
  const deviation = Math.sqrt(state.squares / (state.count - 1))
  // Of a sensor that never moved, any move is one.
  const unit = deviation > 0 ? deviation : Math.max(Math.abs(state.mean), 1) * 1e-9
  // One wild value is no trend.
  const above = Math.min((value - state.mean) / unit, alarmDeviations / 2)
  const sum = Math.max(0, state.sum + above - slackDeviations)
  return { state: { ...state, sum }, isRising: sum > alarmDeviations }
}
