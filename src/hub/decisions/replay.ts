/**
 * Runs past decisions again, with the workflows of today and, if given, other policies: what would
 * have been decided otherwise. Nothing is changed by it.
 */
import { sql } from 'kysely'
import { findAction } from '../../actions/index.ts'
import { canonicalJson } from '../../base/json.ts'
import { type Database, inChain } from '../../base/postgres.ts'
import type { Autonomy } from '../../governance/autonomy.ts'
import type { PolicyEngine } from '../../governance/policy.ts'
import type { EventLog } from '../../stream/log.ts'
import { findWorkflow } from '../../workflows/index.ts'
import type { ProposalDraft } from '../../workflows/workflow.ts'
import { createGate } from '../identity/gate.ts'
import type { Organisation } from '../organisation/organisation.ts'
import { ask } from './judge.ts'

export interface ReplayedDecision {
  readonly proposalId: string
  readonly storeId: string
  readonly workflow: string
  readonly action: string
  readonly was: Autonomy
  readonly wouldBe: Autonomy
  /** The workflow itself would propose something else than it did. */
  readonly isProposalChanged: boolean
}

export interface ReplayResult {
  readonly decisionsCount: number
  readonly changed: readonly ReplayedDecision[]
}

interface Row {
  readonly proposal_id: string
  readonly store_id: string
  readonly workflow: string
  readonly action: string
  readonly event_id: string
  readonly ordinal: number
  readonly input: Record<string, unknown>
  readonly context: unknown
  readonly autonomy: Autonomy
}

export async function replayDecisions(
  { db, log }: { db: Database; log: EventLog },
  organisation: Organisation,
  policies: PolicyEngine,
  limit: number,
): Promise<ReplayResult> {
  const { chainId } = organisation.chain
  const gate = createGate(policies, organisation)
  // What follows from a decision (ordinal 100 and up) is replayed with it, not on its own.
  const rows = await inChain(db, chainId, async (tx) => {
    const found = await sql<Row>`
      select proposal_id, store_id, workflow, action, event_id, ordinal, input, context, autonomy
      from proposal where chain_id = ${chainId} and ordinal < 100
      order by proposed_at desc limit ${limit}`.execute(tx)
    return found.rows
  })
  const changed: ReplayedDecision[] = []
  for (const row of rows) {
    const action = findAction(row.action)
    if (action === undefined) continue
    const draft = await draftAgain(log, chainId, row)
    const input = (draft?.input ?? row.input) as Record<string, unknown>
    const store = { chainId, storeId: row.store_id }
    const { autonomy } = ask(gate, { name: row.workflow }, action, store, input)
    const isProposalChanged =
      draft !== undefined && canonicalJson(draft.input) !== canonicalJson(row.input)
    if (autonomy !== row.autonomy || isProposalChanged)
      changed.push({
        proposalId: row.proposal_id,
        storeId: row.store_id,
        workflow: row.workflow,
        action: row.action,
        was: row.autonomy,
        wouldBe: autonomy,
        isProposalChanged,
      })
  }
  return { decisionsCount: rows.length, changed }
}

/** What today's code makes of the same event and context; nothing when the event is not kept any more. */
async function draftAgain(
  log: EventLog,
  chainId: string,
  row: Row,
): Promise<ProposalDraft | undefined> {
  const workflow = findWorkflow(row.workflow)
  const event = (await log.byId(chainId, row.event_id))?.event
  if (workflow === undefined || event === undefined) return undefined
  return workflow.propose(event as never, row.context as never)[row.ordinal]
}
