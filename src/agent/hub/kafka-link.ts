/**
 * The link by Kafka: batches as signed records, safe once all replicas in sync have them; commands
 * from their topic. Loaded only where it is used. Docs/decisions/0013.
 */
import type { Logger } from '../../base/log.ts'
import type { Clock } from '../../base/time.ts'
import {
  type RecordKind,
  recordKeyOf,
  signatureHeader,
  signRecord,
} from '../../link/signed-record.ts'
import { batchMediaType } from '../../retail/cloudevents.ts'
import { kafkaClientOptions } from '../../stream/kafka-config.ts'
import { createKafkaProducer } from '../../stream/kafka-producer.ts'
import { topicsOf } from '../../stream/kafka-topics.ts'
import type { AgentSettings } from '../config.ts'
import type { Storage } from '../storage/storage.ts'
import type { Identity } from './identity.ts'
import { startCommandReader } from './kafka-commands.ts'
import type { Link } from './link.ts'
import { noteSentByKafka } from './sent-by-kafka.ts'

export interface KafkaLinkOptions {
  readonly settings: AgentSettings
  readonly identity: Identity
  readonly storage: Storage
  readonly storeIds: ReadonlySet<string>
  readonly clock: Clock
  readonly log: Logger
}

const mediaTypes = { events: batchMediaType, received: 'application/json' } as const

/** @throws Fault config_invalid */
export function createKafkaLink(options: KafkaLinkOptions): Link {
  const { settings, identity, storage } = options
  const { agentId, kafkaTopicPrefix } = settings
  const client = kafkaClientOptions(settings, `tillway-${agentId}`)
  const producer = createKafkaProducer(client)

  async function write(kind: RecordKind, value: string): Promise<void> {
    const { chainId, regionId } = await identity.enrolled()
    const signature = await signRecord(identity.key, agentId, kind, value)
    await producer.send([
      {
        topic: topicsOf(kafkaTopicPrefix, regionId).agentEvents,
        key: recordKeyOf(chainId, agentId),
        headers: new Map([
          ['content-type', mediaTypes[kind]],
          [signatureHeader, signature],
        ]),
        value,
      },
    ])
  }

  return {
    async send({ body, lastSequence }) {
      await write('events', body)
      noteSentByKafka(storage, lastSequence)
      return lastSequence
    },
    isUnderWay: () => false,
    startReceiving: (onCommands) =>
      startCommandReader({
        ...options,
        client,
        onCommands,
        topicOf: (regionId) => topicsOf(kafkaTopicPrefix, regionId).commands,
        sayReceived: (received) => write('received', JSON.stringify({ received })),
      }),
    close: () => producer.close(),
  }
}
