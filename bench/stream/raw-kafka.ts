/** What Kafka takes at most here: its own performance tools, and the client that we use with nothing around it. */
import { spawnSync } from 'node:child_process'
import { Consumer, Producer } from '@platformatic/kafka'
import { KafkaConfig } from '../../src/stream/kafka-config.ts'
import type { OutMessage } from '../../src/stream/kafka-producer.ts'
import { toMessage } from '../../src/stream/kafka-record.ts'
import { ensureTopics } from '../../src/stream/kafka-topics.ts'
import { partitionOf } from '../../src/stream/partition.ts'
import { saleOf } from './events.ts'

export interface ToolRates {
  readonly producedPerSecond: number
  readonly consumedPerSecond: number
}

const toolMsMax = 120_000
const partitionsCount = 8

/** Makes a topic of eight partitions. @returns its name */
export async function makeTopic(brokers: string, name: string): Promise<string> {
  const client = { clientId: 'bench', bootstrapBrokers: brokers.split(',') }
  await ensureTopics(client, [name], KafkaConfig.parse({ kafkaPartitionsCount: partitionsCount }))
  return name
}

function run(classPath: string, name: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(
    'java',
    ['-XX:+UseSerialGC', '-Xmx512m', '-cp', classPath, name, ...args],
    { encoding: 'utf8', timeout: toolMsMax },
  )
  if (status !== 0) throw new Error(`${name}: ${stdout}${stderr}`)
  return stdout
}

/** @throws Error with what a tool said */
export function toolRates(classPath: string, brokers: string, topic: string): ToolRates {
  const count = 300_000
  const produced = run(classPath, 'org.apache.kafka.tools.ProducerPerformance', [
    ...['--topic', topic, '--num-records', String(count), '--record-size', '1000'],
    ...['--throughput', '-1', '--producer-props', `bootstrap.servers=${brokers}`, 'acks=all'],
  ])
  const consumed = run(classPath, 'org.apache.kafka.tools.ConsumerPerformance', [
    ...['--bootstrap-server', brokers, '--topic', topic, '--num-records', String(count)],
    ...['--timeout', '60000'],
  ])
  const rate = /,\s*([\d.]+) records\/sec/.exec(produced.trim().split('\n').at(-1) ?? '')?.[1]
  // start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, …
  const fields = (consumed.trim().split('\n').at(-1) ?? '').split(',').map((one) => one.trim())
  return { producedPerSecond: Number(rate), consumedPerSecond: Number(fields[5]) }
}

/** The hub's own records, produced and consumed at the same time in one process, in batches; events a second until the last is read. */
export async function clientRate(
  brokers: string,
  topic: string,
  { count, batch }: { readonly count: number; readonly batch: number },
): Promise<number> {
  const client = { clientId: 'bench', bootstrapBrokers: brokers.split(',') }
  const text = (value?: string) => (value === undefined ? undefined : Buffer.from(value))
  const producer = new Producer<string, string, string, string>({
    ...client,
    idempotent: true,
    serializers: { key: text, value: text, headerKey: text, headerValue: text },
  })
  const consumer = new Consumer({ ...client, groupId: `bench-${topic}`, autocommit: false })
  const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false })
  let read = 0
  const all = Promise.withResolvers<void>()
  stream.on('data', () => {
    read += 1
    if (read === count) all.resolve()
  })
  stream.on('error', all.reject)
  const batches: OutMessage[][] = []
  for (let at = 0; at < count; at += batch)
    batches.push(
      Array.from({ length: Math.min(batch, count - at) }, (_, n) => {
        const event = saleOf('chn_raw', at + n)
        const partition = partitionOf(event.storeId, partitionsCount)
        return toMessage(topic, { partition, position: at + n + 1, event })
      }),
    )
  const beganAt = performance.now()
  for (const messages of batches)
    await producer.send({
      messages: messages.map((message) => ({ ...message, headers: new Map(message.headers) })),
      acks: -1,
    })
  await all.promise
  const seconds = (performance.now() - beganAt) / 1000
  await consumer.close(true)
  await producer.close()
  return count / seconds
}
