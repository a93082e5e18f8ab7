/**
 * CloudEvents 1.0, JSON format: an event on the wire. Attribute names there are lower case without
 * separators; extensions as the specification's `extensions/` names them (partitionkey, sequence,
 * recordedtime, correlationid, causationid, traceparent, dataclassification), then our own.
 */
import { Fault } from '../base/fault.ts'
import { type AnyEvent, parseEvent, traceIdOf } from './event.ts'
import { events } from './events.ts'

export const batchMediaType = 'application/cloudevents-batch+json'

export interface CloudEvent {
  specversion: '1.0'
  id: string
  source: string
  type: string
  subject?: string
  time: string
  datacontenttype: 'application/json'
  partitionkey: string
  sequence: string
  recordedtime?: string
  correlationid: string
  causationid?: string
  traceparent: string
  dataclassification: string
  chainid: string
  regionid: string
  epoch: string
  receivedtime: string
  data: unknown
}

export function toCloudEvent(event: AnyEvent): CloudEvent {
  return {
    specversion: '1.0',
    id: event.id,
    source: `/stores/${event.storeId}`,
    type: event.type,
    ...(event.registerId !== undefined && { subject: event.registerId }),
    time: event.occurredAt,
    datacontenttype: 'application/json',
    partitionkey: event.storeId,
    sequence: String(event.sequence),
    ...(event.recordedAt !== undefined && { recordedtime: event.recordedAt }),
    correlationid: traceIdOf(event),
    ...(event.causationId !== undefined && { causationid: event.causationId }),
    traceparent: event.traceparent,
    dataclassification: events[event.type].classification,
    chainid: event.chainId,
    regionid: event.regionId,
    epoch: event.epoch,
    receivedtime: event.receivedAt,
    data: event.data,
  }
}

/** @throws Fault event_malformed naming our field or CloudEvents' attribute */
export function fromCloudEvent(input: unknown): AnyEvent {
  if (input === null || typeof input !== 'object')
    throw new Fault('event_malformed', { field: '(whole)', expected: 'a CloudEvent' })
  const wire = input as Partial<Record<keyof CloudEvent, unknown>>
  if (wire.specversion !== '1.0')
    throw new Fault('event_malformed', { field: 'specversion', expected: '1.0' })
  const event = parseEvent({
    id: wire.id,
    type: wire.type,
    chainId: wire.chainid,
    regionId: wire.regionid,
    storeId: wire.partitionkey,
    ...(wire.subject !== undefined && { registerId: wire.subject }),
    occurredAt: wire.time,
    receivedAt: wire.receivedtime,
    ...(wire.recordedtime !== undefined && { recordedAt: wire.recordedtime }),
    traceparent: wire.traceparent,
    ...(wire.causationid !== undefined && { causationId: wire.causationid }),
    epoch: wire.epoch,
    sequence: sequenceFrom(wire.sequence),
    data: wire.data,
  })
  if (wire.source !== `/stores/${event.storeId}`)
    throw new Fault('event_malformed', { field: 'source', expected: `/stores/${event.storeId}` })
  return event
}

/** CloudEvents carries it as text; anything else (`true`, `[5]`) must not become a number by chance. */
function sequenceFrom(sequence: unknown): number {
  return typeof sequence === 'string' && /^\d{1,16}$/.test(sequence) ? Number(sequence) : Number.NaN
}
