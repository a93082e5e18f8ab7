/** An event: a fact from a store, in our own vocabulary. `cloudevents.ts` writes it on the wire. */
import { z } from 'zod'
import { Fault } from '../base/fault.ts'
import { idSchema } from '../base/ids.ts'
import { parse } from '../base/parse.ts'
import { Instant, msOf } from '../base/time.ts'
import { type EventData, type EventType, EventTypeSchema, events } from './events.ts'
import { RegionId } from './organisation.ts'

export const Envelope = z.object({
  /** The same fact always has the same id, however often and by whichever way it is told. */
  id: z.uuid(),
  type: EventTypeSchema,
  chainId: idSchema('chain'),
  regionId: RegionId,
  storeId: idSchema('store'),
  registerId: idSchema('register').optional(),
  occurredAt: Instant,
  receivedAt: Instant,
  recordedAt: Instant.optional(),
  /** W3C trace context; its trace id names the thread from webhook to ledger. */
  traceparent: z.string().regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/),
  /** The event that this one follows from. */
  causationId: z.uuid().optional(),
  /** Who sent it on: the incarnation of an agent's outbox and the place in it. */
  epoch: z.string().regex(/^[\x21-\x7e]{1,40}$/, { error: '1 to 40 visible ASCII characters' }),
  sequence: z.int().positive(),
})
export type Envelope = z.infer<typeof Envelope>

export type EventOf<Type extends EventType> = Omit<Envelope, 'type'> & {
  type: Type
  data: EventData<Type>
}
export type AnyEvent = { [Type in EventType]: EventOf<Type> }[EventType]

/** How far a store's clock may run ahead, and how old a fact may be when it is first told. */
export const eventClockLimits = { futureMsMax: 5 * 60_000, ageMsMax: 400 * 24 * 3600_000 } as const

/** @throws Fault event_malformed naming the field */
export function parseEvent(input: unknown): AnyEvent {
  const envelope = parse(Envelope, input, 'event_malformed')
  const data = (input as { data?: unknown }).data
  const result = events[envelope.type].data.safeParse(data)
  if (!result.success) {
    const issue = result.error.issues[0]
    throw new Fault('event_malformed', {
      field: ['data', ...(issue?.path ?? [])].map(String).join('.'),
      expected: issue?.message ?? 'valid',
      type: envelope.type,
    })
  }
  return { ...envelope, data: result.data } as AnyEvent
}

/** @throws Fault event_in_future | event_too_late */
export function assertTimely(occurredAt: Instant, nowMs: number): void {
  const ageMs = nowMs - msOf(occurredAt)
  if (ageMs < -eventClockLimits.futureMsMax)
    throw new Fault('event_in_future', { field: 'occurredAt', occurredAt })
  if (ageMs > eventClockLimits.ageMsMax)
    throw new Fault('event_too_late', { field: 'occurredAt', occurredAt })
}

/** The 32 hex digits that name the thread an event belongs to. */
export function traceIdOf(event: Pick<Envelope, 'traceparent'>): string {
  return event.traceparent.slice(3, 35)
}
