/**
 * What hubs make of records in the agents' topic: genuine ones once and in order, all others not at all;
 * and what they write to the commands'. In one file, since brokers and PostgreSQL take their time.
 */
import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import { toCloudEvent } from '../../src/retail/cloudevents.ts'
import type { AnyEvent } from '../../src/retail/event.ts'
import { chainId, sale } from '../hub/harness.ts'
import { until } from '../scenario/fleet.ts'
import { checkCommandTopic } from './command-topic-suite.ts'
import { checkGap } from './gap-suite.ts'
import { startHubOnKafka } from './hub-on-kafka.ts'
import { checkLag } from './lag-suite.ts'
import { checkTwoHubs } from './two-hubs-suite.ts'

const tillAgents = Array.from({ length: 8 }, (_, index) => `agt_till_${index}`)
const world = await startHubOnKafka(['agt_gap', 'agt_commands', 'agt_lag', ...tillAgents])
const { hub, salesIn } = world
const deadFaults = world.follow(
  world.topics.deadAgentEvents,
  ({ headers }) => headers.get('tillway_fault') ?? '',
)
const us = await world.enrol('agt_us')
const eu = await world.enrol('agt_eu')
const { write, saleIn } = us

test('a batch counts once, however often it is written and by whichever link', async () => {
  const events = ['sal_1', 'sal_2', 'sal_3'].map(saleIn)
  await write(events.slice(0, 2))
  await write(events.slice(0, 2))
  await until('what was written', 20, async () => (await salesIn('str_boston')).length === 2)
  equal((await us.hand.send(events)).status, 200)
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
  const foreign = {
    ...eu.hand.event('sale.completed', 'str_berlin', sale('sal_x', 1)),
    regionId: 'us',
  }
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

checkGap(world, 'agt_gap')
checkCommandTopic(world, 'agt_commands')
checkTwoHubs(world, tillAgents)
checkLag(world, 'agt_lag')
