/** Appending: one lock and one statement, whatever the size of the batch. */
import { sql } from 'kysely'
import { Fault } from '../base/fault.ts'
import type { Tx } from '../base/postgres.ts'
import { type Clock, instantFromMs, msOf } from '../base/time.ts'
import { type AnyEvent, traceIdOf } from '../retail/event.ts'
import type { AppendResult, LoggedEvent, Place } from './log.ts'
import { partitionOf } from './partition.ts'

export const appendMax = 1000

interface Head {
  partition: number
  position: number
  recordedAt: string
}

/** @throws Fault request_malformed unless the batch is of one chain and of bounded size */
export function chainOf(events: readonly AnyEvent[]): string | undefined {
  if (events.length > appendMax)
    throw new Fault('request_malformed', { field: 'events', expected: `<= ${appendMax}` })
  const chainId = events[0]?.chainId
  if (events.some((event) => event.chainId !== chainId))
    throw new Fault('request_malformed', { field: 'chainId', expected: 'one chain per batch' })
  return chainId
}

/** Makes the heads of a chain's partitions; their number is fixed by the first who does. */
export async function ensureHeads(tx: Tx, chainId: string, count: number): Promise<number> {
  await sql`select pg_advisory_xact_lock(7462004, hashtext(${chainId}))`.execute(tx)
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from event_head where chain_id = ${chainId}`.execute(tx)
  const existing = rows[0]?.count ?? 0
  if (existing > 0) return existing
  await sql`insert into event_head (chain_id, partition)
    select ${chainId}, generate_series(0, ${count - 1}::int)`.execute(tx)
  return count
}

export async function appendIn(
  tx: Tx,
  events: readonly AnyEvent[],
  partitionsCount: number,
  clock: Clock,
): Promise<AppendResult> {
  const chainId = events[0]?.chainId ?? ''
  const partitionOfStore = new Map<string, number>()
  for (const { storeId } of events)
    if (!partitionOfStore.has(storeId))
      partitionOfStore.set(storeId, partitionOf(storeId, partitionsCount))

  const heads = await lockHeads(tx, chainId, new Set(partitionOfStore.values()))
  const recordedMs = Math.max(clock.nowMs(), ...heads.map(({ recordedAt }) => msOf(recordedAt)))
  const recordedAt = instantFromMs(recordedMs)

  const unique = [...new Map(events.map((event) => [event.id.toLowerCase(), event])).values()]
  const recorded = unique.map((event) => ({ ...event, recordedAt }) as AnyEvent)
  const partitions = unique.map(({ storeId }) => partitionOfStore.get(storeId) ?? 0)
  const places = await insert(tx, chainId, recordedAt, recorded, partitions)

  const positions: LoggedEvent[] = []
  for (const event of recorded) {
    const place = places.get(event.id.toLowerCase())
    if (place) positions.push({ ...place, event })
  }
  positions.sort((one, other) => one.partition - other.partition || one.position - other.position)
  return { appended: positions.length, duplicates: events.length - positions.length, positions }
}

/** In sorted order, so that two batches never wait for each other. */
async function lockHeads(tx: Tx, chainId: string, partitions: Set<number>): Promise<Head[]> {
  const wanted = [...partitions].sort((one, other) => one - other)
  const { rows } = await sql<Head>`
    select partition, position, greatest(recorded_at, 'epoch') as "recordedAt" from event_head
    where chain_id = ${chainId} and partition = any(${wanted}::smallint[])
    order by partition for update`.execute(tx)
  if (rows.length !== wanted.length)
    throw new Fault('request_malformed', {
      field: 'chainId',
      expected: 'the chain of the transaction',
    })
  return rows
}

/** The place of each new event by its id; those already known are left out. */
async function insert(
  tx: Tx,
  chainId: string,
  recordedAt: string,
  events: readonly AnyEvent[],
  partitions: readonly number[],
): Promise<Map<string, Place>> {
  // The heads are locked by an earlier statement, so this one's snapshot shows all that the former
  // holders of those locks wrote; an event's store never changes, hence neither does its partition.
  const { rows } = await sql<Place & { eventId: string }>`
    with incoming as (
      select * from unnest(${events.map(({ id }) => id)}::uuid[], ${partitions}::smallint[],
        ${events.map(({ storeId }) => storeId)}::text[], ${events.map(({ type }) => type)}::text[],
        ${events.map(({ occurredAt }) => occurredAt)}::timestamptz[],
        ${events.map(traceIdOf)}::uuid[], ${events.map((event) => JSON.stringify(event))}::text[])
        with ordinality
        as t (event_id, partition, store_id, type, occurred_at, trace_id, body, place)
    ), fresh as (
      select i.*, h.position + row_number() over (partition by i.partition order by place) as position
      from incoming i join event_head h on h.chain_id = ${chainId} and h.partition = i.partition
      where not exists (select from event_identity k
        where k.chain_id = ${chainId} and k.event_id = i.event_id)
    ), known as (
      insert into event_identity (chain_id, event_id, store_id, partition, position, recorded_at)
      select ${chainId}, event_id, store_id, partition, position, ${recordedAt}::timestamptz from fresh
      on conflict do nothing returning event_id
    ), head as (
      update event_head h set position = f.position, recorded_at = ${recordedAt}::timestamptz
      from (select partition, max(position) as position from fresh group by partition) f
      where h.chain_id = ${chainId} and h.partition = f.partition
    )
    insert into event (chain_id, store_id, partition, position, recorded_at, occurred_at, event_id,
      trace_id, type, body)
    select ${chainId}, store_id, partition, position, ${recordedAt}::timestamptz, occurred_at, event_id,
      trace_id, type, body
    from fresh join known using (event_id)
    returning event_id as "eventId", partition, position`.execute(tx)
  return new Map(rows.map(({ eventId, partition, position }) => [eventId, { partition, position }]))
}
