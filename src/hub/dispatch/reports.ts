/** What agents report of governed work: outcomes of commands, and answers they gave on their own. */
import { sql } from 'kysely'
import type { Tx } from '../../base/postgres.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { type AnyEvent, type EventOf, traceIdOf } from '../../retail/event.ts'
import type { Handler } from '../../stream/log.ts'
import type { Changes } from '../changes.ts'
import { forgetOrder } from './orders.ts'

export const reportsGroup = 'reports'
export const reportedTypes = ['command.reported', 'return.answered'] as const

export interface ReportDeps {
  readonly regionId: string
  readonly ledger: Ledger
  readonly changes: Changes
  /** Puts a return that an agent alone held before whoever may decide it. */
  readonly takeHeldReturn: (tx: Tx, answer: EventOf<'return.answered'>) => Promise<void>
}

export function createReportHandler(deps: ReportDeps): Handler {
  return async ({ tx, events }) => {
    for (const { event } of events) {
      if (event.type === 'command.reported') await takeOutcome(tx, deps, event)
      else if (event.type === 'return.answered') await takeAnswer(tx, deps, event)
    }
  }
}

const kinds = {
  executed: 'command.executed',
  verified: 'command.verified',
  failed: 'command.failed',
  expired: 'command.expired',
} as const

/** A later state is never overwritten by an earlier one that arrives after it. */
async function takeOutcome(
  tx: Tx,
  deps: ReportDeps,
  event: EventOf<'command.reported'>,
): Promise<void> {
  const { commandId, state, reference, fault, says, attemptsCount } = event.data
  const { rows } = await sql<{ proposal_id: string; trace_id: string }>`
    update command set state = ${state}, changed_at = now(), attempts = ${attemptsCount},
      reference = coalesce(${reference ?? null}, reference), says = coalesce(${says ?? null}, says),
      fault = ${fault ?? null}
    where chain_id = ${event.chainId} and command_id = ${commandId} and store_id = ${event.storeId}
      and (state in ('queued', 'delivered') or (state = 'executed' and ${state} in ('verified', 'failed'))
        or (state = 'expired' and ${state} in ('executed', 'verified')))
    returning proposal_id, trace_id`.execute(tx)
  const command = rows[0]
  if (command === undefined) return
  if (state === 'failed' || state === 'expired')
    await forgetOrder(tx, event.chainId, command.proposal_id)
  await deps.ledger.record(tx, [
    {
      chainId: event.chainId,
      regionId: deps.regionId,
      at: new Date().toISOString(),
      kind: kinds[state],
      traceId: command.trace_id,
      storeId: event.storeId,
      actor: { type: 'agent', id: await agentOf(tx, event) },
      subjectId: commandId,
      body: {
        reportedAt: event.occurredAt,
        attemptsCount,
        ...(reference !== undefined && { reference }),
        ...(fault !== undefined && { fault }),
        ...(says !== undefined && { says }),
      },
    },
  ])
  deps.changes.announce(tx, {
    kind: 'thread',
    chainId: event.chainId,
    traceId: command.trace_id,
    storeId: event.storeId,
  })
}

/** Answers given by the hub have their decision's entry; those an agent gave alone get one here. */
async function takeAnswer(
  tx: Tx,
  deps: ReportDeps,
  event: EventOf<'return.answered'> & AnyEvent,
): Promise<void> {
  const { returnId, verdict, decidedBy, proposalId, policyHash, why } = event.data
  await deps.ledger.record(tx, [
    {
      chainId: event.chainId,
      regionId: deps.regionId,
      at: new Date().toISOString(),
      kind: 'answer.given',
      traceId: traceIdOf(event),
      storeId: event.storeId,
      actor: { type: 'agent', id: await agentOf(tx, event) },
      subjectId: returnId,
      body: {
        verdict,
        decidedBy,
        answeredAt: event.occurredAt,
        ...(proposalId !== undefined && { proposalId }),
        ...(policyHash !== undefined && { policyHash }),
        why,
      },
    },
  ])
  if (decidedBy === 'agent' && verdict === 'held') await deps.takeHeldReturn(tx, event)
  deps.changes.announce(tx, {
    kind: 'thread',
    chainId: event.chainId,
    traceId: traceIdOf(event),
    storeId: event.storeId,
  })
}

/** Whose word it is: the agent that serves the store. */
async function agentOf(tx: Tx, { chainId, storeId }: AnyEvent): Promise<string> {
  const { rows } = await sql<{ agent_id: string }>`
    select agent_id from agent where chain_id = ${chainId} and ${storeId} = any(store_ids)
    limit 1`.execute(tx)
  return rows[0]?.agent_id ?? storeId
}
