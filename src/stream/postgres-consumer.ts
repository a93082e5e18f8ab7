/** A consumer in one process: keeps its leases, and runs one delivery per partition it holds. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../base/postgres.ts'
import type { ConsumeOptions, Consumer, OnDeliveryFault } from './log.ts'
import { createDelivery } from './postgres-delivery.ts'
import {
  beat,
  joinGroup,
  type Lease,
  leaseMs,
  leaveGroup,
  type Member,
  release,
  renewEveryMs,
} from './postgres-leases.ts'
import type { Wake } from './postgres-wake.ts'

export interface ConsumerParts {
  /** For deliveries; the handler writes there. */
  readonly db: Database
  /** For leases: never kept busy by handlers, so that renewing does not wait for them. */
  readonly control: Database
  readonly wake: Wake
  readonly onFault: OnDeliveryFault
}

/** When a notification was lost, this is how long an event waits. */
const lookEveryMs = 1_000

interface Worker {
  readonly lease: Lease
  readonly loss: AbortController
  isLeaving: boolean
  hasNews: boolean
  wakeUp(): void
  done: Promise<void>
}

export async function startConsumer(
  parts: ConsumerParts,
  given: ConsumeOptions,
): Promise<Consumer> {
  const options: Required<ConsumeOptions> = {
    from: 'beginning',
    batchMax: 200,
    lingerMs: 0,
    types: [],
    concurrencyMax: 2,
    attemptsMax: 4,
    backoffMs: 100,
    ...given,
  }
  const member: Member = {
    chainId: options.chainId,
    group: options.group,
    member: `${process.pid}-${randomUUID()}`,
  }
  await joinGroup(parts.control, member, options.from)
  const workers = new Map<number, Worker>()
  const inTurn = createTurns(options.concurrencyMax)
  const stopping = new AbortController()

  const stopListening = await parts.wake.on(options.chainId, (partitions, types) => {
    const concerns = options.types.some((type) => types?.has(type) ?? true)
    if (options.types.length > 0 && !concerns) return
    for (const [partition, worker] of workers)
      if (partitions === undefined || partitions.has(partition)) worker.wakeUp()
  })

  function start(lease: Lease): void {
    const worker = createWorker(lease)
    workers.set(lease.partition, worker)
    worker.done = work(worker).finally(() => workers.delete(lease.partition))
  }

  async function work(worker: Worker): Promise<void> {
    const { lease, loss } = worker
    const signal = AbortSignal.any([loss.signal, stopping.signal])
    const delivery = createDelivery({ ...parts, member, lease, options, signal })
    let lookedAtMs = 0
    while (!signal.aborted && !worker.isLeaving) {
      worker.hasNews = false
      const outcome = await inTurn(async () => {
        const first = await delivery.next()
        return first === 'idle' ? delivery.replay() : first
      })
      if (outcome === 'lost') return
      if (outcome === 'failed') await delivery.pause()
      // What was read whole leaves nothing behind, unless news came meanwhile. Now and then it is
      // looked at all the same, for news that got lost and for replays.
      const nowMs = performance.now()
      const isDone = outcome === 'drained' && nowMs - lookedAtMs < lookEveryMs
      if (outcome === 'idle') lookedAtMs = nowMs
      if (outcome !== 'idle' && !isDone) continue
      await news(worker, signal)
      if (worker.hasNews) await linger(options.lingerMs, signal)
    }
    if (!loss.signal.aborted) await release(parts.control, member, [lease]).catch(() => {})
  }

  let lastBeatAtMs = performance.now()
  async function beatOnce(): Promise<void> {
    const held = [...workers.values()]
    const leases = held.map(({ lease }) => lease)
    const { lost, taken, surplus } = await beat(parts.control, member, leases)
    lastBeatAtMs = performance.now()
    for (const { partition } of lost) workers.get(partition)?.loss.abort()
    for (const worker of held.filter(({ isLeaving }) => !isLeaving).slice(0, surplus)) {
      worker.isLeaving = true
      worker.wakeUp()
    }
    for (const lease of taken) {
      // A delivery that lost this very partition a moment ago may still be ending.
      const before = workers.get(lease.partition)?.done ?? Promise.resolve()
      void before.then(() => {
        if (!stopping.signal.aborted) start(lease)
      })
    }
  }

  async function keepBeating(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(renewEveryMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      await beatOnce().catch(() => {
        if (performance.now() - lastBeatAtMs > leaseMs)
          for (const worker of workers.values()) worker.loss.abort()
      })
    }
  }

  await beatOnce()
  const beating = keepBeating()
  let stopped: Promise<void> | undefined
  return {
    stop() {
      stopped ??= (async () => {
        stopListening()
        stopping.abort()
        await beating
        await Promise.all([...workers.values()].map(({ done }) => done))
        await leaveGroup(parts.control, member).catch(() => {})
      })()
      return stopped
    },
  }
}

function createWorker(lease: Lease): Worker {
  const worker: Worker = {
    lease,
    loss: new AbortController(),
    isLeaving: false,
    hasNews: false,
    wakeUp() {
      worker.hasNews = true
    },
    done: Promise.resolve(),
  }
  return worker
}

/** Waits until the worker is woken, or for the slow look around. */
async function news(worker: Worker, signal: AbortSignal): Promise<void> {
  if (worker.hasNews || signal.aborted) return
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, lookEveryMs)
    signal.addEventListener('abort', end)
    worker.wakeUp = () => {
      worker.hasNews = true
      end()
    }
  })
}

async function linger(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => {})
}

/** At most `count` at a time; the others wait in line. */
function createTurns(count: number) {
  const line: (() => void)[] = []
  let running = 0
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running >= count) await new Promise<void>((go) => line.push(go))
    else running += 1
    try {
      return await work()
    } finally {
      const next = line.shift()
      if (next) next()
      else running -= 1
    }
  }
}
