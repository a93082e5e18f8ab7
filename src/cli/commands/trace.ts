import { Command } from 'commander'
import type { Thread } from '../../hub/views.ts'
import { type HubApi, openHubApi } from '../hub-api.ts'
import { print, printJson, table } from '../output.ts'

export function traceCommand(): Command {
  return new Command('trace')
    .description(
      'Print the whole thread of one event: decision, approval, command, outcome, ledger.',
    )
    .argument('<id>', 'of a thread, an event, a proposal, an approval or a command')
    .option('--data-dir <folder>', 'of the running Tillway', '.tillway')
    .option('--json', 'as JSON', false)
    .action(async (id: string, options: { dataDir: string; json: boolean }) => {
      const thread = await readThread(openHubApi(options.dataDir), id)
      if (options.json) return printJson(thread)
      for (const line of linesOf(thread)) print(line)
    })
}

async function readThread(hub: HubApi, id: string): Promise<Thread> {
  const isTrace = /^[0-9a-f]{32}$/.test(id)
  const traceId = isTrace
    ? id
    : (await hub.get<{ traceId: string }>(`/v1/references/${encodeURIComponent(id)}`)).traceId
  return await hub.get<Thread>(`/v1/threads/${traceId}`)
}

function* linesOf(thread: Thread): Generator<string> {
  yield `Thread ${thread.traceId} in ${thread.regionId}`
  for (const event of thread.events) {
    yield ''
    yield `${event.occurredAt}  ${event.type}  ${event.storeName}`
    yield `  ${event.summary}`
    yield `  event ${event.eventId}, recorded ${event.recordedAt}`
  }
  for (const proposal of thread.proposals) {
    yield ''
    yield `${proposal.proposedAt}  ${proposal.actionTitle}: ${proposal.autonomy}`
    yield `  ${proposal.reason}`
    yield `  by ${proposal.workflow} version ${proposal.workflowVersion}${proposal.models.length > 0 ? ` with ${proposal.models.join(', ')}` : ''}, confidence ${proposal.confidence.toFixed(2)}`
    yield `  policies ${proposal.policyIds.join(', ') || 'none'} of ${proposal.policyHash.slice(0, 12)}`
    for (const { label, value } of proposal.evidence) yield `    ${value.padStart(8)}  ${label}`
    const { approval, command } = proposal
    if (approval !== undefined)
      yield `  approval ${approval.state}${approval.decidedBy ? ` by ${approval.decidedBy}: ${approval.reason}` : `, by ${approval.approverRole} until ${approval.expiresAt}`}`
    if (command !== undefined) {
      yield `  command ${command.commandId} ${command.state} at ${command.changedAt}`
      if (command.reference !== undefined)
        yield `    the point of sale calls it ${command.reference}`
      if (command.says !== undefined) yield `    ${command.says}`
      if (command.fault !== undefined) yield `    fault ${command.fault}`
    }
  }
  yield ''
  yield 'Ledger'
  yield table(
    thread.ledger.map(({ sequence, at, kind, actor, hash }) => [
      `  ${sequence}`,
      at,
      kind,
      actor,
      hash.slice(0, 12),
    ]),
  )
}
