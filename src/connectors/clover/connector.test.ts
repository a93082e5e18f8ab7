/** What the connector says of itself, and what it does with answers that are not as documented. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { serve } from '../../../test/http-server.ts'
import { Fault } from '../../base/fault.ts'
import { createTokeniser } from '../../privacy/keyed-tokeniser.ts'
import { events as vocabulary } from '../../retail/events.ts'
import type { Lookup } from '../connector.ts'
import { clover } from './connector.ts'
import type { CloverContext } from './settings.ts'

const stores = ['M1', 'M2'].map((externalId) => ({
  storeId: `str_${externalId}`,
  externalId,
  currency: 'USD',
  timeZone: 'UTC',
  registers: {},
}))
const connection = {
  connectionId: 'con_1',
  chainId: 'chn_1',
  regionId: 'us',
  apiBaseUrl: 'https://api.clover.com',
  webhookUrl: 'https://hub.example/clover',
  settings: { appId: 'APP1' },
  stores,
}

/** Clover answers `body` to whatever it is asked. */
async function asked(lookup: Lookup, running: TestContext, body: unknown, status = 200) {
  const { client } = await serve(running, (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  })
  const context: CloverContext = {
    connection,
    tokens: createTokeniser({
      key: Buffer.alloc(32, 7),
      keep: () => undefined,
      connectionId: connection.connectionId,
    }),
    references: { find: () => undefined, externalIds: () => [] },
    credentials: () => ({ accessToken: '{"M1":"a-token"}' }),
    api: client,
  }
  return clover.fetch(lookup, context)
}

const ofMerchant = (kind: string, merchantId = 'M1'): Lookup => ({
  kind,
  externalId: 'AAAAAAAAAAAAA',
  hints: { merchantId, ts: '1767225662000' },
})

test('every fact and action of the vocabulary is answered for', () => {
  const { facts, actions } = clover.capabilities
  const ours = new Set(['return.answered', 'command.reported'])
  const wanted = Object.keys(vocabulary).filter((type) => !ours.has(type))
  deepEqual(Object.keys(facts).sort(), wanted.sort())
  deepEqual(Object.keys(actions).sort(), ['purchase_order.place', 'sale.flag'])
  for (const { by, says } of Object.values(facts))
    ok(by === 'webhook' || by === 'sweep' || says, 'what cannot be had is explained')
})

test('each merchant has feeds of its own', () => {
  const names = clover.feeds(connection)
  equal(new Set(names).size, names.length)
  for (const { externalId } of stores) ok(names.includes(`${externalId}/orders`))
})

test('settings name the app, and nothing that could be a path', () => {
  equal(clover.settings.safeParse({ appId: 'DRKVJT2ZRRRSC' }).success, true)
  for (const appId of ['', '../x', undefined])
    equal(clover.settings.safeParse({ appId }).success, false)
})

const order = { id: 'AAAAAAAAAAAAA', paymentState: 'PAID', modifiedTime: 1 }
const payment = { id: 'P', amount: 1, createdTime: 1, result: 'SUCCESS' }
const malformed = [
  { kind: 'order', body: { id: 'AAAAAAAAAAAAA' }, field: 'modifiedTime' },
  {
    kind: 'order',
    body: { ...order, payments: { elements: [{ ...payment, amount: '1' }] } },
    field: 'payments.elements.0.amount',
  },
  {
    kind: 'order',
    body: { ...order, lineItems: { elements: [{ id: 'L', price: 1.5 }] } },
    field: 'lineItems.elements.0.price',
  },
  { kind: 'payment', body: { ...payment, result: undefined }, field: 'result' },
  { kind: 'refund', body: { id: 'R', createdTime: 1 }, field: 'amount' },
  { kind: 'item', body: { id: 'I', sku: 'S' }, field: 'name' },
  { kind: 'customer', body: { firstName: 'Ana' }, field: 'id' },
  { kind: 'employee', body: { id: '../x' }, field: 'id' },
  { kind: 'cash_events', body: { elements: [{ type: 'LOAD' }] }, field: 'timestamp' },
  { kind: 'cash_events', body: {}, field: 'elements' },
]
for (const { kind, body, field } of malformed)
  test(`an answer of ${kind} without a good ${field} is refused by name`, (running) =>
    rejects(
      asked(ofMerchant(kind), running, body),
      (error) =>
        error instanceof Fault &&
        error.code === 'payload_malformed' &&
        error.detail.field === field,
    ))

test('a field that is null, and fields still to come, pass', async (running) => {
  const employee = { id: 'E', name: null, role: 'EMPLOYEE', pronouns: 'she', deletedTime: null }
  const result = await asked(ofMerchant('employee'), running, employee)
  equal(result.outcome === 'translated' && result.translation.events.length, 1)
})

for (const { why, lookup, code } of [
  { why: 'of no store', lookup: ofMerchant('order', 'M9'), code: 'store_unknown' },
  {
    why: 'of a store without a token',
    lookup: ofMerchant('order', 'M2'),
    code: 'vendor_unauthorised',
  },
  { why: 'of a kind there is not', lookup: ofMerchant('toString'), code: 'payload_malformed' },
  { why: 'of nobody', lookup: { kind: 'order', externalId: 'A' }, code: 'payload_malformed' },
])
  test(`a lookup ${why}: ${code}`, (running) => rejects(asked(lookup, running, {}), { code }))

test('what Clover has no more leads to nothing, and an order unpaid waits', async (running) => {
  for (const kind of ['order', 'payment', 'refund', 'item', 'customer'])
    deepEqual(await asked(ofMerchant(kind), running, {}, 404), {
      outcome: 'translated',
      translation: { events: [], lookups: [], references: [] },
    })
  const open = { ...order, paymentState: 'OPEN', total: 5 }
  equal((await asked(ofMerchant('order'), running, open)).outcome, 'not_yet')
})
