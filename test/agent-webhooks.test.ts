/** Webhooks at the agent's door: what is accepted reaches the hub once; what is not gets its fault. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { connect } from 'node:net'
import test from 'node:test'
import {
  post,
  saleOf,
  sendWebhook,
  signed,
  startWorld,
  until,
  type World,
} from './agent/harness.ts'

async function inWorld(run: (world: World) => Promise<void>, changes = {}): Promise<void> {
  const world = await startWorld(changes)
  try {
    await run(world)
  } finally {
    await world.close()
  }
}

test('a sale reaches the hub once, however often it is sent', () =>
  inWorld(async ({ agent, hub }) => {
    const payload = { event: 'sale', sale: saleOf('s1', { email: 'Ann@Example.com' }) }
    const first = await sendWebhook(agent.url, payload)
    deepEqual(first, { status: 200, body: { outcome: 'accepted' } })
    deepEqual((await sendWebhook(agent.url, payload)).body, { outcome: 'duplicate' })
    await sendWebhook(agent.url, { event: 'sale', sale: saleOf('s2') })
    await until(() => hub.events.length === 2)
    const [event] = hub.events
    equal(event?.type, 'sale.completed')
    equal(event?.storeId, 'str_berlin')
    ok(event?.type === 'sale.completed' && event.data.customer?.startsWith('tok_customer_'))
    await until(() => agent.state().outboxCount === 0)
    equal(agent.state().duplicatesCount, 1)
  }))

test('many at once are each accepted and arrive in one order without gaps', () =>
  inWorld(async ({ agent, hub }) => {
    const ids = Array.from({ length: 300 }, (_, index) => `many-${index}`)
    const answers = await Promise.all(
      ids.map((id) => sendWebhook(agent.url, { event: 'sale', sale: saleOf(id) })),
    )
    ok(answers.every(({ body }) => body.outcome === 'accepted'))
    await until(() => hub.events.length === ids.length)
    deepEqual(
      hub.events.map(({ sequence }) => sequence),
      ids.map((_, index) => index + 1),
    )
  }))

test('what is not genuine is refused, counted and not kept', () =>
  inWorld(async ({ agent }) => {
    const body = JSON.stringify({ event: 'sale', sale: saleOf('s1') })
    const url = `${agent.url}/webhooks/con_corner`
    const wrong = await post(url, body, { 'x-corner-signature': 'x' })
    deepEqual([wrong.status, wrong.body.code], [401, 'signature_wrong'])
    const missing = await post(url, body)
    deepEqual([missing.status, missing.body.code], [401, 'signature_missing'])
    const altered = await post(url, body.replace('s1', 's2'), signed(body))
    equal(altered.body.code, 'signature_wrong')
    const nowhere = await sendWebhook(agent.url, body, 'con_other')
    deepEqual([nowhere.status, nowhere.body.code], [404, 'connection_unknown'])
    equal((await post(`${agent.url}/nothing`, '{}')).body.code, 'not_found')
    const { deadLettersCount, outboxCount, faults } = agent.state()
    deepEqual([deadLettersCount, outboxCount], [0, 0])
    deepEqual(faults, {
      signature_wrong: 2,
      signature_missing: 1,
      connection_unknown: 1,
      not_found: 1,
    })
  }))

const unusable = [
  { why: 'no JSON', body: '{"event":"sale",', code: 'body_malformed' },
  { why: 'too deep', body: `${'['.repeat(100)}${']'.repeat(100)}`, code: 'body_too_deep' },
  { why: 'a prototype key', body: '{"__proto__":{"x":1}}', code: 'body_hostile' },
  { why: 'a hidden prototype key', body: '{"\\u005f_proto__":{"x":1}}', code: 'body_hostile' },
  { why: 'not what the vendor documents', body: '{"event":"sale"}', code: 'payload_malformed' },
  { why: 'empty', body: '', code: 'body_malformed' },
  {
    why: 'a store nobody connected',
    body: JSON.stringify({ event: 'sale', sale: saleOf('x', { store: 'B9' }) }),
    code: 'store_unknown',
  },
  {
    why: 'from the future',
    body: JSON.stringify({ event: 'sale', sale: saleOf('x', { at: '2199-01-01T00:00:00.000Z' }) }),
    code: 'event_in_future',
  },
  {
    why: 'years late',
    body: JSON.stringify({ event: 'sale', sale: saleOf('x', { at: '2001-01-01T00:00:00.000Z' }) }),
    code: 'event_too_late',
  },
  {
    why: 'an address in the name of a product',
    body: JSON.stringify({
      event: 'sale',
      sale: saleOf('x', { lines: [{ sku: 'A-1', name: 'Gift for ann@example.com', price: 1 }] }),
    }),
    code: 'event_carries_personal_data',
  },
]

test('what is genuine but unusable is kept as a dead letter, and harms nothing else', () =>
  inWorld(async ({ agent, hub }) => {
    for (const { why, body, code } of unusable) {
      const answer = await sendWebhook(agent.url, body)
      deepEqual([answer.status, answer.body.outcome], [200, 'dead_lettered'], why)
      equal((answer.body.fault as { code: string }).code, code, why)
    }
    equal(agent.state().deadLettersCount, unusable.length)
    await sendWebhook(agent.url, { event: 'sale', sale: saleOf('good') })
    await until(() => hub.events.length === 1)
    deepEqual(await agent.replayDeadLetters(), {
      replayedCount: 0,
      remainingCount: unusable.length,
    })
  }))

test('a dead letter is told when its store is connected', () =>
  inWorld(async (world) => {
    await sendWebhook(world.agent.url, { event: 'sale', sale: saleOf('late', { store: 'B2' }) })
    const [entry] = world.config.connections ?? []
    ok(entry)
    const [berlin] = entry.stores
    ok(berlin)
    const second = { ...berlin, storeId: 'str_second', externalId: 'B2', registers: {} }
    await world.restart({ connections: [{ ...entry, stores: [berlin, second] }] })
    deepEqual(await world.agent.replayDeadLetters(), { replayedCount: 1, remainingCount: 0 })
    await until(() => world.hub.events.some(({ storeId }) => storeId === 'str_second'))
  }))

test('bodies that are too large or end early get their own fault', () =>
  inWorld(
    async ({ agent }) => {
      const large = await sendWebhook(agent.url, `"${'x'.repeat(20_000)}"`)
      deepEqual([large.status, large.body.code], [413, 'body_too_large'])
      const head = 'POST /webhooks/con_corner HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n'
      const cut = await rawRequest(agent.url, `${head}{"event":`)
      ok(cut.startsWith('HTTP/1.1 400') && cut.includes('body_truncated'), cut)
      const garbage = await rawRequest(agent.url, 'this is no request\r\n\r\n')
      ok(garbage.includes('body_malformed'), garbage)
      equal((await fetch(`${agent.url}/healthz`)).status, 200)
    },
    { bodyBytesMax: 10_000 },
  ))

test('a vendor that tries the address gets its handshake', () =>
  inWorld(async ({ agent }) => {
    const url = `${agent.url}/webhooks/con_corner`
    deepEqual(await post(url, '{}', { 'x-corner-hello': '1' }), { status: 202, body: { hi: true } })
  }))

test('a full outbox lets telemetry go first, then asks vendors to come again', () =>
  inWorld(
    async ({ agent, hub }) => {
      hub.isAway = true
      const at = new Date(Date.now() - 1000).toISOString()
      for (let index = 0; index < 9; index += 1)
        await sendWebhook(agent.url, { event: 'sale', sale: saleOf(`s${index}`) })
      const device = { event: 'device', store: 'B1', at, id: 'printer' }
      equal((await sendWebhook(agent.url, device)).body.outcome, 'accepted')
      equal(agent.state().outboxCount, 9)
      await sendWebhook(agent.url, { event: 'sale', sale: saleOf('last') })
      const refused = await sendWebhook(agent.url, { event: 'sale', sale: saleOf('too many') })
      deepEqual([refused.status, refused.body.code], [503, 'outbox_full'])
      equal((await fetch(`${agent.url}/readyz`)).status, 503)
      hub.isAway = false
      await until(() => agent.state().outboxCount === 0)
      equal(hub.events.length, 10)
      equal((await fetch(`${agent.url}/readyz`)).status, 200)
    },
    { outboxRowsMax: 10 },
  ))

/** Sends bytes and closes its half, as a client that dies in the middle. */
function rawRequest(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true }, () =>
      socket.end(bytes),
    )
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
}
