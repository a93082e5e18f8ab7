/** Every few seconds: approvals nobody gave and commands nobody carried out come to an end. */
import { sql } from 'kysely'
import type { Logger } from '../base/log.ts'
import { type Database, inChain, type Tx } from '../base/postgres.ts'
import { expireApprovals } from './decisions/approvals.ts'
import type { GovernDeps } from './decisions/govern.ts'
import { forgetOrder } from './dispatch/orders.ts'

const everyMs = 2_000
/** An agent that executed in time may still report so; after this its silence counts. */
const graceSeconds = 120

/** Several hubs may run it: rows are taken with `skip locked`. */
export function startExpiry(
  db: Database,
  deps: GovernDeps,
  chainId: string,
  log: Logger,
): { close(): Promise<void> } {
  const stopping = new AbortController()
  const running = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await inChain(db, chainId, async (tx) => {
          await expireApprovals(tx, deps, chainId)
          await expireCommands(tx, deps, chainId)
        })
      } catch (error) {
        log.warn({ err: error }, 'expiry failed; it is tried again')
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs)
        stopping.signal.addEventListener(
          'abort',
          () => {
            clearTimeout(timer)
            resolve()
          },
          { once: true },
        )
      })
    }
  })()
  return {
    async close() {
      stopping.abort()
      await running
    },
  }
}

async function expireCommands(tx: Tx, deps: GovernDeps, chainId: string): Promise<void> {
  const { rows } = await sql<{
    command_id: string
    proposal_id: string
    store_id: string
    trace_id: string
  }>`
    update command set state = 'expired', changed_at = now(), fault = 'command_expired'
    where chain_id = ${chainId} and command_id in (
      select command_id from command where chain_id = ${chainId}
        and ((state = 'queued' and expires_at <= now())
          or (state = 'delivered' and expires_at <= now() - make_interval(secs => ${graceSeconds})))
      limit 100 for update skip locked)
    returning command_id, proposal_id, store_id, trace_id`.execute(tx)
  for (const row of rows) {
    await forgetOrder(tx, chainId, row.proposal_id)
    await deps.ledger.record(tx, [
      {
        chainId,
        regionId: deps.regionId,
        at: new Date().toISOString(),
        kind: 'command.expired',
        traceId: row.trace_id,
        storeId: row.store_id,
        actor: { type: 'hub', id: 'hub' },
        subjectId: row.command_id,
        body: { proposalId: row.proposal_id },
      },
    ])
    deps.changes.announce(tx, {
      kind: 'thread',
      chainId,
      traceId: row.trace_id,
      storeId: row.store_id,
    })
  }
}
