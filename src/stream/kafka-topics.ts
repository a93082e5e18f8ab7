/** The topics of a region, made when they are missing. */
import { Admin, type BaseOptions } from '@platformatic/kafka'
import { Fault } from '../base/fault.ts'
import type { KafkaConfig } from './kafka-config.ts'

export interface Topics {
  readonly events: string
  readonly deadEvents: string
  /** What agents write, each under its own key, and what hubs then check and take in. */
  readonly agentEvents: string
  readonly deadAgentEvents: string
  readonly commands: string
}

export function topicsOf(prefix: string, regionId: string): Topics {
  const region = `${prefix}.${regionId}`
  return {
    events: `${region}.events`,
    deadEvents: `${region}.events.dead`,
    agentEvents: `${region}.agent-events`,
    deadAgentEvents: `${region}.agent-events.dead`,
    commands: `${region}.commands`,
  }
}

/** An event has the size of an agent's whole batch at most (link/protocol.ts: 4 MB). */
const messageBytesMax = 8_000_000

/**
 * Makes what is missing; where this principal may not, they must be there already.
 * @returns the number of partitions of the first
 * @throws Fault stream_unreachable
 */
export async function ensureTopics(
  client: BaseOptions,
  names: readonly string[],
  { kafkaPartitionsCount, kafkaReplicasCount }: KafkaConfig,
): Promise<number> {
  const admin = new Admin(client)
  try {
    const present = new Set(await admin.listTopics())
    const replicas = kafkaReplicasCount ?? -1
    for (const topic of names.filter((name) => !present.has(name)))
      await admin
        .createTopics({
          topics: [topic],
          partitions: kafkaPartitionsCount,
          replicas,
          configs: [
            { name: 'max.message.bytes', value: String(messageBytesMax) },
            // One replica may be away; with fewer than two left, nothing is acknowledged.
            ...(replicas >= 3 ? [{ name: 'min.insync.replicas', value: '2' }] : []),
          ],
        })
        // Another hub may have been first.
        .catch((error: object) => {
          if (!isAlreadyThere(error)) throw error
        })
    const { topics } = await admin.metadata({ topics: [...names], forceUpdate: true, retries: 10 })
    return topics.get(names[0] ?? '')?.partitionsCount ?? 0
  } catch (cause) {
    throw new Fault('stream_unreachable', { expected: 'brokers that answer' }, cause)
  } finally {
    await admin.close().catch(() => {})
  }
}

/** The client wraps what the broker said, once for each broker that it asked. */
function isAlreadyThere(error: { apiId?: string; errors?: object[] }): boolean {
  return error.apiId === 'TOPIC_ALREADY_EXISTS' || (error.errors ?? []).some(isAlreadyThere)
}
