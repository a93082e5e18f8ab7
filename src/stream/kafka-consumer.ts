/**
 * A consumer of the log on Kafka in one process: the group's coordinator says which partitions are
 * its, PostgreSQL from where, and that nobody else may commit there any more.
 */
import type { BaseOptions } from '@platformatic/kafka'
import { createDelivery, type OnBury } from './delivery.ts'
import { type Buffer, createFetcher } from './kafka-fetcher.ts'
import { joinKafkaGroup } from './kafka-group.ts'
import { type FetchedRecord, readRecord } from './kafka-record.ts'
import { createKafkaSource } from './kafka-source.ts'
import type { ConsumeOptions, Consumer } from './log.ts'
import { type ConsumerParts, memberOf, withDefaults } from './postgres-consumer.ts'
import { joinGroup, type Lease, leaveGroup, release, seize } from './postgres-leases.ts'
import { createWorkers } from './workers.ts'

export interface KafkaConsumerParts extends ConsumerParts {
  readonly client: BaseOptions
  readonly topic: string
  readonly groupPrefix: string
  readonly instanceId?: string | undefined
  readonly heartbeatMs: number
  /** Of the group, by what it is called. */
  onBury(group: string): OnBury
}

/** When taking a partition failed, or another took it by mistake, this is how long it waits. */
const settleEveryMs = 1_000

export async function startKafkaConsumer(
  parts: KafkaConsumerParts,
  given: ConsumeOptions,
): Promise<Consumer> {
  const options = withDefaults(given)
  const { chainId, group } = options
  const { control, topic } = parts
  const member = memberOf(options)
  const fetcher = createFetcher<FetchedRecord>({
    client: parts.client,
    topic,
    decode: (partition, offset, record) => readRecord(chainId, partition, offset, record),
    onEntries: (partition) => workers.wake(new Set([partition])),
  })
  // Asked before the group's place is made: what is appended after that will be behind these offsets.
  const offsets = options.from === 'now' ? await fetcher.latest() : []
  await joinGroup(control, member, options.from, offsets)

  const buffers = new Map<Lease, Buffer<FetchedRecord>>()
  const workers = createWorkers({
    ...options,
    deliver(lease, signal) {
      const buffer = fetcher.begin(lease.partition, lease.nextOffset)
      buffers.set(lease, buffer)
      const source = createKafkaSource(member, lease, options.types, buffer)
      const onBury = parts.onBury(group)
      return createDelivery({ ...parts, member, lease, source, options, signal, onBury })
    },
    release: (lease) => release(control, member, [lease]),
    onEnd(lease) {
      const buffer = buffers.get(lease)
      if (buffer) fetcher.end(lease.partition, buffer)
      buffers.delete(lease)
    },
  })

  let assigned: ReadonlySet<number> = new Set()
  let isStopped = false
  /** Makes what is worked on what was assigned. */
  async function settle(): Promise<void> {
    const held = new Set(workers.leases().map(({ partition }) => partition))
    for (const partition of held) if (!assigned.has(partition)) workers.leave(partition)
    const missing = [...assigned].filter((partition) => !held.has(partition))
    if (missing.length === 0 || isStopped) return
    const leases: Lease[] = await seize(control, member, missing)
    if (isStopped) return
    for (const lease of leases) if (assigned.has(lease.partition)) workers.start(lease)
  }
  let settling = Promise.resolve()
  const settleNow = () => {
    settling = settling.then(settle).catch(() => {})
  }
  const timer = setInterval(settleNow, settleEveryMs)
  const stopListening = await parts.wake.on(chainId, (partitions, types) => {
    // Of appends Kafka tells; without types it is about dead letters.
    if (types === undefined) workers.wake(partitions)
  })
  const membership = joinKafkaGroup({
    ...parts,
    groupId: `${parts.groupPrefix}.${chainId}.${group}`,
    ...(parts.instanceId && { instanceId: `${parts.instanceId}.${group}` }),
    onAssigned(partitions) {
      assigned = partitions
      settleNow()
    },
  })

  let stopped: Promise<void> | undefined
  return {
    stop() {
      stopped ??= (async () => {
        isStopped = true
        clearInterval(timer)
        stopListening()
        await workers.stop()
        await settling
        await membership.leave()
        await fetcher.close()
        await leaveGroup(control, member).catch(() => {})
      })()
      return stopped
    },
  }
}
