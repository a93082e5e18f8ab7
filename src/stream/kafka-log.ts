/**
 * The event log on Kafka: PostgreSQL says which events there are and in which order, Kafka carries
 * them to the groups that consume them. Why so: docs/decisions/0011.
 */
import { Fault } from '../base/fault.ts'
import { inChain } from '../base/postgres.ts'
import type { OnBury } from './delivery.ts'
import { type KafkaConfig, kafkaClientOptions } from './kafka-config.ts'
import { startKafkaConsumer } from './kafka-consumer.ts'
import { createKafkaProducer } from './kafka-producer.ts'
import { toDeadMessage } from './kafka-record.ts'
import { createRelays } from './kafka-relay.ts'
import { ensureTopics, topicsOf } from './kafka-topics.ts'
import type { EventLog, Place } from './log.ts'
import { partitionOf } from './partition.ts'
import { createPostgresLog, type PostgresLogOptions } from './postgres-log.ts'
import { readHead } from './postgres-read.ts'

export interface KafkaLogOptions extends Omit<PostgresLogOptions, 'partitionsCount'> {
  readonly kafka: KafkaConfig
  readonly regionId: string
  /** How soon a member hears that others came or went. Default 1,500. */
  readonly heartbeatMs?: number
}

/** @throws Fault config_invalid | stream_unreachable | database_unreachable */
export async function createKafkaLog(options: KafkaLogOptions): Promise<EventLog> {
  const { kafka, regionId, heartbeatMs = 1_500, db, url } = options
  const client = kafkaClientOptions(kafka, 'tillway-hub')
  const topics = topicsOf(kafka.kafkaTopicPrefix, regionId)
  const partitionsCount = await ensureTopics(client, [topics.events, topics.deadEvents], kafka)
  const inner = await createPostgresLog({ ...options, partitionsCount })
  const producer = createKafkaProducer(client)
  const { kafkaBacklogMax: backlogMax } = kafka
  const relays = createRelays({ inner, url, producer, topic: topics.events, backlogMax })
  const closing = new Set<() => Promise<void>>()

  const onBury =
    (group: string): OnBury =>
    (letter, fault) =>
      producer.send([toDeadMessage(topics.deadEvents, letter, group, fault)])

  const parts = {
    ...inner.parts,
    client,
    topic: topics.events,
    groupPrefix: `${kafka.kafkaTopicPrefix}.${regionId}`,
    instanceId: kafka.kafkaInstanceId,
    heartbeatMs,
    onBury,
  }

  /** Has the chain relayed; a topic with fewer partitions than the chain would mix them up. */
  async function ensureRelayed(chainId: string): Promise<void> {
    const count = await inner.partitionsOf(chainId)
    if (count > partitionsCount)
      throw new Fault('config_invalid', {
        field: topics.events,
        expected: `${count} partitions or more, has ${partitionsCount}`,
      })
    await relays.ensure(chainId)
  }

  /** Up to where the partitions of these stores go at this moment. */
  async function placesOf(chainId: string, storeIds: ReadonlySet<string>): Promise<Place[]> {
    const count = await inner.partitionsOf(chainId)
    const partitions = new Set([...storeIds].map((storeId) => partitionOf(storeId, count)))
    return inChain(db, chainId, async (tx) => {
      const places: Place[] = []
      for (const partition of partitions)
        places.push({ partition, position: await readHead(tx, chainId, partition) })
      return places
    })
  }

  return {
    ...inner,
    async append(events, { tx } = {}) {
      const chainId = events[0]?.chainId
      if (chainId !== undefined) {
        await ensureRelayed(chainId)
        await relays.assertRoom(chainId)
      }
      if (tx !== undefined || chainId === undefined) return inner.append(events, tx && { tx })
      const result = await inner.append(events)
      // Also what was known already may still be on its way.
      const storeIds = new Set(events.map(({ storeId }) => storeId))
      await relays.arrived(chainId, await placesOf(chainId, storeIds))
      return result
    },
    async consume(consumeOptions) {
      await ensureRelayed(consumeOptions.chainId)
      const consumer = await startKafkaConsumer(parts, consumeOptions)
      closing.add(consumer.stop)
      return consumer
    },
    async close() {
      await Promise.all([...closing].map((close) => close()))
      await relays.close()
      await inner.close()
      await producer.close()
    },
  }
}
