/** Where a point of sale has no such thing, the hub exports a document instead, and says so. */
import { sql } from 'kysely'
import type { Command } from '../../actions/command.ts'
import { newId } from '../../base/ids.ts'
import type { Tx } from '../../base/postgres.ts'
import { traceIdOf } from '../../retail/event.ts'
import type { GovernDeps } from '../decisions/govern.ts'

export async function exportDocument(
  tx: Tx,
  deps: GovernDeps,
  command: Command,
  why: string,
): Promise<string> {
  const documentId = newId('document')
  const title = `${command.action} ${String(command.input.number ?? command.commandId)}`
  await sql`
    insert into document (chain_id, document_id, store_id, command_id, kind, title, body)
    values (${command.chainId}, ${documentId}, ${command.storeId}, ${command.commandId},
      ${command.action}, ${title}, ${JSON.stringify(command.input)})`.execute(tx)
  await sql`
    update command set state = 'executed', changed_at = now(), document_id = ${documentId},
      reference = ${documentId}, says = ${`Exported as a document. ${why}`}
    where chain_id = ${command.chainId} and command_id = ${command.commandId}`.execute(tx)
  await deps.ledger.record(tx, [
    {
      chainId: command.chainId,
      regionId: deps.regionId,
      at: new Date().toISOString(),
      kind: 'command.executed',
      traceId: traceIdOf(command),
      storeId: command.storeId,
      actor: { type: 'hub', id: 'hub' },
      subjectId: command.commandId,
      body: { by: 'document', documentId, why },
    },
  ])
  return documentId
}
