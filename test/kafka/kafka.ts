/**
 * A Kafka for tests: brokers of our own for one test file, or with KAFKA_BROKERS the cluster that is
 * there. Topics have a prefix of their own.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { KafkaConfig } from '../../src/stream/kafka-config.ts'
import { type Cluster, startCluster } from './cluster.ts'

export interface TestKafka {
  readonly config: KafkaConfig
  /** The same as keys of a hub's configuration. */
  readonly hub: Readonly<Record<string, string>>
  /** The same as variables of a hub's environment. */
  readonly environment: Readonly<Record<string, string>>
  /** Absent where the brokers are not ours to kill. */
  readonly cluster?: Cluster
}

/** Call at the top of a test file; everything is removed after its last test. */
export async function startTestKafka(brokersCount: 1 | 3 = 1): Promise<TestKafka> {
  const given = process.env.KAFKA_BROKERS
  const cluster = given === undefined ? await startOwn(brokersCount) : undefined
  const keys = {
    kafkaBrokers: given ?? cluster?.brokers ?? '',
    kafkaTopicPrefix: `test-${randomBytes(5).toString('hex')}`,
    kafkaPartitionsCount: '8',
    ...(cluster && { kafkaReplicasCount: String(brokersCount) }),
  }
  const hub = { stream: 'kafka', ...keys }
  return {
    config: KafkaConfig.parse(keys),
    hub,
    environment: Object.fromEntries(
      Object.entries(hub).map(([key, value]) => [
        `TILLWAY_${key.replace(/[A-Z]/g, '_$&').toUpperCase()}`,
        value,
      ]),
    ),
    ...(cluster && { cluster }),
  }
}

async function startOwn(brokersCount: 1 | 3): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'tillway-kafka-'))
  const cluster = await startCluster({ folder, brokersCount })
  after(async () => {
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return cluster
}
