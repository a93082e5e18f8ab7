/** Guards returns: small and plain ones go through, others wait for the manager, abuse is refused. */
import { msOf } from '../../base/time.ts'
import { returnRiskVersion } from '../../models/return-risk.ts'
import { defineWorkflow, type ProposalDraft } from '../workflow.ts'
import { decideReturn, type ReturnContext } from './decide.ts'

const historyMs = { customer: 90 * 24 * 3600_000, employee: 7 * 24 * 3600_000 } as const

export const guardReturns = defineWorkflow<'return.requested', ReturnContext>({
  name: 'guard_returns',
  title: 'Guard returns at the register',
  version: '1',
  on: 'return.requested',
  mode: 'question',
  reads: ['personal_tokens'],
  mayPropose: ['return.accept', 'return.refuse', 'sale.flag'],
  models: [returnRiskVersion],
  async gather({ storeId, occurredAt, data }, facts) {
    const since = (ms: number) => new Date(msOf(occurredAt) - ms).toISOString()
    const { sale, ...history } = await facts.returnHistory({
      storeId,
      saleId: data.saleId,
      customer: data.customer,
      customerSince: since(historyMs.customer),
      employeeId: data.employeeId,
      employeeSince: since(historyMs.employee),
    })
    return {
      ...history,
      ...(sale !== undefined && { sale: { occurredAtMs: msOf(sale.occurredAt), skus: sale.skus } }),
      alreadyReturnedLinesCount: sale?.returnedLinesCount ?? 0,
    }
  },
  propose: (event, context) => [decideReturn(event, context)],
  follow: ({ action, input }, outcome) => {
    if (action !== 'return.accept') return []
    if (outcome === 'approval') return flagFor(input)
    if (outcome === 'refused') return [refusalOf(input, 'The manager refused the return.')]
    // Faulty goods are not refused by silence: law may forbid it, so the return stays held.
    if (outcome === 'expired' && input.isStatutory !== true)
      return [refusalOf(input, 'Nobody decided in time.')]
    return []
  },
})

function flagFor(input: ProposalDraft['input']): ProposalDraft[] {
  if (typeof input.saleId !== 'string') return []
  return [
    {
      action: 'sale.flag',
      input: { saleId: input.saleId, note: 'Tillway: a return of this sale is in review.' },
      reason: 'The return is held until a manager decides.',
      confidence: 1,
      evidence: [returnOf(input)],
    },
  ]
}

function refusalOf(input: ProposalDraft['input'], why: string): ProposalDraft {
  return {
    action: 'return.refuse',
    input: { returnId: input.returnId, why },
    reason: why,
    confidence: 1,
    evidence: [returnOf(input)],
  }
}

function returnOf({ returnId }: ProposalDraft['input']) {
  return { id: `return:${String(returnId)}`, label: 'Return', value: String(returnId) }
}
