/** One worker per partition that this process holds: it delivers, rests until woken, and lets go. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Delivery } from './delivery.ts'
import type { Lease } from './postgres-leases.ts'

/** When a wake-up was lost, this is how long an event waits. */
const lookEveryMs = 1_000

interface Worker {
  readonly lease: Lease
  readonly loss: AbortController
  isLeaving: boolean
  hasNews: boolean
  wakeUp(): void
  done: Promise<void>
}

export interface Workers {
  /** Also after a worker of the same partition that is still ending. */
  start(lease: Lease): void
  /** Without those that were lost. */
  leases(): Lease[]
  /** Lets a running delivery end, then gives the partition back. */
  leave(partition: number): void
  /** The partition is another's: what runs is in vain. */
  lose(partition: number): void
  /** Undefined: all of them. */
  wake(partitions?: ReadonlySet<number>): void
  stop(): Promise<void>
}

export interface WorkersOptions {
  readonly lingerMs: number
  readonly concurrencyMax: number
  deliver(lease: Lease, signal: AbortSignal): Delivery
  /** Its partition was not lost: it goes to others at once. */
  release(lease: Lease): Promise<void>
  /** After any end of a worker. */
  onEnd?(lease: Lease): void
}

export function createWorkers(options: WorkersOptions): Workers {
  const workers = new Map<number, Worker>()
  const inTurn = createTurns(options.concurrencyMax)
  const stopping = new AbortController()

  async function work(worker: Worker): Promise<void> {
    const { lease, loss } = worker
    const signal = AbortSignal.any([loss.signal, stopping.signal])
    const delivery = options.deliver(lease, signal)
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
    if (!loss.signal.aborted) await options.release(lease).catch(() => {})
  }

  function start(lease: Lease): void {
    const worker = createWorker(lease)
    const before = workers.get(lease.partition)?.done
    workers.set(lease.partition, worker)
    worker.done = (async () => {
      // A delivery that lost this very partition a moment ago may still be ending.
      await before
      if (!stopping.signal.aborted) await work(worker)
    })().finally(() => {
      options.onEnd?.(lease)
      if (workers.get(lease.partition) === worker) workers.delete(lease.partition)
    })
  }

  return {
    start,
    leases: () =>
      [...workers.values()].filter(({ loss }) => !loss.signal.aborted).map(({ lease }) => lease),
    leave(partition) {
      const worker = workers.get(partition)
      if (worker === undefined) return
      worker.isLeaving = true
      worker.wakeUp()
    },
    lose: (partition) => workers.get(partition)?.loss.abort(),
    wake(partitions) {
      for (const [partition, worker] of workers)
        if (partitions === undefined || partitions.has(partition)) worker.wakeUp()
    },
    async stop() {
      stopping.abort()
      await Promise.all([...workers.values()].map(({ done }) => done))
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
export function createTurns(count: number) {
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
