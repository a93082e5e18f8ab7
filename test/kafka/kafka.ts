/**
 * A Kafka for tests: brokers of our own for one test process, or with KAFKA_BROKERS the cluster that is
 * there. Whoever asks has a prefix of topics to himself.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

/** Call at the top of a test file; everything is removed when its process ends. */
export async function startTestKafka(brokersCount: 1 | 3 = 1): Promise<TestKafka> {
  const given = process.env.KAFKA_BROKERS
  const cluster = given === undefined ? await ownCluster(brokersCount) : undefined
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

const clusters = new Map<number, Promise<Cluster>>()

function ownCluster(brokersCount: 1 | 3): Promise<Cluster> {
  const known = clusters.get(brokersCount) ?? startOwn(brokersCount)
  clusters.set(brokersCount, known)
  return known
}

/** Never stopped in a test's `after`: whoever used it may close after that, and brokers are slow to stop. */
async function startOwn(brokersCount: 1 | 3): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'tillway-kafka-'))
  const cluster = await startCluster({ folder, brokersCount })
  // The brokers were killed just before: some of their files may still come and go.
  const retries = { maxRetries: 20, retryDelay: 50 }
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, ...retries }))
  return cluster
}
