/** Sends the outbox to the hub, in order and in batches, and forgets what the hub has. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../base/fault.ts'
import type { Logger } from '../../base/log.ts'
import { IngestResponse, limits } from '../../link/protocol.ts'
import { batchMediaType } from '../../retail/cloudevents.ts'
import { type Loop, startLoop } from '../loop.ts'
import type { OutboxBatch } from '../storage/outbox.ts'
import type { Storage } from '../storage/storage.ts'
import { type HubClient, readAnswer } from './hub-client.ts'

export interface Sender extends Loop {
  /** True while the last batch arrived. */
  readonly isHubReached: boolean
}

export interface SenderOptions {
  readonly hub: HubClient
  readonly storage: Storage
  readonly log: Logger
  readonly lingerMs: number
}

/** Far beyond what a hub takes for a batch; one that froze is left for another before long. */
const deadlineMs = 12_000

export function startSender({ hub, storage, log, lingerMs }: SenderOptions): Sender {
  const { outbox, writer } = storage
  let sentThrough = 0
  let isHubReached = false

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
      const sent = await send(batch, signal)
      isHubReached = true
      if (sent <= sentThrough && sent < batch.lastSequence)
        throw new Fault('sequence_gap', { field: 'acceptedThrough', expected: `> ${sentThrough}` })
      sentThrough = sent
      writer.later(() => outbox.forget(sent))
      return 0
    } catch (error) {
      const fault = Fault.from(error)
      if (fault.code === 'sequence_gap') await resume(fault)
      else isHubReached = false
      throw error
    }
  }

  async function send(batch: OutboxBatch, signal: AbortSignal): Promise<number> {
    const answer = readAnswer(
      IngestResponse,
      await hub.call({
        path: '/v1/events',
        body: batch.body,
        mediaType: batchMediaType,
        deadlineMs,
        signal,
      }),
    )
    for (const { sequence, code, field } of answer.rejected)
      log.error({ sequence, code, field }, 'the hub keeps an event of ours as a dead letter')
    return answer.acceptedThrough
  }

  /** Goes on from what the hub wants; where that is gone, the rest begins a new epoch. */
  async function resume(fault: Fault): Promise<void> {
    const wanted = wantedSequence(fault)
    const firstKept = outbox.lastSequence - outbox.count + 1
    if (wanted !== undefined && wanted >= firstKept && wanted <= outbox.lastSequence) {
      sentThrough = wanted - 1
      return
    }
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
