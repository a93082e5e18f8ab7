/** Sends webhooks as vendors do: late answers and errors are retried on the vendor's schedule. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Faults } from './faults.ts'

export interface Delivery {
  readonly url: string
  readonly body: string
  /** Headers of an attempt; the first is 1. `reason` says why the one before failed. */
  readonly headers: (attempt: number, reason: FailureReason | undefined) => Record<string, string>
  readonly habits: DeliveryHabits
}

export type FailureReason = 'http_timeout' | 'http_error' | 'other_error'

/** What the vendor documents of its deliveries. */
export interface DeliveryHabits {
  readonly timeoutMs: number
  /** Waits before the second, third, … attempt, in the vendor's own time. */
  readonly retryDelaysMs: readonly number[]
  readonly retriesStatus: (status: number) => boolean
  readonly mayDuplicate: boolean
  readonly mayReorder: boolean
  readonly mayDrop: boolean
}

export interface WebhookSender {
  send(delivery: Delivery): void
  /** Resolves when nothing is under way or waiting for its turn. */
  idle(): Promise<void>
  readonly counts: Readonly<
    Record<'sent' | 'acknowledged' | 'retried' | 'dropped' | 'duplicated' | 'given_up', number>
  >
  close(): Promise<void>
}

export interface SenderOptions {
  readonly faults: Faults
  /** Retry delays are divided by this, so that hours of retries fit a sped-up run. */
  readonly speed: number
  readonly concurrentMax: number
  /** Deliveries kept waiting at most; past it the oldest waiting is given up and counted. */
  readonly waitingMax: number
}

export function createWebhookSender(options: SenderOptions): WebhookSender {
  const counts = { sent: 0, acknowledged: 0, retried: 0, dropped: 0, duplicated: 0, given_up: 0 }
  const waiting: Delivery[] = []
  const stopping = new AbortController()
  let running = 0
  let idleWaiters: (() => void)[] = []

  function enqueue(delivery: Delivery): void {
    if (waiting.length >= options.waitingMax) {
      waiting.shift()
      counts.given_up += 1
    }
    waiting.push(delivery)
    pump()
  }

  function pump(): void {
    while (running < options.concurrentMax && waiting.length > 0) {
      const delivery = waiting.shift()
      if (delivery === undefined) break
      running += 1
      void deliver(delivery).finally(() => {
        running -= 1
        pump()
      })
    }
    if (running === 0 && waiting.length === 0) {
      for (const resolve of idleWaiters) resolve()
      idleWaiters = []
    }
  }

  async function deliver({ url, body, headers, habits }: Delivery): Promise<void> {
    if (habits.mayReorder) await pause(options.faults.reorderDelayMs())
    let reason: FailureReason | undefined
    for (let attempt = 1; !stopping.signal.aborted; attempt += 1) {
      counts[attempt === 1 ? 'sent' : 'retried'] += 1
      const status = await post(url, body, headers(attempt, reason), habits.timeoutMs)
      if (typeof status === 'number' && status >= 200 && status < 300) {
        counts.acknowledged += 1
        return
      }
      reason = typeof status === 'number' ? 'http_error' : status
      const delayMs = habits.retryDelaysMs[attempt - 1]
      if (delayMs === undefined || (typeof status === 'number' && !habits.retriesStatus(status)))
        break
      await pause(delayMs / options.speed)
    }
    counts.given_up += 1
  }

  async function pause(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined)
  }

  return {
    counts,
    send(delivery) {
      if (delivery.habits.mayDrop && options.faults.drops()) {
        counts.dropped += 1
        return
      }
      enqueue(delivery)
      if (delivery.habits.mayDuplicate && options.faults.duplicates()) {
        counts.duplicated += 1
        enqueue(delivery)
      }
    },
    idle: () =>
      new Promise((resolve) => {
        idleWaiters.push(resolve)
        pump()
      }),
    async close() {
      stopping.abort()
      waiting.length = 0
      await this.idle()
    },
  }
}

async function post(
  url: string,
  body: string,
  headers: Record<string, string>,
  timeoutMs: number,
): Promise<number | FailureReason> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    await response.arrayBuffer()
    return response.status
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'http_timeout' : 'other_error'
  }
}
