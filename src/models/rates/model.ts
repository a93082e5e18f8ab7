/**
 * Who does something much more often than peers do: voids, refunds without a receipt, no-sales. A
 * beta-binomial by peer group, false-discovery control over the batch, and a queue by likelihood.
 */
import { z } from 'zod'
import { parse } from '../../base/parse.ts'
import { checkCounts, checkLength, refuseInput } from '../inputs.ts'
import { betaQuantile } from '../math/beta.ts'
import {
  betaBinomialPosteriorMean,
  betaBinomialUpperTail,
  type Peers,
} from '../math/beta-binomial.ts'
import { defineModel, type Explanation } from '../model.ts'
import { qValues } from './false-discovery.ts'
import { fitPeers } from './peer-group.ts'

export const RatesParameters = z.strictObject({
  /** Share of each group that is left out while learning what is normal. */
  trimRatio: z.number().min(0).max(0.2).default(0.015),
  /** With fewer trials there is no verdict. */
  trialsMin: z.int().min(1).default(30),
  /** A group with fewer peers is judged by the whole chain's. */
  peersMin: z.int().min(2).default(30),
  /** Borne share of false alarms. */
  falseDiscoveryRatio: z.number().gt(0).lt(1).default(0.1),
  /** Of the interval around a peer's own rate. */
  intervalRatio: z.number().gt(0).lt(1).default(0.9),
})
export type RatesParameters = z.output<typeof RatesParameters>

const Group = z.strictObject({
  mu: z.number().gt(0).lt(1),
  rho: z.number().min(0).lt(1),
  peersCount: z.int().nonnegative(),
})

export const RatesArtifact = z.strictObject({
  parameters: RatesParameters,
  chain: Group,
  /** Those with enough peers, by name. */
  groups: z.record(z.string(), Group),
})
export type RatesArtifact = z.output<typeof RatesArtifact>

/** One entry a person, till or store: arrays of one length. */
export interface RatesInput {
  /** The name of the peer group: banner, format, volume and role. */
  readonly groups: readonly string[]
  /** How often it happened. Whole numbers, at most `trials`. */
  readonly counts: ArrayLike<number>
  /** How often it could have. */
  readonly trials: ArrayLike<number>
}

export interface RateVerdict {
  readonly group: string
  readonly count: number
  readonly trials: number
  readonly peers: Peers
  /** That an ordinary peer has so many or more; NaN with too few trials for a verdict. */
  readonly chance: number
  /** Benjamini and Hochberg's over the batch. */
  readonly q: number
  readonly isAlarm: boolean
  /** What to believe of the own rate, with its interval. */
  readonly rate: number
  readonly rateLow: number
  readonly rateHigh: number
  /** Beyond what the peers' rate gives: how many, to be valued by the caller. */
  readonly excess: number
}

/** @throws Fault model_input_malformed | model_parameters_malformed */
function fit(input: RatesInput, given: z.input<typeof RatesParameters> = {}): RatesArtifact {
  const parameters = parse(RatesParameters, given, 'model_parameters_malformed')
  check(input)
  if (input.counts.length === 0) refuseInput('counts', 'at least one peer')
  const rows = new Map<string, number[]>()
  for (const [at, group] of input.groups.entries()) {
    const own = rows.get(group)
    if (own === undefined) rows.set(group, [at])
    else own.push(at)
  }
  const all = input.groups.map((_, at) => at)
  const groups: Record<string, z.output<typeof Group>> = {}
  for (const [name, own] of rows)
    if (own.length >= parameters.peersMin && rows.size > 1)
      groups[name] = groupOf(input, own, parameters)
  return { parameters, chain: groupOf(input, all, parameters), groups }
}

function groupOf({ counts, trials }: RatesInput, rows: readonly number[], of: RatesParameters) {
  const own = rows.filter((at) => trials[at]! > 0)
  const peers = fitPeers(
    own.map((at) => counts[at]!),
    own.map((at) => trials[at]!),
    of.trimRatio,
  )
  return { ...peers, peersCount: own.length }
}

/**
 * One verdict an entry, in their order; the false-discovery step is over exactly this batch.
 * @throws Fault model_input_malformed
 */
function predict(artifact: RatesArtifact, input: RatesInput): RateVerdict[] {
  check(input)
  const { trialsMin, falseDiscoveryRatio, intervalRatio } = artifact.parameters
  const peersOf = input.groups.map((name) => groupFor(artifact, name))
  const chances = Float64Array.from(peersOf, (peers, at) =>
    input.trials[at]! < trialsMin
      ? Number.NaN
      : betaBinomialUpperTail(input.counts[at]!, input.trials[at]!, peers),
  )
  const qs = qValues(chances)
  return peersOf.map(({ mu, rho }, at) => {
    const [count, trials] = [input.counts[at]!, input.trials[at]!]
    const peers = { mu, rho }
    const [rateLow, rateHigh] = intervalOf(count, trials, peers, intervalRatio)
    return {
      group: input.groups[at]!,
      count,
      trials,
      peers,
      chance: chances[at]!,
      q: qs[at]!,
      isAlarm: qs[at]! <= falseDiscoveryRatio,
      rate: betaBinomialPosteriorMean(count, trials, peers),
      rateLow,
      rateHigh,
      excess: count - trials * mu,
    }
  })
}

/**
 * Where to look first when only so many can be looked at: the least likely, equal ones by excess.
 * @returns places in `verdicts`, those without a verdict left out
 */
export function inspectionQueue(verdicts: readonly RateVerdict[], capacity: number): number[] {
  return verdicts
    .flatMap(({ chance }, at) => (Number.isNaN(chance) ? [] : [at]))
    .sort((a, b) => {
      const [one, other] = [verdicts[a]!, verdicts[b]!]
      return one.chance - other.chance || other.excess - one.excess
    })
    .slice(0, capacity)
}

/** In expected counts: what the peers' rate gives, and what lies beyond it. */
function explain(verdict: RateVerdict): Explanation {
  const { count, trials, peers, chance, excess } = verdict
  const percent = (ratio: number) => `${(ratio * 100).toFixed(2)} %`
  const expected = trials * peers.mu
  const says = Number.isNaN(chance)
    ? `Only ${trials} trials: no verdict.`
    : `${count} of ${trials} (${percent(count / trials)}), where peers have ${percent(peers.mu)}; ${oneIn(chance)} has so many.`
  return { base: expected, factors: [{ factor: 'beyond_peers', weight: excess, says }] }
}

/** Beyond a million nobody has seen enough peers to say. */
function oneIn(chance: number): string {
  const peers = Math.round(1 / Math.max(chance, 1e-12))
  return peers > 1e6
    ? 'less than one peer in a million'
    : `one peer in ${peers.toLocaleString('en')}`
}

function groupFor({ groups, chain }: RatesArtifact, name: string): z.output<typeof Group> {
  return Object.hasOwn(groups, name) ? groups[name]! : chain
}

function intervalOf(count: number, trials: number, { mu, rho }: Peers, ratio: number) {
  if (rho <= 1e-9) return [mu, mu] as const
  const size = (1 - rho) / rho
  const [a, b] = [count + mu * size, trials - count + (1 - mu) * size]
  return [betaQuantile(a, b, (1 - ratio) / 2), betaQuantile(a, b, (1 + ratio) / 2)] as const
}

function check({ groups, counts, trials }: RatesInput): void {
  checkLength('groups', groups, counts.length)
  checkCounts(counts, trials)
}

export const ratesModel = defineModel({
  id: 'rates',
  version: 1,
  title: 'Who does something much more often than peers',
  parameters: RatesParameters,
  artifact: RatesArtifact,
  fit,
  predict,
  explain,
})
