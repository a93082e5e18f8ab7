/**
 * What a group has not handled yet, from Kafka. Positions tell a repeated record from a new one. What
 * Kafka lacks (lost, dropped by its retention, never taken by it) is read from PostgreSQL, so that
 * the group goes on without a gap.
 */
import { sql } from 'kysely'
import type { Tx } from '../base/postgres.ts'
import type { Batch, Source } from './delivery.ts'
import type { Buffer } from './kafka-fetcher.ts'
import { type FetchedRecord, itemOf, recordedAtOf } from './kafka-record.ts'
import { relayGroup } from './kafka-relay.ts'
import type { Lease, Member } from './postgres-leases.ts'
import { readHead, readRows } from './postgres-read.ts'
import { itemOf as storedItemOf } from './postgres-source.ts'

/** So often an idle partition is compared with what was relayed. */
const lookEveryMs = 1_000

/** @param isMine whether the group asks for events of that type */
export function createKafkaSource(
  { chainId }: Member,
  lease: Lease,
  types: readonly string[],
  buffer: Buffer<FetchedRecord>,
): Source {
  const isMine = (type: string): boolean => types.length === 0 || types.includes(type)
  let lookedAtMs = 0
  /** The position at which the last look found that something was relayed and has not come. */
  let missingAfter: number | undefined

  function dropKnown(): void {
    const { entries } = buffer
    let known = 0
    while (known < entries.length && (entries[known]?.position ?? 0) <= lease.position) known += 1
    buffer.drop(known)
  }

  function fromBuffer(limit: number): Batch {
    const taken: FetchedRecord[] = []
    let last: FetchedRecord | undefined
    let isLast = true
    for (const entry of buffer.entries) {
      const after = last?.position ?? lease.position
      if (entry.position <= after) continue
      if (entry.position > after + 1 || taken.length === limit) {
        isLast = false
        break
      }
      last = entry
      if (isMine(entry.type)) taken.push(entry)
    }
    if (last === undefined) return { items: [], isLast: true }
    const { position, offset } = last
    const recordedAt = recordedAtOf(last) ?? lease.recordedAt
    return {
      items: taken.map(itemOf),
      isLast,
      through: { position, recordedAt, nextOffset: offset + 1 },
    }
  }

  /** Up to `end`, or fewer. */
  async function fromPostgres(tx: Tx, end: number, limit: number): Promise<Batch> {
    const rows = (await readRows(tx, chainId, lease, limit, lease.recordedAt, types)).filter(
      ({ position }) => position <= end,
    )
    const last = rows.at(-1)
    const through =
      rows.length === limit && last !== undefined
        ? { position: last.position, recordedAt: last.recordedAt }
        : { position: end, recordedAt: last?.recordedAt ?? lease.recordedAt }
    return { items: rows.map(storedItemOf), isLast: false, through }
  }

  /** Nothing has come: is there something that should have? Only what is still missing a look later. */
  async function look(tx: Tx, limit: number): Promise<Batch> {
    lookedAtMs = performance.now()
    const relayed = await relayedThrough(tx, chainId, lease.partition)
    const isMissing = relayed > lease.position
    const wasMissing = missingAfter === lease.position
    missingAfter = isMissing ? lease.position : undefined
    if (!isMissing || !wasMissing) return { items: [], isLast: true }
    return fromPostgres(tx, relayed, limit)
  }

  return {
    isEmpty() {
      dropKnown()
      return buffer.entries.length === 0 && performance.now() - lookedAtMs < lookEveryMs
    },
    async read(tx, limit) {
      dropKnown()
      const [first] = buffer.entries
      if (first === undefined) return look(tx, limit)
      if (first.position === lease.position + 1) return fromBuffer(limit)
      const head = await readHead(tx, chainId, lease.partition)
      if (first.position <= head) return fromPostgres(tx, first.position - 1, limit)
      // A place that was never handed out: not written by a hub.
      buffer.drop(1)
      return { items: [], isLast: false }
    },
  }
}

async function relayedThrough(tx: Tx, chainId: string, partition: number): Promise<number> {
  const { rows } = await sql<{ position: number }>`
    select position from event_lease where chain_id = ${chainId} and group_name = ${relayGroup}
      and partition = ${partition}`.execute(tx)
  return rows[0]?.position ?? 0
}
