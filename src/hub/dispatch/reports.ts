/** What agents report of governed work: outcomes of commands, and answers they gave on their own. */
import { sql } from 'kysely'
import type { Tx } from '../../base/postgres.ts'
import type { NewEntry } from '../../ledger/entry.ts'
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
  return async ({ tx, chainId, events }) => {
    const reported = events.map(({ event }) => event)
    const outcomes = reported.filter((event) => event.type === 'command.reported')
    const answers = reported.filter((event) => event.type === 'return.answered')
    const commands = await takeOutcomes(tx, chainId, outcomes)
    const agentOf = await agentsOf(tx, chainId, [...outcomes, ...answers])
    const entries = [
      ...outcomes.flatMap((event) => {
        const command = commands.get(event.id)
        return command === undefined ? [] : outcomeEntry(deps, event, command, agentOf(event))
      }),
      ...answers.map((event) => answerEntry(deps, event, agentOf(event))),
    ]
    await deps.ledger.record(tx, entries)
    for (const event of answers) {
      const { decidedBy, verdict } = event.data
      if (decidedBy === 'agent' && verdict === 'held') await deps.takeHeldReturn(tx, event)
    }
    for (const { storeId = '', traceId = '' } of entries)
      deps.changes.announce(tx, { kind: 'thread', chainId, traceId, storeId })
  }
}

const kinds = {
  executed: 'command.executed',
  verified: 'command.verified',
  failed: 'command.failed',
  expired: 'command.expired',
} as const

type Outcome = EventOf<'command.reported'>

interface ReportedCommand {
  readonly command_id: string
  readonly proposal_id: string
  readonly trace_id: string
}

/** By event, the commands that moved on; one statement for all, unless a command is told of twice. */
async function takeOutcomes(
  tx: Tx,
  chainId: string,
  outcomes: readonly Outcome[],
): Promise<Map<string, ReportedCommand>> {
  const moved = new Map<string, ReportedCommand>()
  for (const round of inRounds(outcomes)) {
    const rows = await saveOutcomes(tx, chainId, round)
    for (const event of round) {
      const command = rows.find(({ command_id }) => command_id === event.data.commandId)
      if (command === undefined) continue
      moved.set(event.id, command)
      const { state } = event.data
      if (state === 'failed' || state === 'expired')
        await forgetOrder(tx, chainId, command.proposal_id)
    }
  }
  return moved
}

/** The first report of each command, then the second of each, and so on. */
function inRounds(outcomes: readonly Outcome[]): Outcome[][] {
  const counts = new Map<string, number>()
  const rounds: Outcome[][] = []
  for (const event of outcomes) {
    const { commandId } = event.data
    const round = counts.get(commandId) ?? 0
    counts.set(commandId, round + 1)
    rounds[round] ??= []
    rounds[round].push(event)
  }
  return rounds
}

/** A later state is never overwritten by an earlier one that arrives after it. */
async function saveOutcomes(
  tx: Tx,
  chainId: string,
  round: readonly Outcome[],
): Promise<ReportedCommand[]> {
  const column = <Value>(of: (data: Outcome['data']) => Value) => round.map(({ data }) => of(data))
  const { rows } = await sql<ReportedCommand>`
    update command c set state = r.state, changed_at = now(), attempts = r.attempts,
      reference = coalesce(r.reference, c.reference), says = coalesce(r.says, c.says),
      fault = r.fault
    from unnest(${column(({ commandId }) => commandId)}::text[],
      ${round.map(({ storeId }) => storeId)}::text[], ${column(({ state }) => state)}::text[],
      ${column(({ attemptsCount }) => attemptsCount)}::int[],
      ${column(({ reference }) => reference ?? null)}::text[],
      ${column(({ says }) => says ?? null)}::text[], ${column(({ fault }) => fault ?? null)}::text[])
      as r (command_id, store_id, state, attempts, reference, says, fault)
    where c.chain_id = ${chainId} and c.command_id = r.command_id and c.store_id = r.store_id
      and (c.state in ('queued', 'delivered')
        or (c.state = 'executed' and r.state in ('verified', 'failed'))
        or (c.state = 'expired' and r.state in ('executed', 'verified')))
    returning c.command_id, c.proposal_id, c.trace_id`.execute(tx)
  return rows
}

function outcomeEntry(
  { regionId }: ReportDeps,
  { chainId, storeId, occurredAt, data }: Outcome,
  command: ReportedCommand,
  agentId: string,
): NewEntry {
  const { commandId, state, reference, fault, says, attemptsCount } = data
  return {
    chainId,
    regionId,
    at: new Date().toISOString(),
    kind: kinds[state],
    traceId: command.trace_id,
    storeId,
    actor: { type: 'agent', id: agentId },
    subjectId: commandId,
    body: {
      reportedAt: occurredAt,
      attemptsCount,
      ...(reference !== undefined && { reference }),
      ...(fault !== undefined && { fault }),
      ...(says !== undefined && { says }),
    },
  }
}

/** Answers given by the hub have their decision's entry; those an agent gave alone get one here. */
function answerEntry(
  { regionId }: ReportDeps,
  event: EventOf<'return.answered'>,
  agentId: string,
): NewEntry {
  const { returnId, verdict, decidedBy, proposalId, policyHash, why } = event.data
  return {
    chainId: event.chainId,
    regionId,
    at: new Date().toISOString(),
    kind: 'answer.given',
    traceId: traceIdOf(event),
    storeId: event.storeId,
    actor: { type: 'agent', id: agentId },
    subjectId: returnId,
    body: {
      verdict,
      decidedBy,
      answeredAt: event.occurredAt,
      ...(proposalId !== undefined && { proposalId }),
      ...(policyHash !== undefined && { policyHash }),
      why,
    },
  }
}

/** Whose word it is: the agent that serves the store. */
async function agentsOf(
  tx: Tx,
  chainId: string,
  events: readonly Pick<AnyEvent, 'storeId'>[],
): Promise<(event: Pick<AnyEvent, 'storeId'>) => string> {
  const storeIds = [...new Set(events.map(({ storeId }) => storeId))]
  const { rows } = await sql<{ agent_id: string; store_id: string }>`
    select agent_id, store_id from agent, unnest(store_ids) as store_id
    where chain_id = ${chainId} and store_ids && ${storeIds}::text[]`.execute(tx)
  const agents = new Map(rows.map(({ store_id, agent_id }) => [store_id, agent_id]))
  return ({ storeId }) => agents.get(storeId) ?? storeId
}
