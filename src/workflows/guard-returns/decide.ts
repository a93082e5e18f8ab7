/** The decision about a return, pure: the hub runs it with all it knows, an agent alone with less. */
import type { ReturnAcceptance } from '../../actions/accept-return.ts'
import { type ReturnRisk, returnRisk } from '../../models/return-risk.ts'
import type { EventOf } from '../../retail/event.ts'
import type { ProposalDraft } from '../workflow.ts'

export interface ReturnContext {
  readonly sale?: { readonly occurredAtMs: number; readonly skus?: readonly string[] }
  readonly alreadyReturnedLinesCount: number
  readonly customerReturnsCount: number
  readonly customerPurchasesCount: number
  readonly employeeReturnsCount: number
  readonly peerReturnsMean: number
  readonly typicalSaleMinor: number
}

const msPerDay = 24 * 3600_000

export function decideReturn(
  event: Pick<EventOf<'return.requested'>, 'occurredAt' | 'data'>,
  context: ReturnContext,
): ProposalDraft & { readonly input: ReturnAcceptance } {
  const { data } = event
  const risk = riskOf(event, context)
  const riskPermille = Math.round(risk.probability * 1000)
  return {
    action: 'return.accept',
    input: {
      returnId: data.returnId,
      ...(data.saleId !== undefined && { saleId: data.saleId }),
      currency: data.currency,
      amountMinor: data.amountMinor,
      riskPermille,
      hasReceipt: context.sale !== undefined,
      isStatutory: data.isFaulty === true,
    },
    reason: sayWhy(risk),
    confidence: Math.max(risk.probability, 1 - risk.probability),
    evidence: risk.factors.map(({ factor, weight, says }) => ({
      id: `factor:${factor}`,
      label: says,
      value: `${weight > 0 ? '+' : ''}${weight.toFixed(2)}`,
    })),
  }
}

function riskOf(
  { occurredAt, data }: Pick<EventOf<'return.requested'>, 'occurredAt' | 'data'>,
  context: ReturnContext,
): ReturnRisk {
  const { sale } = context
  const sold = sale?.skus === undefined ? undefined : new Set(sale.skus)
  return returnRisk({
    hasReceipt: sale !== undefined,
    unmatchedLinesCount:
      sold === undefined
        ? 0
        : data.lines.filter(({ sku }) => sku === undefined || !sold.has(sku)).length,
    alreadyReturnedLinesCount: context.alreadyReturnedLinesCount,
    ...(sale !== undefined && {
      daysSinceSale: (Date.parse(occurredAt) - sale.occurredAtMs) / msPerDay,
    }),
    amountMinor: data.amountMinor,
    typicalSaleMinor: context.typicalSaleMinor || data.amountMinor,
    customerReturnsCount: context.customerReturnsCount,
    customerPurchasesCount: context.customerPurchasesCount,
    isCustomerKnown: data.customer !== undefined,
    employeeReturnsCount: context.employeeReturnsCount,
    peerReturnsMean: context.peerReturnsMean,
  })
}

function sayWhy({ probability, factors }: ReturnRisk): string {
  const strongest = factors.slice(0, 3).map(({ says }) => says)
  return `Risk ${(probability * 100).toFixed(0)} %. ${strongest.join(' ')}`
}
