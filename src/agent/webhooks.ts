/**
 * The hot path: verify, translate, gate, commit. What a webhook came to is a union; the HTTP answer
 * to each arm stands beside it.
 */
import { Fault, type FaultBody } from '../base/fault.ts'
import type { Clock } from '../base/time.ts'
import type { Translation, WebhookReply, WebhookRequest } from '../connectors/connector.ts'
import type { LiveConnection } from './connections.ts'
import type { Counts } from './counts.ts'
import type { DeadLetterOffice } from './dead-letter-office.ts'
import { type Intake, originFor, type Prepared } from './intake.ts'
import type { Storage } from './storage/storage.ts'

export type WebhookOutcome =
  | { readonly outcome: 'accepted' } // 200: durable
  | { readonly outcome: 'duplicate' } // 200: was durable already
  | { readonly outcome: 'dead_lettered'; readonly fault: FaultBody } // 200: kept; a retry would not help
  | { readonly outcome: 'handshake'; readonly reply: WebhookReply } // as the vendor wants it

export interface WebhookReceiver {
  /** @throws Fault signature_missing | signature_wrong | replay_window_passed | outbox_full: nothing was kept */
  receive(live: LiveConnection, request: WebhookRequest): Promise<WebhookOutcome>
}

const accepted: WebhookOutcome = { outcome: 'accepted' }
const duplicate: WebhookOutcome = { outcome: 'duplicate' }

export interface WebhookDeps {
  readonly storage: Storage
  readonly intake: Intake
  readonly office: DeadLetterOffice
  readonly counts: Counts
  readonly clock: Clock
  readonly onHandshake: (live: LiveConnection, says: string) => void
}

export function createWebhookReceiver(deps: WebhookDeps): WebhookReceiver {
  const { storage, intake, office, counts, clock } = deps

  async function receive(live: LiveConnection, request: WebhookRequest): Promise<WebhookOutcome> {
    const verification = live.connector.verify(request, live.connection, live.secrets)
    if (verification.outcome === 'refused') throw new Fault(verification.fault)
    if (verification.outcome === 'handshake') {
      deps.onHandshake(live, verification.says)
      return { outcome: 'handshake', reply: verification.reply }
    }
    if (intake.isFull) throw new Fault('outbox_full')
    counts.webhooks += 1
    counts.lastWebhookAtMs = clock.nowMs()
    const origin = originFor(live)
    let translation: Translation
    let prepared: Prepared
    try {
      translation = live.connector.translate(request, live.context)
      prepared = intake.prepare(translation, origin)
    } catch (error) {
      return keepLetter(live, request, error)
    }
    const refusal = prepared.refused[0]?.fault
    const kept = await storage.writer.commit(() => {
      // The bytes are kept as a whole; on replay what is already told is a duplicate.
      if (refusal !== undefined) office.keepWebhook(live, request, refusal)
      return intake.keep(prepared)
    })
    intake.announce(origin, kept)
    if (refusal !== undefined)
      return { outcome: 'dead_lettered', fault: counts.fault(refusal).toBody() }
    if (kept.newCount > 0 || kept.lookupsCount > 0 || kept.duplicatesCount === 0) return accepted
    counts.duplicates += 1
    return duplicate
  }

  async function keepLetter(
    live: LiveConnection,
    request: WebhookRequest,
    error: unknown,
  ): Promise<WebhookOutcome> {
    const fault = Fault.from(error)
    await storage.writer.commit(() => office.keepWebhook(live, request, fault))
    return { outcome: 'dead_lettered', fault: counts.fault(fault).toBody() }
  }

  return { receive }
}
