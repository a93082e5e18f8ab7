/** Reading the log: by place, by id, by thread, and its newest end. */
import { sql } from 'kysely'
import type { Tx } from '../base/postgres.ts'
import { parseEvent } from '../retail/event.ts'
import type { LoggedEvent, NewestFilter, Place } from './log.ts'
import { partitionOf } from './partition.ts'

export interface Row extends Place {
  readonly body: string
  readonly recordedAt: string
}

/** What was checked on the way in is checked again on the way out. @throws Fault event_malformed */
export function logged({ partition, position, body }: Row): LoggedEvent {
  return { partition, position, event: parseEvent(JSON.parse(body)) }
}

/** `since`: no event after `place` was recorded earlier; it spares looking into older days. */
export async function readRows(
  tx: Tx,
  chainId: string,
  place: Place,
  limit: number,
  since = '-infinity',
  types: readonly string[] = [],
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select partition, position, body, recorded_at as "recordedAt" from event
    where chain_id = ${chainId} and partition = ${place.partition}
      and position > ${place.position} and recorded_at >= ${since}::timestamptz
      and (${types.length === 0} or type = any(${[...types]}::text[]))
    order by position limit ${limit}`.execute(tx)
  return rows
}

/** The newest position of a partition. */
export async function readHead(tx: Tx, chainId: string, partition: number): Promise<number> {
  const { rows } = await sql<{ position: number }>`
    select position from event_head
    where chain_id = ${chainId} and partition = ${partition}`.execute(tx)
  return rows[0]?.position ?? 0
}

export async function readById(
  tx: Tx,
  chainId: string,
  eventId: string,
): Promise<LoggedEvent | undefined> {
  const { rows } = await sql<Row>`
    select e.partition, e.position, e.body from event_identity k
    join event e using (chain_id, partition, position, recorded_at)
    where k.chain_id = ${chainId} and k.event_id = ${eventId}`.execute(tx)
  return rows[0] && logged(rows[0])
}

export async function readTrace(tx: Tx, chainId: string, traceId: string): Promise<LoggedEvent[]> {
  const { rows } = await sql<Row>`
    select partition, position, body from event
    where chain_id = ${chainId} and trace_id = ${traceId}::uuid
    order by recorded_at, partition, position limit 1000`.execute(tx)
  return rows.map(logged)
}

/** Takes the newest of each partition by its own index, then the newest of those. */
export async function readNewest(
  tx: Tx,
  chainId: string,
  partitionsCount: number,
  filter: NewestFilter,
): Promise<LoggedEvent[]> {
  const limit = Math.min(filter.limit, 500)
  const { storeId = null, type = null } = filter
  const partition = storeId === null ? null : partitionOf(storeId, partitionsCount)
  const { rows } = await sql<Row>`
    select e.partition, e.position, e.body from event_head h
    cross join lateral (
      select partition, position, recorded_at, body from event
      where chain_id = ${chainId} and partition = h.partition
        and (${storeId}::text is null or store_id = ${storeId})
        and (${type}::text is null or type = ${type})
      order by position desc limit ${limit}
    ) e
    where h.chain_id = ${chainId} and (${partition}::int is null or h.partition = ${partition})
    order by e.recorded_at desc, e.partition, e.position desc limit ${limit}`.execute(tx)
  return rows.map(logged)
}

export async function readHeads(tx: Tx, chainId: string): Promise<Place[]> {
  const { rows } = await sql<Place>`
    select partition, position from event_head where chain_id = ${chainId} order by partition`.execute(
    tx,
  )
  return rows
}
