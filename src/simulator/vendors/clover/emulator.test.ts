/** The emulated Clover by itself: what it keeps, what it sends, whom it lets in. */
import { deepEqual, equal, notEqual } from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify from 'fastify'
import { openDocumentStore } from '../../document-store.ts'
import type { SimulatedAccount, TillSale } from '../../till.ts'
import type { Delivery, WebhookSender } from '../../webhook-sender.ts'
import { cloverEmulator } from './emulator.ts'
import { ids } from './ids.ts'

const merchantId = ids.store('one')
const account: SimulatedAccount = {
  accountId: ids.account('app'),
  vendor: 'clover',
  currency: 'USD',
  webhookUrl: 'http://agent.example/webhooks/con_1',
  secrets: { webhook: 'code', client_secret: 'secret' },
  stores: [
    {
      externalId: merchantId,
      name: 'One',
      timeZone: 'America/Chicago',
      country: 'US',
      taxName: 'Sales tax',
      taxRate: '0.0825',
      taxesIncluded: false,
      registers: [],
      employees: [],
    },
  ],
}
const products = [{ sku: 'TEE', name: 'Tee', priceMinor: 2000, costMinor: 700 }]
const line = { sku: 'TEE', name: 'Tee', quantity: '1', unitPriceMinor: 2000 }
const sale: TillSale = {
  storeExternalId: merchantId,
  registerExternalId: ids.register('1'),
  employeeExternalId: ids.employee('1'),
  atMs: 5000,
  saleKey: 's1',
  lines: [{ ...line, discountMinor: 0, taxMinor: 0, totalMinor: 2000 }],
  taxMinor: 0,
  tipMinor: 0,
  totalMinor: 2000,
  tenders: [{ kind: 'cash', amountMinor: 2000 }],
}

function start(documents = openDocumentStore(':memory:'), onHand = 2) {
  const sent: Delivery[] = []
  const webhooks = { send: (delivery: Delivery) => void sent.push(delivery) } as WebhookSender
  let nowMs = 10_000
  const emulator = cloverEmulator({ documents, webhooks, nowMs: () => nowMs })
  emulator.open(account, products, () => onHand)
  const app = Fastify()
  emulator.routes(app)
  const { accessToken } = emulator.credentials(account.accountId)
  const token = (JSON.parse(accessToken) as Record<string, string>)[merchantId]
  const get = async (path: string, authorization = `Bearer ${token}`) => {
    const url = `/v3/merchants/${merchantId}${path}`
    const response = await app.inject({ url, headers: { authorization } })
    return { status: response.statusCode, headers: response.headers, body: response.json() }
  }
  const pass = (ms: number) => {
    nowMs += ms
  }
  return { emulator, documents, sent, app, get, pass, token }
}

test('a sale is one bundle of ids, and a second within the window waits for its end', async () => {
  const { emulator, sent } = start()
  emulator.ring(account.accountId, sale)
  const orderId = emulator.externalSaleId(account.accountId, 's1')
  const [first] = sent
  equal(first?.headers(1, undefined)['x-clover-auth'], 'code')
  const { appId, merchants } = JSON.parse(first?.body ?? '{}')
  equal(appId, account.accountId)
  deepEqual(
    merchants[merchantId].map(({ objectId, type }: { objectId: string; type: string }) => [
      objectId.replace(/:.*/, objectId.endsWith(`:${orderId}`) ? ' of the sale' : ''),
      type,
    ]),
    [
      ['O of the sale', 'CREATE'],
      ['O of the sale', 'UPDATE'],
      ['P', 'CREATE'],
      ['O of the sale', 'UPDATE'],
    ],
  )
  emulator.ring(account.accountId, { ...sale, saleKey: 's2' })
  emulator.ring(account.accountId, { ...sale, saleKey: 's3' })
  equal(sent.length, 1)
  await sleep(40)
  equal(sent.length, 2)
})

test('a sale rung twice is one sale', async () => {
  const { emulator, get } = start()
  emulator.ring(account.accountId, sale)
  emulator.ring(account.accountId, sale)
  equal((await get('/orders')).body.elements.length, 1)
  equal((await get('/items?expand=itemStock')).body.elements[0].itemStock.quantity, 1)
})

test('the last piece makes the item unavailable, and that is told', async () => {
  const { emulator, sent, get } = start(undefined, 1)
  emulator.ring(account.accountId, sale)
  equal((await get('/items')).body.elements[0].available, false)
  equal(sent[0]?.body.includes('"I:'), true)
})

test('state outlives a restart, and opening again fills nothing', async () => {
  const before = start()
  before.emulator.ring(account.accountId, sale)
  const after = start(before.documents, 99)
  equal(after.token, before.token, 'tokens too')
  const orders = await after.get('/orders')
  equal(orders.body.elements[0].id, after.emulator.externalSaleId(account.accountId, 's1'))
  equal((await after.get('/items?expand=itemStock')).body.elements[0].itemStock.quantity, 1)
})

test('refuses as Clover does', async () => {
  const { get, pass } = start()
  equal((await get('/orders', 'Bearer nobody')).status, 401)
  equal((await get('/orders/ZZZZZZZZZZZZZ')).status, 404)
  const expands = 'payments,refunds,customers,discounts'
  equal((await get(`/orders?expand=${expands}`)).status, 400, 'three at most')
  equal((await get('/orders?expand=nonsense')).status, 400)
  equal((await get('/orders?filter=nonsense%3D1')).status, 400)
  equal((await get('/orders?limit=1001')).status, 400)
  pass(30 * 60_000)
  equal((await get('/orders')).status, 401, 'after half an hour')
})

test('a query of orders reaches ninety days', async () => {
  const rig = start()
  rig.pass(91 * 24 * 3600_000)
  rig.emulator.ring(account.accountId, sale)
  const grant = `Bearer ${await refreshed(rig)}`
  const fromLongAgo = await rig.get('/orders?filter=modifiedTime%3E%3D0', grant)
  equal(fromLongAgo.body.elements.length, 0, 'the window ends before the sale')
  equal((await rig.get('/orders', grant)).body.elements.length, 1, 'without one: the last ninety')
})

test('a refresh token works once', async () => {
  const rig = start()
  const { refreshToken } = rig.emulator.credentials(account.accountId)
  notEqual(await refreshed(rig, refreshToken), undefined)
  equal(await refreshed(rig, refreshToken), undefined)
})

async function refreshed(
  { app, emulator }: ReturnType<typeof start>,
  text = emulator.credentials(account.accountId).refreshToken,
): Promise<string | undefined> {
  const refresh_token = (JSON.parse(text ?? '{}') as Record<string, string>)[merchantId]
  const payload = { client_id: account.accountId, refresh_token }
  const response = await app.inject({ method: 'POST', url: '/oauth/v2/refresh', payload })
  return response.json().access_token
}
