/**
 * An event as a record of Kafka, and back. The extension `position` says its place in the chain's
 * partition, handed out by PostgreSQL: by it a repeated record is told from a new one.
 */
import type { KafkaRecord } from '@platformatic/kafka'
import type { Fault } from '../base/fault.ts'
import {
  type BinaryEvent,
  fromBinary,
  headerPrefix,
  toBinary,
  wireOf,
} from '../retail/cloudevents-binary.ts'
import type { AnyEvent } from '../retail/event.ts'
import type { Item } from './delivery.ts'
import type { OutMessage } from './kafka-producer.ts'
import type { LoggedEvent } from './log.ts'
import type { Letter } from './postgres-dead-letters.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const positionHeader = `${headerPrefix}position`
/** As bytes: of most records nothing more is looked at than these. */
const headerNames = {
  position: Buffer.from(positionHeader),
  id: Buffer.from(`${headerPrefix}id`),
  type: Buffer.from(`${headerPrefix}type`),
  recordedAt: Buffer.from(`${headerPrefix}recordedtime`),
}

export function keyOf({ chainId, storeId }: Pick<AnyEvent, 'chainId' | 'storeId'>): string {
  return `${chainId}/${storeId}`
}

export function toMessage(topic: string, { partition, position, event }: LoggedEvent): OutMessage {
  const { headers, value } = toBinary(event)
  const placed = new Map([[positionHeader, String(position)], ...headers])
  return { topic, partition, key: keyOf(event), headers: placed, value }
}

/** What a group could not handle, for whoever watches: the event as it is, and why. */
export function toDeadMessage(
  topic: string,
  letter: Letter,
  group: string,
  fault: Fault,
): OutMessage {
  const { chainId } = JSON.parse(letter.body) as { chainId?: string }
  const headers = new Map([
    ['content-type', 'application/json'],
    [positionHeader, String(letter.position)],
    ['tillway_event', letter.eventId],
    ['tillway_group', group],
    ['tillway_fault', fault.code],
  ])
  const key = `${chainId ?? ''}/${letter.storeId}`
  return { topic, partition: letter.partition, key, headers, value: letter.body }
}

/** A record of our own making, not yet decoded further than is needed to pass over it. */
export interface FetchedRecord {
  readonly partition: number
  readonly offset: number
  readonly position: number
  readonly type: string
  readonly record: KafkaRecord
}

/** @returns undefined for what is of another chain, or not written by a hub */
export function readRecord(
  chainId: string,
  partition: number,
  offset: number,
  record: KafkaRecord,
): FetchedRecord | undefined {
  if (!record.key?.toString().startsWith(`${chainId}/`)) return undefined
  const position = Number(headerOf(record, headerNames.position))
  if (!Number.isSafeInteger(position) || position < 1) return undefined
  if (!uuid.test(headerOf(record, headerNames.id) ?? '')) return undefined
  const type = headerOf(record, headerNames.type) ?? ''
  return { partition, offset, position, type, record }
}

export function recordedAtOf({ record }: FetchedRecord): string | undefined {
  return headerOf(record, headerNames.recordedAt)
}

export function itemOf({ partition, position, record }: FetchedRecord): Item {
  return {
    partition,
    position,
    logged: () => ({ partition, position, event: fromBinary(binaryOf(record)) }),
    letter() {
      const binary = binaryOf(record)
      const eventId = binary.headers.get(`${headerPrefix}id`) ?? ''
      const storeId = binary.headers.get(`${headerPrefix}partitionkey`) ?? ''
      return { partition, position, eventId, storeId, body: bodyOf(binary) }
    },
  }
}

/** What does not fit our schemas is kept as it came. */
function bodyOf(binary: BinaryEvent): string {
  try {
    return JSON.stringify(fromBinary(binary))
  } catch {
    return JSON.stringify(wireOf(binary))
  }
}

export function binaryOf({ headers, value }: KafkaRecord): BinaryEvent {
  return {
    headers: new Map(headers.map(([name, text]) => [String(name), String(text)])),
    value: value?.toString() ?? '',
  }
}

function headerOf({ headers }: KafkaRecord, name: Buffer): string | undefined {
  for (const [key, text] of headers) if (key?.equals(name)) return text?.toString()
  return undefined
}
