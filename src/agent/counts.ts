/** What happened since start, for the heartbeat. */
import { Fault } from '../base/fault.ts'
import { type Instant, instantFromMs } from '../base/time.ts'

export interface Counts {
  readonly faults: Record<string, number>
  webhooks: number
  duplicates: number
  localAnswers: number
  lastWebhookAtMs: number | undefined
  fault(thrown: unknown): Fault
}

export function createCounts(): Counts {
  const faults: Record<string, number> = {}
  return {
    faults,
    webhooks: 0,
    duplicates: 0,
    localAnswers: 0,
    lastWebhookAtMs: undefined,
    fault(thrown) {
      const fault = Fault.from(thrown)
      faults[fault.code] = (faults[fault.code] ?? 0) + 1
      return fault
    },
  }
}

export function lastWebhookAt({ lastWebhookAtMs }: Counts): { lastWebhookAt?: Instant } {
  return lastWebhookAtMs === undefined ? {} : { lastWebhookAt: instantFromMs(lastWebhookAtMs) }
}
