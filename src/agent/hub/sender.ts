/** Sends the outbox to the hub, in order and in batches, and forgets what is safe there. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../base/fault.ts'
import type { Logger } from '../../base/log.ts'
import { limits } from '../../link/protocol.ts'
import { type Loop, startLoop } from '../loop.ts'
import type { Storage } from '../storage/storage.ts'
import type { Link } from './link.ts'

export interface Sender extends Loop {
  /** True while the last batch arrived. */
  readonly isHubReached: boolean
}

export interface SenderOptions {
  readonly link: Link
  readonly storage: Storage
  readonly log: Logger
  readonly lingerMs: number
}

/** How long the hub may make no headway with what Kafka has of ours. */
const underWayMsMax = 120_000

export function startSender({ link, storage, log, lingerMs }: SenderOptions): Sender {
  const { outbox, writer } = storage
  let sentThrough = 0
  let isHubReached = false
  let awaited: { readonly sequence: number; readonly sinceMs: number } | undefined

  async function step(signal: AbortSignal): Promise<number | undefined> {
    if (sentThrough >= outbox.lastSequence) return undefined
    // A few milliseconds more make one batch of what belongs together.
    if (lingerMs > 0 && outbox.count < limits.eventsPerBatchMax) await sleep(lingerMs)
    const batch = outbox.batchAfter(sentThrough, {
      eventsMax: limits.eventsPerBatchMax,
      bytesMax: limits.batchBytesMax,
    })
    if (batch === undefined) return undefined
    try {
      const sent = await link.send(batch, signal)
      isHubReached = true
      if (sent <= sentThrough && sent < batch.lastSequence)
        throw new Fault('sequence_gap', { field: 'acceptedThrough', expected: `> ${sentThrough}` })
      sentThrough = sent
      awaited = undefined
      writer.later(() => outbox.forget(sent))
      return 0
    } catch (error) {
      const fault = Fault.from(error)
      if (fault.code === 'sequence_gap') await resume(fault)
      else isHubReached = false
      throw error
    }
  }

  /** What the hub wants may reach it by Kafka still; not for ever, and counted from its last headway. */
  function mayArrive(wanted: number): boolean {
    if (!link.isUnderWay(wanted)) return false
    if (awaited?.sequence !== wanted) awaited = { sequence: wanted, sinceMs: performance.now() }
    return performance.now() - awaited.sinceMs < underWayMsMax
  }

  /** Goes on from what the hub wants; where that is gone, the rest begins a new epoch. */
  async function resume(fault: Fault): Promise<void> {
    const wanted = wantedSequence(fault)
    const firstKept = outbox.lastSequence - outbox.count + 1
    if (wanted !== undefined && wanted >= firstKept && wanted <= outbox.lastSequence) {
      sentThrough = wanted - 1
      return
    }
    if (wanted !== undefined && mayArrive(wanted)) return
    log.error({ wanted, firstKept }, 'the hub wants what is gone; a new epoch begins')
    await writer.commit(() => outbox.beginEpoch())
    sentThrough = 0
  }

  const loop = startLoop({ name: 'sending events', log, step })
  return {
    ...loop,
    get isHubReached() {
      return isHubReached
    },
  }
}

/** The hub's fault says as `expected` with which sequence to go on. */
function wantedSequence({ detail }: Fault): number | undefined {
  const value = Number(detail.expected)
  return Number.isInteger(value) && value > 0 ? value : undefined
}
