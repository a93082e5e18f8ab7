/**
 * Agents that speak Kafka in place of HTTPS: what they write is checked and taken in as if it had come
 * by a request, and the commands for their stores are written to a topic. Docs/decisions/0013.
 */
import type { Logger } from '../../base/log.ts'
import { kafkaClientOptions } from '../../stream/kafka-config.ts'
import { startInlet } from '../../stream/kafka-inlet.ts'
import { createKafkaProducer } from '../../stream/kafka-producer.ts'
import { ensureTopics, topicsOf } from '../../stream/kafka-topics.ts'
import type { Cell } from '../cells.ts'
import type { HubConfig } from '../config.ts'
import type { AgentDirectory } from '../identity/agents.ts'
import type { Gate } from '../identity/gate.ts'
import { startPublisher } from './publish-commands.ts'
import { createRecordTaker } from './take-record.ts'

export interface KafkaLinkOptions {
  readonly config: HubConfig
  readonly cell: Cell
  readonly chainId: string
  readonly agents: AgentDirectory
  readonly gate: Gate
  readonly log: Logger
  /** See `TakerDeps`. */
  readonly gapMsMax?: number
}

export interface KafkaLink {
  /** Records of agents that no hub has taken in yet. @throws Error when the brokers do not answer */
  lag(): Promise<number>
  close(): Promise<void>
}

/** @throws Fault config_invalid | stream_unreachable */
export async function startKafkaLink(options: KafkaLinkOptions): Promise<KafkaLink> {
  const { config, cell, chainId, log } = options
  const { regionId, db, changes } = cell
  const { kafkaTopicPrefix, kafkaInstanceId } = config
  const client = kafkaClientOptions(config, 'tillway-hub')
  const topics = topicsOf(kafkaTopicPrefix, regionId)
  await ensureTopics(client, [topics.agentEvents, topics.deadAgentEvents, topics.commands], config)
  const producer = createKafkaProducer(client)
  const group = 'agent-events'
  const inlet = startInlet({
    client,
    topic: topics.agentEvents,
    groupId: `${kafkaTopicPrefix}.${regionId}.${chainId}.${group}`,
    instanceId: kafkaInstanceId && `${kafkaInstanceId}.${group}`,
    db,
    chainId,
    prepare: createRecordTaker({
      ...options,
      ...cell,
      onGap: (gap) =>
        log.error(gap, 'events of an agent are lost; what came after them is taken in'),
    }),
    // What is missing before it may be in another partition, or on its way by HTTPS.
    isPassing: ({ code }) => code === 'sequence_gap',
    bury: ({ key, headers, value }, { code }) =>
      producer.send([
        {
          topic: topics.deadAgentEvents,
          key,
          headers: new Map([...headers, ['tillway_fault', code]]),
          value,
        },
      ]),
    onFault: ({ partition, offset, key }, fault, isDead) =>
      log.warn(
        { partition, offset, key, code: fault.code, ...fault.detail, cause: fault.cause, isDead },
        'a record of an agent could not be taken in',
      ),
  })
  const publisher = startPublisher({
    db,
    changes,
    producer,
    topic: topics.commands,
    chainId,
    regionId,
    log,
  })
  return {
    lag: () => inlet.lag(),
    async close() {
      await Promise.all([inlet.stop(), publisher.close()])
      await producer.close()
    },
  }
}
