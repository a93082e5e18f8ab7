/** Puts a proposal before the role that policy names, for as long as the action allows. */
import { sql } from 'kysely'
import type { Action } from '../../actions/action.ts'
import { newId } from '../../base/ids.ts'
import type { Tx } from '../../base/postgres.ts'
import type { Verdict } from '../../governance/policy.ts'
import { traceIdOf } from '../../retail/event.ts'
import type { GovernDeps, Origin } from './govern.ts'

export async function requestApproval(
  tx: Tx,
  { regionId, ledger }: GovernDeps,
  request: {
    readonly proposalId: string
    readonly origin: Origin
    readonly action: Action
    readonly verdict: Verdict
  },
): Promise<string> {
  const { proposalId, origin, action, verdict } = request
  const approvalId = newId('approval')
  // A policy that names nobody leaves it to whoever manages the store.
  const approverRole = verdict.approverRole ?? 'store_manager'
  await sql`
    insert into approval (chain_id, approval_id, proposal_id, store_id, approver_role, state, expires_at)
    values (${origin.chainId}, ${approvalId}, ${proposalId}, ${origin.storeId}, ${approverRole},
      'open', now() + make_interval(secs => ${action.approvalExpiresAfterSeconds}))`.execute(tx)
  await ledger.record(tx, [
    {
      chainId: origin.chainId,
      regionId,
      at: new Date().toISOString(),
      kind: 'approval.requested',
      traceId: traceIdOf(origin),
      storeId: origin.storeId,
      actor: { type: 'hub', id: 'hub' },
      subjectId: approvalId,
      body: { proposalId, approverRole, action: action.name },
    },
  ])
  return approvalId
}
