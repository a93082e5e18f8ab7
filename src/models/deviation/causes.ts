/**
 * What may be behind a shortfall: each cause with a test on what the hub knows, and odds. The odds
 * ratios are experts' guesses to begin with; incidents that were looked into should replace them.
 */
import { z } from 'zod'
import type { Explanation } from '../model.ts'

const ratio = z.number().min(0).max(1)
const amount = z.number().nonnegative()

/** What is known of the store and the time. Left out: not known, which says nothing either way. */
export const CauseEvidence = z.strictObject({
  /** Connector's lag over its usual 95th percentile. */
  connectorLagTimes: amount.optional(),
  /** Sales that the quietest register was expected to have since its last one. */
  quietRegisterExpected: amount.optional(),
  /** Share of the store's other registers that sold in that time. */
  otherRegistersUpRatio: ratio.optional(),
  /** Card payments over those expected, and cash payments over those expected. */
  cardRatio: amount.optional(),
  cashRatio: amount.optional(),
  /** Share of the store's devices without a heartbeat, and within how many seconds they fell silent. */
  silentDevicesRatio: ratio.optional(),
  silencesWithinSeconds: amount.optional(),
  hasOpeningCount: z.boolean().optional(),
  /** First sale later than usual, in minutes. */
  firstSaleLateMinutes: z.number().optional(),
  /** Median of actual over expected among the region's other stores. */
  regionShock: amount.optional(),
  /** Scheduled less clocked hours, as a share of scheduled. */
  missingHoursRatio: ratio.optional(),
  /** Expected sales of what is out of stock, as a share of the shortfall. */
  outOfStockShare: amount.optional(),
  /** Units after a price change over those before, of the goods changed; and overrides over usual. */
  repricedUnitsRatio: amount.optional(),
  overrideTimes: amount.optional(),
  /** Visits over those expected, sales a visit over those expected, nearest own store likewise. */
  trafficRatio: amount.optional(),
  basketRatio: amount.optional(),
  neighbourRatio: amount.optional(),
})
export type CauseEvidence = z.output<typeof CauseEvidence>

/** By what it says of each piece of evidence: whether that speaks for the cause. */
type Claims = {
  readonly [Key in keyof CauseEvidence]?: (value: NonNullable<CauseEvidence[Key]>) => boolean
}

interface CauseRule {
  readonly cause: string
  /** How much likelier the evidence is with the cause than without. */
  readonly oddsRatio: number
  readonly check: string
  readonly claims: Claims
}

/** Nine missed sales in a row happen by themselves once in 10,000 times: exp(-9.2). */
const silentExpected = 9.2

const atLeast = (limit: number) => (value: number) => value >= limit
const atMost = (limit: number) => (value: number) => value <= limit

export const causeRules: readonly CauseRule[] = [
  {
    cause: 'data_gap',
    oddsRatio: 50,
    check: 'Look whether the connector delivers what it has not yet sent.',
    claims: { connectorLagTimes: atLeast(2) },
  },
  {
    cause: 'register_outage',
    oddsRatio: 50,
    check: 'Ask the store whether the quiet register works.',
    claims: { quietRegisterExpected: atLeast(silentExpected), otherRegistersUpRatio: atLeast(0.5) },
  },
  {
    cause: 'payment_outage',
    oddsRatio: 50,
    check: 'Look at the processor and at other stores that use it.',
    claims: { cardRatio: atMost(0.1), cashRatio: atLeast(0.7) },
  },
  {
    cause: 'network_or_power',
    oddsRatio: 50,
    check: 'Call the store: do lights and router work?',
    claims: { silentDevicesRatio: atLeast(1), silencesWithinSeconds: atMost(120) },
  },
  {
    cause: 'late_opening',
    oddsRatio: 30,
    check: 'Ask who opened the store, and when.',
    claims: { hasOpeningCount: (has) => !has, firstSaleLateMinutes: atLeast(20) },
  },
  {
    cause: 'weather_or_event',
    oddsRatio: 10,
    check: 'Look at the region: other stores fell too.',
    claims: { regionShock: atMost(0.8) },
  },
  {
    cause: 'understaffing',
    oddsRatio: 5,
    check: 'Look who was to work and who came.',
    claims: { missingHoursRatio: atLeast(0.2) },
  },
  {
    cause: 'out_of_stock',
    oddsRatio: 10,
    check: 'Count the shelves of the best sellers.',
    claims: { outOfStockShare: atLeast(0.3) },
  },
  {
    cause: 'price_error',
    oddsRatio: 20,
    check: 'Compare the price at the register with the price list.',
    claims: { repricedUnitsRatio: atMost(0.4), overrideTimes: atLeast(2) },
  },
  {
    cause: 'competitor_or_own_store',
    oddsRatio: 3,
    check: 'Look for what opened nearby.',
    claims: { trafficRatio: atMost(0.8), basketRatio: atLeast(0.9), neighbourRatio: atLeast(1.1) },
  },
]

/** True: speaks for it. False: against. Undefined: not all is known, and what is does not speak against. */
function holdsOf(claims: Claims, evidence: CauseEvidence): boolean | undefined {
  const found = (Object.keys(claims) as (keyof CauseEvidence)[]).map((key) => {
    const [claim, value] = [claims[key] as (value: unknown) => boolean, evidence[key]]
    return value === undefined ? undefined : claim(value)
  })
  if (found.includes(false)) return false
  return found.includes(undefined) ? undefined : true
}

export interface CauseCandidate {
  readonly cause: string
  /** Over all causes and `unknown`; they add up to 1. */
  readonly chance: number
  /** Prior, and the odds ratio that the evidence multiplied it by. */
  readonly prior: number
  readonly oddsRatio: number
  readonly check: string
}

const oddsRatioMax = 50
const unknownPrior = 0.3

/**
 * @param priors how often each was the cause of earlier incidents, any positive numbers; left out, alike
 * @returns likeliest first, `unknown` among them
 */
export function diagnose(
  evidence: CauseEvidence,
  priors: Readonly<Record<string, number>> = {},
): CauseCandidate[] {
  const weights = causeRules.map(({ cause }) => Math.max(priors[cause] ?? 1, 1e-6))
  const total = weights.reduce((sum, one) => sum + one, 0)
  const candidates = causeRules.map(({ cause, oddsRatio, check, claims }, at) => {
    const holds = holdsOf(claims, evidence)
    const limited = Math.min(oddsRatio, oddsRatioMax)
    const factor = holds === undefined ? 1 : holds ? limited : 1 / limited
    return { cause, prior: ((1 - unknownPrior) * weights[at]!) / total, oddsRatio: factor, check }
  })
  const unknown = {
    cause: 'unknown',
    prior: unknownPrior,
    oddsRatio: 1,
    check: 'Ask the store what is different today.',
  }
  const all = [...candidates, unknown]
  const mass = all.reduce((sum, { prior, oddsRatio }) => sum + prior * oddsRatio, 0)
  return all
    .map((one) => ({ ...one, chance: (one.prior * one.oddsRatio) / mass }))
    .sort((a, b) => b.chance - a.chance)
}

/**
 * ln(actual / expected) as a sum: visits, share that buy, units a sale, price a unit.
 * @param ratios of actual to expected, above 0
 */
export function decompose(ratios: {
  readonly traffic: number
  readonly conversion: number
  readonly unitsPerSale: number
  readonly pricePerUnit: number
}): Explanation {
  const says = {
    traffic: 'visits',
    conversion: 'share of visits that buy',
    unitsPerSale: 'units a sale',
    pricePerUnit: 'price a unit',
  } as const
  const factors = (Object.keys(says) as (keyof typeof says)[]).map((factor) => ({
    factor,
    weight: Math.log(Math.max(ratios[factor], 1e-9)),
    says: `The ${says[factor]}: ${(ratios[factor] * 100).toFixed(0)} % of what was expected.`,
  }))
  return { base: 0, factors: factors.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)) }
}
