/** Makes the commands that policy, or a person whom policy named, has allowed. */
import { sql } from 'kysely'
import type { Action } from '../../actions/action.ts'
import type { Command } from '../../actions/command.ts'
import { newId } from '../../base/ids.ts'
import { sendAhead, type Tx } from '../../base/postgres.ts'
import type { NewEntry } from '../../ledger/entry.ts'
import { traceIdOf } from '../../retail/event.ts'
import type { GovernDeps } from '../decisions/govern.ts'
import type { Origin } from '../decisions/judge.ts'
import { exportDocument } from './documents.ts'

export interface Order {
  readonly proposalId: string
  readonly origin: Origin
  readonly action: Action
  readonly input: Record<string, unknown>
}

/** One proposal gives one command at most; the table holds to that. @returns one for each order */
export async function issueCommands(
  tx: Tx,
  deps: GovernDeps,
  orders: readonly Order[],
): Promise<Command[]> {
  if (orders.length === 0) return []
  const commands = orders.map((order) => commandOf(deps, order))
  const isInline = ({ action }: Order) => deps.isAnswering === true && action.target === 'register'
  await sendAhead(tx, insertOf(commands, orders.map(isInline)))
  await deps.ledger.record(tx, commands.map(entryOf))
  for (const [index, order] of orders.entries()) {
    const command = commands[index] as Command
    const support = await deps.capabilities.supportOf(tx, order.origin, order.action)
    if (support.by === 'document') await exportDocument(tx, deps, command, support.says)
    else if (!isInline(order))
      deps.changes.announce(tx, { kind: 'command', storeId: command.storeId })
  }
  return commands
}

function commandOf(
  { regionId }: GovernDeps,
  { proposalId, origin, action, input }: Order,
): Command {
  const issuedAt = new Date()
  return {
    commandId: newId('command'),
    proposalId,
    chainId: origin.chainId,
    regionId,
    storeId: origin.storeId,
    action: action.name,
    input,
    traceparent: origin.traceparent,
    causationId: origin.id,
    issuedAt: issuedAt.toISOString(),
    expiresAt: new Date(issuedAt.getTime() + action.expiresAfterSeconds * 1000).toISOString(),
  }
}

function insertOf(commands: readonly Command[], isInline: readonly boolean[]) {
  const rows = commands.map((command, index) => ({
    chain_id: command.chainId,
    command_id: command.commandId,
    store_id: command.storeId,
    proposal_id: command.proposalId,
    action: command.action,
    input: command.input,
    traceparent: command.traceparent,
    trace_id: traceIdOf(command),
    causation_id: command.causationId,
    issued_at: command.issuedAt,
    expires_at: command.expiresAt,
    is_inline: isInline[index],
  }))
  return sql`
    insert into command (chain_id, command_id, store_id, proposal_id, action, input, state,
      traceparent, trace_id, causation_id, issued_at, changed_at, expires_at, is_inline)
    select chain_id, command_id, store_id, proposal_id, action, input, 'queued',
      traceparent, trace_id, causation_id, issued_at, issued_at, expires_at, is_inline
    from jsonb_populate_recordset(null::command, ${JSON.stringify(rows)}::jsonb)`
}

function entryOf(command: Command): NewEntry {
  const { proposalId, action, expiresAt } = command
  return {
    chainId: command.chainId,
    regionId: command.regionId,
    at: command.issuedAt,
    kind: 'command.issued',
    traceId: traceIdOf(command),
    storeId: command.storeId,
    actor: { type: 'hub', id: 'hub' },
    subjectId: command.commandId,
    body: { proposalId, action, expiresAt },
  }
}
