/** Ledger entries as rows, and back. */
import { sql } from 'kysely'
import { Fault } from '../base/fault.ts'
import type { Tx } from '../base/postgres.ts'
import { emptyHead, type Head } from './chain.ts'
import type { LedgerEntry, NewEntry } from './entry.ts'
import type { Checkpoint, EntryFilter } from './ledger.ts'

interface Row {
  chainId: string
  sequence: number
  regionId: string
  at: string
  kind: LedgerEntry['kind']
  traceId: string | null
  storeId: string | null
  actorType: LedgerEntry['actor']['type']
  actorId: string
  subjectId: string
  body: LedgerEntry['body']
  previousHash: string
  hash: string
}

function entryOf({ traceId, storeId, actorType, actorId, ...row }: Row): LedgerEntry {
  return {
    ...row,
    ...(traceId !== null && { traceId }),
    ...(storeId !== null && { storeId }),
    actor: { type: actorType, id: actorId },
  }
}

export async function insertPending(tx: Tx, entries: readonly NewEntry[]): Promise<void> {
  const texts = entries.map((entry) => JSON.stringify(entry))
  // A character zero would stop the whole transaction with an error that names nothing.
  if (texts.some((text) => text.includes('\\u0000')))
    throw new Fault('request_malformed', { field: 'body', expected: 'no character zero' })
  await sql`insert into ledger_pending (chain_id, store_id, entry)
    select e ->> 'chainId', e ->> 'storeId', e
    from unnest(${texts}::jsonb[]) with ordinality as t (e, n) order by n`.execute(tx)
}

/** Removes the oldest waiting entries of the chain and returns them in their order. */
export async function takePending(tx: Tx, chainId: string, limit: number): Promise<NewEntry[]> {
  const { rows } = await sql<{ pendingId: number; entry: NewEntry }>`
    delete from ledger_pending where pending_id in (
      select pending_id from ledger_pending where chain_id = ${chainId}
      order by pending_id limit ${limit})
    returning pending_id as "pendingId", entry`.execute(tx)
  return rows.sort((one, other) => one.pendingId - other.pendingId).map(({ entry }) => entry)
}

export async function insertEntries(tx: Tx, entries: readonly LedgerEntry[]): Promise<void> {
  const rows = entries.map(({ actor, ...entry }) => ({
    chain_id: entry.chainId,
    sequence: entry.sequence,
    region_id: entry.regionId,
    at: entry.at,
    kind: entry.kind,
    trace_id: entry.traceId,
    store_id: entry.storeId,
    actor_type: actor.type,
    actor_id: actor.id,
    subject_id: entry.subjectId,
    body: entry.body,
    previous_hash: entry.previousHash,
    hash: entry.hash,
  }))
  await sql`insert into ledger_entry
    select * from jsonb_populate_recordset(null::ledger_entry, ${JSON.stringify(rows)}::jsonb)`.execute(
    tx,
  )
}

const columns = sql`chain_id as "chainId", sequence, region_id as "regionId", at, kind,
  trace_id as "traceId", store_id as "storeId", actor_type as "actorType", actor_id as "actorId",
  subject_id as "subjectId", body, previous_hash as "previousHash", hash`

export async function selectEntries(
  tx: Tx,
  chainId: string,
  filter: EntryFilter,
): Promise<LedgerEntry[]> {
  const { after = 0, traceId = null, kind = null, subjectId = null, storeId = null } = filter
  const order = filter.newestFirst ? sql`desc` : sql`asc`
  const { rows } = await sql<Row>`select ${columns} from ledger_entry
    where chain_id = ${chainId} and sequence > ${after}
      and (${traceId}::text is null or trace_id = ${traceId})
      and (${kind}::text is null or kind = ${kind})
      and (${subjectId}::text is null or subject_id = ${subjectId})
      and (${storeId}::text is null or store_id = ${storeId})
    order by sequence ${order} limit ${Math.min(filter.limit ?? 100, 1000)}`.execute(tx)
  return rows.map(entryOf)
}

export async function selectHead(tx: Tx, chainId: string): Promise<Head & { regionId?: string }> {
  const { rows } = await sql<Head & { regionId: string }>`
    select sequence, hash, region_id as "regionId" from ledger_entry
    where chain_id = ${chainId} order by sequence desc limit 1`.execute(tx)
  return rows[0] ?? emptyHead
}

export async function selectCheckpoints(
  tx: Tx,
  chainId: string,
  limit: number,
): Promise<Checkpoint[]> {
  const { rows } = await sql<Checkpoint>`
    select size, note, made_at as "madeAt" from ledger_checkpoint
    where chain_id = ${chainId} order by size desc limit ${limit}`.execute(tx)
  return rows
}
