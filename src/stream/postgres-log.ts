/** The event log in PostgreSQL: partitioned tables, leases, and NOTIFY to wake readers. */
import { sql } from 'kysely'
import { type Database, inChain, openDatabase, type Tx } from '../base/postgres.ts'
import { type Clock, systemClock } from '../base/time.ts'
import type { AppendResult, EventLog, LoggedEvent, OnDeliveryFault } from './log.ts'
import { appendIn, chainOf, ensureHeads } from './postgres-append.ts'
import { type ConsumerParts, startConsumer } from './postgres-consumer.ts'
import { keepDaysAhead } from './postgres-days.ts'
import { askReplay, listDeadLetters } from './postgres-dead-letters.ts'
import { startFollower } from './postgres-follow.ts'
import { logged, readById, readNewest, readRows, readTrace } from './postgres-read.ts'
import { createWake } from './postgres-wake.ts'

/** For `runMigrations`. */
export const streamMigrations = new URL('./postgres/', import.meta.url)

export interface PostgresLogOptions {
  /** For appends, reads and deliveries: size its pool for all groups' `concurrencyMax` and more. */
  readonly db: Database
  /** The same database and role: for the listener and two connections that keep the leases. */
  readonly url: string
  readonly clock?: Clock
  /** Of a chain that has no log yet; fixed from then on. Default 8. */
  readonly partitionsCount?: number
  readonly onFault?: OnDeliveryFault
}

/** What a log on other legs stands on: see kafka-log.ts. */
export interface PostgresLog extends EventLog {
  readonly parts: ConsumerParts
  /** How many a chain's log has; they are made when there are none. */
  partitionsOf(chainId: string): Promise<number>
}

const none: AppendResult = { appended: 0, duplicates: 0, positions: [] }

export async function createPostgresLog(options: PostgresLogOptions): Promise<PostgresLog> {
  const { db, url, clock = systemClock, partitionsCount = 8, onFault = () => {} } = options
  const control = openDatabase({ url, applicationName: 'tillway log', connectionsMax: 2 })
  const wake = createWake(control, url)
  const days = await keepDaysAhead(control, clock)
  const partitions = new Map<string, number>()
  const closing = new Set<() => Promise<void>>()

  /** Made in a transaction of its own: that of an append may yet be rolled back. */
  async function partitionsOf(chainId: string): Promise<number> {
    const known = partitions.get(chainId)
    if (known !== undefined) return known
    const count = await inChain(control, chainId, (tx) => ensureHeads(tx, chainId, partitionsCount))
    partitions.set(chainId, count)
    return count
  }

  const parts: ConsumerParts = { db, control, wake, onFault }
  return {
    parts,
    partitionsOf,
    async append(events, { tx } = {}) {
      const chainId = chainOf(events)
      if (chainId === undefined) return none
      const count = await partitionsOf(chainId)
      const within = async (inside: Tx) => {
        const result = await appendIn(inside, events, count, clock)
        if (result.appended > 0)
          await wake.after(inside, chainId, {
            partitions: new Set(result.positions.map((at) => at.partition)),
            types: new Set(result.positions.map(({ event }) => event.type)),
          })
        return result
      }
      return tx === undefined ? inChain(db, chainId, within) : within(tx)
    },
    read: (chainId, place, { limit = 200 } = {}) =>
      inChain(db, chainId, async (tx) => (await readRows(tx, chainId, place, limit)).map(logged)),
    byId: (chainId, eventId) => inChain(db, chainId, (tx) => readById(tx, chainId, eventId)),
    byTrace: (chainId, traceId) => inChain(db, chainId, (tx) => readTrace(tx, chainId, traceId)),
    async newest(chainId, filter) {
      const count = await partitionsOf(chainId)
      return inChain(db, chainId, (tx) => readNewest(tx, chainId, count, filter))
    },
    async follow(chainId, onEvents: (events: LoggedEvent[]) => void | Promise<void>) {
      await partitionsOf(chainId)
      const follower = await startFollower(db, wake, chainId, onEvents)
      const close = async (): Promise<void> => {
        closing.delete(close)
        await follower.close()
      }
      closing.add(close)
      return { close }
    },
    async consume(consumeOptions) {
      await partitionsOf(consumeOptions.chainId)
      const consumer = await startConsumer(parts, consumeOptions)
      closing.add(consumer.stop)
      return consumer
    },
    lag: (chainId, group) => inChain(db, chainId, (tx) => lagOf(tx, chainId, group)),
    deadLetters: (chainId, filter = {}) =>
      inChain(db, chainId, (tx) => listDeadLetters(tx, chainId, filter)),
    async replay(chainId, deadLetterId) {
      const { partition } = await inChain(db, chainId, (tx) => askReplay(tx, chainId, deadLetterId))
      wake.now(chainId, [partition])
    },
    async close() {
      days.stop()
      await Promise.all([...closing].map((close) => close()))
      await wake.close()
      await control.destroy()
    },
  }
}

async function lagOf(tx: Tx, chainId: string, group: string): Promise<number> {
  const { rows } = await sql<{ lag: number }>`
    select coalesce(sum(h.position - coalesce(l.position, 0)), 0)::bigint as lag from event_head h
    left join event_lease l on l.chain_id = h.chain_id and l.partition = h.partition
      and l.group_name = ${group}
    where h.chain_id = ${chainId}`.execute(tx)
  return rows[0]?.lag ?? 0
}
