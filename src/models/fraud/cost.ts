/**
 * What to do about a probability: the action that costs least on average, never a fixed cut-off. All
 * amounts in minor units of one currency; what comes out is an expected amount, not money to book.
 */
import { Fault } from '../../base/fault.ts'

export interface ActionCosts {
  readonly action: string
  readonly ifFraudMinor: number
  readonly ifGenuineMinor: number
}

export interface ExpectedCost {
  readonly action: string
  readonly costMinor: number
}

/** All actions with what they cost on average, cheapest first; ties keep the order given. */
export function expectedCosts(
  probability: number,
  actions: readonly ActionCosts[],
): readonly ExpectedCost[] {
  if (!(probability >= 0 && probability <= 1))
    throw new Fault('model_input_malformed', { field: 'probability', expected: '0 to 1' })
  return actions
    .map(({ action, ifFraudMinor, ifGenuineMinor }) => ({
      action,
      costMinor: probability * ifFraudMinor + (1 - probability) * ifGenuineMinor,
    }))
    .toSorted((a, b) => a.costMinor - b.costMinor)
}

/** The probability above which `other` is cheaper than `one`; 0 or 1 where that never changes. */
export function costThreshold(one: ActionCosts, other: ActionCosts): number {
  const gain = one.ifFraudMinor - other.ifFraudMinor
  const harm = other.ifGenuineMinor - one.ifGenuineMinor
  if (gain + harm === 0) return gain > 0 ? 0 : 1
  return Math.min(1, Math.max(0, harm / (gain + harm)))
}

/** What a return, or its refusal, costs. */
export interface ReturnStakes {
  readonly refundMinor: number
  /** What the goods that come back are worth. */
  readonly salvageMinor: number
  /** Chance that an honest customer who is refused does not come back. */
  readonly churnRatio: number
  readonly customerValueMinor: number
  readonly serviceMinor: number
  /** What refusing costs where law gives a right to the return; 0 where there is none. */
  readonly legalPenaltyMinor: number
  readonly reviewMinor: number
  /** Share of reviews that end right. */
  readonly reviewAccuracyRatio: number
}

/** Accept, have a person look, or refuse. */
export function returnCosts(stakes: ReturnStakes): readonly ActionCosts[] {
  const abuse = Math.max(0, stakes.refundMinor - stakes.salvageMinor)
  const insult =
    stakes.churnRatio * stakes.customerValueMinor + stakes.serviceMinor + stakes.legalPenaltyMinor
  const missed = 1 - stakes.reviewAccuracyRatio
  return [
    { action: 'accept', ifFraudMinor: abuse, ifGenuineMinor: 0 },
    {
      action: 'review',
      ifFraudMinor: stakes.reviewMinor + missed * abuse,
      ifGenuineMinor: stakes.reviewMinor + missed * insult,
    },
    { action: 'refuse', ifFraudMinor: stakes.legalPenaltyMinor, ifGenuineMinor: insult },
  ]
}

/** Below this probability nobody is refused, whatever it costs. */
const refusalProbabilityMin = 0.6

/**
 * The cheapest action that is allowed: a refusal needs a probability of 0.6 and a piece of hard
 * evidence (a receipt line twice, another serial number, another tender), else a person looks.
 */
export function chooseForReturn(
  probability: number,
  stakes: ReturnStakes,
  hasHardEvidence: boolean,
): { readonly action: string; readonly costs: readonly ExpectedCost[] } {
  const costs = expectedCosts(probability, returnCosts(stakes))
  const mayRefuse = hasHardEvidence && probability >= refusalProbabilityMin
  const cheapest = costs.find(({ action }) => action !== 'refuse' || mayRefuse)!
  return { action: cheapest.action, costs }
}
