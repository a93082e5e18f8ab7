/** Proposals as rows; the table holds to it that one event is decided once by one workflow. */
import { sql } from 'kysely'
import type { Tx } from '../../base/postgres.ts'
import { traceIdOf } from '../../retail/event.ts'
import type { Workflow } from '../../workflows/workflow.ts'
import type { Judged } from './judge.ts'

/** All in one statement. @returns those that were not decided before, in their order */
export async function saveProposals(
  tx: Tx,
  { name, version, models }: Pick<Workflow, 'name' | 'version' | 'models'>,
  judged: readonly Judged[],
): Promise<Judged[]> {
  if (judged.length === 0) return []
  const rows = judged.map(({ matter: { origin }, draft, context, verdict, ...one }) => ({
    chain_id: origin.chainId,
    proposal_id: one.proposalId,
    store_id: origin.storeId,
    workflow: name,
    workflow_version: version,
    models,
    action: draft.action,
    event_id: origin.id,
    ordinal: one.ordinal,
    trace_id: traceIdOf(origin),
    occurred_at: origin.occurredAt,
    reason: draft.reason,
    confidence: draft.confidence,
    evidence: draft.evidence,
    input: draft.input,
    context: context ?? {},
    autonomy: one.autonomy,
    decided_by: 'hub',
    policy_ids: verdict.policyIds,
    policy_hash: one.policyHash,
  }))
  const saved = await sql<{ proposal_id: string }>`
    insert into proposal (chain_id, proposal_id, store_id, workflow, workflow_version, models, action,
      event_id, ordinal, trace_id, occurred_at, reason, confidence, evidence, input, context,
      autonomy, decided_by, policy_ids, policy_hash)
    select chain_id, proposal_id, store_id, workflow, workflow_version, models, action, event_id,
      ordinal, trace_id, occurred_at, reason, confidence, evidence, input, context, autonomy,
      decided_by, policy_ids, policy_hash
    from jsonb_populate_recordset(null::proposal, ${JSON.stringify(rows)}::jsonb)
    on conflict do nothing returning proposal_id`.execute(tx)
  const isNew = new Set(saved.rows.map(({ proposal_id }) => proposal_id))
  return judged.filter(({ proposalId }) => isNew.has(proposalId))
}
