/** An agent signed in at the brokers as one that may do what docs/guides/kafka.md lets agents, and no more. */
import { equal, rejects } from 'node:assert/strict'
import test from 'node:test'
import {
  AclOperations,
  AclPermissionTypes,
  Admin,
  type BaseOptions,
  Consumer,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka'
import { KafkaConfig, kafkaClientOptions } from '../../src/stream/kafka-config.ts'
import { createKafkaProducer } from '../../src/stream/kafka-producer.ts'
import { topicsOf } from '../../src/stream/kafka-topics.ts'
import { flagOf, reportsOf } from '../agent/command-suite.ts'
import { type SetUpLink, saleOf, sendWebhook, startWorld, until } from '../agent/harness.ts'
import { byKafka } from './bridge.ts'
import type { Cluster } from './cluster.ts'

export interface SecuredAgent {
  readonly cluster: Cluster
  /** How the agent reaches the listener, as keys of its configuration. */
  readonly keys: Readonly<Record<string, string>>
  readonly user: string
}

/** What the table of the guide says of agents. */
async function allow(cluster: Cluster, user: string, prefix: string): Promise<void> {
  const { agentEvents, commands } = topicsOf(prefix, 'eu')
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: cluster.brokers.split(',') })
  const acl = (resourceName: string, operation: 3 | 4) => ({
    resourceType: ResourceTypes.TOPIC,
    resourceName,
    resourcePatternType: ResourcePatternTypes.LITERAL,
    principal: `User:${user}`,
    host: '*',
    operation,
    permissionType: AclPermissionTypes.ALLOW,
  })
  await admin.createAcls({
    creations: [acl(agentEvents, AclOperations.WRITE), acl(commands, AclOperations.READ)],
  })
  await admin.close()
}

export function checkSecuredAgent({ cluster, keys, user }: SecuredAgent): void {
  const hubKeys = {
    kafkaBrokers: cluster.brokers,
    kafkaTopicPrefix: 'secured',
    kafkaPartitionsCount: '4',
  }
  const setUpHub = byKafka({ config: KafkaConfig.parse(hubKeys), hub: hubKeys })
  let prefix = ''
  const setUp: SetUpLink = async (hub) => {
    const { settings, close } = await setUpHub(hub)
    prefix = settings.kafkaTopicPrefix ?? ''
    await allow(cluster, user, prefix)
    return { settings: { ...settings, ...keys } as never, close }
  }

  test('by TLS and SCRAM an agent hands its events over and gets its commands', async () => {
    const world = await startWorld({}, setUp)
    try {
      const { hub, agent } = world
      const sale = saleOf('secured')
      equal((await sendWebhook(agent.url, { event: 'sale', sale })).status, 200)
      await until(() => hub.events.some(({ type }) => type === 'sale.completed'))
      // Not by HTTPS, which it has too.
      equal(hub.counts['/v1/events'], undefined)
      hub.commands.push(flagOf('cmd_secured'))
      await until(() => reportsOf(hub, 'cmd_secured').length === 2)
      equal(hub.counts['/v1/commands/poll'], undefined)
    } finally {
      await world.close()
    }
  })

  test('it can neither write commands or events, nor read what agents wrote', async () => {
    const { commands, events, agentEvents } = topicsOf(prefix, 'eu')
    const client = kafkaClientOptions(KafkaConfig.parse(keys), 'test')
    const producer = createKafkaProducer(client)
    for (const topic of [commands, events])
      await rejects(
        producer.send([{ topic, key: 'k', headers: new Map(), value: '{}' }]),
        isNotAllowed,
        topic,
      )
    await producer.close()
    await readSome(client, commands)
    await rejects(readSome(client, agentEvents), isNotAllowed)
  })
}

async function readSome(client: BaseOptions, topic: string): Promise<void> {
  const consumer = new Consumer({ ...client, groupId: 'none' })
  const place = {
    partition: 0,
    fetchOffset: 0n,
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
    partitionMaxBytes: 1_000,
  }
  try {
    const { topics } = await consumer.metadata({ topics: [topic] })
    const { id = '', partitions = [] } = topics.get(topic) ?? {}
    const node = partitions[0]?.leader ?? 1
    await consumer.fetch({ node, topics: [{ topicId: id, partitions: [place] }] })
  } finally {
    await consumer.close(true)
  }
}

function isNotAllowed(error: unknown): boolean {
  return causesOf(error).includes('TOPIC_AUTHORIZATION_FAILED')
}

/** The client wraps what the broker said, once for each broker that it asked. */
function causesOf(error: unknown): unknown[] {
  const {
    apiId,
    cause,
    errors = [],
  } = error as {
    apiId?: string
    cause?: unknown
    errors?: unknown[]
  }
  return [apiId, ...errors.flatMap(causesOf), ...(cause ? causesOf(cause) : [])]
}
