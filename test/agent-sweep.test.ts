/** What webhooks lost or only named: fetched, swept after an outage, and told once. */
import { deepEqual, equal, notEqual } from 'node:assert/strict'
import test from 'node:test'
import { saleOf, sendWebhook, startWorld, until, type World } from './agent/harness.ts'

async function inWorld(run: (world: World) => Promise<void>): Promise<void> {
  const world = await startWorld()
  try {
    await run(world)
  } finally {
    await world.close()
  }
}

const numbersOf = ({ hub }: World) =>
  hub.events.flatMap((event) => (event.type === 'sale.completed' ? [event.data.number] : []))

test('a sweep tells what webhooks lost, once, and goes on from its cursor', () =>
  inWorld(async (world) => {
    const { api } = world
    api.sales.push(saleOf('s1'), saleOf('s2'), saleOf('s3'))
    await sendWebhook(world.agent.url, { event: 'sale', sale: api.sales[1] })
    world.agent.sweep()
    await until(() => numbersOf(world).length === 3)
    deepEqual(numbersOf(world).toSorted(), ['s1', 's2', 's3'])
    api.failing = 500
    await world.restart()
    api.sales.push(saleOf('s4'))
    api.failing = undefined
    await until(() => numbersOf(world).includes('s4'))
    equal(numbersOf(world).length, 4)
  }))

test('what a webhook only names is fetched, in its thread; what is not there is a dead letter', () =>
  inWorld(async (world) => {
    const { api, agent, hub } = world
    api.orders.set('o1', saleOf('o1'))
    await sendWebhook(agent.url, { event: 'order_changed', orderId: 'o1' })
    await sendWebhook(agent.url, { event: 'order_changed', orderId: 'gone' })
    await until(() => hub.events.length === 1)
    await until(() => agent.state().deadLettersCount === 1)
    equal(agent.state().lookupsCount, 0)
    api.orders.set('gone', saleOf('back'))
    deepEqual(await agent.replayDeadLetters(), { replayedCount: 1, remainingCount: 0 })
    await until(() => numbersOf(world).includes('back'))
  }))

test('a lookup outlives a restart while the vendor is down', () =>
  inWorld(async (world) => {
    world.api.orders.set('o1', saleOf('o1'))
    world.api.failing = 503
    await sendWebhook(world.agent.url, { event: 'order_changed', orderId: 'o1' })
    equal(world.agent.state().lookupsCount, 1)
    const restarted = world.restart()
    world.api.failing = undefined
    await restarted
    await until(() => numbersOf(world).includes('o1'))
    await until(() => world.agent.state().lookupsCount === 0)
  }))

test('the latest stock is known at the register', () =>
  inWorld(async ({ agent }) => {
    const now = Date.now()
    const stock = (left: string, agoMs: number) =>
      sendWebhook(agent.url, {
        event: 'stock',
        store: 'B1',
        sku: 'A-1',
        left,
        at: new Date(now - agoMs).toISOString(),
      })
    await stock('4', 1000)
    await stock('9', 5000)
    equal(agent.onHand('str_berlin', 'A-1'), '4')
  }))

test('an outbox of which the hub has lost track begins a new epoch, and nothing is lost', () =>
  inWorld(async (world) => {
    const { agent, hub } = world
    await sendWebhook(agent.url, { event: 'sale', sale: saleOf('s1') })
    await until(() => agent.state().outboxCount === 0)
    hub.forgetPlaces()
    await sendWebhook(agent.url, { event: 'sale', sale: saleOf('s2') })
    await sendWebhook(agent.url, { event: 'sale', sale: saleOf('s3') })
    await until(() => hub.events.length === 3)
    deepEqual(numbersOf(world), ['s1', 's2', 's3'])
    const [before, after] = hub.events
    notEqual(before?.epoch, after?.epoch)
    equal(after?.sequence, 1)
  }))

test('consent: the code is taken only with the state that was given out, once', () =>
  inWorld(async ({ agent }) => {
    const visit = async (state: string) => {
      const path = `/oauth/con_corner/callback?code=abc&state=${state}`
      return (await fetch(agent.url + path)).status
    }
    const state = agent.beginConsent('con_corner')
    equal(await visit('made-up'), 403)
    equal(await visit(state), 200)
    equal(await visit(state), 403)
  }))
