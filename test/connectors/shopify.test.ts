/**
 * Shopify: connector and emulator together over HTTP. Referees: Shopify's GraphQL schema for every
 * document that is sent, its list of topics, and the HMAC check of its own SDK.
 */
import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import test, { after, before } from 'node:test'
import '@shopify/shopify-api/adapters/node'
import { ApiVersion, LogSeverity, shopifyApi } from '@shopify/shopify-api'
import fc from 'fast-check'
import type { Command } from '../../src/actions/command.ts'
import { Fault } from '../../src/base/fault.ts'
import { createHttpClient, type HttpClient } from '../../src/base/http-client.ts'
import { hmacSha256 } from '../../src/base/signature.ts'
import type {
  Connection,
  Credentials,
  DraftEvent,
  Lookup,
  Translation,
  WebhookRequest,
} from '../../src/connectors/connector.ts'
import { shopify } from '../../src/connectors/shopify/connector.ts'
import { ShopifySettings } from '../../src/connectors/shopify/settings.ts'
import { topics } from '../../src/connectors/shopify/translate.ts'
import { events as vocabulary } from '../../src/retail/events.ts'
import type {
  SimulatedAccount,
  SimulatedCustomer,
  TillLine,
  TillSale,
  TillTender,
} from '../../src/simulator/till.ts'
import { createShopify, shopifyEmulator } from '../../src/simulator/vendors/shopify/emulator.ts'
import { schema } from '../../src/simulator/vendors/shopify/graphql.ts'
import { checkPart, checkRequest, topicNames } from '../specs/shopify/referee.ts'
import { contextFor, type EmulatedVendor, emulatedNowMs, startEmulator } from './harness.ts'

const secrets = { webhook: 'hush' }
const clientId = 'c0ffee'
const location = '65544149101'
const elsewhere = '65544149102'
const device = '2400000007'
const staff = '90254163501'
const at = {
  storeExternalId: location,
  registerExternalId: device,
  employeeExternalId: staff,
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

/** Simulated time: moves when a test says so. */
let nowMs = emulatedNowMs
let vendor: EmulatedVendor
before(async () => {
  vendor = await startEmulator(shopifyEmulator, { nowMs: () => nowMs })
})
after(() => vendor.close())

let shopsCount = 0

interface Options {
  readonly currency?: string
  readonly taxesIncluded?: boolean
  readonly settings?: Partial<ShopifySettings>
  readonly at?: EmulatedVendor
}

/** A shop of its own for each test, and a connector's context whose calls the referee sees. */
function open({
  currency = 'USD',
  taxesIncluded = false,
  settings,
  at: host = vendor,
}: Options = {}) {
  shopsCount += 1
  const shop = `store-${shopsCount}.myshopify.com`
  const store = (externalId: string) => ({
    externalId,
    name: externalId,
    timeZone: 'America/New_York',
    country: 'US',
    taxName: 'Tax',
    taxRate: '0.08875',
    taxesIncluded,
    registers: [{ externalId: device, name: 'Register 1' }],
    employees:
      externalId === location
        ? [
            {
              externalId: staff,
              firstName: 'Ann',
              lastName: 'Ash',
              email: 'a@x.test',
              isManager: true,
            },
          ]
        : [],
  })
  const account: SimulatedAccount = {
    accountId: shop,
    vendor: 'shopify',
    currency,
    webhookUrl: host.webhookUrl,
    secrets,
    stores: [store(location), store(elsewhere)],
  }
  host.emulator.open(account, products, () => 20)
  const connection: Connection<ShopifySettings> = {
    connectionId: 'con_test',
    chainId: 'chn_test',
    regionId: 'us',
    apiBaseUrl: host.apiBaseUrl,
    webhookUrl: host.webhookUrl,
    settings: ShopifySettings.parse({ shop, clientId, weightProperty: 'Weight', ...settings }),
    stores: [location, elsewhere].map((externalId, index) => ({
      storeId: `str_${index + 1}`,
      externalId,
      currency,
      timeZone: 'America/New_York',
      registers: index === 0 ? { [device]: 'reg_1' } : {},
    })),
  }
  const plain = contextFor(shopify, connection, host.emulator.credentials(shop))
  // Faster than a real budget, so that the tests are too.
  const api = createHttpClient({
    baseUrl: host.apiBaseUrl,
    budget: { perSecond: 5000, burst: 5000, concurrentMax: 8 },
    headers: () => shopify.auth.headers(plain.credentials()),
  })
  const context = { ...plain, api: refereed(api) }
  return { shop, account, connection, context, emulator: host.emulator, host }
}
type Rig = ReturnType<typeof open>

function refereed(api: HttpClient): HttpClient {
  return {
    request(request) {
      const json = request.json as { query?: string; variables?: Record<string, unknown> }
      if (json.query !== undefined) checkRequest(json.query, json.variables ?? {})
      return api.request(request)
    },
  }
}

function line(given: Partial<TillLine> = {}): TillLine {
  return {
    sku: 'HB-250',
    name: 'Product HB-250',
    quantity: '2',
    unitPriceMinor: 2400,
    discountMinor: 0,
    taxMinor: 426,
    totalMinor: 4800,
    ...given,
  }
}

const cash = (amountMinor: number): TillTender => ({ kind: 'cash', amountMinor })
const card = (amountMinor: number): TillTender => ({
  kind: 'card',
  amountMinor,
  card: { brand: 'VISA', last4: '4242', fingerprint: 'fp-1' },
})

function saleOf(saleKey: string, given: Partial<TillSale> = {}): TillSale {
  const lines = given.lines ?? [line()]
  return {
    ...at,
    saleKey,
    lines,
    taxMinor: 426,
    tipMinor: 0,
    totalMinor: 5226,
    tenders: [cash(5226)],
    ...given,
  }
}

/** Checks each event against our own vocabulary, and that nothing personal is in it in the clear. */
function checked(translation: Translation): Translation {
  for (const event of translation.events) vocabulary[event.type].data.parse(event.data)
  const told = JSON.stringify(translation)
  for (const raw of ['amy', 'lee', '3475550111', 'main street', 'ann', 'damaged'])
    ok(!told.toLowerCase().includes(raw), `${raw} in ${told}`)
  return translation
}

async function taken(rig: Rig): Promise<WebhookRequest[]> {
  return (await rig.host.takeWebhooks()).filter(
    ({ headers }) => headers['x-shopify-shop-domain'] === rig.shop,
  )
}

/** All that webhooks told, with their lookups followed. */
async function told(rig: Rig): Promise<DraftEvent[]> {
  const found: DraftEvent[] = []
  for (const request of await taken(rig)) {
    equal(shopify.verify(request, rig.connection, secrets).outcome, 'genuine')
    const translation = checked(shopify.translate(request, rig.context))
    rig.context.references.remember(translation.references)
    found.push(...translation.events, ...(await followed(translation.lookups, rig)))
  }
  return found
}

async function followed(lookups: readonly Lookup[], rig: Rig): Promise<DraftEvent[]> {
  const found: DraftEvent[] = []
  for (const lookup of lookups) {
    const result = await shopify.fetch(lookup, rig.context)
    if (result.outcome !== 'translated') continue
    checked(result.translation)
    rig.context.references.remember(result.translation.references)
    found.push(...result.translation.events, ...(await followed(result.translation.lookups, rig)))
  }
  return found
}

/** All that a sweep finds since the beginning, lookups followed; and the cursor it ends with. */
async function swept(rig: Rig, feed: string, cursor?: string) {
  const found: DraftEvent[] = []
  let pages = 0
  const from = { since: '2026-11-01T00:00:00.000Z', ...(cursor !== undefined && { cursor }) }
  for await (const page of shopify.backfill(feed, from, rig.context)) {
    pages += 1
    cursor = page.cursor
    const { translation } = page
    checked(translation)
    rig.context.references.remember(translation.references)
    found.push(...translation.events, ...(await followed(translation.lookups, rig)))
  }
  return { events: found, cursor, pages }
}

function of<Type extends DraftEvent['type']>(events: readonly DraftEvent[], type: Type) {
  return events.filter((event): event is Extract<DraftEvent, { type: Type }> => event.type === type)
}

test('the part of the schema that the emulator answers with is Shopify’s own', () =>
  checkPart(schema))

test('every topic that is translated is one of Shopify’s, or a mandatory privacy topic', () => {
  for (const topic of Object.keys(topics))
    ok(topicNames.has(topic) || topic === 'customers/redact', topic)
})

test('a sale is told by its webhook alone, and the sweep tells the same', async () => {
  const rig = open()
  rig.emulator.ring(rig.shop, saleOf('s1', { customer: person }))
  const events = await told(rig)
  const [sale, ...more] = of(events, 'sale.completed')
  deepEqual(more, [])
  const orderId = rig.emulator.externalSaleId(rig.shop, 's1') ?? ''
  equal(sale?.key, orderId)
  equal(sale?.storeId, 'str_1')
  equal(sale?.registerId, 'reg_1')
  equal(sale?.occurredAt, '2026-11-20T15:00:00.000Z')
  deepEqual(sale?.data, {
    saleId: `sal_test.${orderId}`,
    number: '#1001',
    employeeId: rig.context.tokens.employee(staff),
    customer: rig.context.tokens.customer({ email: person.email, externalId: '' }),
    currency: 'USD',
    lines: [
      {
        lineId: sale?.data.lines[0]?.lineId,
        sku: 'HB-250',
        name: 'Product HB-250',
        quantity: '2',
        unitPriceMinor: 2400,
        discountMinor: 0,
        taxMinor: 426,
        totalMinor: 4800,
      },
    ],
    discountMinor: 0,
    taxesIncluded: false,
    taxMinor: 426,
    tipMinor: 0,
    totalMinor: 5226,
    tenders: [{ kind: 'cash', amountMinor: 5226 }],
  })
  const { events: again } = await swept(rig, 'orders')
  deepEqual(of(again, 'sale.completed'), [sale])
})

test('a split payment is looked up, and told as it was paid', async () => {
  const rig = open()
  const tenders = [card(5000), { kind: 'gift_card', amountMinor: 226 } as const]
  rig.emulator.ring(rig.shop, saleOf('split', { tenders }))
  const [paid] = (await taken(rig)).filter(
    ({ headers }) => headers['x-shopify-topic'] === 'orders/paid',
  )
  ok(paid)
  const translation = shopify.translate(paid, rig.context)
  deepEqual(translation.events, [])
  const externalId = rig.emulator.externalSaleId(rig.shop, 'split')
  deepEqual(translation.lookups, [{ kind: 'order', externalId }])
  const [sale] = of(await followed(translation.lookups, rig), 'sale.completed')
  deepEqual(sale?.data.tenders, [
    { kind: 'card', amountMinor: 5000 },
    { kind: 'gift_card', amountMinor: 226 },
  ])
})

const anySale = (taxesIncluded: boolean): fc.Arbitrary<TillSale> =>
  fc
    .record({
      lines: fc.array(
        fc.record({
          sku: fc.constantFrom('HB-250', 'CUP-1', 'BEAN-KG'),
          quantity: fc.oneof(
            fc.integer({ min: 1, max: 5 }).map(String),
            fc.constantFrom('0.35', '1.275', '0.5'),
          ),
          unitPriceMinor: fc.integer({ min: 1, max: 90_000 }),
          discountPermille: fc.constantFrom(0, 0, 100, 333, 1000),
          taxPermille: fc.constantFrom(0, 70, 89, 190),
        }),
        { minLength: 1, maxLength: 14 },
      ),
      tipMinor: fc.constantFrom(0, 0, 250),
      kinds: fc.array(fc.constantFrom('cash', 'card', 'gift_card'), { minLength: 1, maxLength: 3 }),
    })
    .map(({ lines: drafts, tipMinor, kinds }) => {
      const lines = drafts.map(({ discountPermille, taxPermille, ...draft }) => {
        const grossMinor = Math.round(Number(draft.quantity) * draft.unitPriceMinor)
        const discountMinor = Math.floor((grossMinor * discountPermille) / 1000)
        const totalMinor = grossMinor - discountMinor
        const taxMinor = Math.floor((totalMinor * taxPermille) / 1000)
        return { ...draft, name: draft.sku, discountMinor, taxMinor, totalMinor }
      })
      const sum = (pick: (entry: TillLine) => number) =>
        lines.reduce((total, entry) => total + pick(entry), 0)
      const taxMinor = sum((entry) => entry.taxMinor)
      const goodsMinor = sum((entry) => entry.totalMinor)
      const totalMinor = goodsMinor + tipMinor + (taxesIncluded ? 0 : taxMinor)
      const each = Math.floor(totalMinor / kinds.length)
      const tenders = kinds.map((kind, index): TillTender => {
        const isLast = index === kinds.length - 1
        const amountMinor = isLast ? totalMinor - each * (kinds.length - 1) : each
        return kind === 'card' ? card(amountMinor) : { kind, amountMinor }
      })
      return { ...at, saleKey: '', lines, taxMinor, tipMinor, totalMinor, tenders }
    })

function paidBy(tenders: readonly { kind: string; amountMinor: number }[]) {
  const sums: Record<string, number> = {}
  for (const { kind, amountMinor } of tenders) sums[kind] = (sums[kind] ?? 0) + amountMinor
  return sums
}

for (const { currency, taxesIncluded } of [
  { currency: 'USD', taxesIncluded: false },
  { currency: 'EUR', taxesIncluded: true },
  { currency: 'JPY', taxesIncluded: true },
  { currency: 'KWD', taxesIncluded: false },
])
  test(`what is rung in ${currency} comes out to the last unit, and so does its return`, async () => {
    const rig = open({ currency, taxesIncluded })
    let count = 0
    await fc.assert(
      fc.asyncProperty(anySale(taxesIncluded), async (drawn) => {
        count += 1
        const rung = { ...drawn, saleKey: `p${count}` }
        rig.emulator.ring(rig.shop, rung)
        const events = await told(rig)
        const [sale] = of(events, 'sale.completed')
        ok(sale)
        const { data } = sale
        equal(data.totalMinor, rung.totalMinor)
        equal(data.taxMinor, rung.taxMinor)
        equal(data.tipMinor, rung.tipMinor)
        deepEqual(
          data.lines.map(({ sku, quantity, discountMinor, taxMinor, totalMinor }) => ({
            sku,
            quantity,
            discountMinor,
            taxMinor,
            totalMinor,
          })),
          rung.lines.map(({ sku, quantity, discountMinor, taxMinor, totalMinor }) => ({
            sku,
            quantity,
            discountMinor,
            taxMinor,
            totalMinor,
          })),
        )
        deepEqual(paidBy(data.tenders), paidBy(rung.tenders))
        const hasReceipt = count % 3 !== 0
        rig.emulator.refund(rig.shop, {
          ...at,
          refundKey: `r${count}`,
          ...(hasReceipt && { saleKey: rung.saleKey }),
          lines: rung.lines,
          taxMinor: rung.taxMinor,
          totalMinor: rung.totalMinor - rung.tipMinor,
          tender: cash(rung.totalMinor - rung.tipMinor),
          reason: 'damaged',
        })
        const [refund] = of(await told(rig), 'refund.completed')
        ok(refund)
        equal(refund.data.saleId, hasReceipt ? data.saleId : undefined)
        equal(refund.data.totalMinor, rung.totalMinor - rung.tipMinor)
        equal(refund.data.taxMinor, rung.taxMinor)
        equal(
          refund.data.lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
          refund.data.totalMinor,
        )
      }),
      { numRuns: 50 },
    )
    const sales = of((await swept(rig, 'orders')).events, 'sale.completed')
    equal(new Set(sales.map(({ key }) => key)).size, count)
    const refunds = of((await swept(rig, 'refunds')).events, 'refund.completed')
    equal(new Set(refunds.map(({ key }) => key)).size, count)
    for (const { data } of sales)
      equal(
        data.tenders.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
        data.totalMinor,
      )
  })

test('a refund is told the same by webhook and by sweep', async () => {
  const rig = open()
  rig.emulator.ring(rig.shop, saleOf('back'))
  await told(rig)
  const half = line({ quantity: '1', taxMinor: 213, totalMinor: 2400 })
  rig.emulator.refund(rig.shop, {
    ...at,
    refundKey: 'r',
    saleKey: 'back',
    lines: [half],
    taxMinor: 213,
    totalMinor: 2613,
    tender: cash(2613),
    reason: 'damaged',
  })
  const [refund] = of(await told(rig), 'refund.completed')
  equal(refund?.registerId, 'reg_1')
  equal(refund?.data.totalMinor, 2613)
  ok(refund?.data.reason?.startsWith('tok_text_'))
  const { events } = await swept(rig, 'refunds')
  deepEqual(of(events, 'refund.completed'), [refund])
  equal(of((await swept(rig, 'orders')).events, 'sale.completed').length, 1)
})

test('stock: known by reference it is told at once, else looked up; the sweep has the same keys', async () => {
  const rig = open()
  rig.emulator.setStock(rig.shop, location, 'CUP-1', 7, nowMs)
  const [first] = await taken(rig)
  ok(first)
  const unknown = shopify.translate(first, rig.context)
  deepEqual(unknown.events, [])
  const [level] = of(await followed(unknown.lookups, rig), 'inventory.changed')
  deepEqual(level?.data, { sku: 'CUP-1', onHand: '7', cause: 'unknown' })
  // Now the item is known.
  deepEqual(shopify.translate(first, rig.context).events, [level])
  const { events } = await swept(rig, `levels:${location}`)
  deepEqual(
    of(events, 'inventory.changed').filter(({ data }) => data.sku === 'CUP-1'),
    [level],
  )
  rig.emulator.setStock(rig.shop, location, 'CUP-1', 6, nowMs)
  const [second] = of(await told(rig), 'inventory.changed')
  ok(second?.key !== level?.key, 'two levels within a second are two facts')
})

test('where stores ship online orders the level on hand is asked for', async () => {
  const rig = open({ settings: { shipsOnlineOrders: true } })
  await swept(rig, 'products')
  rig.emulator.setStock(rig.shop, location, 'CUP-1', 7, nowMs)
  const [request] = await taken(rig)
  ok(request)
  equal(shopify.translate(request, rig.context).lookups[0]?.kind, 'level')
})

test('the sweep brings products with their costs, people, staff and registers', async () => {
  const rig = open()
  rig.emulator.saveCustomer(rig.shop, person, nowMs)
  rig.emulator.openRegister(rig.shop, at)
  rig.emulator.ring(rig.shop, saleOf('till'))
  rig.emulator.closeRegister(rig.shop, { ...at, atMs: nowMs + 3_600_000 })
  const goods = of((await swept(rig, 'products')).events, 'product.changed')
  equal(goods.length, products.length * 2, 'each product in each store')
  deepEqual(goods[0]?.data, {
    sku: 'HB-250',
    name: 'Product HB-250',
    currency: 'USD',
    priceMinor: 1000,
    costMinor: 500,
    isActive: true,
  })
  deepEqual((await swept(rig, 'products')).events, [], 'unchanged, so not told again')
  const [amy] = of((await swept(rig, 'customers')).events, 'customer.changed')
  const told1 = of(await told(rig), 'customer.changed')[0]
  equal(amy?.key, told1?.key)
  equal(amy?.data.customer, told1?.data.customer)
  equal(amy?.data.acceptsMarketing, false)
  const [ann] = of((await swept(rig, 'staff')).events, 'employee.changed')
  equal(ann?.data.employeeId, rig.context.tokens.employee(staff))
  equal(ann?.occurredAt, new Date(nowMs).toISOString())
  const [opened] = of((await swept(rig, 'sessions_opened')).events, 'register.opened')
  equal(opened?.registerId, 'reg_1')
  equal(opened?.data.floatMinor, 20_000)
  const [closed] = of((await swept(rig, 'sessions_closed')).events, 'register.closed')
  equal(closed?.key, opened?.key)
  equal(closed?.data.expectedCashMinor, 25_226)
  equal(closed?.data.countedCashMinor, 25_226)
})

test('a sweep goes on from its cursor and finds what lost webhooks told', async () => {
  const rig = open()
  for (let count = 0; count < 14; count += 1) rig.emulator.ring(rig.shop, saleOf(`old${count}`))
  const first = await swept(rig, 'orders')
  equal(first.events.length, 14)
  ok(first.pages > 1)
  nowMs += 3_600_000
  rig.emulator.ring(rig.shop, saleOf('new', { atMs: nowMs }))
  rig.emulator.setStock(rig.shop, location, 'CUP-1', 3, nowMs)
  const second = await swept(rig, 'orders', first.cursor)
  const newest = rig.emulator.externalSaleId(rig.shop, 'new') ?? ''
  ok(second.events.some(({ key }) => key === newest))
  const third = await swept(rig, 'orders', second.cursor)
  deepEqual(
    third.events.map(({ key }) => key),
    [newest],
    'only the last minute is read twice',
  )
})

test('a sale cancelled before it was paid is voided, not sold', async () => {
  const rig = open()
  rig.emulator.void?.(rig.shop, saleOf('void'))
  const events = await told(rig)
  deepEqual(
    events.map(({ type }) => type),
    ['sale.voided'],
  )
  deepEqual((await swept(rig, 'orders')).events, events)
})

function flag(saleId: string, note = 'Refund without the goods'): Command {
  return {
    commandId: 'cmd_1',
    proposalId: 'prp_1',
    chainId: 'chn_test',
    regionId: 'us',
    storeId: 'str_1',
    action: 'sale.flag',
    input: { saleId, note },
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    causationId: '11111111-1111-4111-8111-111111111111',
    issuedAt: '2026-11-20T15:00:00.000Z',
    expiresAt: '2026-11-21T15:00:00.000Z',
  }
}

test('a flag is put on once, however often it is asked for, and read back', async () => {
  const rig = open()
  rig.emulator.ring(rig.shop, saleOf('flagged'))
  const orderId = rig.emulator.externalSaleId(rig.shop, 'flagged') ?? ''
  for (const _ of [1, 2]) {
    const execution = await shopify.execute(flag(`sal_test.${orderId}`), rig.context)
    deepEqual(execution, {
      outcome: 'executed',
      reference: orderId,
      readBack: 'verified',
      says: 'The order carries the tag tillway-review and the note.',
    })
  }
  const { body } = await rig.context.api.request({
    method: 'POST',
    path: '/admin/api/2026-07/graphql.json',
    json: { query: `{ order(id: "gid://shopify/Order/${orderId}") { tags } }` },
    isRepeatable: true,
  })
  deepEqual((body as { data: unknown }).data, { order: { tags: ['tillway-review'] } })
})

test('a flag whose answer was lost is put on once when tried again', async () => {
  const rig = open()
  rig.emulator.ring(rig.shop, saleOf('lost'))
  const orderId = rig.emulator.externalSaleId(rig.shop, 'lost') ?? ''
  let lost = 0
  const api: HttpClient = {
    async request(request) {
      const response = await rig.context.api.request(request)
      if (lost > 0 || !JSON.stringify(request.json).includes('tagsAdd')) return response
      lost += 1
      throw new Fault('vendor_unreachable')
    },
  }
  const command = flag(`sal_test.${orderId}`)
  await rejects(shopify.execute(command, { ...rig.context, api }), { code: 'vendor_unreachable' })
  const again = await shopify.execute(command, { ...rig.context, api })
  equal(again.outcome === 'executed' && again.readBack, 'verified')
})

test('what cannot be done is refused by name', async () => {
  const rig = open()
  const unknown = await shopify.execute(flag('sal_test.123'), rig.context)
  equal(unknown.outcome === 'refused' && unknown.fault, 'reference_unknown')
  const odd = await shopify.execute(flag('sal_test.x'), rig.context)
  equal(odd.outcome === 'refused' && odd.fault, 'reference_unknown')
  const order = { ...flag('sal_test.1'), action: 'purchase_order.place' }
  const refused = await shopify.execute(order, rig.context)
  equal(refused.outcome === 'refused' && refused.fault, 'capability_missing')
  equal(shopify.capabilities.actions['purchase_order.place'].by, 'document')
})

test('webhooks are what Shopify’s SDK accepts, and altered ones are refused', async () => {
  const rig = open()
  rig.emulator.ring(rig.shop, saleOf('signed', { customer: person }))
  const sdk = shopifyApi({
    apiKey: clientId,
    apiSecretKey: secrets.webhook,
    hostName: 'hub.example',
    apiVersion: ApiVersion.July26,
    isEmbeddedApp: false,
    logger: { level: LogSeverity.Error },
  })
  const requests = await taken(rig)
  equal(requests.length, 3)
  for (const { headers, body } of requests) {
    ok(topicNames.has(String(headers['x-shopify-topic'])))
    const validity = await sdk.webhooks.validate({
      rawBody: body.toString(),
      rawRequest: { method: 'POST', url: '/', headers } as unknown as IncomingMessage,
      rawResponse: {} as ServerResponse,
    })
    ok(validity.valid)
    equal(validity.domain, rig.shop)
    const altered = { headers, body: Buffer.concat([body, Buffer.from(' ')]) }
    deepEqual(shopify.verify(altered, rig.connection, secrets), {
      outcome: 'refused',
      fault: 'signature_wrong',
    })
  }
})

test('unknown stores, other shops and hostile bodies each have their fault', async () => {
  const rig = open()
  rig.emulator.ring(rig.shop, saleOf('fault'))
  const [paid] = await taken(rig)
  ok(paid)
  const send = (body: string, headers = {}) =>
    shopify.translate(
      { headers: { ...paid.headers, ...headers }, body: Buffer.from(body) },
      rig.context,
    )
  const order = JSON.parse(paid.body.toString())
  throws(() => send(JSON.stringify({ ...order, location_id: 5 })), { code: 'store_unknown' })
  throws(() => send(JSON.stringify(order), { 'x-shopify-shop-domain': 'other.myshopify.com' }), {
    code: 'store_unknown',
  })
  throws(() => send('{"id":'), { code: 'body_malformed' })
  throws(() => send('{"__proto__":{}}'), { code: 'body_hostile' })
  throws(() => send('['.repeat(70) + ']'.repeat(70)), { code: 'body_too_deep' })
  for (const field of ['total_price', 'line_items', 'admin_graphql_api_id', 'processed_at']) {
    const { [field]: _, ...without } = order
    throws(
      () => send(JSON.stringify(without)),
      (error) =>
        error instanceof Fault &&
        error.code === 'payload_malformed' &&
        error.detail.field === field,
    )
  }
})

test('a throttled query is asked again when the bucket has been refilled', async () => {
  let realNowMs = 0
  const plan = { maximumAvailable: 1000, restoreRate: 20_000 }
  const small = await startEmulator(
    (deps) => createShopify(deps, { plan, realNowMs: () => realNowMs }),
    { nowMs: () => nowMs },
  )
  try {
    const rig = open({ at: small })
    for (let count = 0; count < 30; count += 1) rig.emulator.ring(rig.shop, saleOf(`t${count}`))
    let throttled = 0
    const api: HttpClient = {
      async request(request) {
        const response = await rig.context.api.request(request)
        if (JSON.stringify(response.body).includes('THROTTLED')) {
          throttled += 1
          realNowMs += 1000
        }
        return response
      },
    }
    const found = await swept({ ...rig, context: { ...rig.context, api } }, 'orders')
    equal(found.events.length, 30)
    ok(throttled > 0)
  } finally {
    await small.close()
  }
})

test('a scope that was not granted is refused by name, and is not asked for when it is not there', async () => {
  const narrow = await startEmulator(
    (deps) => createShopify(deps, { scopes: ['read_orders', 'read_customers', 'read_products'] }),
    { nowMs: () => nowMs },
  )
  try {
    const rig = open({ at: narrow })
    rig.emulator.ring(rig.shop, saleOf('narrow'))
    await rejects(swept(rig, 'staff'), { code: 'vendor_refused' })
    const without = open({
      at: narrow,
      settings: { hasStaffAccess: false, hasCashTracking: false },
    })
    without.emulator.ring(without.shop, saleOf('narrow'))
    ok(!shopify.feeds(without.connection).includes('staff'))
    const { events } = await swept(without, 'orders')
    equal(of(events, 'sale.completed')[0]?.data.employeeId, undefined)
  } finally {
    await narrow.close()
  }
})

test('a code gives tokens, tokens expire, and refreshing rotates them', async () => {
  let realNowMs = 0
  const short = await startEmulator((deps) => createShopify(deps, { realNowMs: () => realNowMs }), {
    nowMs: () => nowMs,
  })
  try {
    const rig = open({ at: short })
    const authorise = `${short.apiBaseUrl}/admin/oauth/authorize?shop=${rig.shop}&redirect_uri=http://x.test/cb&state=n`
    const redirect = await fetch(authorise, { redirect: 'manual' })
    const callback = new URL(redirect.headers.get('location') ?? '').searchParams
    const { api } = contextFor(shopify, rig.connection, { accessToken: '' })
    const code = callback.get('code') ?? ''
    let credentials: Credentials = await shopify.auth.exchange(api, rig.connection, secrets, {
      code,
      query: {},
      current: undefined,
    })
    await rejects(
      shopify.auth.exchange(api, rig.connection, secrets, { code, query: {}, current: undefined }),
      {
        code: 'vendor_unauthorised',
      },
    )
    const first = credentials
    const refresh = (from: Credentials) =>
      shopify.auth.refresh?.(api, rig.connection, secrets, from, async () => {}) ??
      Promise.reject(new Error())
    realNowMs += 3600_000
    let refreshes = 0
    const calls = createHttpClient({
      baseUrl: short.apiBaseUrl,
      budget: shopify.budget,
      headers: () => shopify.auth.headers(credentials),
      async reauthorise() {
        refreshes += 1
        credentials = await refresh(credentials)
        return true
      },
    })
    const { events } = await swept({ ...rig, context: { ...rig.context, api: calls } }, 'staff')
    equal(events.length, 1)
    equal(refreshes, 1)
    // Its answer may have been lost: the old refresh token is good until the new one is used.
    const second = await refresh(first)
    await refresh(second)
    await rejects(refresh(first), { code: 'vendor_unauthorised' })
    const wrong = { webhook: 'guess' }
    await rejects(
      shopify.auth.exchange(api, rig.connection, wrong, {
        code: 'x',
        query: {},
        current: undefined,
      }),
      {
        code: 'vendor_unauthorised',
      },
    )
  } finally {
    await short.close()
  }
})

test('the emulator asks for @idempotent where Shopify does, and keeps to its keys', async () => {
  const rig = open()
  const orders = await rig.context.api.request({
    method: 'POST',
    path: '/admin/api/2026-07/graphql.json',
    json: { query: '{ location { inventoryLevels(first: 1) { nodes { item { id } } } } }' },
    isRepeatable: true,
  })
  const inventoryItemId = (orders.body as LevelsBody).data.location.inventoryLevels.nodes[0]?.item
    .id
  const set = async (quantity: number, key?: string) => {
    const declared = key === undefined ? '' : ', $key: String!'
    const directive = key === undefined ? '' : '@idempotent(key: $key)'
    const query = `mutation Set($input: InventorySetQuantitiesInput!${declared}) {
      inventorySetQuantities(input: $input) ${directive} {
        inventoryAdjustmentGroup { id changes { delta } } userErrors { code }
      }
    }`
    const locationId = `gid://shopify/Location/${location}`
    const quantities = [{ inventoryItemId, locationId, quantity, changeFromQuantity: 20 }]
    const input = { name: 'available', reason: 'correction', quantities }
    const { body } = await rig.context.api.request({
      method: 'POST',
      path: '/admin/api/2026-07/graphql.json',
      json: { query, variables: { input, ...(key !== undefined && { key }) } },
      isRepeatable: true,
    })
    return JSON.stringify(body)
  }
  ok((await set(18)).includes('The @idempotent directive is required'))
  const first = await set(18, 'k1')
  ok(first.includes('"delta":-2'))
  equal(JSON.parse(await set(18, 'k1')).data.inventorySetQuantities.userErrors.length, 0)
  equal((await taken(rig)).length, 1, 'set once')
  ok((await set(17, 'k1')).includes('IDEMPOTENCY_KEY_PARAMETER_MISMATCH'))
  ok((await set(17, 'k2')).includes('CHANGE_FROM_QUANTITY_STALE'))
})

interface LevelsBody {
  data: { location: { inventoryLevels: { nodes: { item: { id: string } }[] } } }
}

test('what is not Shopify’s GraphQL, or not authorised, is refused as Shopify does', async () => {
  const rig = open()
  const post = (query: string, accessToken: string) =>
    fetch(`${vendor.apiBaseUrl}/admin/api/2026-07/graphql.json`, {
      method: 'POST',
      body: JSON.stringify({ query }),
      headers: { 'content-type': 'application/json', 'x-shopify-access-token': accessToken },
    })
  const { accessToken } = rig.emulator.credentials(rig.shop)
  equal((await post('{ shop { id } }', 'shpat_wrong')).status, 401)
  const invalid = await post('{ shop { nothing } }', accessToken)
  equal(invalid.status, 200)
  ok((await invalid.text()).includes('Cannot query field'))
  const dear = await post(
    '{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { variant { id } } } } } }',
    accessToken,
  )
  ok((await dear.text()).includes('MAX_COST_EXCEEDED'))
})

test('a delivery that fails is sent again with the same id and the same bytes', async () => {
  const rig = open()
  let refusals = 2
  vendor.answer = () => (refusals-- > 0 ? 500 : 200)
  rig.emulator.setStock(rig.shop, location, 'CUP-1', 9, nowMs)
  const requests = await taken(rig)
  vendor.answer = () => 200
  equal(requests.length, 3)
  equal(new Set(requests.map(({ headers }) => headers['x-shopify-webhook-id'])).size, 1)
  equal(new Set(requests.map(({ body }) => body.toString())).size, 1)
})

test('opening again keeps what is there', async () => {
  const rig = open()
  rig.emulator.ring(rig.shop, saleOf('kept'))
  const { accessToken } = rig.emulator.credentials(rig.shop)
  rig.emulator.open({ ...rig.account, secrets: { webhook: 'new' } }, products, () => 99)
  rig.emulator.ring(rig.shop, saleOf('kept'))
  equal(rig.emulator.credentials(rig.shop).accessToken, accessToken)
  rig.emulator.ring(rig.shop, saleOf('more'))
  const requests = await taken(rig)
  const last = requests.findLast(({ headers }) => headers['x-shopify-topic'] === 'orders/paid')
  ok(last)
  equal(JSON.parse(last.body.toString()).name, '#1002')
  equal(last.headers['x-shopify-hmac-sha256'], hmacSha256('new', last.body, 'base64'))
  const level = requests.findLast(
    ({ headers }) => headers['x-shopify-topic'] === 'inventory_levels/update',
  )
  equal(JSON.parse(level?.body.toString() ?? '{}').available, 16)
})
