/** Gives committed entries their place in the chain: one process at a time, in batches. */
import type { KeyObject } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { type Database, inChain, type Tx } from '../base/postgres.ts'
import { type Listener, listen } from '../base/postgres-listen.ts'
import { type Clock, instantFromMs, msOf } from '../base/time.ts'
import { chainUp, type Head } from './chain.ts'
import { originOf, signCheckpoint } from './checkpoint.ts'
import { insertEntries, selectCheckpoints, selectHead, takePending } from './postgres-rows.ts'

export interface Sequencing {
  readonly db: Database
  readonly url: string
  readonly clock: Clock
  /** Ed25519, private. Without it no checkpoint is made. */
  readonly signingKey?: KeyObject
  readonly checkpointEveryEntries: number
  readonly checkpointEveryMs: number
  readonly onFault: (error: unknown) => void
}

const batchMax = 1000
const gatherMs = 50
const lookEveryMs = 1_000

export const ledgerChannel = 'tillway_ledger'

/**
 * Moves one batch, and signs a checkpoint when one is due. @returns whether more may wait; `false`
 * too when another process is at it
 */
export function sequence(
  parts: Sequencing,
  chainId: string,
  options: { readonly waits: boolean },
): Promise<boolean> {
  return inChain(parts.db, chainId, async (tx) => {
    if (!(await lock(tx, chainId, options.waits))) return false
    const pending = await takePending(tx, chainId, batchMax)
    const head = await selectHead(tx, chainId)
    const placed = chainUp(head, pending)
    if (placed.length > 0) await insertEntries(tx, placed)
    const last = placed.at(-1) ?? head
    const isMore = pending.length === batchMax
    if (last.regionId !== undefined)
      await signIfDue(
        tx,
        parts,
        chainId,
        { ...last, regionId: last.regionId },
        options.waits && !isMore,
      )
    return isMore
  })
}

/** Held until the transaction ends. */
async function lock(tx: Tx, chainId: string, waits: boolean): Promise<boolean> {
  if (waits) {
    await sql`select pg_advisory_xact_lock(7462005, hashtext(${chainId}))`.execute(tx)
    return true
  }
  const { rows } = await sql<{ isMine: boolean }>`
    select pg_try_advisory_xact_lock(7462005, hashtext(${chainId})) as "isMine"`.execute(tx)
  return rows[0]?.isMine ?? false
}

async function signIfDue(
  tx: Tx,
  parts: Sequencing,
  chainId: string,
  head: Head & { regionId: string },
  isAsked: boolean,
): Promise<void> {
  if (parts.signingKey === undefined || head.sequence === 0) return
  const [last] = await selectCheckpoints(tx, chainId, 1)
  if (last?.size === head.sequence) return
  const nowMs = parts.clock.nowMs()
  const isDue =
    last === undefined ||
    head.sequence - last.size >= parts.checkpointEveryEntries ||
    Math.abs(nowMs - msOf(last.madeAt)) >= parts.checkpointEveryMs
  if (!isDue && !isAsked) return
  const origin = originOf(chainId, head.regionId)
  const note = signCheckpoint(
    { origin, sequence: head.sequence, hash: head.hash },
    parts.signingKey,
  )
  await sql`insert into ledger_checkpoint (chain_id, size, note, made_at)
    values (${chainId}, ${head.sequence}, ${note}, ${instantFromMs(nowMs)})`.execute(tx)
}

export interface Sequencer {
  close(): Promise<void>
}

export async function startSequencer(parts: Sequencing): Promise<Sequencer> {
  const stopping = new AbortController()
  let wakeUp: () => void = () => {}
  let hasNews = true
  const listener: Listener = await listen(parts.url, [ledgerChannel], () => {
    hasNews = true
    wakeUp()
  })

  async function keepGoing(): Promise<void> {
    while (!stopping.signal.aborted) {
      hasNews = false
      await sequenceAll(parts).catch(parts.onFault)
      // Gathers what comes meanwhile, so that a busy chain is written in few large batches.
      await sleep(gatherMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (hasNews || stopping.signal.aborted) continue
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, lookEveryMs)
        wakeUp = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  const going = keepGoing()
  return {
    async close() {
      stopping.abort()
      wakeUp()
      await going
      await listener.close()
    },
  }
}

async function sequenceAll(parts: Sequencing): Promise<void> {
  const { rows } = await sql<{ chainId: string }>`
    select chain_id as "chainId" from ledger_chains_waiting() as chain_id`.execute(parts.db)
  for (const { chainId } of rows) while (await sequence(parts, chainId, { waits: false }));
}
