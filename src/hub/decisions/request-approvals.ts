/** Puts proposals before the roles that policy names, for as long as their actions allow. */
import { sql } from 'kysely'
import { newId } from '../../base/ids.ts'
import { sendAhead, type Tx } from '../../base/postgres.ts'
import { traceIdOf } from '../../retail/event.ts'
import type { GovernDeps } from './govern.ts'
import type { Judged } from './judge.ts'

export async function requestApprovals(
  tx: Tx,
  { regionId, ledger }: GovernDeps,
  judged: readonly Judged[],
): Promise<void> {
  if (judged.length === 0) return
  const rows = judged.map(({ proposalId, matter: { origin }, action, verdict }) => ({
    chain_id: origin.chainId,
    approval_id: newId('approval'),
    proposal_id: proposalId,
    store_id: origin.storeId,
    // A policy that names nobody leaves it to whoever manages the store.
    approver_role: verdict.approverRole ?? 'store_manager',
    seconds: action.approvalExpiresAfterSeconds,
  }))
  await sendAhead(
    tx,
    sql`
    insert into approval (chain_id, approval_id, proposal_id, store_id, approver_role, state, expires_at)
    select chain_id, approval_id, proposal_id, store_id, approver_role, 'open',
      now() + make_interval(secs => seconds)
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(chain_id text, approval_id text, proposal_id text, store_id text, approver_role text,
           seconds int)`,
  )
  const at = new Date().toISOString()
  await ledger.record(
    tx,
    judged.map(({ proposalId, matter: { origin }, action }, index) => ({
      chainId: origin.chainId,
      regionId,
      at,
      kind: 'approval.requested' as const,
      traceId: traceIdOf(origin),
      storeId: origin.storeId,
      actor: { type: 'hub' as const, id: 'hub' },
      subjectId: rows[index]?.approval_id ?? '',
      body: { proposalId, approverRole: rows[index]?.approver_role ?? '', action: action.name },
    })),
  )
}
