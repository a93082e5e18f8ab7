/** Registers wait: gather, propose, decide and answer in one transaction for all who ask at once. */
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
import { createBatches } from './batches.ts'
import { type GovernDeps, type Governed, govern } from './govern.ts'

export interface ReturnQuestion {
  readonly event: EventOf<'return.requested'>
  readonly local: LocalReturnFacts
}

/**
 * Asked again for the same event, it answers as before. A question whose `signal` aborts before its
 * turn is not decided: its agent has decided alone, and tells so by the event log.
 * @throws Fault too_many_requests | not_ready | database_unreachable
 */
export type AnswerReturn = (
  question: ReturnQuestion,
  signal: AbortSignal,
) => Promise<DecisionResponse>

/** A second batch uses the time in which the first waits for the disk. */
const limits = { itemsMax: 32, underWayMax: 2, waitingMax: 2_000 } as const

/** @param chainId all that is asked is about this chain */
export function createQuestions(
  db: Database,
  chainId: string,
  deps: GovernDeps,
  factsOf: FactSource,
): AnswerReturn {
  const answering: GovernDeps = { ...deps, isAnswering: true }
  return createBatches(limits, (questions: readonly ReturnQuestion[]) =>
    inChain(db, chainId, (tx) => answerAll(tx, answering, factsOf, questions)),
  )
}

async function answerAll(
  tx: Tx,
  deps: GovernDeps,
  factsOf: FactSource,
  questions: readonly ReturnQuestion[],
): Promise<DecisionResponse[]> {
  const facts = factsOf(tx)
  const gathered = await Promise.all(
    questions.map(({ event }) => guardReturns.gather(event, facts)),
  )
  const matters = questions.map(({ event, local }, index) => {
    const context = enrich(gathered[index] as ReturnContext, local)
    return { origin: event, drafts: guardReturns.propose(event, context), context }
  })
  const governed = await govern(tx, deps, guardReturns, matters)
  // Decided before: the table lets no second decision in, so it is the first that answers.
  const known = questions.filter((_, index) => governed[index]?.length === 0)
  const before = known.length === 0 ? [] : await answeredBefore(tx, known)
  return questions.map((question, index) => {
    const decided = governed[index]?.[0]
    if (decided !== undefined) return answerOf(question, decided, governed[index] ?? [])
    const answer = before[known.indexOf(question)]
    if (answer === undefined) throw new Fault('conflict', { field: 'event', id: question.event.id })
    return answer
  })
}

const verdicts: Record<Autonomy, ReturnVerdict> = {
  automatic: 'accepted',
  approval: 'held',
  digest: 'held',
  denied: 'refused',
}

function answerOf(
  { event }: ReturnQuestion,
  { autonomy, draft, proposalId, policyHash }: Governed,
  all: readonly Governed[],
): DecisionResponse {
  return {
    returnId: event.data.returnId,
    verdict: verdicts[autonomy],
    why: draft.reason,
    proposalId,
    policyHash,
    commands: all.flatMap(({ command }) => command ?? []),
  }
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

interface DecidedRow {
  readonly event_id: string
  readonly proposal_id: string
  readonly autonomy: Autonomy
  readonly reason: string
  readonly policy_hash: string
  readonly approval_state: 'open' | 'approved' | 'refused' | 'expired' | null
}

const byPerson = {
  approved: 'accepted',
  refused: 'refused',
  expired: 'refused',
  open: 'held',
} as const

/** In the place of each question; nothing where there is no decision. */
async function answeredBefore(
  tx: Tx,
  questions: readonly ReturnQuestion[],
): Promise<(DecisionResponse | undefined)[]> {
  const chainId = questions[0]?.event.chainId
  const { rows } = await sql<DecidedRow>`
    select event_id, proposal_id, autonomy, p.reason, policy_hash, a.state as approval_state
    from proposal p left join approval a using (chain_id, proposal_id)
    where p.chain_id = ${chainId} and workflow = ${guardReturns.name} and ordinal = 0
      and event_id = any(${questions.map(({ event }) => event.id)}::uuid[])`.execute(tx)
  const found = new Map(rows.map((row) => [row.event_id, row]))
  return questions.map(({ event }) => {
    const row = found.get(event.id)
    if (row === undefined) return undefined
    return {
      returnId: event.data.returnId,
      verdict: row.approval_state === null ? verdicts[row.autonomy] : byPerson[row.approval_state],
      why: row.reason,
      proposalId: row.proposal_id,
      policyHash: row.policy_hash,
      commands: [] as Command[],
    }
  })
}
