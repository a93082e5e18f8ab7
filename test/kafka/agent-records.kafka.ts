/** What hubs make of records in the agents' topic: genuine ones once and in order, all others not at all. */
import { deepEqual, equal } from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import test, { after } from 'node:test'
import { exportJWK, importJWK } from 'jose'
import { sql } from 'kysely'
import { inChain, openDatabase } from '../../src/base/postgres.ts'
import { type RecordKind, signatureHeader, signRecord } from '../../src/link/signed-record.ts'
import { toCloudEvent } from '../../src/retail/cloudevents.ts'
import type { AnyEvent } from '../../src/retail/event.ts'
import { kafkaClientOptions } from '../../src/stream/kafka-config.ts'
import { createFetcher } from '../../src/stream/kafka-fetcher.ts'
import { createKafkaProducer } from '../../src/stream/kafka-producer.ts'
import { binaryOf } from '../../src/stream/kafka-record.ts'
import { topicsOf } from '../../src/stream/kafka-topics.ts'
import { chainId, enrolAgent, sale, startTestHub } from '../hub/harness.ts'
import { until } from '../scenario/fleet.ts'
import { startTestKafka } from './kafka.ts'

const kafka = await startTestKafka()
const hub = await startTestHub({ ...kafka.hub, agentsOnKafka: 'true' } as never)
const topics = topicsOf(kafka.config.kafkaTopicPrefix, 'us')
const client = kafkaClientOptions(kafka.config, 'test')
const producer = createKafkaProducer(client)
const db = openDatabase({
  url: hub.adminUrl.replace(/\/[^/]*$/, `/${hub.config.databasePrefix}_us`),
  applicationName: 'test',
})
const dead = createFetcher<string>({
  client,
  topic: topics.deadAgentEvents,
  decode: (_partition, _offset, record) => binaryOf(record).headers.get('tillway_fault') ?? '',
  onEntries: () => {},
})
const deadBuffers = Array.from({ length: 8 }, (_, partition) => dead.begin(partition, 0))
after(async () => {
  await Promise.all([producer.close(), dead.close(), db.destroy()])
})

const ours = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const us = await enrolAgent(hub, 'agt_us', ours)
const eu = await enrolAgent(hub, 'agt_eu')
const key = `${chainId}/agt_us`

async function write(events: readonly AnyEvent[], changes: Partial<Record<string, string>> = {}) {
  const value = changes.value ?? JSON.stringify(events.map(toCloudEvent))
  const signature =
    changes.signature ?? (await signed(value, changes.agentId, changes.kind as RecordKind))
  await producer.send([
    {
      topic: topics.agentEvents,
      key: changes.key ?? key,
      headers: new Map([[signatureHeader, signature]]),
      value: changes.sent ?? value,
    },
  ])
}

async function signed(value: string, agentId = 'agt_us', kind: RecordKind = 'events') {
  const jwk = await exportJWK(ours)
  return signRecord((await importJWK(jwk, 'ES256')) as never, agentId, kind, value)
}

async function salesIn(storeId: string): Promise<string[]> {
  const { rows } = await inChain(db, chainId, (tx) =>
    sql<{ saleId: string }>`select body::jsonb->'data'->>'saleId' as "saleId" from event
      where chain_id = ${chainId} and store_id = ${storeId} and type = 'sale.completed'
      order by position`.execute(tx),
  )
  return rows.map(({ saleId }) => saleId)
}
const deadFaults = () => deadBuffers.flatMap(({ entries }) => entries)
const saleIn = (id: string) => us.event('sale.completed', 'str_boston', sale(id, 100))

test('a batch counts once, however often it is written and by whichever link', async () => {
  const events = ['sal_1', 'sal_2', 'sal_3'].map(saleIn)
  await write(events.slice(0, 2))
  await write(events.slice(0, 2))
  await until('what was written', 20, async () => (await salesIn('str_boston')).length === 2)
  equal((await us.send(events)).status, 200)
  await write(events)
  const last = saleIn('sal_4')
  await write([last])
  await until('what was written', 20, async () => (await salesIn('str_boston')).length === 4)
  deepEqual(await salesIn('str_boston'), ['sal_1', 'sal_2', 'sal_3', 'sal_4'])
  deepEqual(deadFaults(), [])
})

test('what is not signed by the agent, or for another, is kept aside and harms nobody', async () => {
  const event = saleIn('sal_5')
  const value = JSON.stringify([toCloudEvent(event)])
  await write([event], { signature: '' })
  await write([event], { sent: value.replace('sal_5', 'sal_6') })
  await write([event], { agentId: 'agt_eu' })
  await write([event], { agentId: 'agt_nobody' })
  await write([event], { key: `${chainId}/agt_eu` })
  await write([event], { kind: 'received' })
  await write([], { value: 'no JSON' })
  await until('seven set aside', 20, async () => deadFaults().length === 7)
  deepEqual(deadFaults().toSorted(), [
    'body_malformed',
    'request_malformed',
    ...Array.from({ length: 5 }, () => 'unauthenticated'),
  ])
  await write([event])
  await until('what was written', 20, async () => (await salesIn('str_boston')).includes('sal_5'))
})

test("an agent's genuine signature does not reach another's stores", async () => {
  const foreign = { ...eu.event('sale.completed', 'str_berlin', sale('sal_x', 1)), regionId: 'us' }
  const { epoch, sequence } = saleIn('its place in the outbox')
  await write([{ ...foreign, epoch, sequence } as AnyEvent])
  const letters = async () => {
    const { body } = await (await hub.as('per_it'))('GET', '/v1/dead-letters')
    return (body as { items: { code: string }[] }).items.map(({ code }) => code)
  }
  await until('a dead letter', 20, async () => (await letters()).length > 0)
  deepEqual(await letters(), ['forbidden'])
  deepEqual(await salesIn('str_berlin'), [])
})

test('a hub that was away goes on where its effects end', async () => {
  await hub.restart()
  const before = (await salesIn('str_boston')).length
  await write([saleIn('sal_7')])
  await until(
    'what was written',
    20,
    async () => (await salesIn('str_boston')).length === before + 1,
  )
})
