/** Links the small hub of the agent's tests by Kafka: takes in what is signed, writes its commands. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type CryptoKey, importJWK } from 'jose'
import { Fault } from '../../src/base/fault.ts'
import { toCommandRecord } from '../../src/link/command-record.ts'
import {
  Received,
  readSignature,
  signatureHeader,
  verifyRecord,
} from '../../src/link/signed-record.ts'
import type { BinaryEvent } from '../../src/retail/cloudevents-binary.ts'
import { kafkaClientOptions } from '../../src/stream/kafka-config.ts'
import { createFetcher } from '../../src/stream/kafka-fetcher.ts'
import { createKafkaProducer } from '../../src/stream/kafka-producer.ts'
import { binaryOf, keyOf } from '../../src/stream/kafka-record.ts'
import { ensureTopics, topicsOf } from '../../src/stream/kafka-topics.ts'
import type { SetUpLink } from '../agent/harness.ts'
import type { TestHub } from '../agent/hub.ts'
import type { TestKafka } from './kafka.ts'

const everyMs = 20

/** Topics of its own each time. */
export function byKafka(kafka: Pick<TestKafka, 'config' | 'hub'>): SetUpLink {
  let count = 0
  return async (hub) => {
    count += 1
    const prefix = `${kafka.config.kafkaTopicPrefix}-${count}`
    const client = kafkaClientOptions(kafka.config, 'test')
    const topics = topicsOf(prefix, 'eu')
    const partitions = await ensureTopics(
      client,
      [topics.agentEvents, topics.commands],
      kafka.config,
    )
    const producer = createKafkaProducer(client)
    const fetcher = createFetcher<BinaryEvent>({
      client,
      topic: topics.agentEvents,
      decode: (_partition, _offset, record) => binaryOf(record),
      onEntries: () => {},
    })
    const buffers = Array.from({ length: partitions }, (_, index) => fetcher.begin(index, 0))
    const stopping = new AbortController()

    async function carry(): Promise<void> {
      for (const buffer of buffers) {
        const records = [...buffer.entries]
        for (const record of records) await take(hub, record)
        buffer.drop(records.length)
      }
      const waiting = hub.commands.filter(({ commandId }) => !hub.received.includes(commandId))
      if (waiting.length === 0) return
      await producer.send(
        waiting.map((command) => ({
          topic: topics.commands,
          key: keyOf(command),
          ...toCommandRecord(command),
        })),
      )
    }

    /** A busy broker is asked again, as the hub does. */
    async function run(): Promise<void> {
      while (!stopping.signal.aborted) {
        await carry().catch((error) => {
          if (Fault.from(error).code !== 'stream_unreachable') console.error(error)
        })
        await sleep(everyMs)
      }
    }
    const running = run()
    const { kafkaBrokers = '' } = kafka.hub
    return {
      settings: { link: 'kafka', kafkaBrokers, kafkaTopicPrefix: prefix },
      async close() {
        stopping.abort()
        await running
        await fetcher.close()
        await producer.close()
      },
    }
  }
}

async function take(hub: TestHub, { headers, value }: BinaryEvent): Promise<void> {
  const signature = headers.get(signatureHeader) ?? ''
  const key = (await importJWK(hub.publicKey ?? {}, 'ES256')) as CryptoKey
  await verifyRecord(key, signature, value)
  const content = JSON.parse(value)
  if (readSignature(signature).kind === 'events') hub.take(content)
  else hub.received.push(...Received.parse(content).received)
}
