/** A register waits: gather, propose, decide and answer in one transaction and one call. */
import { sql } from 'kysely'
import type { Command } from '../../actions/command.ts'
import { Fault } from '../../base/fault.ts'
import { type Database, inChain, type Tx } from '../../base/postgres.ts'
import type { Autonomy } from '../../governance/autonomy.ts'
import type { DecisionResponse, LocalReturnFacts } from '../../link/protocol.ts'
import type { EventOf } from '../../retail/event.ts'
import type { ReturnVerdict } from '../../retail/governed.ts'
import type { ReturnContext } from '../../workflows/guard-returns/decide.ts'
import { guardReturns } from '../../workflows/guard-returns/workflow.ts'
import type { FactSource } from '../projections/facts.ts'
import { type GovernDeps, govern } from './govern.ts'

const verdicts: Record<Autonomy, ReturnVerdict> = {
  automatic: 'accepted',
  approval: 'held',
  digest: 'held',
  denied: 'refused',
}

/** Asked again for the same event, it answers as before. */
export async function answerReturn(
  db: Database,
  deps: GovernDeps,
  factsOf: FactSource,
  event: EventOf<'return.requested'>,
  local: LocalReturnFacts,
): Promise<DecisionResponse> {
  return await inChain(db, event.chainId, async (tx) => {
    const context = enrich(await guardReturns.gather(event, factsOf(tx)), local)
    const drafts = guardReturns.propose(event, context)
    const [first, ...rest] = await govern(tx, deps, guardReturns, event, drafts, context)
    // Decided before: the table lets no second decision in, so it is the first that answers.
    if (first === undefined) return await answeredBefore(tx, event)
    return {
      returnId: event.data.returnId,
      verdict: verdicts[first.autonomy],
      why: first.draft.reason,
      proposalId: first.proposalId,
      policyHash: first.policyHash,
      commands: [first, ...rest].flatMap(({ command }) => command ?? []),
    }
  })
}

/** The store may know of a sale or a return whose event is still on its way here. */
function enrich(context: ReturnContext, local: LocalReturnFacts): ReturnContext {
  return {
    ...context,
    ...(context.sale === undefined &&
      local.sale !== undefined && { sale: { occurredAtMs: Date.parse(local.sale.occurredAt) } }),
    alreadyReturnedLinesCount: Math.max(
      context.alreadyReturnedLinesCount,
      local.alreadyReturnedLinesCount,
    ),
    customerReturnsCount: Math.max(context.customerReturnsCount, local.customerReturnsCount),
    employeeReturnsCount: Math.max(context.employeeReturnsCount, local.employeeReturnsCount),
  }
}

async function answeredBefore(
  tx: Tx,
  event: EventOf<'return.requested'>,
): Promise<DecisionResponse> {
  const { rows } = await sql<{
    proposal_id: string
    autonomy: Autonomy
    reason: string
    policy_hash: string
    approval_state: string | null
  }>`
    select proposal_id, autonomy, p.reason, policy_hash, a.state as approval_state
    from proposal p left join approval a using (chain_id, proposal_id)
    where p.chain_id = ${event.chainId} and workflow = ${guardReturns.name}
      and event_id = ${event.id} and ordinal = 0`.execute(tx)
  const row = rows[0]
  if (row === undefined) throw new Fault('conflict', { field: 'event', id: event.id })
  const byPerson = {
    approved: 'accepted',
    refused: 'refused',
    expired: 'refused',
    open: 'held',
  } as const
  const verdict =
    row.approval_state === null
      ? verdicts[row.autonomy]
      : byPerson[row.approval_state as keyof typeof byPerson]
  return {
    returnId: event.data.returnId,
    verdict,
    why: row.reason,
    proposalId: row.proposal_id,
    policyHash: row.policy_hash,
    commands: [] as Command[],
  }
}
