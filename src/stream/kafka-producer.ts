/** Produces idempotently, acknowledged by all replicas in sync, with one request in flight a broker. */
import { type BaseOptions, Producer } from '@platformatic/kafka'
import { Fault } from '../base/fault.ts'

export interface OutMessage {
  readonly topic: string
  readonly partition?: number
  readonly key: string
  readonly headers: ReadonlyMap<string, string>
  readonly value: string
}

export interface KafkaProducer {
  /**
   * Resolves when every message is safe; they may then be there more than once, if it was tried
   * again. @throws Fault stream_unreachable, or the broker's error about a message that it never takes
   */
  send(messages: readonly OutMessage[]): Promise<void>
  close(): Promise<void>
}

const deadlineMs = 10_000
const retriesMax = 5

/** What trying again does not cure. */
const refusals = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD'])

export function createKafkaProducer(client: BaseOptions): KafkaProducer {
  const producer = new Producer<string, string, string, string>({
    ...client,
    retries: retriesMax,
    idempotent: true,
    serializers: { key: encode, value: encode, headerKey: encode, headerValue: encode },
  })
  return {
    async send(messages) {
      const sent = producer.send({
        messages: messages.map((message) => ({ ...message, headers: new Map(message.headers) })),
      })
      try {
        await within(sent, deadlineMs)
      } catch (cause) {
        if (isRefusal(cause)) throw cause
        throw new Fault('stream_unreachable', {}, cause)
      }
    },
    async close() {
      await producer.close().catch(() => {})
    },
  }
}

function encode(text?: string): Buffer | undefined {
  return text === undefined ? undefined : Buffer.from(text)
}

function isRefusal(error: unknown): boolean {
  const { apiId, errors = [] } = error as { apiId?: string; errors?: unknown[] }
  return refusals.has(apiId ?? '') || errors.some(isRefusal)
}

async function within<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No acknowledgement within ${ms} ms.`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
