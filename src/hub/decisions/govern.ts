/**
 * The one way from a proposal to anything: schema, capability, policy, then by its autonomy a
 * command, an approval, tomorrow's list, or nothing; and a ledger entry in every case.
 */
import { sql } from 'kysely'
import type { Action } from '../../actions/action.ts'
import type { Command } from '../../actions/command.ts'
import { findAction } from '../../actions/index.ts'
import { Fault } from '../../base/fault.ts'
import { newId } from '../../base/ids.ts'
import { canonicalJson } from '../../base/json.ts'
import { parse } from '../../base/parse.ts'
import type { Tx } from '../../base/postgres.ts'
import { sha256Hex } from '../../base/signature.ts'
import { type Autonomy, lowerAutonomy } from '../../governance/autonomy.ts'
import type { Verdict } from '../../governance/policy.ts'
import type { NewEntry } from '../../ledger/entry.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { type AnyEvent, traceIdOf } from '../../retail/event.ts'
import type { ProposalDraft, Workflow } from '../../workflows/workflow.ts'
import type { CapabilityBook } from '../capabilities.ts'
import type { Changes } from '../changes.ts'
import { issueCommand } from '../dispatch/issue.ts'
import { trackOrder } from '../dispatch/orders.ts'
import type { Gate } from '../identity/gate.ts'
import { requestApproval } from './request-approval.ts'

export interface GovernDeps {
  readonly regionId: string
  readonly gate: Gate
  readonly ledger: Ledger
  readonly changes: Changes
  readonly capabilities: CapabilityBook
  /** A register waits: commands to it go along with the answer. */
  readonly isAnswering?: boolean
}

/** What a thread is about: the event it began with, as far as proposals need to know it. */
export type Origin = Pick<AnyEvent, 'id' | 'chainId' | 'storeId' | 'traceparent' | 'occurredAt'>

export interface Governed {
  readonly proposalId: string
  readonly draft: ProposalDraft
  readonly autonomy: Autonomy
  readonly policyHash: string
  readonly command: Command | undefined
}

type AnyWorkflow = Pick<Workflow, 'name' | 'version' | 'models' | 'mayPropose' | 'follow'>

/**
 * Decides drafts of one event, and what follows from them, in the caller's transaction. A draft that
 * was decided before (same workflow, event and place) is left as it is and not returned.
 * @throws Fault proposal_malformed | action_unknown
 */
export async function govern(
  tx: Tx,
  deps: GovernDeps,
  workflow: AnyWorkflow,
  origin: Origin,
  drafts: readonly ProposalDraft[],
  context: unknown,
  firstOrdinal = 0,
): Promise<Governed[]> {
  const governed: Governed[] = []
  const entries: NewEntry[] = []
  // One insert for all that is recorded here, since a register may be waiting.
  const gathering: GovernDeps = {
    ...deps,
    ledger: { ...deps.ledger, record: async (_, some) => void entries.push(...some) },
  }
  let ordinal = firstOrdinal
  for (const draft of drafts) {
    const one = await governOne(tx, gathering, workflow, origin, draft, context, ordinal)
    ordinal += 1
    if (one === undefined) continue
    governed.push(one)
    for (const following of workflow.follow?.(draft, one.autonomy) ?? []) {
      const next = await governOne(tx, gathering, workflow, origin, following, {}, 100 + ordinal)
      ordinal += 1
      if (next !== undefined) governed.push(next)
    }
  }
  await deps.ledger.record(tx, entries)
  return governed
}

async function governOne(
  tx: Tx,
  deps: GovernDeps,
  workflow: AnyWorkflow,
  origin: Origin,
  draft: ProposalDraft,
  context: unknown,
  ordinal: number,
): Promise<Governed | undefined> {
  const action = findAction(draft.action)
  if (action === undefined || !workflow.mayPropose.includes(draft.action))
    throw new Fault('action_unknown', { field: 'action', action: draft.action })
  const input = parse(action.input, draft.input, 'proposal_malformed') as Record<string, unknown>
  const verdict = ask(deps.gate, workflow, action, origin, input)
  const support = await deps.capabilities.supportOf(tx, origin, action)
  const autonomy = lowerAutonomy(verdict.autonomy, support.by === 'none' ? 'denied' : 'automatic')
  const proposalId = newId('proposal')
  const saved = { ...draft, input }
  const isNew = await saveProposal(tx, workflow, origin, saved, context, ordinal, {
    proposalId,
    autonomy,
    verdict,
    policyHash: deps.gate.policyHash,
  })
  if (!isNew) return undefined
  const at = new Date().toISOString()
  await deps.ledger.record(tx, [
    {
      chainId: origin.chainId,
      regionId: deps.regionId,
      at,
      kind: 'decision.made',
      traceId: traceIdOf(origin),
      storeId: origin.storeId,
      actor: { type: 'workflow', id: workflow.name },
      subjectId: proposalId,
      body: {
        eventId: origin.id,
        action: draft.action,
        workflowVersion: workflow.version,
        models: [...workflow.models],
        autonomy,
        approverRole: verdict.approverRole ?? null,
        policyIds: [...verdict.policyIds],
        policyErrors: [...verdict.errors],
        policyHash: deps.gate.policyHash,
        inputHash: sha256Hex(canonicalJson(input)),
        contextHash: sha256Hex(canonicalJson(context)),
        reason: draft.reason,
        confidence: draft.confidence,
        ...(support.by === 'none' && { refusedFor: support.says }),
      },
    },
  ])
  const ordered = { proposalId, origin, action, input }
  if (autonomy !== 'denied') await trackOrder(tx, ordered)
  const command = autonomy === 'automatic' ? await issueCommand(tx, deps, ordered) : undefined
  if (autonomy === 'approval')
    await requestApproval(tx, deps, { proposalId, origin, action, verdict })
  deps.changes.announce(tx, {
    kind: 'thread',
    chainId: origin.chainId,
    traceId: traceIdOf(origin),
    storeId: origin.storeId,
  })
  return { proposalId, draft: saved, autonomy, policyHash: deps.gate.policyHash, command }
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

interface Decision {
  readonly proposalId: string
  readonly autonomy: Autonomy
  readonly verdict: Verdict
  readonly policyHash: string
}

async function saveProposal(
  tx: Tx,
  workflow: AnyWorkflow,
  origin: Origin,
  draft: ProposalDraft,
  context: unknown,
  ordinal: number,
  { proposalId, autonomy, verdict, policyHash }: Decision,
): Promise<boolean> {
  const { rows } = await sql`
    insert into proposal (chain_id, proposal_id, store_id, workflow, workflow_version, models, action,
      event_id, ordinal, trace_id, occurred_at, reason, confidence, evidence, input, context,
      autonomy, decided_by, policy_ids, policy_hash)
    values (${origin.chainId}, ${proposalId}, ${origin.storeId}, ${workflow.name},
      ${workflow.version}, ${[...workflow.models]}, ${draft.action}, ${origin.id}, ${ordinal},
      ${traceIdOf(origin)}, ${origin.occurredAt}, ${draft.reason}, ${draft.confidence},
      ${JSON.stringify(draft.evidence)}, ${JSON.stringify(draft.input)},
      ${JSON.stringify(context ?? {})}, ${autonomy}, 'hub', ${[...verdict.policyIds]}, ${policyHash})
    on conflict do nothing returning proposal_id`.execute(tx)
  return rows.length > 0
}
