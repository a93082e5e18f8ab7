/** A consumer of the embedded log in one process: keeps its leases, and has a worker for each. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../base/postgres.ts'
import { createDelivery } from './delivery.ts'
import type { ConsumeOptions, Consumer, OnDeliveryFault } from './log.ts'
import {
  beat,
  joinGroup,
  leaseMs,
  leaveGroup,
  type Member,
  release,
  renewEveryMs,
} from './postgres-leases.ts'
import { createPostgresSource } from './postgres-source.ts'
import type { Wake } from './postgres-wake.ts'
import { createWorkers, type Workers } from './workers.ts'

export interface ConsumerParts {
  /** For deliveries; the handler writes there. */
  readonly db: Database
  /** For leases: never kept busy by handlers, so that renewing does not wait for them. */
  readonly control: Database
  readonly wake: Wake
  readonly onFault: OnDeliveryFault
}

export function withDefaults(given: ConsumeOptions): Required<ConsumeOptions> {
  return {
    from: 'beginning',
    batchMax: 200,
    lingerMs: 0,
    types: [],
    concurrencyMax: 2,
    attemptsMax: 4,
    backoffMs: 100,
    ...given,
  }
}

export function memberOf({ chainId, group }: ConsumeOptions): Member {
  return { chainId, group, member: `${process.pid}-${randomUUID()}` }
}

export async function startConsumer(
  parts: ConsumerParts,
  given: ConsumeOptions,
): Promise<Consumer> {
  const options = withDefaults(given)
  const member = memberOf(options)
  await joinGroup(parts.control, member, options.from)
  const workers = createWorkers({
    ...options,
    deliver: (lease, signal) => {
      const source = createPostgresSource(member, lease, options.types)
      return createDelivery({ ...parts, member, lease, source, options, signal })
    },
    release: (lease) => release(parts.control, member, [lease]),
  })
  const stopListening = await parts.wake.on(options.chainId, (partitions, types) => {
    const concerns = options.types.some((type) => types?.has(type) ?? true)
    if (options.types.length === 0 || concerns) workers.wake(partitions)
  })
  const beating = await startBeating(parts.control, member, workers)
  let stopped: Promise<void> | undefined
  return {
    stop() {
      stopped ??= (async () => {
        stopListening()
        const beaten = beating.stop()
        await workers.stop()
        await beaten
        await leaveGroup(parts.control, member).catch(() => {})
      })()
      return stopped
    },
  }
}

/** Renews the leases, gives up what is more than its share, and takes what is free. */
async function startBeating(control: Database, member: Member, workers: Workers) {
  const stopping = new AbortController()
  let lastBeatAtMs = performance.now()

  async function beatOnce(): Promise<void> {
    const held = workers.leases()
    const { lost, taken, surplus } = await beat(control, member, held)
    lastBeatAtMs = performance.now()
    for (const { partition } of lost) workers.lose(partition)
    for (const { partition } of held.slice(0, surplus)) workers.leave(partition)
    if (!stopping.signal.aborted) for (const lease of taken) workers.start(lease)
  }

  async function keepBeating(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(renewEveryMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      await beatOnce().catch(() => {
        if (performance.now() - lastBeatAtMs > leaseMs)
          for (const { partition } of workers.leases()) workers.lose(partition)
      })
    }
  }

  await beatOnce()
  const beating = keepBeating()
  return {
    stop() {
      stopping.abort()
      return beating
    },
  }
}
