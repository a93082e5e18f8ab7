/**
 * Three brokers, two hubs, an agent for each group of stores, and tills that ring: a hub is killed, both
 * are restarted in turn, a broker is killed, PostgreSQL is restarted, the network between agents and hubs
 * is down for ten hours, an event is poison, Kafka takes hardly anything any more. After each, sums are
 * what the tills rang, to the cent.
 */
import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import { kafkaClientOptions } from '../../src/stream/kafka-config.ts'
import { binaryOf } from '../../src/stream/kafka-record.ts'
import { checkCutOff, checkDatabaseRestart, secondsSince } from '../fleet/outages.ts'
import { checkOutcome, settled } from '../fleet/outcome.ts'
import { checkKilledHub, checkRestartInTurn } from '../fleet/takeover.ts'
import { handlesMore, startUnderLoad } from '../fleet/under-load.ts'
import { until } from '../scenario/fleet.ts'
import { startTestKafka } from './kafka.ts'
import { groupsThatGaveUp, mend, spoilFirst, spoiltIn } from './poison.ts'
import { setProduceQuota } from './quota.ts'
import { recordsOf } from './records.ts'

const { config, environment, cluster } = await startTestKafka(3)
const client = kafkaClientOptions(config, 'test')
const load = await startUnderLoad({ ...environment, TILLWAY_KAFKA_BACKLOG_MAX: '200' })
const { stores, hubs, pair } = load

// A member that died is replaced after its session of 6 s, and the group has to agree on it.
checkKilledHub(load, { rounds: 1, secondsMax: 30 })
checkRestartInTurn(load)

const own = cluster ? test : test.skip

own('a broker of three is killed under load, and comes back', async (t) => {
  await load.whileRinging(async () => {
    await handlesMore(load, 'sales are handled', 20)
    await cluster?.kill(0)
    const killedAtMs = performance.now()
    await handlesMore(load, 'sales are handled without it', 20)
    t.diagnostic(`went on ${secondsSince(killedAtMs)} s after the kill`)
    const launchedAtMs = performance.now()
    await cluster?.start(0)
    t.diagnostic(`it was back ${secondsSince(launchedAtMs)} s after its launch`)
    await handlesMore(load, 'sales are handled with it again', 20)
  })
  const rungAtMs = performance.now()
  await settled(load)
  t.diagnostic(`settled in ${secondsSince(rungAtMs)} s`)
})

await checkDatabaseRestart(load)
checkCutOff(load)

const region = 'eu'

test('a poison event is laid aside by each group, all else goes on, and it is handled once mended', async () => {
  await settled(load)
  await spoilFirst(load, region, ['sale.completed', 'inventory.changed'])
  const wants =
    'inventory.changed: kafka:relay,projections,workflows; sale.completed: kafka:relay,projections'
  await load.whileRinging(async () => {
    let gaveUp = ''
    await until('each group has given up on both', 120, async () => {
      gaveUp = (
        await Promise.all(
          (
            await spoiltIn(load, region)
          ).map(
            async ({ type, eventId }) =>
              `${type}: ${await groupsThatGaveUp(load, region, eventId)}`,
          ),
        )
      )
        .sort()
        .join('; ')
      return gaveUp === wants
    }).catch(() => equal(gaveUp, wants))
    await handlesMore(load, 'sales are handled past it', 20)
  })

  const told: string[] = []
  for (const { partition, eventId, type } of await spoiltIn(load, region)) {
    const topic = `${config.kafkaTopicPrefix}.${region}.events.dead`
    for (const record of await recordsOf(client, topic, partition)) {
      const { headers } = binaryOf(record)
      if (headers.get('tillway_event') === eventId)
        told.push([type, headers.get('tillway_group'), headers.get('tillway_fault')].join(' '))
    }
  }
  deepEqual(told.sort(), [
    'inventory.changed projections event_malformed',
    'inventory.changed workflows event_malformed',
    'sale.completed projections event_malformed',
  ])

  await mend(load, region)
  const path = '/v1/dead-letters'
  const letters = async () =>
    (
      await hubs.ask<{ items: { deadLetterId: string; replayedAt?: string }[] }>(pair.a.url, path)
    ).items.filter(({ replayedAt }) => replayedAt === undefined)
  const open = await letters()
  equal(open.length, 5)
  for (const { deadLetterId } of open) {
    const response = await fetch(`${pair.a.url}${path}/${region}/${deadLetterId}/replay`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${hubs.operatorToken}`,
        'content-type': 'application/json',
      },
      body: '{}',
    })
    ok(response.ok, await response.text())
  }
  await until('all are handled', 60, async () => (await letters()).length === 0)
  await settled(load)
})

test('Kafka takes hardly anything, as with a full disk: agents keep what hubs refuse, and nothing is lost', async (t) => {
  await settled(load)
  const refusedBefore = stores.refusedCount('stream_unreachable')
  await setProduceQuota(client, 'tillway-hub', 2_000)
  await load.whileRinging(() =>
    until('hubs refuse, and agents keep', 120, async () => {
      const isRefused = stores.refusedCount('stream_unreachable') > refusedBefore
      return isRefused && (await stores.waitingCount()) > 200
    }),
  )
  const refused = stores.refusedCount('stream_unreachable') - refusedBefore
  t.diagnostic(`${refused} batches refused, ${await stores.waitingCount()} events kept by agents`)
  await setProduceQuota(client, 'tillway-hub', undefined)
  const liftedAtMs = performance.now()
  await settled(load)
  t.diagnostic(`caught up in ${secondsSince(liftedAtMs)} s`)
})

checkOutcome(load)
