/** One process on a log, as a hub is: it appends, or consumes with an effect in the database. */
import { sql } from 'kysely'
import { type Database, inChain, openDatabase } from '../../src/base/postgres.ts'
import { createOrganisation } from '../../src/hub/organisation/organisation.ts'
import { createProjections } from '../../src/hub/projections/projections.ts'
import type { AnyEvent } from '../../src/retail/event.ts'
import { KafkaConfig } from '../../src/stream/kafka-config.ts'
import { createKafkaLog } from '../../src/stream/kafka-log.ts'
import type { Consumer, EventLog, Handler } from '../../src/stream/log.ts'
import { createPostgresLog } from '../../src/stream/postgres-log.ts'
import { serve } from '../parts/helper.ts'
import { organisationOf, regionId, saleOf } from './events.ts'

export interface LogChoice {
  readonly url: string
  /** Absent: the embedded log. */
  readonly brokers?: string
}

export type Effect = 'bare' | 'projections'

let db: Database | undefined
let log: EventLog | undefined
let consumer: Consumer | undefined

async function open({ url, brokers }: LogChoice): Promise<void> {
  db = openDatabase({ url, applicationName: 'bench stream', connectionsMax: 10 })
  const kafka =
    brokers === undefined
      ? undefined
      : KafkaConfig.parse({ kafkaBrokers: brokers, kafkaTopicPrefix: 'bench' })
  log =
    kafka === undefined
      ? await createPostgresLog({ db, url })
      : await createKafkaLog({ db, url, kafka, regionId })
}

/** Several batches at a time, each in a transaction as ingest's, answered before the next takes its place. */
async function append(input: {
  readonly chainId: string
  readonly from: number
  readonly count: number
  readonly batch: number
  readonly atOnce: number
}): Promise<number> {
  const { chainId, from, count, batch, atOnce } = input
  const batches: number[] = []
  for (let at = from; at < from + count; at += batch) batches.push(at)
  const events = new Map(
    batches.map((at) => [
      at,
      Array.from({ length: Math.min(batch, from + count - at) }, (_, n) => saleOf(chainId, at + n)),
    ]),
  )
  const beganAt = performance.now()
  const one = async () => {
    for (let at = batches.shift(); at !== undefined; at = batches.shift())
      await appendInTx(chainId, events.get(at) ?? [])
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  return (performance.now() - beganAt) / 1000
}

async function appendInTx(chainId: string, events: readonly AnyEvent[]): Promise<void> {
  if (db) await inChain(db, chainId, async (tx) => log?.append(events, { tx }))
}

const bare: Handler = async ({ tx, chainId, events }) => {
  await sql`insert into bench_effect (chain_id, partition, count)
    values (${chainId}, ${events[0]?.partition ?? 0}, ${events.length})
    on conflict (chain_id, partition)
    do update set count = bench_effect.count + excluded.count`.execute(tx)
}

async function consume({ chainId, effect }: { readonly chainId: string; readonly effect: Effect }) {
  const handler =
    effect === 'bare' ? bare : createProjections(createOrganisation(organisationOf(chainId)))
  consumer = await log?.consume({ chainId, group: effect, handler, concurrencyMax: 4 })
}

async function stopConsuming(_: undefined): Promise<void> {
  await consumer?.stop()
}

async function close(_: undefined): Promise<void> {
  await log?.close()
}

const methods = { open, append, consume, stopConsuming, close }
export type LogProcess = typeof methods

serve(methods)
