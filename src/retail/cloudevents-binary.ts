/**
 * CloudEvents' Kafka binding in binary mode: attributes as headers `ce_…`, the data as the value.
 * Specification: cloudevents/spec, `bindings/kafka-protocol-binding.md` 1.0.2.
 */
import { Fault } from '../base/fault.ts'
import { fromCloudEvent, toCloudEvent } from './cloudevents.ts'
import type { AnyEvent } from './event.ts'

export const headerPrefix = 'ce_'

export interface BinaryEvent {
  /** UTF-8 text, `content-type` included. */
  readonly headers: ReadonlyMap<string, string>
  /** JSON of the data. */
  readonly value: string
}

export function toBinary(event: AnyEvent): BinaryEvent {
  const { data, datacontenttype, ...attributes } = toCloudEvent(event)
  const headers = new Map([['content-type', datacontenttype as string]])
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) headers.set(headerPrefix + name, value)
  return { headers, value: JSON.stringify(data) }
}

/** @throws Fault event_malformed naming our field or CloudEvents' attribute */
export function fromBinary(binary: BinaryEvent): AnyEvent {
  return fromCloudEvent(wireOf(binary))
}

/** The same event in the JSON format, unchecked. @throws Fault event_malformed */
export function wireOf({ headers, value }: BinaryEvent): Record<string, unknown> {
  const mediaType = headers.get('content-type')?.split(';')[0]?.trim()
  if (mediaType !== 'application/json')
    throw new Fault('event_malformed', { field: 'content-type', expected: 'application/json' })
  const wire: Record<string, unknown> = { datacontenttype: mediaType, data: readJson(value) }
  for (const [name, text] of headers)
    if (name.startsWith(headerPrefix)) wire[name.slice(headerPrefix.length)] = text
  return wire
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Fault('event_malformed', { field: 'data', expected: 'JSON' }, cause)
  }
}
