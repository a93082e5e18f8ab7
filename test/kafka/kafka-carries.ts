/** What is the Kafka log's own: what travels, what happens when Kafka lacks something or is too slow. */
import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import test, { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Admin, type KafkaRecord } from '@platformatic/kafka'
import { sql } from 'kysely'
import { Fault } from '../../src/base/fault.ts'
import { newId } from '../../src/base/ids.ts'
import { inChain } from '../../src/base/postgres.ts'
import { fromBinary } from '../../src/retail/cloudevents-binary.ts'
import {
  assertOnceInOrder,
  batch,
  eventually,
  sampleEvent,
} from '../../src/stream/conformance-subject.ts'
import { type KafkaConfig, kafkaClientOptions } from '../../src/stream/kafka-config.ts'
import { createKafkaLog } from '../../src/stream/kafka-log.ts'
import { createKafkaProducer } from '../../src/stream/kafka-producer.ts'
import { binaryOf, toMessage } from '../../src/stream/kafka-record.ts'
import type { Delivery, EventLog, LoggedEvent } from '../../src/stream/log.ts'
import { createPostgresLog } from '../../src/stream/postgres-log.ts'
import { asOwner, createWithEffects } from '../effects.ts'
import { startTestKafka } from './kafka.ts'
import { recordsOf } from './records.ts'

const [{ config, cluster }, subject] = await Promise.all([startTestKafka(), createWithEffects()])
const { db, appUrl: url } = subject.database
const client = kafkaClientOptions(config, 'test')
const topic = `${config.kafkaTopicPrefix}.eu.events`
const logs: EventLog[] = []
after(() => Promise.all(logs.map((log) => log.close())))

async function open(more: Partial<KafkaConfig> = {}): Promise<EventLog> {
  const log = await createKafkaLog({
    db,
    url,
    kafka: { ...config, ...more },
    regionId: 'eu',
    heartbeatMs: 300,
  })
  logs.push(log)
  return log
}

const record = async ({ tx, chainId, events }: Delivery) => {
  for (const { event } of events) await subject.addEffect(tx, chainId, event.id)
}

test('what travels is a CloudEvent in binary mode, keyed by chain and store', async () => {
  const chainId = newId('chain')
  const log = await open()
  const event = sampleEvent(chainId, 'str_1', 1)
  const [logged] = (await log.append([event])).positions as [LoggedEvent]
  const records = await recordsOf(client, topic, logged.partition)
  const mine = records.filter(({ key }) => String(key) === `${chainId}/str_1`)
  equal(mine.length, 1)
  const { headers, value } = binaryOf(mine[0] as KafkaRecord)
  equal(headers.get('content-type'), 'application/json')
  equal(headers.get('ce_specversion'), '1.0')
  equal(headers.get('ce_type'), 'drawer.opened')
  equal(headers.get('ce_position'), '1')
  deepEqual(JSON.parse(value), event.data)
  deepEqual(fromBinary({ headers, value }), logged.event)
})

test('a group gets what Kafka carries, not what the tables hold', async () => {
  const chainId = newId('chain')
  const log = await open()
  const events = batch(chainId, 3, 12)
  await log.append(events)
  await asOwner(subject.database, `update event set body = '{}' where chain_id = '${chainId}'`)
  await log.consume({ chainId, group: 'one', handler: record })
  await eventually(async () => (await log.lag(chainId, 'one')) === 0)
  assertOnceInOrder(await subject.effects(chainId), events)
})

test('what Kafka lacks is read from PostgreSQL, without a gap', async () => {
  const chainId = newId('chain')
  const log = await open()
  const events = batch(chainId, 3, 30)
  await log.append(events.slice(0, 20))
  const admin = new Admin(client)
  const partitions = Array.from({ length: 8 }, (_, partition) => ({ partition, offset: -1n }))
  await admin.deleteRecords({ topics: [{ name: topic, partitions }] })
  await admin.close()
  // Some partitions have later records, others have nothing left at all.
  await log.append(events.slice(20).filter(({ storeId }) => storeId === 'str_0'))
  await log.consume({ chainId, group: 'one', handler: record })
  await eventually(async () => (await log.lag(chainId, 'one')) === 0)
  const told = events.filter(({ storeId }, index) => index < 20 || storeId === 'str_0')
  assertOnceInOrder(await subject.effects(chainId), told)
})

test('records that repeat, or that no hub wrote, change nothing', async () => {
  const chainId = newId('chain')
  const log = await open()
  const events = batch(chainId, 1, 6)
  const { positions } = await log.append(events.slice(0, 3))
  const [first] = positions as [LoggedEvent]
  const forged = { ...first, position: 900, event: { ...first.event, id: randomUUID() } }
  const unplaced = toMessage(topic, first)
  const producer = createKafkaProducer(client)
  await producer.send([
    ...positions.map((logged) => toMessage(topic, logged)),
    toMessage(topic, forged),
    { ...unplaced, headers: new Map([['content-type', 'text/plain']]) },
  ])
  await producer.close()
  await log.append(events.slice(3))
  await log.consume({ chainId, group: 'one', handler: record })
  await eventually(async () => (await log.lag(chainId, 'one')) === 0)
  assertOnceInOrder(await subject.effects(chainId), events)
})

test('a dead letter is told on its topic', async () => {
  const chainId = newId('chain')
  const log = await open()
  const event = sampleEvent(chainId, 'str_1', 1)
  const [{ partition }] = (await log.append([event])).positions as [LoggedEvent]
  const handler = async () => {
    throw new Fault('workflow_failed')
  }
  await log.consume({ chainId, group: 'one', handler, attemptsMax: 2, backoffMs: 2 })
  await eventually(async () => (await log.deadLetters(chainId)).length === 1)
  const records = await recordsOf(client, `${topic}.dead`, partition)
  const mine = records
    .map(binaryOf)
    .find(({ headers }) => headers.get('tillway_event') === event.id)
  ok(mine)
  deepEqual(
    [mine.headers.get('tillway_group'), mine.headers.get('tillway_fault')],
    ['one', 'workflow_failed'],
  )
})

test('a reader whose partition was given to another cannot commit', async () => {
  const chainId = newId('chain')
  const log = await open()
  const events = batch(chainId, 1, 3)
  await log.append(events)
  let isStolen = false
  const handler = async (delivery: Delivery) => {
    await record(delivery)
    if (isStolen) return
    isStolen = true
    await asOwner(
      subject.database,
      `update event_lease set owner = 'another', token = token + 1
       where chain_id = '${chainId}' and group_name = 'one'`,
    )
  }
  await log.consume({ chainId, group: 'one', handler })
  await eventually(async () => (await log.lag(chainId, 'one')) === 0)
  assertOnceInOrder(await subject.effects(chainId), events)
})

const childFile = fileURLToPath(new URL('./consumer-child.ts', import.meta.url))

test('a process killed with -9 amid work is taken over within seconds', async () => {
  const chainId = newId('chain')
  const log = await open()
  const events = batch(chainId, 6, 60)
  await log.append(events)
  const child: ChildProcess = spawn(process.execPath, [childFile], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, CHILD: JSON.stringify({ url, config: childKeys(), chainId }) },
  })
  // It tells when it is in the middle of a delivery.
  await new Promise((resolve) => child.once('message', resolve))
  await log.consume({ chainId, group: 'one', handler: record })
  child.kill('SIGKILL')
  const killedAtMs = performance.now()
  await eventually(async () => (await log.lag(chainId, 'one')) === 0)
  const tookMs = performance.now() - killedAtMs
  ok(tookMs < 30_000, `${tookMs} ms`)
  assertOnceInOrder(await subject.effects(chainId), events)
})

function childKeys(): Record<string, string> {
  return {
    kafkaBrokers: config.kafkaBrokers?.join(',') ?? '',
    kafkaTopicPrefix: config.kafkaTopicPrefix,
  }
}

test('a chain moves from the embedded log to Kafka with its positions, if the topic has room', async () => {
  const chainId = newId('chain')
  const embedded = await createPostgresLog({ db, url, partitionsCount: 8 })
  const events = batch(chainId, 6, 60)
  await embedded.append(events.slice(0, 30))
  await embedded.consume({ chainId, group: 'one', handler: record })
  await eventually(async () => (await embedded.lag(chainId, 'one')) === 0)
  await embedded.append(events.slice(30, 40))
  await embedded.close()
  const log = await open()
  await log.consume({ chainId, group: 'one', handler: record })
  await log.append(events.slice(40))
  await eventually(async () => (await log.lag(chainId, 'one')) === 0)
  assertOnceInOrder(await subject.effects(chainId), events)

  const wide = newId('chain')
  const wider = await createPostgresLog({ db, url, partitionsCount: 9 })
  await wider.append(batch(wide, 1, 1))
  await wider.close()
  await rejects(log.append(batch(wide, 1, 1, 2)), { code: 'config_invalid' })
})

const own = cluster ? test : test.skip

own('while Kafka is away so much is kept, then refused, and all of it arrives', async () => {
  const chainId = newId('chain')
  const log = await open({ kafkaBacklogMax: 40 })
  await log.consume({ chainId, group: 'one', handler: record })
  const events = batch(chainId, 4, 200)
  const append = (from: number) =>
    inChain(db, chainId, (tx) => log.append(events.slice(from, from + 10), { tx }))
  await append(0)
  await cluster?.kill(0)
  let from = 10
  await rejects(
    async () => {
      for (; from < 200; from += 10) {
        await append(from)
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
    },
    (fault: Fault) => fault.code === 'stream_unreachable',
  )
  ok(from >= 40 && from < 120, `refused after ${from}`)
  await cluster?.start(0)
  await eventually(async () => (await log.lag(chainId, 'one')) === 0)
  assertOnceInOrder(await subject.effects(chainId), events.slice(0, from))
})

test('hubs that start at the same time on an empty Kafka make each topic once', async () => {
  const kafka = { ...config, kafkaTopicPrefix: `${config.kafkaTopicPrefix}-together` }
  const open = () => createKafkaLog({ db, url, kafka, regionId: 'eu' })
  for (const log of await Promise.all([open(), open(), open()])) await log.close()
})

test('brokers that are not there: a fault in seconds, no wait without end', async () => {
  const kafka = { ...config, kafkaBrokers: ['127.0.0.1:1'] }
  await rejects(createKafkaLog({ db, url, kafka, regionId: 'eu' }), (fault: Fault) => {
    match(fault.message, /stream_unreachable/)
    return true
  })
  await sql`select 1`.execute(db)
})
