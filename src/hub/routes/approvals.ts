/** What waits for this person, and their word on it. */

import { sql } from 'kysely'
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { idSchema } from '../../base/ids.ts'
import { inChain, type Tx } from '../../base/postgres.ts'
import { decideApproval } from '../decisions/approvals.ts'
import { readProposals } from '../feed/views.ts'
import { defineRoute } from '../http/route.ts'
import { ApprovalDecision, ApprovalItem, type ProposalView } from '../views.ts'

const open = defineRoute({
  method: 'GET',
  path: '/v1/approvals',
  summary: 'What this person may decide now, oldest first',
  tag: 'people',
  by: 'person',
  query: z.object({ state: z.literal('open').default('open') }),
  answers: z.object({ items: z.array(ApprovalItem) }),
  async handle({ context, principal, gate }) {
    const stores = [...gate.storesWith(principal, 'stores.read')]
    const mayDecide = ({ storeId, approval }: ProposalView): boolean =>
      gate.authorize(
        principal,
        'approvals.decide',
        { type: 'Store', id: storeId },
        { approverRole: approval?.approverRole ?? '' },
      ).isAllowed
    const proposals = await Promise.all(
      [...context.cells.values()].map(({ db }) =>
        inChain(db, principal.chainId, (tx) =>
          readProposals(tx, principal.chainId, context.organisation, { openInStores: stores }),
        ),
      ),
    )
    return { items: proposals.flat().filter(mayDecide).flatMap(itemOf).sort(byAge) }
  },
})

const byAge = (a: ApprovalItem, b: ApprovalItem): number =>
  a.approval.requestedAt.localeCompare(b.approval.requestedAt)

function itemOf(proposal: ProposalView): ApprovalItem[] {
  return proposal.approval === undefined ? [] : [{ approval: proposal.approval, proposal }]
}

const decide = defineRoute({
  method: 'POST',
  path: '/v1/approvals/{approvalId}/decision',
  summary: 'Approve or refuse, with a reason',
  tag: 'people',
  by: 'person',
  params: z.object({ approvalId: idSchema('approval') }),
  body: ApprovalDecision,
  answers: ApprovalItem,
  async handle({ context, principal, gate, params: { approvalId }, body }) {
    const { chainId } = principal
    for (const { db, govern } of context.cells.values()) {
      const proposalId = await inChain(db, chainId, (tx) => proposalOf(tx, chainId, approvalId))
      if (proposalId === undefined) continue
      return await inChain(db, chainId, async (tx) => {
        await decideApproval(tx, { ...govern, gate }, principal, approvalId, body)
        const proposals = await readProposals(tx, chainId, context.organisation, {
          proposalIds: [proposalId],
        })
        const item = proposals.flatMap(itemOf)[0]
        if (item === undefined) throw new Fault('not_found', { field: 'approvalId' })
        return item
      })
    }
    throw new Fault('not_found', { field: 'approvalId', approvalId })
  },
})

async function proposalOf(
  tx: Tx,
  chainId: string,
  approvalId: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ proposal_id: string }>`select proposal_id from approval
    where chain_id = ${chainId} and approval_id = ${approvalId}`.execute(tx)
  return rows[0]?.proposal_id
}

export const approvalRoutes = [open, decide]
