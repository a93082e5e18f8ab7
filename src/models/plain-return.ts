/** For tests: a return that nobody would look at twice. */
import type { ReturnRiskInput } from './return-risk.ts'

export const plainReturn: ReturnRiskInput = {
  hasReceipt: true,
  unmatchedLinesCount: 0,
  alreadyReturnedLinesCount: 0,
  daysSinceSale: 3,
  amountMinor: 2000,
  typicalSaleMinor: 4000,
  customerReturnsCount: 0,
  customerPurchasesCount: 0,
  isCustomerKnown: true,
  employeeReturnsCount: 0,
  peerReturnsMean: 0,
}
