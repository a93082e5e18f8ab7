/** One sender per agent, so that an agent that is away holds up nobody else; and how much waits. */
import type { Faults } from './faults.ts'
import { createWebhookSender, type WebhookSender } from './webhook-sender.ts'

export interface WebhookRouter extends WebhookSender {
  /** False while some agent has too much waiting although it still answers. */
  hasRoom(): boolean
  /** Sent or waiting, not yet acknowledged or given up. */
  readonly pendingCount: number
}

export interface RouterOptions {
  readonly faults: Faults
  /** Asked at each retry, since the clock's speed may change. */
  readonly speed: () => number
  readonly concurrentMax: number
  readonly waitingMax: number
  /** An agent that acknowledged nothing for so long counts as away: it is not waited for. */
  readonly awayAfterMs: number
}

interface Lane {
  readonly sender: WebhookSender
  calls: number
  acknowledged: number
  progressAtMs: number
}

export function createWebhookRouter(options: RouterOptions): WebhookRouter {
  const lanes = new Map<string, Lane>()

  function laneOf(url: string): Lane {
    const { origin } = new URL(url)
    const known = lanes.get(origin)
    if (known !== undefined) return known
    const { faults, concurrentMax, waitingMax } = options
    const sender = createWebhookSender({
      faults,
      concurrentMax,
      waitingMax,
      get speed() {
        return options.speed()
      },
    })
    const lane = { sender, calls: 0, acknowledged: 0, progressAtMs: Date.now() }
    lanes.set(origin, lane)
    return lane
  }

  const senders = () => [...lanes.values()].map((lane) => lane.sender)

  return {
    get counts() {
      const sum = { sent: 0, acknowledged: 0, retried: 0, dropped: 0, duplicated: 0, given_up: 0 }
      for (const { counts } of senders())
        for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += counts[name]
      return sum
    },
    get pendingCount() {
      return [...lanes.values()].reduce((sum, lane) => sum + pendingOf(lane), 0)
    },
    hasRoom() {
      const nowMs = Date.now()
      return [...lanes.values()].every((lane) => {
        const pending = pendingOf(lane)
        const { acknowledged } = lane.sender.counts
        if (acknowledged !== lane.acknowledged || pending === 0) {
          lane.acknowledged = acknowledged
          lane.progressAtMs = nowMs
        }
        const isAway = nowMs - lane.progressAtMs > options.awayAfterMs
        return isAway || pending < options.waitingMax / 2
      })
    },
    send(delivery) {
      const lane = laneOf(delivery.url)
      lane.calls += 1
      lane.sender.send(delivery)
    },
    async idle() {
      await Promise.all(senders().map((sender) => sender.idle()))
    },
    async close() {
      await Promise.all(senders().map((sender) => sender.close()))
    },
  }
}

function pendingOf({ calls, sender: { counts } }: Lane): number {
  return calls + counts.duplicated - counts.dropped - counts.acknowledged - counts.given_up
}
