/**
 * Which stores sell less, or more, than they should, right now: expected ranges with the chain's own
 * shock taken out, over the last period and the last few, with false discoveries held.
 */
import type { z } from 'zod'
import { parse } from '../../base/parse.ts'
import { checkLength, refuseInput } from '../inputs.ts'
import { defineModel, type Explanation } from '../model.ts'
import { qValues } from '../rates/false-discovery.ts'
import { expectedAt, expectedMin, learnExpectation, runForward, shockOf } from './expectation.ts'
import { checkHistory, DeviationArtifact, DeviationParameters, type History } from './history.ts'
import { bandOf, tailsOf } from './tails.ts'

export interface Deviation {
  readonly store: number
  /** Periods summed: the last one, the last three, or as many as were given. */
  readonly horizon: number
  readonly actual: number
  /** With the shock. */
  readonly expected: number
  /** Median over the other stores of actual over expected, in the last period. */
  readonly shock: number
  readonly band80: readonly [number, number]
  readonly band95: readonly [number, number]
  readonly ratio: number
  /** That the store differs so much, either way, by itself. */
  readonly chance: number
  readonly q: number
  readonly kind: 'shortfall' | 'surplus' | 'none'
}

export interface Judgement {
  /** One a store and horizon with data, horizons of a store together. */
  readonly deviations: readonly Deviation[]
  /** All stores fell or rose together: one incident of the chain, and none of the stores. */
  readonly isChainIncident: boolean
  readonly shock: number
}

/** @throws Fault model_input_malformed | model_parameters_malformed */
function fit(history: History, given: z.input<typeof DeviationParameters>): DeviationArtifact {
  const parameters = parse(DeviationParameters, given, 'model_parameters_malformed')
  checkHistory(history, parameters)
  if (history.slots.length === 0) refuseInput('slots', 'at least one period')
  return learnExpectation(history, parameters)
}

/**
 * Judges the last of some periods that follow what was learned, over the last 1, 3 and all of them.
 * @param recent at most 200 periods, the same stores in the same order
 */
function predict(artifact: DeviationArtifact, recent: History): Judgement {
  check(artifact, recent)
  const periods = recent.slots.length
  if (periods === 0 || periods > 200) refuseInput('slots', '1 to 200 periods')
  const horizons = [...new Set([1, Math.min(3, periods), periods])]
  const { parameters } = artifact
  const chain = shockOf(artifact, recent, periods - 1, -1)
  const found = recent.actuals.flatMap((_, store) =>
    horizons.flatMap((horizon) => judge(artifact, recent, store, horizon) ?? []),
  )
  // Each horizon is a family of tests of its own.
  const qs = new Map<Deviation, number>()
  for (const horizon of horizons) {
    const own = found.filter((one) => one.horizon === horizon)
    const q = qValues(own.map(({ chance }) => chance))
    for (const [at, one] of own.entries()) qs.set(one, q[at]!)
  }
  const isChainIncident =
    chain.peersCount >= parameters.peersMin &&
    (chain.shock <= parameters.ratioMax || chain.shock >= 1 / parameters.ratioMax)
  return {
    deviations: found.map((one) => {
      const q = qs.get(one)!
      return { ...one, q, kind: kindOf(one, q, parameters) }
    }),
    isChainIncident,
    shock: chain.shock,
  }
}

function judge(
  artifact: DeviationArtifact,
  recent: History,
  store: number,
  horizon: number,
): Deviation | undefined {
  const { parameters, spreads, persistence } = artifact
  const periods = recent.slots.length
  let [actual, expected, squares, shock] = [0, 0, 0, 1]
  for (let period = periods - horizon; period < periods; period += 1) {
    const sold = recent.actuals[store]![period]!
    if (Number.isNaN(sold)) continue
    shock = shockOf(artifact, recent, period, store).shock
    const own = expectedAt(artifact, recent, store, period) * shock
    actual += sold
    expected += own
    squares += own ** 2
  }
  // No data is no low sales.
  if (Number.isNaN(recent.actuals[store]![periods - 1]!) || expected <= expectedMin)
    return undefined
  const common = persistence * expected ** 2 + (1 - persistence) * squares
  const noise = parameters.kind === 'counts' ? expected : 0
  const variance = noise + spreads[store]! ** 2 * common
  const spread = { kind: parameters.kind, expected, variance }
  const [less, more] = tailsOf(spread, actual)
  return {
    store,
    horizon,
    actual,
    expected,
    shock,
    band80: bandOf(spread, 0.8),
    band95: bandOf(spread, 0.95),
    ratio: actual / expected,
    chance: Math.min(1, 2 * Math.min(less, more)),
    q: 1,
    kind: 'none',
  }
}

function kindOf(
  { ratio, actual, expected }: Deviation,
  q: number,
  { ratioMax, falseDiscoveryRatio, differenceMin }: DeviationParameters,
): Deviation['kind'] {
  if (q > falseDiscoveryRatio || Math.abs(actual - expected) < differenceMin) return 'none'
  if (ratio <= ratioMax) return 'shortfall'
  return ratio >= 1 / ratioMax ? 'surplus' : 'none'
}

/** What was learned, after some more periods: levels follow, profiles and spreads stay. */
export function advance(artifact: DeviationArtifact, recent: History): DeviationArtifact {
  check(artifact, recent)
  const next = { ...artifact, levels: artifact.levels.slice() }
  runForward(next, recent)
  return next
}

function check(artifact: DeviationArtifact, recent: History): void {
  checkLength('actuals', recent.actuals, artifact.storesCount)
  checkHistory(recent, artifact.parameters)
}

/** In units or money over the horizon. */
function explain({ actual, expected, shock, ratio, chance, horizon }: Deviation): Explanation {
  const usual = expected / shock
  const percent = (part: number) => `${(part * 100).toFixed(0)} %`
  return {
    base: usual,
    factors: [
      {
        factor: 'chain_shock',
        weight: expected - usual,
        says: `All stores sold ${percent(shock)} of what is usual for them.`,
      },
      {
        factor: 'store',
        weight: actual - expected,
        says: `This store sold ${percent(ratio)} of what that leaves, over ${horizon} periods; by itself that happens once in ${Math.round(1 / Math.max(chance, 1e-12)).toLocaleString('en')}.`,
      },
    ].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)),
  }
}

export const deviationModel = defineModel({
  id: 'deviation',
  version: 1,
  title: 'Which stores sell less than they should',
  parameters: DeviationParameters,
  artifact: DeviationArtifact,
  fit,
  predict,
  explain,
})
