/**
 * What a store should sell in a period: its level, its profile over the cycle drawn towards the
 * chain's, what a condition does, and the shock that all stores had in that period.
 */
import { median, robustScale } from '../math/statistics.ts'
import {
  conditionAt,
  type DeviationArtifact,
  type DeviationParameters,
  type History,
} from './history.ts'

const rounds = 3
/** A store that is expected to sell less is not open: its ratios would say nothing. */
export const expectedMin = 1e-6
/** One wild period must not move a level by more than this. */
const [ratioLow, ratioHigh] = [0.5, 2]

export function learnExpectation(
  history: History,
  parameters: DeviationParameters,
): DeviationArtifact {
  const storesCount = history.actuals.length
  const { slotsCount, conditionsCount } = parameters
  const artifact: DeviationArtifact = {
    parameters,
    storesCount,
    levels: Float64Array.from(history.actuals, meanOf),
    profiles: new Float64Array(storesCount * slotsCount).fill(1),
    conditionFactors: new Float64Array(conditionsCount).fill(1),
    spreads: new Float64Array(storesCount).fill(0.2),
    persistence: 0,
  }
  let shocks = new Float64Array(history.slots.length).fill(1)
  for (let round = 0; round < rounds; round += 1) {
    learnProfiles(artifact, history, shocks)
    learnConditions(artifact, history)
    shocks = Float64Array.from(shocks, (_, period) => {
      const { shock } = shockOf(artifact, history, period, -1)
      return shock
    })
  }
  const ratios = asIfUnseen(runForward(artifact, history), history, parameters)
  const deviations = ratios.map((own) => robustScale(own.filter(Number.isFinite)))
  const common = median(deviations.filter((one) => one > 0))
  artifact.spreads.set(
    deviations.map((one, store) => {
      const count = ratios[store]!.filter(Number.isFinite).length
      const safe = Number.isFinite(one) ? one : 0
      const whole = Number.isFinite(common) ? common : 0.25
      // Twenty periods' worth of the chain's spread, and never a band without width.
      return Math.max(0.02, Math.sqrt((count * safe ** 2 + 20 * whole ** 2) / (count + 20)))
    }),
  )
  return { ...artifact, persistence: persistenceOf(ratios) }
}

function meanOf(series: ArrayLike<number>): number {
  let [sum, count] = [0, 0]
  for (let at = 0; at < series.length; at += 1)
    if (!Number.isNaN(series[at])) {
      sum += series[at]!
      count += 1
    }
  return count === 0 ? 0 : sum / count
}

/** Without the shock of the period. */
export function expectedAt(
  { levels, profiles, conditionFactors, parameters }: DeviationArtifact,
  history: History,
  store: number,
  period: number,
): number {
  return (
    levels[store]! *
    profiles[store * parameters.slotsCount + history.slots[period]!]! *
    conditionFactors[conditionAt(history, store, period)]!
  )
}

function learnProfiles(artifact: DeviationArtifact, history: History, shocks: Float64Array): void {
  const { profiles, levels, conditionFactors, parameters } = artifact
  const { slotsCount, profilePrior } = parameters
  const chain = new Float64Array(slotsCount)
  const chainCount = new Float64Array(slotsCount)
  const own = new Float64Array(profiles.length)
  const ownCount = new Float64Array(profiles.length)
  for (const [store, series] of history.actuals.entries()) {
    if (levels[store]! <= expectedMin) continue
    for (let period = 0; period < series.length; period += 1) {
      if (Number.isNaN(series[period])) continue
      const condition = conditionFactors[conditionAt(history, store, period)]!
      // A cycle seen once is all shock: then the shock stays in the profile of nobody.
      const ratio = series[period]! / (levels[store]! * condition * Math.max(shocks[period]!, 0.05))
      const slot = history.slots[period]!
      chain[slot]! += Math.min(ratio, 20)
      chainCount[slot]! += 1
      own[store * slotsCount + slot]! += Math.min(ratio, 20)
      ownCount[store * slotsCount + slot]! += 1
    }
  }
  for (let slot = 0; slot < slotsCount; slot += 1) {
    const whole = chainCount[slot]! > 0 ? Math.max(chain[slot]! / chainCount[slot]!, 1e-3) : 1
    for (let store = 0; store < levels.length; store += 1) {
      const at = store * slotsCount + slot
      profiles[at] = (own[at]! + profilePrior * whole) / (ownCount[at]! + profilePrior)
    }
  }
}

/** A condition's factor is its sales over what was expected without it; condition 0 stays 1. */
function learnConditions(artifact: DeviationArtifact, history: History): void {
  const { conditionFactors } = artifact
  const sold = new Float64Array(conditionFactors.length)
  const expected = new Float64Array(conditionFactors.length)
  for (const [store, series] of history.actuals.entries())
    for (let period = 0; period < series.length; period += 1) {
      if (Number.isNaN(series[period])) continue
      const condition = conditionAt(history, store, period)
      sold[condition]! += series[period]!
      expected[condition]! += expectedAt(artifact, history, store, period)
    }
  const ratios = conditionFactors.map((factor, at) =>
    expected[at]! > 0 && sold[at]! > 0 ? (factor * sold[at]!) / expected[at]! : factor,
  )
  const base = ratios[0]! > 0 ? ratios[0]! : 1
  for (const [at, ratio] of ratios.entries())
    conditionFactors[at] = Math.min(Math.max(ratio / base, 0.02), 50)
}

/** Median of actual over expected among the others: weather, a holiday, an outage of all. */
export function shockOf(
  artifact: DeviationArtifact,
  history: History,
  period: number,
  store: number,
): { shock: number; peersCount: number } {
  const ratios: number[] = []
  for (const [other, series] of history.actuals.entries()) {
    const expected = expectedAt(artifact, history, other, period)
    if (other !== store && !Number.isNaN(series[period]) && expected > expectedMin)
      ratios.push(series[period]! / expected)
  }
  const isEnough = ratios.length >= artifact.parameters.peersMin
  return { shock: isEnough ? Math.max(median(ratios), 1e-6) : 1, peersCount: ratios.length }
}

/**
 * From the first period to the last, levels following along.
 * @returns by store and period, actual over what was expected before it was known; changes the levels
 */
export function runForward(artifact: DeviationArtifact, history: History): number[][] {
  const { levels, parameters } = artifact
  const gain = 1 - 0.5 ** (1 / parameters.halfLife)
  const ratios = history.actuals.map(() => [] as number[])
  for (let period = 0; period < history.slots.length; period += 1) {
    // The median hardly changes for one store more or less, so learning takes it once.
    const { shock } = shockOf(artifact, history, period, -1)
    for (const [store, series] of history.actuals.entries()) {
      const expected = expectedAt(artifact, history, store, period) * shock
      const ratio = expected > expectedMin ? series[period]! / expected : Number.NaN
      ratios[store]!.push(ratio)
      if (Number.isNaN(ratio)) continue
      const limited = Math.min(Math.max(ratio, ratioLow), ratioHigh)
      levels[store]! *= 1 + gain * (limited - 1)
    }
  }
  return ratios
}

/**
 * A profile that has seen a period is near to it. As if it had not: what is left, over the weight that
 * all other periods of the slot and the chain have.
 */
function asIfUnseen(
  ratios: readonly number[][],
  { slots }: History,
  { slotsCount, profilePrior }: DeviationParameters,
): number[][] {
  const seen = new Float64Array(slotsCount)
  for (let period = 0; period < slots.length; period += 1) seen[slots[period]!]! += 1
  return ratios.map((own) =>
    own.map((ratio, period) => {
      const weight = 1 / (seen[slots[period]!]! + profilePrior)
      return 1 + (ratio - 1) / (1 - weight)
    }),
  )
}

function persistenceOf(ratios: readonly number[][]): number {
  let [both, squares] = [0, 0]
  for (const own of ratios)
    for (let at = 1; at < own.length; at += 1) {
      const one = Math.max(-0.5, Math.min(own[at - 1]! - 1, 0.5))
      const other = Math.max(-0.5, Math.min(own[at]! - 1, 0.5))
      if (Number.isNaN(one + other)) continue
      both += one * other
      squares += (one ** 2 + other ** 2) / 2
    }
  return squares > 0 ? Math.min(Math.max(both / squares, 0), 0.9) : 0
}
