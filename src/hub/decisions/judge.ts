/** What becomes of a draft: its schema, policy, and what the point of sale can do. Nothing is written. */
import type { Action } from '../../actions/action.ts'
import { findAction } from '../../actions/index.ts'
import { Fault } from '../../base/fault.ts'
import { newId } from '../../base/ids.ts'
import { parse } from '../../base/parse.ts'
import type { Tx } from '../../base/postgres.ts'
import { type Autonomy, lowerAutonomy } from '../../governance/autonomy.ts'
import type { Verdict } from '../../governance/policy.ts'
import type { AnyEvent } from '../../retail/event.ts'
import type { ProposalDraft, Workflow } from '../../workflows/workflow.ts'
import type { CapabilityBook } from '../capabilities.ts'
import type { Gate } from '../identity/gate.ts'

/** What a thread is about: the event it began with, as far as proposals need to know it. */
export type Origin = Pick<AnyEvent, 'id' | 'chainId' | 'storeId' | 'traceparent' | 'occurredAt'>

/** What a workflow made of one event. */
export interface Matter {
  readonly origin: Origin
  readonly drafts: readonly ProposalDraft[]
  /** What the drafts rest on; `{}` for what follows from something else. */
  readonly context: unknown
  /** The place of the first draft among all that one event leads to. Default 0. */
  readonly firstOrdinal?: number
}

/** A draft in its place. */
export interface Placed {
  readonly matter: Matter
  readonly draft: ProposalDraft
  readonly context: unknown
  readonly ordinal: number
}

export interface Judged extends Placed {
  readonly proposalId: string
  readonly action: Action
  readonly input: Record<string, unknown>
  readonly verdict: Verdict
  readonly autonomy: Autonomy
  readonly policyHash: string
  /** The point of sale has no such thing, in these words. */
  readonly refusedFor: string | undefined
}

export interface JudgeDeps {
  readonly gate: Gate
  readonly capabilities: CapabilityBook
}

/** @throws Fault proposal_malformed | action_unknown */
export async function judge(
  tx: Tx,
  { gate, capabilities }: JudgeDeps,
  workflow: Pick<Workflow, 'name' | 'mayPropose'>,
  placed: Placed,
): Promise<Judged> {
  const { draft, matter } = placed
  const action = findAction(draft.action)
  if (action === undefined || !workflow.mayPropose.includes(draft.action))
    throw new Fault('action_unknown', { field: 'action', action: draft.action })
  const input = parse(action.input, draft.input, 'proposal_malformed') as Record<string, unknown>
  const verdict = ask(gate, workflow, action, matter.origin, input)
  const support = await capabilities.supportOf(tx, matter.origin, action)
  const isPossible = support.by !== 'none'
  return {
    ...placed,
    draft: { ...draft, input },
    proposalId: newId('proposal'),
    action,
    input,
    verdict,
    autonomy: lowerAutonomy(verdict.autonomy, isPossible ? 'automatic' : 'denied'),
    policyHash: gate.policyHash,
    refusedFor: isPossible ? undefined : support.says,
  }
}

/** What policy says of an action that this hub decides for a workflow. */
export function ask(
  gate: Gate,
  workflow: Pick<Workflow, 'name'>,
  action: Action,
  origin: Pick<Origin, 'chainId' | 'storeId'>,
  input: Record<string, unknown>,
): Verdict {
  return gate.authorize(
    { kind: 'workflow', chainId: origin.chainId, name: workflow.name },
    action.name,
    { type: 'Store', id: origin.storeId },
    { ...action.context(input), decidedBy: 'hub' },
  )
}
