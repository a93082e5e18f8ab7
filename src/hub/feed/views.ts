/** Rows of a cell as people see them: events, proposals with their approval and command. */
import { sql } from 'kysely'
import { findAction } from '../../actions/index.ts'
import type { Tx } from '../../base/postgres.ts'
import type { LoggedEvent } from '../../stream/log.ts'
import { findWorkflow } from '../../workflows/index.ts'
import type { Organisation } from '../organisation/organisation.ts'
import type { EventView, FeedItem, ProposalView } from '../views.ts'
import { summarise } from './summary.ts'

export function viewEvent({ event }: LoggedEvent, organisation: Organisation): EventView {
  return {
    eventId: event.id,
    type: event.type,
    storeId: event.storeId,
    storeName: organisation.findStore(event.storeId)?.name ?? event.storeId,
    ...(event.registerId !== undefined && { registerId: event.registerId }),
    occurredAt: event.occurredAt,
    recordedAt: event.recordedAt ?? event.receivedAt,
    summary: summarise(event.type, event.data as never),
    data: event.data as Record<string, unknown>,
  }
}

export interface ProposalFilter {
  readonly traceIds?: readonly string[]
  readonly proposalIds?: readonly string[]
  /** Only those with an open approval in these stores, oldest first. */
  readonly openInStores?: readonly string[]
  readonly limit?: number
}

type Row = Record<string, never> & { [key: string]: unknown }

export async function readProposals(
  tx: Tx,
  chainId: string,
  organisation: Organisation,
  filter: ProposalFilter,
): Promise<ProposalView[]> {
  const conditions = [
    filter.traceIds && sql`p.trace_id = any(${[...filter.traceIds]}::text[])`,
    filter.proposalIds && sql`p.proposal_id = any(${[...filter.proposalIds]}::text[])`,
    filter.openInStores &&
      sql`a.state = 'open' and a.expires_at > now() and a.store_id = any(${[...filter.openInStores]}::text[])`,
  ].filter((condition) => condition !== undefined)
  const { rows } = await sql<Row>`
    select p.*, a.approval_id, a.state as approval_state, a.approver_role, a.requested_at,
      a.expires_at as approval_expires_at, a.decided_at, a.decided_by as approval_decided_by,
      a.reason as approval_reason, c.command_id, c.state as command_state, c.issued_at, c.changed_at,
      c.expires_at as command_expires_at, c.reference, c.says, c.fault, c.document_id
    from proposal p
    left join approval a using (chain_id, proposal_id)
    left join command c using (chain_id, proposal_id)
    where p.chain_id = ${chainId} and ${sql.join(conditions, sql` and `)}
    order by p.proposed_at, p.ordinal limit ${filter.limit ?? 200}`.execute(tx)
  return rows.map((row) => viewProposal(row, organisation))
}

function viewProposal(row: { [key: string]: unknown }, organisation: Organisation): ProposalView {
  const text = (key: string) => String(row[key])
  const optional = (key: string, as: string) => (row[key] == null ? {} : { [as]: row[key] })
  return {
    proposalId: text('proposal_id'),
    workflow: text('workflow'),
    workflowVersion: text('workflow_version'),
    workflowTitle: findWorkflow(text('workflow'))?.title ?? text('workflow'),
    action: text('action'),
    actionTitle: findAction(text('action'))?.title ?? text('action'),
    storeId: text('store_id'),
    storeName: organisation.findStore(text('store_id'))?.name ?? text('store_id'),
    traceId: text('trace_id'),
    proposedAt: text('proposed_at'),
    reason: text('reason'),
    confidence: Number(row.confidence),
    evidence: row.evidence as ProposalView['evidence'],
    input: row.input as ProposalView['input'],
    autonomy: row.autonomy as ProposalView['autonomy'],
    decidedBy: row.decided_by as ProposalView['decidedBy'],
    policyIds: row.policy_ids as string[],
    policyHash: text('policy_hash'),
    models: row.models as string[],
    ...(row.approval_id != null && {
      approval: {
        approvalId: text('approval_id'),
        state: row.approval_state as 'open',
        approverRole: text('approver_role'),
        requestedAt: text('requested_at'),
        expiresAt: text('approval_expires_at'),
        ...optional('decided_at', 'decidedAt'),
        ...(row.approval_decided_by != null && {
          decidedBy:
            organisation.person(text('approval_decided_by'))?.name ?? text('approval_decided_by'),
        }),
        ...optional('approval_reason', 'reason'),
      },
    }),
    ...(row.command_id != null && {
      command: {
        commandId: text('command_id'),
        action: text('action'),
        state: row.command_state as 'queued',
        issuedAt: text('issued_at'),
        changedAt: text('changed_at'),
        expiresAt: text('command_expires_at'),
        ...optional('reference', 'reference'),
        ...optional('says', 'says'),
        ...optional('fault', 'fault'),
        ...optional('document_id', 'documentId'),
      },
    }),
  } as ProposalView
}

/** Events with what became of their threads; the first proposal of a thread is what it is about. */
export async function viewFeed(
  tx: Tx,
  chainId: string,
  organisation: Organisation,
  events: readonly LoggedEvent[],
): Promise<FeedItem[]> {
  const traceIds = [...new Set(events.map(({ event }) => event.traceparent.slice(3, 35)))]
  const proposals =
    traceIds.length === 0
      ? []
      : await readProposals(tx, chainId, organisation, { traceIds, limit: 1000 })
  const byTrace = new Map<string, ProposalView>()
  for (const proposal of proposals)
    if (!byTrace.has(proposal.traceId)) byTrace.set(proposal.traceId, proposal)
  return events.map((logged) => {
    const traceId = logged.event.traceparent.slice(3, 35)
    const proposal = byTrace.get(traceId)
    return {
      traceId,
      event: viewEvent(logged, organisation),
      ...(proposal !== undefined && {
        outcome: {
          action: proposal.action,
          autonomy: proposal.autonomy,
          ...(proposal.approval !== undefined && { approvalState: proposal.approval.state }),
          ...(proposal.command !== undefined && { commandState: proposal.command.state }),
        },
      }),
    }
  })
}
