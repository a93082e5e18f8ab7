/** Keeps what was genuine but unusable, and tries it again on demand. */
import { Fault } from '../base/fault.ts'
import type { Clock } from '../base/time.ts'
import {
  type DraftEvent,
  type Lookup,
  nothing,
  type WebhookRequest,
} from '../connectors/connector.ts'
import type { Connections, LiveConnection } from './connections.ts'
import { type Intake, originFor, type Prepared } from './intake.ts'
import type { DeadLetter, DeadLetterKind } from './storage/dead-letters.ts'
import type { Storage } from './storage/storage.ts'

export interface DeadLetterOffice {
  /** Inside a transaction. @throws Fault the one given, when no more can be kept */
  keepWebhook(live: LiveConnection, request: WebhookRequest, fault: Fault): void
  keepLookup(live: LiveConnection, lookup: Lookup, fault: Fault): void
  keepRefused(prepared: Prepared): void
  /** Every letter once, oldest first; what still cannot be used stays. */
  replay(intake: Intake): Promise<{ replayedCount: number; remainingCount: number }>
}

const replayedAtOnce = 100

export function createDeadLetterOffice(
  storage: Storage,
  connections: Connections,
  clock: Clock,
  lettersMax: number,
): DeadLetterOffice {
  const { deadLetters, meta, writer } = storage

  function add(live: LiveConnection, kind: DeadLetterKind, fault: Fault, content: unknown): void {
    if (deadLetters.count >= lettersMax) {
      meta.add('deadLettersRefused', 1)
      throw fault
    }
    const { field } = fault.detail
    const letter = {
      connectionId: live.connection.connectionId,
      kind,
      receivedAtMs: clock.nowMs(),
      code: fault.code,
      field: typeof field === 'string' ? field : undefined,
    }
    deadLetters.add(letter, JSON.stringify(content))
  }

  async function replayOne(letter: DeadLetter, intake: Intake): Promise<void> {
    const live = connections.byId.get(letter.connectionId)
    if (live === undefined) throw new Fault('connection_unknown', { field: 'connectionId' })
    const content = JSON.parse(deadLetters.content(letter.id))
    const translation =
      letter.kind === 'event'
        ? { ...nothing, events: [content as DraftEvent] }
        : letter.kind === 'lookup'
          ? { ...nothing, lookups: [content as Lookup] }
          : live.connector.translate(readRequest(content), live.context)
    const origin = originFor(live)
    const prepared = intake.prepare(translation, origin)
    const [first] = prepared.refused
    if (first !== undefined) throw first.fault
    const kept = await writer.commit(() => {
      deadLetters.remove(letter.id)
      return intake.keep(prepared)
    })
    intake.announce(origin, kept)
  }

  return {
    keepWebhook: (live, { headers, body }, fault) =>
      add(live, 'webhook', fault, { headers, body: body.toString('base64') }),
    keepLookup: (live, lookup, fault) => add(live, 'lookup', fault, lookup),
    keepRefused({ origin, refused }) {
      for (const { draft, fault } of refused) add(origin.live, 'event', fault, draft)
    },
    async replay(intake) {
      let replayedCount = 0
      let last = 0
      for (;;) {
        const letters = deadLetters.after(last, replayedAtOnce)
        if (letters.length === 0) return { replayedCount, remainingCount: deadLetters.count }
        for (const letter of letters) {
          last = letter.id
          const isDone = await replayOne(letter, intake).then(
            () => true,
            () => false,
          )
          if (isDone) replayedCount += 1
        }
      }
    },
  }
}

function readRequest(content: {
  headers: WebhookRequest['headers']
  body: string
}): WebhookRequest {
  return { headers: content.headers, body: Buffer.from(content.body, 'base64') }
}
