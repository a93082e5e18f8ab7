/** The emulator by itself: what it sends, how stock orders live, and what it refuses. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import test from 'node:test'
import Fastify from 'fastify'
import { openDocumentStore } from '../../document-store.ts'
import type { TillSale } from '../../till.ts'
import type { Delivery } from '../../webhook-sender.ts'
import { lightspeedEmulator } from './emulator.ts'
import { lightspeedIds } from './ids.ts'

const accountId = 'acme'
const outlet = lightspeedIds.outlet(accountId, 'one')
const register = lightspeedIds.register(accountId, 'one')
const user = lightspeedIds.user(accountId, 'sam')
const atMs = Date.parse('2026-11-20T15:00:00.000Z')
const at = {
  storeExternalId: outlet,
  registerExternalId: register,
  employeeExternalId: user,
  atMs,
}
const sale: TillSale = {
  ...at,
  saleKey: 's1',
  lines: [
    {
      sku: 'TEA',
      name: 'Tea',
      quantity: '2',
      unitPriceMinor: 119,
      discountMinor: 0,
      taxMinor: 38,
      totalMinor: 238,
    },
  ],
  taxMinor: 38,
  tipMinor: 0,
  totalMinor: 238,
  tenders: [{ kind: 'cash', amountMinor: 238 }],
}

async function start() {
  const sent: Delivery[] = []
  const emulator = lightspeedEmulator({
    documents: openDocumentStore(':memory:'),
    nowMs: () => atMs,
    webhooks: {
      send: (delivery) => void sent.push(delivery),
      idle: async () => undefined,
      counts: { sent: 0, acknowledged: 0, retried: 0, dropped: 0, duplicated: 0, given_up: 0 },
      close: async () => undefined,
    },
  })
  const app = Fastify()
  await app.register(async (scope) => emulator.routes(scope))
  emulator.open(
    {
      accountId,
      vendor: 'lightspeed',
      currency: 'EUR',
      webhookUrl: 'https://hub.example/ls',
      secrets: { webhook: 'secret' },
      stores: [
        {
          externalId: outlet,
          name: 'One',
          timeZone: 'Europe/Berlin',
          country: 'DE',
          taxName: 'VAT',
          taxRate: '0.19',
          taxesIncluded: true,
          registers: [{ externalId: register, name: 'Till' }],
          employees: [],
        },
      ],
    },
    [{ sku: 'TEA', name: 'Tea', priceMinor: 119, costMinor: 50 }],
    () => 10,
  )
  const authorization = `Bearer ${emulator.credentials(accountId).accessToken}`
  async function call(method: 'GET' | 'POST' | 'PUT', path: string, body?: object) {
    const response = await app.inject({
      method,
      url: `/api/2026-07${path}`,
      headers: { authorization },
      ...(body !== undefined && { payload: body }),
    })
    return { status: response.statusCode, body: response.json() }
  }
  return { emulator, sent, call, app }
}

const formOf = ({ body }: Delivery) => new URLSearchParams(body)
const payloadOf = (delivery: Delivery) => JSON.parse(formOf(delivery).get('payload') ?? '')

test('a sale sends sale.update and a level per line, signed over the raw form', async () => {
  const { emulator, sent } = await start()
  emulator.ring(accountId, sale)
  deepEqual(
    sent.map((delivery) => formOf(delivery).get('type')),
    ['sale.update', 'inventory.update'],
  )
  const [first, second] = sent
  ok(first && second)
  const headers = first.headers(1, undefined)
  const expected = createHmac('sha256', 'secret').update(first.body).digest('hex')
  equal(headers['x-signature'], `signature=${expected},algorithm=HMAC-SHA256`)
  const payload = payloadOf(first)
  deepEqual(payload.totals.total_price, '2.00000')
  deepEqual(payload.totals.total_tax, '0.38000')
  equal(payload.register_sale_products[0].price, '1.00000')
  equal(payload.register_sale_products[0].quantity, 2)
  equal(payload.customer.customer_code, 'WALKIN')
  equal(payload.outlet_id, undefined)
  equal(payloadOf(second).count, 8)
  ok(payloadOf(second).version < payload.version)
})

test('deliveries end after 20 retries, about 48 hours; 4xx is final', async () => {
  const { emulator, sent } = await start()
  emulator.ring(accountId, sale)
  const habits = sent[0]?.habits
  equal(habits?.retryDelaysMs.length, 20)
  const hours = (habits?.retryDelaysMs.reduce((sum, ms) => sum + ms, 0) ?? 0) / 3600_000
  ok(hours > 40 && hours < 56, String(hours))
  equal(habits?.retriesStatus(500), true)
  equal(habits?.retriesStatus(404), false)
  equal(habits?.retriesStatus(302), false)
})

test('a closure holds what was taken since the register opened', async () => {
  const { emulator, sent } = await start()
  emulator.openRegister(accountId, at)
  emulator.ring(accountId, sale)
  emulator.ring(accountId, { ...sale, saleKey: 's2' })
  emulator.closeRegister(accountId, at)
  emulator.closeRegister(accountId, at)
  const closures = sent.filter((each) => formOf(each).get('type') === 'register_closure.create')
  equal(closures.length, 1)
  const payload = closures[0] && payloadOf(closures[0])
  equal(payload.totals.payments, '4.76000')
  equal(payload.payment_counts[0].payments_total, '4.76')
  equal(payload.register_open_time, '2026-11-20 15:00:00')
})

test('a voided sale gives its goods back', async () => {
  const { emulator, sent } = await start()
  emulator.ring(accountId, sale)
  sent.length = 0
  emulator.void?.(accountId, sale)
  const [first, second] = sent
  ok(first && second)
  equal(payloadOf(first).status, 'VOIDED')
  equal(payloadOf(second).count, 10)
})

test('a stock order lives by the rules of the vendor, and raises stock when received', async () => {
  const { call, sent } = await start()
  const bare = { name: 'note', type: 'SUPPLIER', outlet_id: outlet, reference: 'PO-1' }
  equal((await call('POST', '/consignments', { ...bare, status: 'RECEIVED' })).status, 422)
  const wrapped = await call('POST', '/consignments', { data: { ...bare, status: 'OPEN' } })
  equal(wrapped.status, 201)
  const path = `/consignments/${wrapped.body.data.id}`
  equal((await call('PUT', path, { ...bare, status: 'SENT' })).status, 422)
  const { body: products } = await call('GET', '/products?sku=TEA')
  const product_id = products.data[0].id
  await call('POST', `${path}/bulk`, [{ product_id, count: '4', cost: '0.50' }])
  await call('POST', `${path}/bulk`, [{ product_id, count: '2', cost: '0.50' }])
  const { body: lines } = await call('GET', `${path}/products`)
  equal(lines.data[0].count, '6.00000')
  equal((await call('PUT', path, { ...bare, status: 'SENT' })).body.data.status, 'SENT')
  equal((await call('PUT', path, { ...bare, status: 'OPEN' })).status, 422)
  equal((await call('PUT', path, { ...bare, status: 'RECEIVED' })).status, 422)
  await call('POST', `${path}/products`, { data: { product_id, count: '6', received: '6' } })
  equal((await call('GET', path)).body.data.status, 'DISPATCHED')
  equal((await call('PUT', path, { ...bare, status: 'RECEIVED' })).status, 200)
  deepEqual(
    sent.map((delivery) => formOf(delivery).get('type')),
    ['consignment.receive', 'inventory.update'],
  )
  equal(sent[1] && payloadOf(sent[1]).count, 16)
  equal((await call('PUT', path, { ...bare, status: 'CANCELLED' })).status, 422)
})

test('stock is read by POST and answers a bare array, newest first unless asked', async () => {
  const { call } = await start()
  const { status, body } = await call('POST', '/inventory', { size: 10, sort_direction: 'asc' })
  equal(status, 200)
  ok(Array.isArray(body))
  equal(body[0].current_inventory_level, 10)
})

test('a subscription exists once; refusals have an error and a message', async () => {
  const { call, app } = await start()
  const hook = { url: 'https://other.example', type: 'sale.update', active: true }
  equal((await call('POST', '/webhooks', hook)).status, 201)
  equal((await call('POST', '/webhooks', hook)).status, 409)
  const unknown = await call('GET', '/sales/none')
  equal(unknown.status, 404)
  match(unknown.body.error, /not found/)
  const stranger = await app.inject({ method: 'GET', url: '/api/2026-07/sales' })
  equal(stranger.statusCode, 401)
})
