/**
 * How likely a return is abusive: a scorecard in log-odds with expert weights, for chains that have
 * no labels yet. Every weight that moved the result is named, so that a person can argue with it.
 */

export const returnRiskVersion = 'return_risk@1'

export interface ReturnRiskInput {
  readonly hasReceipt: boolean
  /** Returned goods that the receipt does not hold. */
  readonly unmatchedLinesCount: number
  /** Lines of the receipt that were taken back before. */
  readonly alreadyReturnedLinesCount: number
  /** Missing without a receipt. */
  readonly daysSinceSale?: number
  readonly amountMinor: number
  /** What an ordinary sale of the store comes to; scales the amount across currencies. */
  readonly typicalSaleMinor: number
  /** Across the chain, by token, in 90 days. */
  readonly customerReturnsCount: number
  readonly customerPurchasesCount: number
  readonly isCustomerKnown: boolean
  /** This employee, in 7 days, and what their peers in the store did on average. */
  readonly employeeReturnsCount: number
  readonly peerReturnsMean: number
}

export interface RiskFactor {
  readonly factor: string
  /** In log-odds; positive raises the risk. */
  readonly weight: number
  readonly says: string
}

export interface ReturnRisk {
  /** 0 to 1. */
  readonly probability: number
  /** Strongest first. */
  readonly factors: readonly RiskFactor[]
}

/** About one return in thirty is abusive before anything is known of it. */
const baseLogOdds = -3.4
const returnShare = { priorReturns: 1, priorPurchases: 9 } as const

export function returnRisk(input: ReturnRiskInput): ReturnRisk {
  const factors = factorsOf(input).filter(({ weight }) => weight !== 0)
  const logOdds = factors.reduce((sum, { weight }) => sum + weight, baseLogOdds)
  return {
    probability: 1 / (1 + Math.exp(-logOdds)),
    factors: factors.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight)),
  }
}

function factorsOf(input: ReturnRiskInput): RiskFactor[] {
  const factors: RiskFactor[] = [
    input.hasReceipt
      ? { factor: 'receipt', weight: -0.7, says: 'The sale on the receipt is known.' }
      : { factor: 'receipt', weight: 1.6, says: 'No sale is known for these goods.' },
    {
      factor: 'unmatched_lines',
      weight: input.hasReceipt ? Math.min(input.unmatchedLinesCount, 3) * 0.9 : 0,
      says: `${input.unmatchedLinesCount} of the goods are not on the receipt.`,
    },
    {
      factor: 'already_returned',
      weight: Math.min(input.alreadyReturnedLinesCount, 3) * 1.8,
      says: `${input.alreadyReturnedLinesCount} of these lines were taken back before.`,
    },
    ...timeFactor(input.daysSinceSale),
    amountFactor(input),
    customerFactor(input),
    employeeFactor(input),
  ]
  return factors
}

function timeFactor(daysSinceSale: number | undefined): RiskFactor[] {
  if (daysSinceSale === undefined) return []
  const says = `The goods were sold ${Math.max(0, Math.round(daysSinceSale))} days ago.`
  if (daysSinceSale > 90) return [{ factor: 'time', weight: 1.2, says }]
  if (daysSinceSale > 30) return [{ factor: 'time', weight: 0.5, says }]
  return [{ factor: 'time', weight: -0.2, says }]
}

function amountFactor({ amountMinor, typicalSaleMinor }: ReturnRiskInput): RiskFactor {
  const ratio = amountMinor / Math.max(typicalSaleMinor, 1)
  return {
    factor: 'amount',
    weight: ratio <= 1 ? 0 : Math.min(Math.log2(ratio) * 0.4, 1.6),
    says: `The amount is ${ratio.toFixed(1)} times an ordinary sale of the store.`,
  }
}

/** The share of purchases brought back, shrunk to one in ten while little is known. */
function customerFactor(input: ReturnRiskInput): RiskFactor {
  if (!input.isCustomerKnown)
    return { factor: 'customer', weight: 0.3, says: 'The customer is not known.' }
  const { customerReturnsCount: returns, customerPurchasesCount: purchases } = input
  const share =
    (returns + returnShare.priorReturns) /
    (Math.max(purchases, returns) + returnShare.priorReturns + returnShare.priorPurchases)
  return {
    factor: 'customer',
    weight: Math.max(-0.4, Math.min(Math.log(share / 0.1) * 0.9, 2)),
    says: `The customer brought back ${returns} of ${Math.max(purchases, returns)} purchases in 90 days.`,
  }
}

function employeeFactor({ employeeReturnsCount, peerReturnsMean }: ReturnRiskInput): RiskFactor {
  const ratio = (employeeReturnsCount + 2) / (peerReturnsMean + 2)
  return {
    factor: 'employee',
    weight: ratio <= 1.5 ? 0 : Math.min(Math.log(ratio) * 0.8, 1.5),
    says: `The employee took ${employeeReturnsCount} returns in 7 days; colleagues took ${peerReturnsMean.toFixed(1)}.`,
  }
}
