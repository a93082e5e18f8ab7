/** Up to where this epoch's events were given to Kafka; asked by an agent that went back to HTTPS. */
import type { Storage } from '../storage/storage.ts'

const name = 'sentByKafka'

export function sentByKafka({ meta, outbox }: Storage): number {
  const [epoch, sequence] = meta.get(name)?.split(' ') ?? []
  return epoch === outbox.epoch ? Number(sequence) : 0
}

/** Durable no later than that these events are forgotten, if asked for before. */
export function noteSentByKafka({ meta, outbox, writer }: Storage, sequence: number): void {
  const text = `${outbox.epoch} ${sequence}`
  writer.later(() => meta.set(name, text))
}
