/**
 * Takes in what a connector made of a webhook, a fetched document or a page: the last gate, the
 * clock, the envelope; then, inside one transaction, everything that must be kept of it.
 */
import { Fault } from '../base/fault.ts'
import { deterministicUuid } from '../base/ids.ts'
import { type Clock, instantFromMs } from '../base/time.ts'
import type { DraftEvent, Translation } from '../connectors/connector.ts'
import { findPersonal } from '../privacy/detection.ts'
import { findPersonalField } from '../privacy/gate.ts'
import { toCloudEvent } from '../retail/cloudevents.ts'
import { type AnyEvent, assertTimely } from '../retail/event.ts'
import { events as vocabulary } from '../retail/events.ts'
import type { LiveConnection } from './connections.ts'
import type { Storage } from './storage/storage.ts'
import { newTrace } from './trace.ts'

export interface Origin {
  readonly live: LiveConnection
  readonly traceparent: string
  /** The event that these follow from. */
  readonly causationId?: string
}

export interface PreparedEvent {
  readonly id: string
  readonly draft: DraftEvent
  /** A CloudEvent's JSON without its place in the outbox. */
  readonly text: string
}

export interface Prepared {
  readonly origin: Origin
  readonly events: readonly PreparedEvent[]
  readonly refused: readonly { readonly draft: DraftEvent; readonly fault: Fault }[]
  readonly translation: Translation
  readonly receivedAtMs: number
}

export interface Kept {
  readonly newCount: number
  readonly duplicatesCount: number
  readonly lookupsCount: number
}

export interface Intake {
  readonly isFull: boolean
  prepare(translation: Translation, origin: Origin): Prepared
  /** Inside a transaction. */
  keep(prepared: Prepared): Kept
  /** After the transaction: wakes whoever works on what was kept. */
  announce(origin: Origin, kept: Kept): void
  /** Prepares and keeps in a transaction of its own, with `also` in it. Refused events become dead letters. */
  take(translation: Translation, origin: Origin, also?: () => void): Promise<Kept>
}

export interface IntakeOptions {
  readonly storage: Storage
  readonly clock: Clock
  readonly outboxRowsMax: number
  readonly keepRefused: (prepared: Prepared) => void
  readonly onEvents: () => void
  readonly onLookups: (live: LiveConnection) => void
}

/** Past this part of the outbox, reports of devices give way to what cannot be had again. */
const telemetryShare = 0.9

export function createIntake(options: IntakeOptions): Intake {
  const { storage, clock, outboxRowsMax } = options
  const { outbox, seen, facts, catalogue, lookups, references, meta } = storage

  function prepare(translation: Translation, origin: Origin): Prepared {
    const receivedAtMs = clock.nowMs()
    assertNoAddress(translation)
    const events: PreparedEvent[] = []
    const refused: { draft: DraftEvent; fault: Fault }[] = []
    for (const draft of translation.events) {
      try {
        const checked = withCheckedData(draft)
        assertImpersonal(checked)
        assertTimely(checked.occurredAt, receivedAtMs)
        events.push(envelope(checked, origin, receivedAtMs))
      } catch (error) {
        refused.push({ draft, fault: Fault.from(error) })
      }
    }
    return { origin, events, refused, translation, receivedAtMs }
  }

  function keep({ origin, events, translation, receivedAtMs }: Prepared): Kept {
    const { connectionId } = origin.live.connection
    let newCount = 0
    for (const { id, draft, text } of events) {
      if (!seen.add(id, receivedAtMs)) continue
      newCount += 1
      if (draft.type === 'device.reported' && outbox.count >= outboxRowsMax * telemetryShare) {
        meta.add('telemetryDropped', 1)
        continue
      }
      outbox.append(text)
      facts.learn(draft, id)
      catalogue.learn(draft)
    }
    references.remember(connectionId, translation.references)
    for (const lookup of translation.lookups)
      lookups.ask(connectionId, lookup, origin.traceparent, Date.now())
    const lookupsCount = translation.lookups.length
    return { newCount, duplicatesCount: events.length - newCount, lookupsCount }
  }

  function announce({ live }: Origin, { newCount, lookupsCount }: Kept): void {
    if (newCount > 0) options.onEvents()
    if (lookupsCount > 0) options.onLookups(live)
  }

  async function take(translation: Translation, origin: Origin, also?: () => void): Promise<Kept> {
    const prepared = prepare(translation, origin)
    const kept = await storage.writer.commit(() => {
      also?.()
      if (prepared.refused.length > 0) options.keepRefused(prepared)
      return keep(prepared)
    })
    announce(origin, kept)
    return kept
  }

  return {
    get isFull() {
      return outbox.count >= outboxRowsMax
    },
    prepare,
    keep,
    announce,
    take,
  }
}

/** A fact that the agent makes itself, following from another. */
export function originFor(
  live: LiveConnection,
  traceparent = newTrace(),
  causationId?: string,
): Origin {
  return { live, traceparent, ...(causationId !== undefined && { causationId }) }
}

function envelope(draft: DraftEvent, origin: Origin, receivedAtMs: number): PreparedEvent {
  const { chainId, regionId, connectionId } = origin.live.connection
  const { key, ...told } = draft
  const id = deterministicUuid(connectionId, draft.type, key)
  const event = {
    ...told,
    id,
    chainId,
    regionId,
    receivedAt: instantFromMs(receivedAtMs),
    traceparent: origin.traceparent,
    ...(origin.causationId !== undefined && { causationId: origin.causationId }),
    epoch: '',
    sequence: 0,
  } as AnyEvent
  // Epoch and sequence are given when it is sent; JSON leaves out what is undefined.
  const text = JSON.stringify({ ...toCloudEvent(event), epoch: undefined, sequence: undefined })
  return { id, draft, text }
}

/**
 * Measured at 4 us a sale: cheap enough to check before the hub does, and what the
 * vocabulary does not name goes no further.
 * @throws Fault event_malformed naming the field
 */
function withCheckedData(draft: DraftEvent): DraftEvent {
  const { type, storeId } = draft
  const result = vocabulary[type].data.safeParse(draft.data)
  if (result.success) return { ...draft, data: result.data } as DraftEvent
  const issue = result.error.issues[0]
  throw new Fault('event_malformed', {
    field: ['data', ...(issue?.path ?? [])].map(String).join('.'),
    expected: issue?.message ?? 'valid',
    type,
    storeId,
  })
}

/** @throws Fault event_carries_personal_data naming the field, never the value */
function assertImpersonal(draft: DraftEvent): void {
  const found = findPersonalField(draft.data)
  if (found === undefined) return
  throw new Fault('event_carries_personal_data', {
    field: `data.${found.field}`,
    expected: `no ${found.shape}, only a token`,
    type: draft.type,
  })
}

/** Lookups and references lie on disk as they are. */
function assertNoAddress({ lookups, references }: Translation): void {
  for (const { value, externalId } of references) assertPlain('references', value, externalId)
  for (const { externalId, hints } of lookups)
    assertPlain('lookups', externalId, ...Object.values(hints ?? {}))
}

function assertPlain(field: string, ...texts: string[]): void {
  for (const text of texts)
    if (text.includes('@') && findPersonal(text) === 'email')
      throw new Fault('event_carries_personal_data', { field, expected: 'ids and tokens only' })
}
