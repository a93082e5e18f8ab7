/**
 * Square: connector and emulator together over HTTP, with Square's OpenAPI and SDK as referees.
 * Long, because every test drives one shop that is set up at the top.
 */
import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import test, { after, before } from 'node:test'
import fc from 'fast-check'
import { SquareClient, WebhooksHelper } from 'square'
import { Fault } from '../../src/base/fault.ts'
import { createHttpClient, type HttpClient } from '../../src/base/http-client.ts'
import { addQuantities, negateQuantity, quantityFrom } from '../../src/base/quantity.ts'
import type { DraftEvent, Translation, WebhookRequest } from '../../src/connectors/connector.ts'
import { square } from '../../src/connectors/square/connector.ts'
import type { SquareConnection } from '../../src/connectors/square/settings.ts'
import type { Emulator } from '../../src/simulator/emulator.ts'
import type {
  SimulatedAccount,
  SimulatedCustomer,
  TillLine,
  TillRefund,
  TillSale,
} from '../../src/simulator/till.ts'
import { squareEmulator } from '../../src/simulator/vendors/square/emulator.ts'
import { checkCall, checkWebhook } from '../specs/square/referee.ts'
import { contextFor, type EmulatedVendor, emulatedNowMs, startEmulator } from './harness.ts'

const secrets = {
  webhook: 'asdf1234',
  clientSecret: 'sq0csp-secret',
  clientId: 'sq0idp-simulated',
}
const [location, elsewhere] = ['L4SIMULATED01', 'L4SIMULATED02']
const at = {
  storeExternalId: location,
  registerExternalId: 'DEV1',
  employeeExternalId: 'TM1',
  atMs: emulatedNowMs,
}
const person: SimulatedCustomer = {
  customerKey: 'amy',
  firstName: 'Amy',
  lastName: 'Lee',
  email: 'amy@example.com',
  phone: '+13475550111',
  address: { street: '1 Main Street', city: 'Oakland', zip: '94608', country: 'US' },
}
const products = ['HB-250', 'CUP-1', 'BEAN-KG'].map((sku, index) => ({
  sku,
  name: `Product ${sku}`,
  priceMinor: 1000 + index,
  costMinor: 500,
}))

let vendor: EmulatedVendor
let emulator: Emulator
/** Simulated time: moves when a test says so. */
let nowMs = emulatedNowMs
before(async () => {
  vendor = await startEmulator(squareEmulator, { nowMs: () => nowMs })
  emulator = vendor.emulator
})
after(() => vendor.close())

let accountsCount = 0
const deviceOf = (locationId: string) => (locationId === location ? 'DEV1' : 'DEV2')

/** A merchant of its own for each test, and a connector's context whose calls the referee sees. */
function open(options: { currency?: string; taxesIncluded?: boolean } = {}) {
  accountsCount += 1
  const { currency = 'USD', taxesIncluded = false } = options
  const accountId = `MERCHANT${accountsCount}`
  const store = (externalId: string) => ({
    externalId,
    name: externalId,
    timeZone: 'America/New_York',
    country: taxesIncluded ? 'DE' : 'US',
    taxName: 'Tax',
    taxRate: '0.08875',
    taxesIncluded,
    registers: [{ externalId: deviceOf(externalId), name: 'Register 1' }],
    employees: [
      { externalId: 'TM1', firstName: 'Ann', lastName: 'Ash', email: 'a@x.test', isManager: true },
    ],
  })
  const account: SimulatedAccount = {
    accountId,
    vendor: 'square',
    currency,
    webhookUrl: vendor.webhookUrl,
    secrets,
    stores: [store(location), store(elsewhere)],
  }
  emulator.open(account, products, () => 20)
  const connection: SquareConnection = {
    connectionId: 'con_test',
    chainId: 'chn_test',
    regionId: 'us',
    apiBaseUrl: vendor.apiBaseUrl,
    webhookUrl: vendor.webhookUrl,
    settings: { merchantId: accountId, clientId: 'sq0idp-simulated' },
    stores: [location, elsewhere].map((externalId, index) => ({
      storeId: `str_${index + 1}`,
      externalId,
      currency,
      timeZone: 'America/New_York',
      registers: { [deviceOf(externalId)]: `reg_${index + 1}` },
    })),
  }
  const plain = contextFor(square, connection, emulator.credentials(accountId))
  return { account, accountId, context: { ...plain, api: refereed(plain.api) } }
}
type Opened = ReturnType<typeof open>

function refereed(api: HttpClient): HttpClient {
  return {
    async request(request) {
      const response = await api.request(request)
      checkCall(request, response)
      return response
    },
  }
}

/** As the agent does it: verify, translate, remember, look up until there is an answer. */
async function take(opened: Opened, requests?: readonly WebhookRequest[]): Promise<DraftEvent[]> {
  const events: DraftEvent[] = []
  for (const request of requests ?? (await vendor.takeWebhooks())) {
    checkWebhook(request.body)
    const verification = square.verify(request, opened.context.connection, secrets)
    equal(verification.outcome, 'genuine')
    events.push(...(await told(opened, square.translate(request, opened.context))))
  }
  return unique(events)
}

async function told({ context }: Opened, translation: Translation): Promise<DraftEvent[]> {
  context.references.remember(translation.references)
  const events = [...translation.events]
  for (const lookup of translation.lookups)
    for (let attempt = 1; ; attempt += 1) {
      const result = await square.fetch(lookup, context)
      if (result.outcome === 'not_yet') {
        ok(attempt < 3, result.why)
        continue
      }
      context.references.remember(result.translation.references)
      events.push(...result.translation.events)
      break
    }
  return events
}

async function sweep(
  opened: Opened,
  cursors = new Map<string, string>(),
  since = '2026-11-01T00:00:00.000Z',
): Promise<DraftEvent[]> {
  const events: DraftEvent[] = []
  for (const feed of square.feeds(opened.context.connection)) {
    const cursor = cursors.get(feed)
    const from = { since, ...(cursor !== undefined && { cursor }) }
    for await (const page of square.backfill(feed, from, opened.context)) {
      events.push(...(await told(opened, page.translation)))
      cursors.set(feed, page.cursor)
    }
  }
  return unique(events)
}

const unique = (events: readonly DraftEvent[]): DraftEvent[] => [
  ...new Map(events.map((event) => [`${event.type} ${event.key}`, event])).values(),
]

function only<Type extends DraftEvent['type']>(events: readonly DraftEvent[], type: Type) {
  return events.filter((event) => event.type === type) as Extract<DraftEvent, { type: Type }>[]
}

function line(changes: Partial<TillLine> = {}): TillLine {
  const sold = {
    sku: 'HB-250',
    name: 'House Blend',
    quantity: '2',
    unitPriceMinor: 2400,
    discountMinor: 0,
    taxMinor: 426,
    totalMinor: 4800,
  }
  return { ...sold, ...changes }
}

function sale(changes: Partial<TillSale> = {}): TillSale {
  return {
    ...at,
    saleKey: 'sale-1',
    lines: [line()],
    taxMinor: 426,
    tipMinor: 0,
    totalMinor: 5226,
    tenders: [{ kind: 'cash', amountMinor: 5226 }],
    ...changes,
  }
}

function refund(changes: Partial<TillRefund> = {}): TillRefund {
  return {
    ...at,
    atMs: at.atMs + 60_000,
    refundKey: 'refund-1',
    saleKey: 'sale-1',
    lines: [line({ quantity: '1', taxMinor: 213, totalMinor: 2400 })],
    taxMinor: 213,
    totalMinor: 2613,
    tender: { kind: 'cash', amountMinor: 2613 },
    reason: 'Amy said it is stale',
    ...changes,
  }
}

const visa = { brand: 'VISA', last4: '1111', fingerprint: 'sq-1-visa' } as const

function command(action: string, input: Record<string, unknown>, commandId = 'cmd_1') {
  return {
    commandId,
    proposalId: 'prp_1',
    chainId: 'chn_test',
    regionId: 'us',
    storeId: 'str_1',
    action,
    input,
    traceparent: '',
    causationId: '',
    issuedAt: '',
    expiresAt: '',
  }
}

test('a sale comes out as it was rung, with register, employee and customer', async () => {
  const opened = open()
  emulator.ring(
    opened.accountId,
    sale({
      customer: person,
      tipMinor: 100,
      totalMinor: 5326,
      tenders: [
        { kind: 'card', amountMinor: 4000, card: visa },
        { kind: 'gift_card', amountMinor: 326 },
        { kind: 'cash', amountMinor: 1000 },
      ],
    }),
  )
  const requests = await vendor.takeWebhooks()
  const events = await take(opened, requests)
  const [told, ...others] = only(events, 'sale.completed')
  equal(others.length, 0, 'one sale for all of its payments')
  ok(told)
  const { context } = opened
  equal(told.storeId, 'str_1')
  equal(told.registerId, 'reg_1')
  equal(told.occurredAt, '2026-11-20T15:00:00.000Z')
  equal(told.data.employeeId, context.tokens.employee('TM1'))
  equal(
    told.data.customer,
    context.tokens.customer({ email: person.email, externalId: 'whatever' }),
  )
  equal(told.data.saleId, `sal_test.${emulator.externalSaleId(opened.accountId, 'sale-1')}`)
  equal(told.data.lines[0]?.sku, 'HB-250')
  deepEqual(told.data.tenders, [
    { kind: 'card', amountMinor: 4000, instrument: context.tokens.token('card', visa.fingerprint) },
    { kind: 'gift_card', amountMinor: 326 },
    { kind: 'cash', amountMinor: 1000 },
  ])
  const text = JSON.stringify([events, requests.map((r) => square.translate(r, context))])
  for (const raw of ['amy', 'Amy', 'Lee', '347555', 'Main Street', '1111', 'sq-1-visa'])
    ok(!text.includes(raw), `${raw} got out`)
})

test('a refund joins money and goods, and points to its sale and line', async () => {
  const opened = open()
  const paidByCard = { kind: 'card', amountMinor: 5226, card: visa } as const
  emulator.ring(opened.accountId, sale({ tenders: [paidByCard], customer: person }))
  emulator.refund(
    opened.accountId,
    refund({ tender: { kind: 'card', amountMinor: 2613, card: visa } }),
  )
  const [told, ...others] = only(await take(opened), 'refund.completed')
  equal(others.length, 0)
  ok(told)
  const { tokens } = opened.context
  equal(told.data.saleId, `sal_test.${emulator.externalSaleId(opened.accountId, 'sale-1')}`)
  equal(told.data.totalMinor, 2613)
  equal(told.data.taxMinor, 213)
  deepEqual(told.data.lines, [
    { lineId: 'line-1', sku: 'HB-250', name: 'House Blend', quantity: '1', amountMinor: 2613 },
  ])
  const instrument = tokens.token('card', visa.fingerprint)
  deepEqual(told.data.tenders, [{ kind: 'card', amountMinor: 2613, instrument }])
  equal(told.data.reason, tokens.token('text', 'Amy said it is stale'))
  equal(told.data.customer, tokens.customer({ email: person.email, externalId: '' }))
})

test('a refund without receipt has no sale', async () => {
  const opened = open()
  const { saleKey: _none, ...unlinked } = refund()
  emulator.refund(opened.accountId, {
    ...unlinked,
    tender: { kind: 'gift_card', amountMinor: 2613 },
  })
  const [told] = only(await take(opened), 'refund.completed')
  equal(told?.data.saleId, undefined)
  equal(told?.data.lines[0]?.sku, 'HB-250')
  deepEqual(told?.data.tenders, [{ kind: 'gift_card', amountMinor: 2613 }])
})

test('a sale that was undone before payment is voided, by webhook and by sweep', async () => {
  const opened = open()
  emulator.void?.(opened.accountId, sale())
  const pushed = await take(opened)
  equal(only(pushed, 'sale.completed').length, 0)
  const [told] = only(pushed, 'sale.voided')
  equal(told?.data.totalMinor, 5226)
  deepEqual(only(await sweep(opened), 'sale.voided'), [told])
})

test('levels follow sales, returns and counts', async () => {
  const opened = open()
  await sweep(opened)
  emulator.ring(opened.accountId, sale())
  emulator.setStock(opened.accountId, location, 'CUP-1', 7.5, at.atMs + 1000)
  const levels = only(await take(opened), 'inventory.changed').map(({ data }) => data)
  deepEqual(levels, [
    { sku: 'HB-250', onHand: '18', cause: 'unknown' },
    { sku: 'CUP-1', onHand: '7.5', cause: 'unknown' },
  ])
})

test('a level of goods not yet known is looked up', async () => {
  const opened = open()
  emulator.setStock(opened.accountId, elsewhere, 'CUP-1', 3, at.atMs)
  const [request] = await vendor.takeWebhooks()
  ok(request)
  const translation = square.translate(request, opened.context)
  equal(translation.events.length, 0)
  const [event] = await told(opened, translation)
  deepEqual(event?.data, { sku: 'CUP-1', onHand: '3', cause: 'unknown' })
  deepEqual(square.translate(request, opened.context).events, [event], 'same key once it is known')
})

test('people: customers as tokens, employees in their stores, shifts', async () => {
  const opened = open()
  emulator.saveCustomer(opened.accountId, person, at.atMs)
  emulator.clockIn(opened.accountId, at)
  emulator.clockOut(opened.accountId, { ...at, atMs: at.atMs + 4 * 3600_000 })
  const events = await take(opened)
  const [customer] = only(events, 'customer.changed')
  equal(customer?.data.email, opened.context.tokens.token('email', person.email))
  equal(customer?.data.acceptsMarketing, true)
  equal(only(events, 'shift.started')[0]?.occurredAt, '2026-11-20T15:00:00.000Z')
  equal(only(events, 'shift.ended')[0]?.occurredAt, '2026-11-20T19:00:00.000Z')
  const employees = only(await sweep(opened), 'employee.changed')
  deepEqual(
    employees.map(({ storeId, data }) => [storeId, data.role, data.isActive]),
    [
      ['str_1', 'Manager', true],
      ['str_2', 'Manager', true],
    ],
  )
})

test('registers, drawers and devices are found by sweeps', async () => {
  const opened = open()
  const cursors = new Map<string, string>()
  emulator.openRegister(opened.accountId, at)
  emulator.ring(opened.accountId, sale({ atMs: at.atMs + 1000 }))
  emulator.openDrawer(opened.accountId, { ...at, atMs: at.atMs + 2000 })
  await vendor.takeWebhooks()
  const morning = await sweep(opened, cursors)
  equal(only(morning, 'register.closed').length, 0)
  equal(only(morning, 'register.opened')[0]?.data.floatMinor, 10_000)
  equal(only(morning, 'drawer.opened')[0]?.data.reason, 'no_sale')
  equal(only(morning, 'device.reported').length, 2)
  emulator.closeRegister(opened.accountId, { ...at, atMs: at.atMs + 3000 })
  const [closed] = only(await sweep(opened, cursors), 'register.closed')
  equal(closed?.registerId, 'reg_1')
  equal(closed?.data.expectedCashMinor, 15_226)
  equal(closed?.data.countedCashMinor, 15_226)
  equal(only(await sweep(opened, cursors), 'register.closed').length, 0, 'told once')
})

test('a price changed in the catalogue is told for each store', async () => {
  const opened = open()
  const { context } = opened
  const [known] = only(await sweep(opened), 'product.changed')
  equal(known?.data.name, 'Product HB-250')
  equal(known?.data.costMinor, 500)
  const [variationId = ''] = context.references.externalIds('sku', 'CUP-1')
  nowMs += 60_000
  const { body } = await context.api.request({
    method: 'GET',
    path: `/v2/catalog/object/${variationId}`,
    isRepeatable: true,
  })
  const { object } = body as { object: { item_variation_data: object } }
  const price_money = { amount: 1990, currency: 'USD' }
  const changed = {
    ...object,
    item_variation_data: {
      ...object.item_variation_data,
      location_overrides: [{ location_id: elsewhere, price_money }],
    },
  }
  const json = { idempotency_key: 'price-1', object: changed }
  const write = () =>
    context.api.request({
      method: 'POST',
      path: '/v2/catalog/object',
      json,
      isRepeatable: true,
    })
  equal((await write()).status, 200)
  equal((await write()).status, 200, 'the same key gives the first result')
  const events = only(await take(opened), 'product.changed')
  deepEqual(
    events.map(({ storeId, data }) => [storeId, data.sku, data.name, data.priceMinor]),
    [
      ['str_1', 'CUP-1', 'Product CUP-1', 1001],
      ['str_2', 'CUP-1', 'Product CUP-1', 1990],
    ],
  )
})

test('webhooks and sweeps tell the same facts under the same keys', async () => {
  const opened = open()
  emulator.ring(opened.accountId, sale({ customer: person }))
  emulator.refund(opened.accountId, refund())
  emulator.clockIn(opened.accountId, at)
  const pushed = await take(opened)
  const swept = await sweep(opened)
  for (const event of pushed) {
    // A level is a moment: a sweep tells the last one only.
    if (event.type === 'inventory.changed') continue
    const same = swept.find(({ type, key }) => type === event.type && key === event.key)
    deepEqual(same, event)
  }
})

test('a sweep finds what was lost, pages on, and resumes at its cursor', async () => {
  const opened = open()
  for (let index = 0; index < 130; index += 1)
    emulator.ring(
      opened.accountId,
      sale({ saleKey: `many-${index}`, atMs: at.atMs + index * 1000 }),
    )
  await vendor.takeWebhooks()
  const cursors = new Map<string, string>()
  const feed = `sales:${location}`
  const from = { since: '2026-11-20T00:00:00.000Z' }
  const found = new Set<string>()
  for await (const page of square.backfill(feed, from, opened.context)) {
    for (const { key } of only(page.translation.events, 'sale.completed')) found.add(key)
    cursors.set(feed, page.cursor)
  }
  equal(found.size, 130)
  const again = square.backfill(feed, { ...from, cursor: cursors.get(feed) ?? '' }, opened.context)
  let overlapCount = 0
  for await (const page of again) overlapCount += page.translation.events.length
  ok(overlapCount < 130, 'it goes on from the cursor')
})

test('what is sent twice, out of order or never is told once', async () => {
  const rates = { duplicateRatio: 0.3, reorderRatio: 0.5, dropRatio: 0.4, reorderDelayMsMax: 20 }
  const stable = vendor
  vendor = await startEmulator(squareEmulator, { faults: rates })
  emulator = vendor.emulator
  try {
    const opened = open()
    const keys: string[] = []
    for (let index = 0; index < 40; index += 1) {
      emulator.ring(opened.accountId, sale({ saleKey: `lossy-${index}`, atMs: at.atMs + index }))
      keys.push(emulator.externalSaleId(opened.accountId, `lossy-${index}`) ?? '')
    }
    emulator.refund(opened.accountId, refund({ saleKey: 'lossy-0' }))
    const events = unique([...(await take(opened)), ...(await sweep(opened))])
    deepEqual(
      only(events, 'sale.completed')
        .map(({ key }) => key)
        .sort(),
      keys.sort(),
    )
    equal(only(events, 'refund.completed').length, 1)
  } finally {
    await vendor.close()
    vendor = stable
    emulator = stable.emulator
  }
})

test('an order that Square has not finished is asked for again', async () => {
  const opened = open()
  let why: string | undefined
  for (let index = 0; why === undefined; index += 1) {
    ok(index < 200, 'one in sixteen comes late')
    emulator.ring(opened.accountId, sale({ saleKey: `late-${index}` }))
    const requests = await vendor.takeWebhooks()
    const lookups = requests.flatMap((each) => square.translate(each, opened.context).lookups)
    const lookup = lookups.find(({ kind }) => kind === 'sale')
    ok(lookup)
    const result = await square.fetch(lookup, opened.context)
    if (result.outcome === 'translated') continue
    why = result.why
    equal((await square.fetch(lookup, opened.context)).outcome, 'translated')
  }
  equal(why, 'the order is OPEN')
})

test('a restarted simulator goes on where it was', async () => {
  const opened = open()
  emulator.setStock(opened.accountId, location, 'CUP-1', 3, at.atMs)
  emulator.open(opened.account, products, () => 99)
  await vendor.takeWebhooks()
  const levels = only(await sweep(opened), 'inventory.changed')
  const level = levels.find(({ storeId, data }) => storeId === 'str_1' && data.sku === 'CUP-1')
  equal(level?.data.onHand, '3')
})

const flagInput = (opened: Opened, note: string) => ({
  saleId: `sal_test.${emulator.externalSaleId(opened.accountId, 'sale-1')}`,
  note,
})

test('a flag is set once, however often the command comes', async () => {
  const opened = open()
  emulator.ring(opened.accountId, sale())
  await vendor.takeWebhooks()
  const flag = command('sale.flag', flagInput(opened, 'Refund without goods?'))
  const first = await square.execute(flag, opened.context)
  equal(first.outcome === 'executed' && first.readBack, 'verified')
  deepEqual(await square.execute(flag, opened.context), first)
  const orderId = emulator.externalSaleId(opened.accountId, 'sale-1')
  const { body } = await opened.context.api.request({
    method: 'GET',
    path: `/v2/orders/${orderId}/custom-attributes/tillway-review`,
    isRepeatable: true,
  })
  const { custom_attribute } = body as { custom_attribute: { version: number; value: string } }
  equal(custom_attribute.version, 1, 'written once')
  equal(custom_attribute.value, 'Refund without goods?')
})

test('a flag whose answer was lost is set once all the same', async () => {
  const opened = open()
  emulator.ring(opened.accountId, sale())
  await vendor.takeWebhooks()
  let lostCount = 0
  const lossy: HttpClient = {
    async request(request) {
      const response = await opened.context.api.request(request)
      if (request.method === 'POST' && response.status < 300 && lostCount++ < 2)
        throw new Fault('vendor_unreachable', { status: 0 })
      return response
    },
  }
  const flag = command('sale.flag', flagInput(opened, 'Look'))
  const tries: string[] = []
  for (let attempt = 0; attempt < 3; attempt += 1)
    await square.execute(flag, { ...opened.context, api: lossy }).then(
      ({ outcome }) => tries.push(outcome),
      (error: Fault) => tries.push(error.code),
    )
  deepEqual(tries, ['vendor_unreachable', 'vendor_unreachable', 'executed'])
  const last = await square.execute(flag, opened.context)
  equal(last.outcome === 'executed' && last.readBack, 'verified')
})

test('commands that cannot be carried out say so', async () => {
  const opened = open()
  const flag = command('sale.flag', { saleId: 'sal_test.nothing', note: 'x' })
  const unknown = await square.execute(flag, opened.context)
  equal(unknown.outcome === 'refused' && unknown.fault, 'vendor_refused')
  const order = await square.execute(command('purchase_order.place', {}), opened.context)
  equal(order.outcome === 'refused' && order.fault, 'capability_missing')
  const other = command('sale.flag', { saleId: 'sal_other.1', note: 'x' })
  await rejects(square.execute(other, opened.context), /reference_unknown/)
  await rejects(square.execute({ ...flag, storeId: 'str_9' }, opened.context), /store_unknown/)
})

test('codes and refresh tokens give access; wrong ones do not', async () => {
  const opened = open()
  const { connection } = opened.context
  const api = refereed(createHttpClient({ baseUrl: vendor.apiBaseUrl, budget: square.budget }))
  const query = `client_id=sq0idp-simulated&redirect_uri=https://hub.test/cb&state=s&merchant_id=${opened.accountId}`
  const redirect = await fetch(`${vendor.apiBaseUrl}/oauth2/authorize?${query}`, {
    redirect: 'manual',
  })
  const code = new URL(redirect.headers.get('location') ?? '').searchParams.get('code') ?? ''
  match(code, /^sq0cgp-/)
  const credentials = await square.auth.exchange(api, connection, secrets, {
    code,
    query: {},
    current: undefined,
  })
  match(credentials.expiresAt ?? '', /^2026-12-20/)
  await rejects(
    square.auth.exchange(api, connection, secrets, { code, query: {}, current: undefined }),
    /vendor_unauthorised/,
  )
  const renewed = await square.auth.refresh?.(api, connection, secrets, credentials, async () => {})
  ok(renewed && renewed.accessToken !== credentials.accessToken)
  const wrong = { ...secrets, clientSecret: 'no' }
  await rejects(
    square.auth.exchange(api, connection, wrong, { code: 'x', query: {}, current: undefined }),
    /vendor_unauthorised/,
  )
  const context = contextFor(square, connection, { accessToken: 'EAAAwrong' })
  await rejects(
    square.fetch({ kind: 'sale', externalId: 'x' }, context),
    (error: Fault) => error.code === 'vendor_unauthorised' && error.detail.code === 'UNAUTHORIZED',
  )
})

test('too many calls get 429 in the shape of Square, and the client waits', async () => {
  const opened = open()
  const headers = { authorization: `Bearer ${emulator.credentials(opened.accountId).accessToken}` }
  const path = '/v2/orders/none'
  const answers = await Promise.all(
    Array.from({ length: 260 }, () => fetch(vendor.apiBaseUrl + path, { headers })),
  )
  const throttled = answers.find(({ status }) => status === 429)
  ok(throttled)
  checkCall({ method: 'GET', path }, { status: 429, body: await throttled.json() })
  const result = await square.fetch({ kind: 'sale', externalId: 'none' }, opened.context)
  equal(result.outcome, 'not_yet')
})

test('webhooks carry the headers of Square, also when they are sent again', async () => {
  const opened = open()
  vendor.answer = (_request, count) => (count === 1 ? 500 : 200)
  emulator.saveCustomer(opened.accountId, person, at.atMs)
  const [first, again] = await vendor.takeWebhooks()
  vendor.answer = () => 200
  ok(first && again)
  equal(first.headers['square-environment'], 'Sandbox')
  equal(first.headers['square-retry-number'], undefined)
  equal(again.headers['square-retry-number'], '1')
  equal(again.headers['square-retry-reason'], 'http_error')
  deepEqual(again.body, first.body)
  const isGenuine = await WebhooksHelper.verifySignature({
    requestBody: first.body.toString(),
    signatureHeader: String(first.headers['x-square-hmacsha256-signature']),
    signatureKey: secrets.webhook,
    notificationUrl: vendor.webhookUrl,
  })
  ok(isGenuine, "Square's own helper accepts it")
})

test("Square's own client understands the emulator", async () => {
  const opened = open()
  emulator.ring(opened.accountId, sale({ customer: person }))
  emulator.refund(opened.accountId, refund())
  emulator.openRegister(opened.accountId, at)
  await vendor.takeWebhooks()
  const token = emulator.credentials(opened.accountId).accessToken
  const client = new SquareClient({ token, baseUrl: vendor.apiBaseUrl, maxRetries: 0 })
  const orderId = emulator.externalSaleId(opened.accountId, 'sale-1') ?? ''
  await client.orders.get({ orderId })
  const { order } = await client.orders.get({ orderId })
  equal(order?.lineItems?.[0]?.totalMoney?.amount, 5226n)
  const query = { locationId: location, sortField: 'UPDATED_AT', sortOrder: 'ASC' } as const
  const payments = await client.payments.list(query)
  equal(payments.data[0]?.orderId, orderId)
  const shifts = await client.cashDrawers.shifts.list({ locationId: location })
  equal(shifts.data[0]?.state, 'OPEN')
})

/** Amounts that add up, as a till makes them. */
const lineOf = fc
  .record({
    sku: fc.constantFrom('HB-250', 'CUP-1', 'BEAN-KG'),
    quantity: fc.constantFrom('1', '3', '0.35', '1.5', '0.12345'),
    unitPriceMinor: fc.integer({ min: 0, max: 99_999 }),
    discountShare: fc.constantFrom(0, 0, 0.1, 1),
    taxShare: fc.constantFrom(0, 0.08875, 0.19),
  })
  .map(({ sku, quantity, unitPriceMinor, discountShare, taxShare }) => {
    const grossMinor = Math.round(Number(quantity) * unitPriceMinor)
    const discountMinor = Math.round(grossMinor * discountShare)
    const totalMinor = grossMinor - discountMinor
    const taxMinor = Math.round(totalMinor * taxShare)
    return { sku, name: sku, quantity, unitPriceMinor, discountMinor, taxMinor, totalMinor }
  })

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const currencies = ['USD', 'EUR', 'JPY', 'KWD'] as const

test('any sale and refund keep every amount, in four currencies, taxes in or on top', async () => {
  const shops = new Map(
    currencies.flatMap((currency) =>
      [true, false].map((taxesIncluded) => [
        `${currency}${taxesIncluded}`,
        open({ currency, taxesIncluded }),
      ]),
    ),
  )
  let salesCount = 0
  const property = fc.asyncProperty(
    fc.constantFrom(...currencies),
    fc.boolean(),
    fc.array(lineOf, { minLength: 1, maxLength: 5 }),
    fc.integer({ min: 0, max: 500 }),
    fc.array(fc.constantFrom('cash', 'card', 'gift_card'), { minLength: 1, maxLength: 3 }),
    fc.boolean(),
    async (currency, taxesIncluded, lines, tipMinor, kinds, hasReceipt) => {
      const opened = shops.get(`${currency}${taxesIncluded}`)
      ok(opened)
      salesCount += 1
      const taxMinor = sum(lines.map((each) => each.taxMinor))
      const goodsMinor = sum(lines.map((each) => each.totalMinor)) + (taxesIncluded ? 0 : taxMinor)
      const totalMinor = goodsMinor + tipMinor
      const part = Math.floor(totalMinor / kinds.length)
      const tenders = kinds.map((kind, index) => ({
        kind,
        amountMinor: index === 0 ? totalMinor - part * (kinds.length - 1) : part,
        ...(kind === 'card' && { card: visa }),
      }))
      const saleKey = `any-${salesCount}`
      const amounts = { lines, taxMinor, tipMinor, totalMinor, tenders }
      emulator.ring(opened.accountId, sale({ saleKey, ...amounts }))
      const [told] = only(await take(opened), 'sale.completed')
      ok(told)
      const { data } = told
      equal(data.currency, currency)
      deepEqual(
        [data.totalMinor, data.taxMinor, data.tipMinor, data.discountMinor],
        [totalMinor, taxMinor, tipMinor, 0],
      )
      equal(data.taxesIncluded, taxesIncluded)
      equal(sum(data.tenders.map((each) => each.amountMinor)), totalMinor)
      deepEqual(
        data.lines.map(({ lineId: _lineId, ...each }) => each),
        lines.map((each) => ({ ...each, quantity: quantityFrom(each.quantity) })),
      )

      const [tender] = tenders
      ok(tender)
      const { saleKey: _saleKey, ...back } = refund({
        refundKey: saleKey,
        lines,
        taxMinor,
        totalMinor: goodsMinor,
        tender: { ...tender, amountMinor: goodsMinor },
      })
      emulator.refund(opened.accountId, hasReceipt ? { ...back, saleKey } : back)
      const [returned] = only(await take(opened), 'refund.completed')
      ok(returned)
      equal(returned.data.saleId, hasReceipt ? data.saleId : undefined)
      deepEqual([returned.data.totalMinor, returned.data.taxMinor], [goodsMinor, taxMinor])
      deepEqual(
        returned.data.lines.map((each) => each.amountMinor),
        lines.map((each) => each.totalMinor + (taxesIncluded ? 0 : each.taxMinor)),
      )
      deepEqual(
        returned.data.tenders.map((each) => [each.kind, each.amountMinor]),
        [[tender.kind, goodsMinor]],
      )
    },
  )
  await fc.assert(property, { numRuns: 50 })
  // What was sold and given back in whole leaves the shelves as they were.
  for (const opened of shops.values())
    for (const { data } of only(await sweep(opened), 'inventory.changed'))
      equal(addQuantities(data.onHand, negateQuantity('20')), '0')
})
