/** A person's word on a proposal: checked by the gate, and policy is asked once more before it counts. */
import { sql } from 'kysely'
import { findAction } from '../../actions/index.ts'
import { Fault } from '../../base/fault.ts'
import type { Tx } from '../../base/postgres.ts'
import { traceIdOf } from '../../retail/event.ts'
import { findWorkflow } from '../../workflows/index.ts'
import type { Outcome } from '../../workflows/workflow.ts'
import { issueCommands } from '../dispatch/issue.ts'
import { forgetOrder } from '../dispatch/orders.ts'
import type { PersonPrincipal } from '../identity/principal.ts'
import type { ApprovalDecision } from '../views.ts'
import { type GovernDeps, govern } from './govern.ts'
import { ask, type Origin } from './judge.ts'

interface ApprovalRow {
  readonly approval_id: string
  readonly proposal_id: string
  readonly store_id: string
  readonly approver_role: string
  readonly state: string
  readonly expires_at: string
  readonly workflow: string
  readonly action: string
  readonly input: Record<string, unknown>
  readonly event_id: string
  readonly trace_id: string
  readonly occurred_at: string
  readonly ordinal: number
}

/** @throws Fault not_found | forbidden | conflict | approval_expired */
export async function decideApproval(
  tx: Tx,
  deps: GovernDeps,
  principal: PersonPrincipal,
  approvalId: string,
  { decision, reason }: ApprovalDecision,
): Promise<void> {
  const row = await lock(tx, principal.chainId, approvalId)
  deps.gate.require(
    principal,
    'approvals.decide',
    { type: 'Store', id: row.store_id },
    { approverRole: row.approver_role },
  )
  if (row.state !== 'open') throw new Fault('conflict', { field: 'state', state: row.state })
  if (Date.parse(row.expires_at) <= Date.now())
    throw new Fault('approval_expired', { expiresAt: row.expires_at })
  const origin = originOf(principal.chainId, row)
  if (decision === 'approve') assertStillAllowed(deps, row, origin)
  const state = decision === 'approve' ? 'approved' : 'refused'
  await close(tx, deps, row, origin, state, { personId: principal.person.personId, reason })
  if (decision === 'approve') await order(tx, deps, row, origin)
  else await drop(tx, deps, row, origin, 'refused')
}

/** Closes what nobody decided in time. @returns how many */
export async function expireApprovals(tx: Tx, deps: GovernDeps, chainId: string): Promise<number> {
  const { rows } = await sql<{ approval_id: string }>`
    select approval_id from approval
    where chain_id = ${chainId} and state = 'open' and expires_at <= now()
    order by expires_at limit 100 for update skip locked`.execute(tx)
  for (const { approval_id } of rows) {
    const row = await lock(tx, chainId, approval_id)
    const origin = originOf(chainId, row)
    await close(tx, deps, row, origin, 'expired', undefined)
    await drop(tx, deps, row, origin, 'expired')
  }
  return rows.length
}

async function lock(tx: Tx, chainId: string, approvalId: string): Promise<ApprovalRow> {
  const { rows } = await sql<ApprovalRow>`
    select a.approval_id, a.proposal_id, a.store_id, a.approver_role, a.state, a.expires_at,
      p.workflow, p.action, p.input, p.event_id, p.trace_id, p.occurred_at, p.ordinal
    from approval a join proposal p using (chain_id, proposal_id)
    where a.chain_id = ${chainId} and a.approval_id = ${approvalId} for update of a`.execute(tx)
  const row = rows[0]
  if (row === undefined) throw new Fault('not_found', { field: 'approvalId', approvalId })
  return row
}

function originOf(chainId: string, row: ApprovalRow): Origin {
  return {
    id: row.event_id,
    chainId,
    storeId: row.store_id,
    traceparent: `00-${row.trace_id}-${row.event_id.replaceAll('-', '').slice(0, 16)}-01`,
    occurredAt: row.occurred_at,
  }
}

/** Hours may have passed: what policy forbids by now, no approval brings about. */
function assertStillAllowed(deps: GovernDeps, row: ApprovalRow, origin: Origin): void {
  const action = findAction(row.action)
  if (action === undefined) throw new Fault('action_unknown', { action: row.action })
  const verdict = ask(deps.gate, { name: row.workflow }, action, origin, row.input)
  if (!verdict.isAllowed || verdict.autonomy === 'denied')
    throw new Fault('conflict', { field: 'policy', policies: verdict.policyIds.join(', ') })
}

async function close(
  tx: Tx,
  { ledger, regionId, changes, gate }: GovernDeps,
  row: ApprovalRow,
  origin: Origin,
  state: 'approved' | 'refused' | 'expired',
  by: { readonly personId: string; readonly reason: string } | undefined,
): Promise<void> {
  await sql`
    update approval set state = ${state}, decided_at = now(), decided_by = ${by?.personId ?? null},
      reason = ${by?.reason ?? null}
    where chain_id = ${origin.chainId} and approval_id = ${row.approval_id}`.execute(tx)
  const kinds = {
    approved: 'approval.given',
    refused: 'approval.refused',
    expired: 'approval.expired',
  } as const
  await ledger.record(tx, [
    {
      chainId: origin.chainId,
      regionId,
      at: new Date().toISOString(),
      kind: kinds[state],
      traceId: row.trace_id,
      storeId: row.store_id,
      actor: by === undefined ? { type: 'hub', id: 'hub' } : { type: 'person', id: by.personId },
      subjectId: row.approval_id,
      body: {
        proposalId: row.proposal_id,
        approverRole: row.approver_role,
        policyHash: gate.policyHash,
        ...(by !== undefined && { reason: by.reason }),
      },
    },
  ])
  changes.announce(tx, {
    kind: 'thread',
    chainId: origin.chainId,
    traceId: traceIdOf(origin),
    storeId: row.store_id,
  })
}

async function order(tx: Tx, deps: GovernDeps, row: ApprovalRow, origin: Origin): Promise<void> {
  const action = findAction(row.action)
  if (action === undefined) throw new Fault('action_unknown', { action: row.action })
  const { proposal_id: proposalId, input } = row
  await issueCommands(tx, deps, [{ proposalId, origin, action, input }])
}

async function drop(
  tx: Tx,
  deps: GovernDeps,
  row: ApprovalRow,
  origin: Origin,
  outcome: Extract<Outcome, 'refused' | 'expired'>,
): Promise<void> {
  await forgetOrder(tx, origin.chainId, row.proposal_id)
  const workflow = findWorkflow(row.workflow)
  if (workflow === undefined) return
  const draft = { action: row.action as never, input: row.input }
  const drafts = workflow.follow?.(draft, outcome) ?? []
  await govern(tx, deps, workflow, [
    { origin, drafts, context: {}, firstOrdinal: 1000 + row.ordinal },
  ])
}
