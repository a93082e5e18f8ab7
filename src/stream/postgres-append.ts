/** Appending: two round trips, whatever the size of the batch. */
import { sql } from 'kysely'
import { Fault } from '../base/fault.ts'
import { codeOf, joinedTexts, sendTogether, type Tx } from '../base/postgres.ts'
import { type Clock, instantFromMs, msOf } from '../base/time.ts'
import { type AnyEvent, traceIdOf } from '../retail/event.ts'
import type { AppendResult, Place } from './log.ts'
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

/** An event on its way in; its id as the database writes it. */
interface Incoming extends Place {
  readonly id: string
  readonly event: AnyEvent
  readonly body: string
}

export async function appendIn(
  tx: Tx,
  events: readonly AnyEvent[],
  partitionsCount: number,
  clock: Clock,
): Promise<AppendResult> {
  const prepared = prepare(events, partitionsCount)
  const chainId = events[0]?.chainId ?? ''
  const { heads, known } = await lockHeads(tx, chainId, prepared)
  const recordedMs = Math.max(clock.nowMs(), ...heads.map(({ recordedAt }) => msOf(recordedAt)))
  const recordedAt = instantFromMs(recordedMs)

  const next = new Map(heads.map(({ partition, position }) => [partition, position]))
  const fresh: Incoming[] = []
  for (const { id, event, partition, body } of prepared) {
    if (known.has(id)) continue
    const position = (next.get(partition) ?? 0) + 1
    next.set(partition, position)
    fresh.push({
      partition,
      position,
      id,
      event: { ...event, recordedAt },
      body: `${body.slice(0, -1)},"recordedAt":"${recordedAt}"}`,
    })
  }
  if (fresh.length > 0)
    await insert(tx, chainId, recordedAt, fresh, next).catch((error) => {
      throw codeOf(error) === '23505' ? new Fault('stream_unreachable', {}, error) : error
    })
  return {
    appended: fresh.length,
    duplicates: events.length - fresh.length,
    positions: fresh.map(({ partition, position, event }) => ({ partition, position, event })),
  }
}

type Prepared = Omit<Incoming, 'position'>

/** Each event once, ordered by partition: what takes time is done before anything is locked. */
function prepare(events: readonly AnyEvent[], partitionsCount: number): Prepared[] {
  const partitionOfStore = new Map<string, number>()
  const byId = new Map<string, Prepared>()
  for (const given of events) {
    const id = given.id.toLowerCase()
    if (byId.has(id)) continue
    let partition = partitionOfStore.get(given.storeId)
    if (partition === undefined) {
      partition = partitionOf(given.storeId, partitionsCount)
      partitionOfStore.set(given.storeId, partition)
    }
    const { recordedAt: _, ...event } = given
    byId.set(id, { id, event: event as AnyEvent, partition, body: JSON.stringify(event) })
  }
  return [...byId.values()].sort((one, other) => one.partition - other.partition)
}

/**
 * Locked in sorted order, so that two batches never wait for each other. What is known is read by a
 * later statement, whose snapshot shows all that the former holders of those locks wrote; an event's
 * store never changes, hence neither does its partition.
 */
async function lockHeads(
  tx: Tx,
  chainId: string,
  prepared: readonly Prepared[],
): Promise<{ heads: readonly Head[]; known: ReadonlySet<string> }> {
  const wanted = [...new Set(prepared.map(({ partition }) => partition))]
  const ids = prepared.map(({ id }) => id)
  const [heads, known] = await sendTogether<[Head, { id: string }]>(tx, [
    sql`select partition, position, greatest(recorded_at, 'epoch') as "recordedAt" from event_head
      where chain_id = ${chainId} and partition = any(${wanted}::smallint[])
      order by partition for update`,
    sql`select event_id as id from event_identity
      where chain_id = ${chainId} and event_id = any(${ids}::uuid[])`,
  ])
  if (heads.length !== wanted.length)
    throw new Fault('request_malformed', {
      field: 'chainId',
      expected: 'the chain of the transaction',
    })
  return { heads, known: new Set(known.map(({ id }) => id)) }
}

/**
 * Plain inserts of what is known to be new.
 * @throws Fault stream_unreachable when another store's event with the same id came at this moment:
 * tried again, the id is known
 */
async function insert(
  tx: Tx,
  chainId: string,
  recordedAt: string,
  fresh: readonly Incoming[],
  next: ReadonlyMap<number, number>,
): Promise<void> {
  const ids = fresh.map(({ id }) => id)
  const stores = fresh.map(({ event }) => event.storeId)
  const partitions = fresh.map(({ partition }) => partition)
  const positions = fresh.map(({ position }) => position)
  await sendTogether(tx, [
    sql`insert into event_identity (chain_id, event_id, store_id, partition, position, recorded_at)
      select ${chainId}, event_id, store_id, partition, position, ${recordedAt}::timestamptz
      from unnest(${ids}::uuid[], ${stores}::text[], ${partitions}::smallint[],
        ${positions}::bigint[]) as t (event_id, store_id, partition, position)`,
    sql`insert into event (chain_id, store_id, partition, position, recorded_at, occurred_at,
        event_id, trace_id, type, body)
      select ${chainId}, store_id, partition, position, ${recordedAt}::timestamptz, occurred_at,
        event_id, trace_id, type, body
      from unnest(${ids}::uuid[], ${stores}::text[], ${partitions}::smallint[],
        ${positions}::bigint[], ${fresh.map(({ event }) => event.occurredAt)}::timestamptz[],
        ${fresh.map(({ event }) => traceIdOf(event))}::uuid[],
        ${fresh.map(({ event }) => event.type)}::text[],
        string_to_array(${joinedTexts(fresh.map(({ body }) => body))}, chr(30)))
        as t (event_id, store_id, partition, position, occurred_at, trace_id, type, body)`,
    sql`update event_head h set position = t.position, recorded_at = ${recordedAt}::timestamptz
      from unnest(${[...next.keys()]}::smallint[], ${[...next.values()]}::bigint[])
        as t (partition, position)
      where h.chain_id = ${chainId} and h.partition = t.partition`,
  ])
}
