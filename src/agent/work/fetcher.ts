/** Fetches what webhooks only named, within the vendor's budget, until it is told or given up. */
import { Fault, type FaultCode } from '../../base/fault.ts'
import type { Logger } from '../../base/log.ts'
import type { LiveConnection } from '../connections.ts'
import type { Counts } from '../counts.ts'
import type { DeadLetterOffice } from '../dead-letter-office.ts'
import { type Intake, originFor } from '../intake.ts'
import { backoffMs, type Loop, startLoop } from '../loop.ts'
import type { PendingLookup } from '../storage/lookups.ts'
import type { Storage } from '../storage/storage.ts'

export interface FetcherOptions {
  readonly live: LiveConnection
  readonly storage: Storage
  readonly intake: Intake
  readonly office: DeadLetterOffice
  readonly counts: Counts
  readonly log: Logger
}

const waitMs = { max: 5 * 60_000, whenFull: 5_000 } as const
/** An outage of days is waited out; what the vendor never finishes is not. */
const givenUpAfterMs = 7 * 24 * 3600_000
const comesBack: readonly FaultCode[] = [
  'vendor_unreachable',
  'vendor_throttled',
  'vendor_unauthorised',
  'circuit_open',
  'reference_unknown',
]

export function startFetcher(options: FetcherOptions): Loop {
  const { live, storage, intake, office, counts, log } = options
  const { lookups, writer } = storage
  const { connectionId } = live.connection

  async function fetchOne(pending: PendingLookup): Promise<void> {
    try {
      const result = await live.connector.fetch(pending.lookup, live.context)
      if (result.outcome === 'not_yet') return await later(pending, new Fault('not_ready'))
      const origin = originFor(live, pending.traceparent)
      await intake.take(result.translation, origin, () => lookups.done(pending))
    } catch (error) {
      const fault = counts.fault(error)
      if (comesBack.includes(fault.code)) return later(pending, fault)
      log.warn({ err: error, kind: pending.lookup.kind }, 'a lookup becomes a dead letter')
      await bury(pending, fault)
    }
  }

  async function later(pending: PendingLookup, fault: Fault): Promise<void> {
    const nowMs = Date.now()
    if (nowMs - pending.firstAskedAtMs > givenUpAfterMs) return bury(pending, fault)
    const inMs = backoffMs(pending.attemptsCount + 1, waitMs.max)
    await writer.commit(() => lookups.retry(pending, nowMs + inMs))
  }

  async function bury(pending: PendingLookup, fault: Fault): Promise<void> {
    await writer.commit(() => {
      office.keepLookup(live, pending.lookup, fault)
      lookups.done(pending)
    })
  }

  /** As many at once as the vendor allows; the HTTP client spaces them out. */
  async function step(): Promise<number | undefined> {
    if (intake.isFull) return waitMs.whenFull
    const due = lookups.due(connectionId, Date.now(), live.connector.budget.concurrentMax)
    await Promise.all(due.map(fetchOne))
    const next = lookups.nextTryAtMs(connectionId)
    return next === undefined ? undefined : Math.max(next - Date.now(), 0)
  }

  return startLoop({ name: `fetching for ${connectionId}`, log, step })
}
