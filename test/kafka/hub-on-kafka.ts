/** A hub that takes agents in by Kafka, and hands to write what agents would and to look at what came of it. */
import { generateKeyPairSync } from 'node:crypto'
import { after } from 'node:test'
import { exportJWK, importJWK } from 'jose'
import { sql } from 'kysely'
import { type Database, inChain, openDatabase } from '../../src/base/postgres.ts'
import { freePorts } from '../../src/cli/start/ports.ts'
import { type RecordKind, signatureHeader, signRecord } from '../../src/link/signed-record.ts'
import { toCloudEvent } from '../../src/retail/cloudevents.ts'
import type { AnyEvent } from '../../src/retail/event.ts'
import { kafkaClientOptions } from '../../src/stream/kafka-config.ts'
import { type Buffer, createFetcher } from '../../src/stream/kafka-fetcher.ts'
import { createKafkaProducer } from '../../src/stream/kafka-producer.ts'
import { binaryOf } from '../../src/stream/kafka-record.ts'
import { topicsOf } from '../../src/stream/kafka-topics.ts'
import {
  chainId,
  enrolAgent,
  type HandAgent,
  sale,
  startTestHub,
  type TestHub,
} from '../hub/harness.ts'
import { startTestKafka, type TestKafka } from './kafka.ts'

/** What of a record is not as the agent would make it. */
export type Changes = Partial<
  Record<'value' | 'sent' | 'signature' | 'agentId' | 'kind' | 'key', string>
>

export interface KafkaAgent {
  readonly hand: HandAgent
  saleIn(saleId: string): AnyEvent
  /** One record with these events; `prefix` of the topic in place of the hub's. */
  write(events: readonly AnyEvent[], changes?: Changes, prefix?: string): Promise<void>
}

export interface HubOnKafka {
  readonly kafka: TestKafka
  readonly hub: TestHub
  readonly metricsUrl: string
  readonly topics: ReturnType<typeof topicsOf>
  /** The cell of the US, past row-level security. */
  readonly db: Database
  enrol(agentId: string): Promise<KafkaAgent>
  /** Ids of the store's sales, in the order of the log. */
  salesIn(storeId: string): Promise<string[]>
  /** What each record in the topic is read as, from now on. */
  follow<Entry>(topic: string, read: (record: ReturnType<typeof binaryOf>) => Entry): () => Entry[]
}

const partitionsCount = 8

/** Call at the top of a test file. */
export async function startHubOnKafka(agents: readonly string[] = []): Promise<HubOnKafka> {
  const kafka = await startTestKafka()
  const [metricsPort = 0] = await freePorts(41_000 + Math.floor(Math.random() * 9_000), 1)
  const keys = { ...kafka.hub, stream: 'postgres', metricsPort, agentsOnKafka: 'true' }
  const hub = await startTestHub(keys as never, agents)
  const client = kafkaClientOptions(kafka.config, 'test')
  const producer = createKafkaProducer(client)
  const db = openDatabase({
    url: hub.adminUrl.replace(/\/[^/]*$/, `/${hub.config.databasePrefix}_us`),
    applicationName: 'test',
  })
  const closers: (() => Promise<void>)[] = [() => producer.close(), () => db.destroy()]
  after(() => Promise.all(closers.map((close) => close())))

  async function enrol(agentId: string): Promise<KafkaAgent> {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const hand = await enrolAgent(hub, agentId, privateKey)
    const key = await importJWK(await exportJWK(privateKey), 'ES256')
    return {
      hand,
      saleIn: (saleId) => hand.event('sale.completed', 'str_boston', sale(saleId, 100)),
      async write(events, changes = {}, prefix = kafka.config.kafkaTopicPrefix) {
        const value = changes.value ?? JSON.stringify(events.map(toCloudEvent))
        const kind = (changes.kind ?? 'events') as RecordKind
        const signature =
          changes.signature ??
          (await signRecord(key as never, changes.agentId ?? agentId, kind, value))
        await producer.send([
          {
            topic: topicsOf(prefix, 'us').agentEvents,
            key: changes.key ?? `${chainId}/${agentId}`,
            headers: new Map([[signatureHeader, signature]]),
            value: changes.sent ?? value,
          },
        ])
      },
    }
  }

  return {
    kafka,
    hub,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    topics: topicsOf(kafka.config.kafkaTopicPrefix, 'us'),
    db,
    enrol,
    async salesIn(storeId) {
      const { rows } = await inChain(db, chainId, (tx) =>
        sql<{ saleId: string }>`select body::jsonb->'data'->>'saleId' as "saleId" from event
          where chain_id = ${chainId} and store_id = ${storeId} and type = 'sale.completed'
          order by partition, position`.execute(tx),
      )
      return rows.map(({ saleId }) => saleId)
    },
    follow(topic, read) {
      const fetcher = createFetcher({
        client,
        topic,
        decode: (_partition, _offset, record) => read(binaryOf(record)),
        onEntries: () => {},
      })
      closers.push(() => fetcher.close())
      const buffers: Buffer<ReturnType<typeof read>>[] = Array.from(
        { length: partitionsCount },
        (_, partition) => fetcher.begin(partition, 0),
      )
      return () => buffers.flatMap(({ entries }) => entries)
    },
  }
}
