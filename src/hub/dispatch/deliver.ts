/** Hands commands to agents that wait for them, and takes note when they are safe there. */
import { sql } from 'kysely'
import type { Command } from '../../actions/command.ts'
import { type Database, inChain, type Tx } from '../../base/postgres.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { type CommandPoll, limits } from '../../link/protocol.ts'
import { traceIdOf } from '../../retail/event.ts'
import type { Changes } from '../changes.ts'
import type { AgentPrincipal } from '../identity/principal.ts'

export interface DeliveryDeps {
  readonly db: Database
  readonly ledger: Ledger
  readonly changes: Changes
  readonly regionId: string
}

/** Waits until there are commands for the agent's stores, `waitMs` have passed, or `signal` aborts. */
export async function pollCommands(
  deps: DeliveryDeps,
  agent: AgentPrincipal,
  { received, waitMs }: CommandPoll,
  signal: AbortSignal,
): Promise<Command[]> {
  if (received.length > 0)
    await inChain(deps.db, agent.chainId, (tx) => noteReceived(tx, deps, agent, received))
  const stores = new Set(agent.storeIds)
  const deadlineMs = Date.now() + waitMs
  for (;;) {
    // Subscribed before looking, so that nothing slips between.
    const woken = wake(deps.changes, stores, deadlineMs - Date.now(), signal)
    const commands = await inChain(deps.db, agent.chainId, (tx) => waiting(tx, agent))
    if (commands.length > 0 || Date.now() >= deadlineMs || signal.aborted) {
      woken.cancel()
      return commands
    }
    await woken.promise
    if (signal.aborted) return []
  }
}

/** @param stores undefined: those of all agents */
export function wake(
  changes: Changes,
  stores: ReadonlySet<string> | undefined,
  waitMs: number,
  signal: AbortSignal,
) {
  let cancel = (): void => undefined
  const promise = new Promise<void>((resolve) => {
    const timer = setTimeout(done, Math.max(waitMs, 0))
    const unsubscribe = changes.subscribe((change) => {
      if (
        change === undefined ||
        (change.kind === 'command' && (stores?.has(change.storeId) ?? true))
      )
        done()
    })
    signal.addEventListener('abort', done, { once: true })
    function done(): void {
      clearTimeout(timer)
      unsubscribe()
      signal.removeEventListener('abort', done)
      resolve()
    }
    cancel = done
  })
  return { promise, cancel }
}

/** So long the outcome of a command that went along with an answer is waited for. */
const inlineSeconds = 3

export interface CommandRow {
  readonly command_id: string
  readonly proposal_id: string
  readonly chain_id: string
  readonly store_id: string
  readonly action: string
  readonly input: Record<string, unknown>
  readonly traceparent: string
  readonly causation_id: string
  readonly issued_at: string
  readonly expires_at: string
}

async function waiting(tx: Tx, agent: AgentPrincipal): Promise<Command[]> {
  const { rows } = await sql<CommandRow>`
    select * from command
    where chain_id = ${agent.chainId} and ${isWaiting}
      and store_id = any(${[...agent.storeIds]}::text[])
    order by issued_at limit ${limits.commandsPerPollMax}`.execute(tx)
  return rows.map((row) => commandOf(row, agent.regionId))
}

/** Of a row of `command`: an agent is to carry it out and has not said that it arrived. */
export const isWaiting = sql<boolean>`(state = 'queued' and expires_at > now()
  and (not is_inline or issued_at < now() - make_interval(secs => ${inlineSeconds})))`

export function commandOf(row: CommandRow, regionId: string): Command {
  return {
    commandId: row.command_id,
    proposalId: row.proposal_id,
    chainId: row.chain_id,
    regionId,
    storeId: row.store_id,
    action: row.action,
    input: row.input,
    traceparent: row.traceparent,
    causationId: row.causation_id,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
  }
}

export async function noteReceived(
  tx: Tx,
  { ledger, regionId, changes }: Omit<DeliveryDeps, 'db'>,
  agent: AgentPrincipal,
  commandIds: readonly string[],
): Promise<void> {
  const { rows } = await sql<{ command_id: string; store_id: string; traceparent: string }>`
    update command set state = 'delivered', changed_at = now()
    where chain_id = ${agent.chainId} and command_id = any(${[...commandIds]}::text[])
      and store_id = any(${[...agent.storeIds]}::text[]) and state = 'queued'
    returning command_id, store_id, traceparent`.execute(tx)
  if (rows.length === 0) return
  const at = new Date().toISOString()
  await ledger.record(
    tx,
    rows.map((row) => ({
      chainId: agent.chainId,
      regionId,
      at,
      kind: 'command.delivered' as const,
      traceId: traceIdOf(row),
      storeId: row.store_id,
      actor: { type: 'agent' as const, id: agent.agentId },
      subjectId: row.command_id,
      body: {},
    })),
  )
  for (const row of rows)
    changes.announce(tx, {
      kind: 'thread',
      chainId: agent.chainId,
      traceId: traceIdOf(row),
      storeId: row.store_id,
    })
}
