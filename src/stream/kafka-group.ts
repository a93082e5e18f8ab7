/**
 * A member of a Kafka consumer group, for who reads what only: the place of the group is in
 * PostgreSQL. It joins again by itself, as often as it must. The classic protocol with the
 * cooperative assignor: docs/decisions/0011.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type BaseOptions, Consumer } from '@platformatic/kafka'

export interface GroupOptions {
  readonly client: BaseOptions
  readonly topic: string
  readonly groupId: string
  /** Static membership: see `kafkaInstanceId`. */
  readonly instanceId?: string | undefined
  readonly heartbeatMs: number
  /** The partitions that are this member's now, all of them. */
  onAssigned(partitions: ReadonlySet<number>): void
}

export interface GroupMembership {
  /** Gives its partitions to the others at once. */
  leave(): Promise<void>
}

/** The least that brokers allow by default; a member that died is replaced after it. */
export const sessionMs = 6_000
const rebalanceMs = 10_000
const backoffMs = { first: 200, most: 3_000 } as const

export function joinKafkaGroup(options: GroupOptions): GroupMembership {
  const leaving = new AbortController()
  let current: Consumer | undefined

  async function keepJoined(): Promise<void> {
    let failures = 0
    while (!leaving.signal.aborted) {
      const consumer = open(options)
      current = consumer
      const broken = breakOf(consumer, leaving.signal)
      try {
        await consumer.joinGroup({})
        failures = 0
        await broken
      } catch {
        failures += 1
      }
      await consumer.close(true).catch(() => {})
      const waitMs = Math.min(backoffMs.first * 2 ** failures, backoffMs.most)
      await sleep(waitMs, undefined, { signal: leaving.signal }).catch(() => {})
    }
  }

  function open({ client, topic, groupId, instanceId, heartbeatMs, onAssigned }: GroupOptions) {
    const consumer = new Consumer({
      ...client,
      groupId,
      ...(instanceId !== undefined && { groupInstanceId: instanceId }),
      autocommit: false,
      sessionTimeout: sessionMs,
      rebalanceTimeout: rebalanceMs,
      heartbeatInterval: heartbeatMs,
      heartbeatStallTimeout: sessionMs,
      protocols: [{ name: 'cooperative-sticky', version: 1 }],
    })
    consumer.topics.track(topic)
    const tell = () => {
      if (consumer !== current || leaving.signal.aborted) return
      const mine = consumer.assignments?.find((assigned) => assigned.topic === topic)
      onAssigned(new Set(mine?.partitions))
    }
    consumer.on('consumer:group:join', tell)
    // In a cooperative rebalance what is to go to others is given up first.
    consumer.on('consumer:group:rebalance', tell)
    return consumer
  }

  const keeping = keepJoined()
  return {
    async leave() {
      leaving.abort()
      await current?.close(true).catch(() => {})
      await keeping
    },
  }
}

/** Ends when the membership will not come back by itself, or is given up. */
function breakOf(consumer: Consumer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      signal.removeEventListener('abort', end)
      resolve()
    }
    consumer.on('error', end)
    consumer.on('consumer:heartbeat:stalled', end)
    signal.addEventListener('abort', end)
  })
}
