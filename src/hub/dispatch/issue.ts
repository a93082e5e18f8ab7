/** Makes the command that policy, or a person whom policy named, has allowed. */
import { sql } from 'kysely'
import type { Action } from '../../actions/action.ts'
import type { Command } from '../../actions/command.ts'
import { newId } from '../../base/ids.ts'
import type { Tx } from '../../base/postgres.ts'
import { traceIdOf } from '../../retail/event.ts'
import type { GovernDeps, Origin } from '../decisions/govern.ts'
import { exportDocument } from './documents.ts'

export interface Order {
  readonly proposalId: string
  readonly origin: Origin
  readonly action: Action
  readonly input: Record<string, unknown>
}

/** One proposal gives one command at most; the table holds to that. */
export async function issueCommand(tx: Tx, deps: GovernDeps, order: Order): Promise<Command> {
  const { proposalId, origin, action, input } = order
  const issuedAt = new Date()
  const command: Command = {
    commandId: newId('command'),
    proposalId,
    chainId: origin.chainId,
    regionId: deps.regionId,
    storeId: origin.storeId,
    action: action.name,
    input,
    traceparent: origin.traceparent,
    causationId: origin.id,
    issuedAt: issuedAt.toISOString(),
    expiresAt: new Date(issuedAt.getTime() + action.expiresAfterSeconds * 1000).toISOString(),
  }
  const isInline = deps.isAnswering === true && action.target === 'register'
  await sql`
    insert into command (chain_id, command_id, store_id, proposal_id, action, input, state,
      traceparent, trace_id, causation_id, issued_at, changed_at, expires_at, is_inline)
    values (${command.chainId}, ${command.commandId}, ${command.storeId}, ${proposalId},
      ${command.action}, ${JSON.stringify(input)}, 'queued', ${command.traceparent},
      ${traceIdOf(origin)}, ${origin.id}, ${command.issuedAt}, ${command.issuedAt},
      ${command.expiresAt}, ${isInline})`.execute(tx)
  await deps.ledger.record(tx, [
    {
      chainId: command.chainId,
      regionId: deps.regionId,
      at: command.issuedAt,
      kind: 'command.issued',
      traceId: traceIdOf(origin),
      storeId: command.storeId,
      actor: { type: 'hub', id: 'hub' },
      subjectId: command.commandId,
      body: { proposalId, action: action.name, expiresAt: command.expiresAt },
    },
  ])
  const support = await deps.capabilities.supportOf(tx, origin, action)
  if (support.by === 'document') await exportDocument(tx, deps, command, support.says)
  else if (!isInline) deps.changes.announce(tx, { kind: 'command', storeId: command.storeId })
  return command
}
