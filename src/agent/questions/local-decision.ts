/** A return decided by the agent alone: the hub's own reasoning over local facts, and the cached policies. */
import { acceptReturn } from '../../actions/accept-return.ts'
import type { PolicyEngine } from '../../governance/policy.ts'
import type { EventOf } from '../../retail/event.ts'
import type { ReturnAnswer } from '../../retail/governed.ts'
import { decideReturn } from '../../workflows/guard-returns/decide.ts'
import type { ReturnFacts } from '../storage/local-facts.ts'

export type ReturnQuestion = Pick<EventOf<'return.requested'>, 'storeId' | 'occurredAt' | 'data'>

const verdicts = {
  automatic: 'accepted',
  approval: 'held',
  digest: 'held',
  denied: 'refused',
} as const

export function decideLocally(
  question: ReturnQuestion,
  facts: ReturnFacts,
  engine: PolicyEngine | undefined,
): ReturnAnswer {
  const { returnId } = question.data
  // No policy at all is not a policy that says no: a person has to look.
  if (engine === undefined)
    return {
      returnId,
      verdict: 'held',
      decidedBy: 'agent',
      why: 'The hub is away and this agent has no policies yet; the manager decides.',
    }
  const { input, reason } = decideReturn(question, facts)
  const verdict = engine.decide({
    principal: { type: 'Workflow', id: 'guard_returns' },
    action: acceptReturn.name,
    resource: { type: 'Store', id: question.storeId },
    context: { ...acceptReturn.context(input), decidedBy: 'agent' },
  })
  return {
    returnId,
    verdict: verdicts[verdict.autonomy],
    decidedBy: 'agent',
    policyHash: engine.hash,
    why: `Decided in the store, without the hub. ${reason}`.slice(0, 500),
  }
}
