/**
 * Lightspeed Retail (X-Series): connector and emulator together, the vendor's OpenAPI as referee.
 * One long file, since every test stands on the same bench: one account, two outlets, one sale.
 */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { type TestContext } from 'node:test'
import fc from 'fast-check'
import type { Command } from '../../src/actions/command.ts'
import { Fault } from '../../src/base/fault.ts'
import { createHttpClient, type HttpClient, type HttpRequest } from '../../src/base/http-client.ts'
import type {
  ApiContext,
  Connection,
  DraftEvent,
  Translation,
  WebhookRequest,
} from '../../src/connectors/connector.ts'
import { lightspeed } from '../../src/connectors/lightspeed/connector.ts'
import type { LightspeedSettings } from '../../src/connectors/lightspeed/settings.ts'
import { events as vocabulary } from '../../src/retail/events.ts'
import type {
  SimulatedAccount,
  SimulatedCustomer,
  SimulatedProduct,
  TillLine,
  TillRefund,
  TillSale,
  TillTender,
} from '../../src/simulator/till.ts'
import { lightspeedEmulator } from '../../src/simulator/vendors/lightspeed/emulator.ts'
import { lightspeedIds } from '../../src/simulator/vendors/lightspeed/ids.ts'
import { assertFits, operationOf } from '../specs/lightspeed/referee.ts'
import { contextFor, type EmulatedVendor, emulatedNowMs, startEmulator } from './harness.ts'

const accountId = 'acme'
const secrets = { webhook: 'client-secret-of-the-app', clientId: 'client-1' }
const outlet = lightspeedIds.outlet(accountId, 'one')
const outletTwo = lightspeedIds.outlet(accountId, 'two')
const register = lightspeedIds.register(accountId, 'one-1')
const registerTwo = lightspeedIds.register(accountId, 'two-1')
const user = lightspeedIds.user(accountId, 'ana')
const since = '2026-01-01T00:00:00.000Z'

const products: SimulatedProduct[] = [
  { sku: 'TEA-1', name: 'Tea', priceMinor: 450, costMinor: 200 },
  { sku: 'CHEESE', name: 'Cheese by weight', priceMinor: 1990, costMinor: 900 },
  { sku: 'BAG-9', name: 'Canvas tote', priceMinor: 6500, costMinor: 3000 },
]

const ana: SimulatedCustomer = {
  customerKey: 'c1',
  firstName: 'Ana',
  lastName: 'Ruizmarker',
  email: 'Ana.Ruizmarker@example.com',
  phone: '+44 20 7946 0018',
  address: { street: '1 Privatestreet', city: 'London', zip: 'N1 9GU', country: 'GB' },
}

interface Bench extends EmulatedVendor {
  readonly connection: Connection<LightspeedSettings>
  readonly context: ReturnType<typeof contextFor<LightspeedSettings>>
  readonly account: SimulatedAccount
}

async function bench(
  t: TestContext,
  options: {
    currency?: string
    taxesIncluded?: boolean
    questionUrl?: string
    nowMs?: () => number
    registersCount?: number
  } = {},
): Promise<Bench> {
  const vendor = await startEmulator(lightspeedEmulator, {
    ...(options.nowMs && { nowMs: options.nowMs }),
  })
  t.after(() => vendor.close())
  const { currency = 'EUR', taxesIncluded = true } = options
  const storeOf = (externalId: string, name: string, registerId: string) => ({
    externalId,
    name,
    timeZone: 'Europe/Berlin',
    country: 'DE',
    taxName: 'VAT',
    taxRate: '0.19',
    taxesIncluded,
    registers: [
      { externalId: registerId, name: `${name} 1` },
      ...Array.from({ length: options.registersCount ?? 0 }, (_, index) => ({
        externalId: lightspeedIds.register(accountId, `${name}-spare-${index}`),
        name: `Spare ${index}`,
      })),
    ],
    employees: [
      {
        externalId: user,
        firstName: 'Sam',
        lastName: 'Tillmarker',
        email: 'sam@example.com',
        isManager: false,
      },
    ],
  })
  const account: SimulatedAccount = {
    accountId,
    vendor: 'lightspeed',
    currency,
    webhookUrl: vendor.webhookUrl,
    ...(options.questionUrl !== undefined && { questionUrl: options.questionUrl }),
    secrets,
    stores: [storeOf(outlet, 'One', register), storeOf(outletTwo, 'Two', registerTwo)],
  }
  vendor.emulator.open(account, products, () => 100)
  const connection: Connection<LightspeedSettings> = {
    connectionId: 'con_test',
    chainId: 'chn_acme',
    regionId: 'eu',
    apiBaseUrl: vendor.apiBaseUrl,
    webhookUrl: vendor.webhookUrl,
    settings: lightspeed.settings.parse({
      domainPrefix: accountId,
      retailerId: lightspeedIds.retailer(accountId),
      taxesIncluded,
      redirectUri: 'http://127.0.0.1/callback',
    }),
    stores: [
      {
        storeId: 'str_one',
        externalId: outlet,
        currency,
        timeZone: 'Europe/Berlin',
        registers: { [register]: 'reg_one' },
      },
      {
        storeId: 'str_two',
        externalId: outletTwo,
        currency,
        timeZone: 'Europe/Berlin',
        registers: { [registerTwo]: 'reg_two' },
      },
    ],
  }
  const context = contextFor(lightspeed, connection, vendor.emulator.credentials(accountId))
  return Object.assign(vendor, { connection, context, account })
}

const at = {
  storeExternalId: outlet,
  registerExternalId: register,
  employeeExternalId: user,
  atMs: emulatedNowMs,
}

function sampleSale(changes: Partial<TillSale> = {}): TillSale {
  return {
    ...at,
    saleKey: 'sale-1',
    lines: [line('BAG-9', '1', 6500, 0, 1038, 6500), line('TEA-1', '2', 450, 100, 128, 800)],
    taxMinor: 1166,
    tipMinor: 0,
    totalMinor: 7300,
    tenders: [{ kind: 'cash', amountMinor: 7300 }],
    ...changes,
  }
}

function line(
  sku: string,
  quantity: string,
  unitPriceMinor: number,
  discountMinor: number,
  taxMinor: number,
  totalMinor: number,
): TillLine {
  const name = products.find((product) => product.sku === sku)?.name ?? sku
  return { sku, name, quantity, unitPriceMinor, discountMinor, taxMinor, totalMinor }
}

/** Verifies and translates as an agent does: references are remembered, lookups fetched. */
async function take({ takeWebhooks, context, connection }: Bench): Promise<DraftEvent[]> {
  const told: DraftEvent[] = []
  for (const request of await takeWebhooks()) {
    deepEqual(lightspeed.verify(request, connection, secrets), { outcome: 'genuine' })
    told.push(...(await settle(lightspeed.translate(request, context), context)))
  }
  return told
}

async function settle(translation: Translation, context: Bench['context']): Promise<DraftEvent[]> {
  context.references.remember(translation.references)
  const told = [...translation.events]
  for (const lookup of translation.lookups) {
    const result = await lightspeed.fetch(lookup, context)
    if (result.outcome === 'translated') told.push(...(await settle(result.translation, context)))
  }
  for (const event of told) vocabulary[event.type].data.parse(event.data)
  return told
}

async function sweep(
  { context, connection }: Pick<Bench, 'context' | 'connection'>,
  cursors: Map<string, string> = new Map(),
): Promise<DraftEvent[]> {
  const told: DraftEvent[] = []
  for (const feed of lightspeed.feeds(connection)) {
    const cursor = cursors.get(feed)
    const from = { since, ...(cursor !== undefined && { cursor }) }
    for await (const page of lightspeed.backfill(feed, from, context)) {
      told.push(...(await settle(page.translation, context)))
      cursors.set(feed, page.cursor)
    }
  }
  return told
}

function only<Type extends DraftEvent['type']>(
  told: readonly DraftEvent[],
  type: Type,
): Extract<DraftEvent, { type: Type }>[] {
  return told.filter((event): event is Extract<DraftEvent, { type: Type }> => event.type === type)
}

const factsOf = (told: readonly DraftEvent[]) =>
  new Set(told.map(({ type, key, storeId }) => `${type} ${key} ${storeId}`))

test('a sale is told by webhook and by sweep as the same fact, in the same sums', async (t) => {
  const till = await bench(t)
  till.emulator.ring(accountId, sampleSale({ customer: ana }))
  const [byHook] = only(await take(till), 'sale.completed')
  const fresh = await bench(t)
  fresh.emulator.ring(accountId, sampleSale({ customer: ana }))
  const [bySweep] = only(await sweep(fresh), 'sale.completed')
  deepEqual(byHook, bySweep)
  equal(byHook?.storeId, 'str_one')
  equal(byHook?.registerId, 'reg_one')
  equal(byHook?.occurredAt, '2026-11-20T15:00:00.000Z')
  equal(byHook?.data.totalMinor, 7300)
  deepEqual(
    byHook?.data.lines.map(({ sku, quantity, unitPriceMinor, discountMinor, totalMinor }) => ({
      sku,
      quantity,
      unitPriceMinor,
      discountMinor,
      totalMinor,
    })),
    [
      { sku: 'BAG-9', quantity: '1', unitPriceMinor: 6500, discountMinor: 0, totalMinor: 6500 },
      { sku: 'TEA-1', quantity: '2', unitPriceMinor: 450, discountMinor: 100, totalMinor: 800 },
    ],
  )
})

test('webhook, sweep and second sweep name the same facts', async (t) => {
  const till = await bench(t)
  const { emulator } = till
  emulator.openRegister(accountId, at)
  emulator.clockIn(accountId, at)
  emulator.ring(accountId, sampleSale({ customer: ana }))
  emulator.refund(accountId, sampleRefund())
  emulator.void?.(accountId, sampleSale({ saleKey: 'sale-void' }))
  emulator.setStock(accountId, outletTwo, 'TEA-1', 7, emulatedNowMs)
  emulator.clockOut(accountId, { ...at, atMs: emulatedNowMs + 3600_000 })
  emulator.closeRegister(accountId, { ...at, atMs: emulatedNowMs + 3600_000 })
  const hooks = factsOf(await take(till))
  const cursors = new Map<string, string>()
  const swept = await sweep(till, cursors)
  const facts = factsOf(swept)
  // Levels between are overwritten, and a closing that was told is not told again without its sums.
  const isTold = (fact: string) => /^(inventory\.changed|register\.closed)/.test(fact)
  for (const fact of hooks) if (!isTold(fact)) ok(facts.has(fact), fact)
  ok([...facts].some((fact) => hooks.has(fact) && fact.startsWith('inventory.changed')))
  for (const type of ['shift.started', 'shift.ended', 'employee.changed', 'register.opened'])
    ok(
      swept.some((event) => event.type === type),
      type,
    )
  for (const fact of factsOf(await sweep(till, cursors))) ok(facts.has(fact), fact)
  emulator.ring(accountId, sampleSale({ saleKey: 'sale-2' }))
  await till.takeWebhooks()
  const later = await sweep(till, cursors)
  ok(
    only(later, 'sale.completed').some(
      ({ key }) => key === emulator.externalSaleId(accountId, 'sale-2'),
    ),
  )
})

function sampleRefund(changes: Partial<TillRefund> = {}): TillRefund {
  return {
    ...at,
    refundKey: 'refund-1',
    saleKey: 'sale-1',
    customer: ana,
    lines: [line('TEA-1', '1', 450, 50, 64, 400)],
    taxMinor: 64,
    totalMinor: 400,
    tender: { kind: 'cash', amountMinor: 400 },
    reason: 'Mrs Ruizmarker did not like it',
    ...changes,
  }
}

test('a refund names its sale; the original, told again, is no second sale', async (t) => {
  const till = await bench(t)
  till.emulator.ring(accountId, sampleSale())
  const before = await take(till)
  till.emulator.refund(accountId, sampleRefund())
  const told = await take(till)
  const [refund] = only(told, 'refund.completed')
  const [sale] = only(before, 'sale.completed')
  equal(refund?.data.saleId, sale?.data.saleId)
  equal(refund?.data.totalMinor, 400)
  deepEqual(refund?.data.tenders, [{ kind: 'cash', amountMinor: 400 }])
  equal(refund?.data.lines[0]?.quantity, '1')
  equal(only(told, 'sale.completed')[0]?.key, sale?.key)
  till.emulator.refund(accountId, { ...sampleRefund({ refundKey: 'blind' }), saleKey: 'unknown' })
  const { saleKey: _none, ...blind } = sampleRefund({ refundKey: 'no-receipt' })
  till.emulator.refund(accountId, blind)
  const [, without] = only(await take(till), 'refund.completed')
  equal(without?.data.saleId, undefined)
})

test('a voided sale, a changed level and a closed register are told', async (t) => {
  const till = await bench(t)
  till.emulator.openRegister(accountId, { ...at, atMs: emulatedNowMs - 3600_000 })
  till.emulator.ring(accountId, sampleSale())
  till.emulator.void?.(accountId, sampleSale({ saleKey: 'sale-void' }))
  till.emulator.setStock(accountId, outlet, 'CHEESE', 12.345, emulatedNowMs)
  till.emulator.closeRegister(accountId, at)
  const told = await take(till)
  equal(only(told, 'sale.voided')[0]?.data.totalMinor, 7300)
  deepEqual(
    only(told, 'inventory.changed').map(({ data }) => [data.sku, data.onHand]),
    [
      ['BAG-9', '99'],
      ['TEA-1', '98'],
      ['CHEESE', '12.345'],
    ],
  )
  const [opened] = only(told, 'register.opened')
  const [closed] = only(told, 'register.closed')
  equal(opened?.occurredAt, '2026-11-20T14:00:00.000Z')
  equal(opened?.key, closed?.key)
  equal(closed?.data.expectedCashMinor, 7300)
  equal(closed?.data.countedCashMinor, 7300)
  equal(closed?.data.isSynthetic, false)
})

test('a closure whose webhook is lost is told bare by the second sweep', async (t) => {
  const till = await bench(t)
  till.emulator.openRegister(accountId, { ...at, atMs: emulatedNowMs - 3600_000 })
  till.emulator.closeRegister(accountId, at)
  await till.takeWebhooks()
  const cursors = new Map<string, string>()
  equal(only(await sweep(till, cursors), 'register.closed').length, 0)
  const [closed] = only(await sweep(till, cursors), 'register.closed')
  equal(closed?.data.isSynthetic, true)
  equal(only(await sweep(till, cursors), 'register.closed').length, 0)
})

test('stock without a date in the request is looked up, as the same fact', async (t) => {
  const till = await bench(t)
  till.emulator.setStock(accountId, outlet, 'TEA-1', 3, emulatedNowMs)
  const [request] = await till.takeWebhooks()
  ok(request)
  const told = lightspeed.translate(request, till.context)
  const { date: _date, ...headers } = request.headers
  const dateless = lightspeed.translate({ headers, body: request.body }, till.context)
  deepEqual(
    dateless.lookups.map(({ kind }) => kind),
    ['inventory'],
  )
  const fetched = await settle(dateless, till.context)
  ok(fetched.some((event) => event.key === told.events[0]?.key))
})

test('no personal value leaves: not in events, lookups or references', async (t) => {
  const till = await bench(t)
  const raw: unknown[] = []
  till.emulator.saveCustomer(accountId, ana, emulatedNowMs)
  till.emulator.ring(
    accountId,
    sampleSale({
      customer: ana,
      tenders: [
        {
          kind: 'card',
          amountMinor: 7300,
          card: { brand: 'VISA', last4: '4242', fingerprint: 'fp-1' },
        },
      ],
    }),
  )
  till.emulator.refund(accountId, sampleRefund())
  for (const request of await till.takeWebhooks()) {
    const translation = lightspeed.translate(request, till.context)
    raw.push(translation, await settle(translation, till.context))
  }
  for (const feed of lightspeed.feeds(till.connection))
    for await (const page of lightspeed.backfill(feed, { since }, till.context)) raw.push(page)
  const text = JSON.stringify(raw)
  for (const value of ['marker', 'example.com', '7946', 'Privatestreet', 'N1 9GU', '4242', 'fp-1'])
    ok(!text.includes(value), value)
  const tokens = new Set(text.match(/tok_customer_[0-9a-z]+/g))
  equal(tokens.size, 1)
})

test('a customer without e-mail gets one token, whichever way the person is met', async (t) => {
  const till = await bench(t)
  const noEmail = { ...ana, email: '' }
  till.emulator.saveCustomer(accountId, noEmail, emulatedNowMs)
  till.emulator.ring(accountId, sampleSale({ customer: noEmail }))
  const hooks = await till.takeWebhooks()
  const saleHook = hooks.find(({ body }) => body.includes('type=sale.update'))
  ok(saleHook)
  const fetched = await settle(lightspeed.translate(saleHook, till.context), till.context)
  const [sale] = only(fetched, 'sale.completed')
  const known = await sweep(till)
  equal(sale?.data.customer, only(known, 'customer.changed')[0]?.data.customer)
})

const currencies = ['USD', 'EUR', 'JPY', 'KWD'] as const
const lineSpec = fc.record({
  product: fc.nat(2),
  quantity: fc.oneof(
    fc.integer({ min: 1, max: 40 }).map(String),
    fc.integer({ min: 1, max: 99_999 }).map((units) => String(units / 1000)),
  ),
  netMinor: fc.integer({ min: 0, max: 500_000 }),
  discountMinor: fc.integer({ min: 0, max: 5000 }),
  taxMinor: fc.integer({ min: 0, max: 90_000 }),
})
const saleSpec = fc.record({
  lines: fc.array(lineSpec, { minLength: 1, maxLength: 8 }),
  tipMinor: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 900 })),
  kinds: fc.array(fc.constantFrom('cash', 'card', 'gift_card'), { minLength: 1, maxLength: 3 }),
  split: fc.array(fc.nat(1000), { minLength: 3, maxLength: 3 }),
  hasCustomer: fc.boolean(),
})

function saleFrom(
  spec: typeof saleSpec extends fc.Arbitrary<infer T> ? T : never,
  key: string,
  taxesIncluded: boolean,
): TillSale {
  const lines = spec.lines.map(({ product, quantity, netMinor, discountMinor, taxMinor }) => {
    const totalMinor = taxesIncluded ? netMinor + taxMinor : netMinor
    const unit = Math.round((totalMinor + discountMinor) / Number(quantity))
    const sku = products[product]?.sku ?? ''
    return line(sku, quantity, unit, discountMinor, taxMinor, totalMinor)
  })
  const taxMinor = lines.reduce((sum, each) => sum + each.taxMinor, 0)
  const totalMinor =
    lines.reduce((sum, each) => sum + each.totalMinor, 0) +
    (taxesIncluded ? 0 : taxMinor) +
    spec.tipMinor
  let leftMinor = totalMinor
  const tenders = spec.kinds.map((kind, index): TillTender => {
    const isLast = index === spec.kinds.length - 1
    const amountMinor = isLast ? leftMinor : Math.min(leftMinor, spec.split[index] ?? 0)
    leftMinor -= amountMinor
    return { kind, amountMinor }
  })
  const customer = spec.hasCustomer ? { customer: ana } : {}
  const { tipMinor } = spec
  return { ...at, saleKey: key, ...customer, lines, taxMinor, tipMinor, totalMinor, tenders }
}

for (const currency of currencies)
  for (const taxesIncluded of [true, false])
    test(`sums come back exactly: ${currency}, taxes ${taxesIncluded ? 'included' : 'added'}`, async (t) => {
      let clockMs = emulatedNowMs
      const till = await bench(t, { currency, taxesIncluded, nowMs: () => clockMs })
      await sweep(till)
      let count = 0
      await fc.assert(
        fc.asyncProperty(saleSpec, async (spec) => {
          count += 1
          clockMs += 60_000
          const sale = saleFrom(spec, `sale-${count}`, taxesIncluded)
          till.emulator.ring(accountId, sale)
          const [byHook] = only(await take(till), 'sale.completed')
          sameSums(byHook, sale)
          const id = till.emulator.externalSaleId(accountId, sale.saleKey) ?? ''
          const lookup = { kind: 'sale', externalId: id }
          const fetched = await lightspeed.fetch(lookup, till.context)
          ok(fetched.outcome === 'translated')
          sameSums(only(fetched.translation.events, 'sale.completed')[0], sale)
          const [tender = { kind: 'cash', amountMinor: 0 }] = sale.tenders
          const goodsMinor = sale.totalMinor - sale.tipMinor
          const refund: TillRefund = {
            ...sale,
            refundKey: `refund-${count}`,
            totalMinor: goodsMinor,
            tender: { ...tender, amountMinor: goodsMinor },
            reason: '',
          }
          till.emulator.refund(accountId, refund)
          const [back] = only(await take(till), 'refund.completed')
          equal(back?.data.totalMinor, goodsMinor)
          equal(back?.data.taxMinor, sale.taxMinor)
          equal(back?.data.tenders[0]?.amountMinor, goodsMinor)
          deepEqual(
            back?.data.lines.map(({ amountMinor }) => amountMinor),
            sale.lines.map((each) => each.totalMinor + (taxesIncluded ? 0 : each.taxMinor)),
          )
        }),
        { numRuns: 15 },
      )
    })

function sameSums(
  event: Extract<DraftEvent, { type: 'sale.completed' }> | undefined,
  sale: TillSale,
): void {
  const pick = (lines: readonly { quantity: string; taxMinor: number; totalMinor: number }[]) =>
    lines.map(({ quantity, taxMinor, totalMinor }) => ({ quantity, taxMinor, totalMinor }))
  ok(event)
  equal(event.data.totalMinor, sale.totalMinor)
  equal(event.data.taxMinor, sale.taxMinor)
  equal(event.data.tipMinor, sale.tipMinor)
  equal(event.data.discountMinor, 0)
  deepEqual(pick(event.data.lines), pick(sale.lines))
  deepEqual(
    event.data.tenders,
    sale.tenders.map(({ kind, amountMinor }) => ({ kind, amountMinor })),
  )
  vocabulary['sale.completed'].data.parse(event.data)
}

function command(action: string, input: Record<string, unknown>): Command {
  return {
    commandId: 'cmd_1',
    proposalId: 'prp_1',
    chainId: 'chn_acme',
    regionId: 'eu',
    storeId: 'str_one',
    action,
    input,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    causationId: '0af76519-16cd-43dd-8448-eb211c80319c',
    issuedAt: '2026-11-20T15:00:00.000Z',
    expiresAt: '2026-11-21T15:00:00.000Z',
  }
}

/** The same calls, noted; `lose` throws away the answer of the calls it says so of, once each. */
function noting(api: HttpClient, lose: (request: HttpRequest) => boolean = () => false) {
  const requests: HttpRequest[] = []
  const client: HttpClient = {
    async request(request) {
      requests.push(request)
      const answer = await api.request(request)
      if (lose(request)) throw new Fault('vendor_unreachable', { attempts: 1 })
      return answer
    },
  }
  return { client, requests }
}

test('a sale is flagged once in a custom field, read back, however often told', async (t) => {
  const till = await bench(t)
  till.emulator.ring(accountId, sampleSale())
  const [sale] = only(await take(till), 'sale.completed')
  const flag = command('sale.flag', { saleId: sale?.data.saleId, note: 'In review: case 7' })
  const { client, requests } = noting(till.context.api)
  const context: ApiContext<LightspeedSettings> = { ...till.context, api: client }
  const first = await lightspeed.execute(flag, context)
  equal(first.outcome === 'executed' && first.readBack, 'verified')
  const posts = requests.filter(({ method }) => method === 'POST')
  assertFits('CustomFieldDefinitionParams', posts[0]?.json)
  assertFits('CustomFieldValuesParams', posts[1]?.json)
  requests.length = 0
  deepEqual(await lightspeed.execute(flag, context), first)
  ok(requests.every(({ method }) => method === 'GET'))

  const unknown = command('sale.flag', { saleId: 'sal_test.nothing', note: 'x' })
  const refused = await lightspeed.execute(unknown, context)
  equal(refused.outcome === 'refused' && refused.fault, 'reference_unknown')
  const foreign = command('sale.flag', { saleId: 'sal_other.1', note: 'x' })
  const refusedToo = await lightspeed.execute(foreign, context)
  equal(refusedToo.outcome === 'refused' && refusedToo.fault, 'reference_unknown')
  const impossible = await lightspeed.execute(command('price.set', {}), context)
  equal(impossible.outcome === 'refused' && impossible.fault, 'capability_missing')
})

const draft = {
  number: 'PO-2026-11',
  supplierId: 'sup_1',
  currency: 'EUR',
  lines: [
    { sku: 'TEA-1', quantity: '24', unitCostMinor: 200 },
    { sku: 'CHEESE', quantity: '2.5', unitCostMinor: 900 },
    { sku: 'TEA-1', quantity: '6', unitCostMinor: 200 },
  ],
}

async function consignments(till: Bench): Promise<Record<string, unknown>[]> {
  const { body } = await till.context.api.request({
    method: 'GET',
    path: '/api/2026-07/consignments?type=SUPPLIER',
    isRepeatable: true,
  })
  return (body as { data: Record<string, unknown>[] }).data
}

test('a purchase order is placed once as a sent stock order, and read back', async (t) => {
  const till = await bench(t)
  const { client, requests } = noting(till.context.api)
  const context: ApiContext<LightspeedSettings> = { ...till.context, api: client }
  const order = command('purchase_order.place', draft)
  const first = await lightspeed.execute(order, context)
  equal(first.outcome === 'executed' && first.readBack, 'verified')
  for (const { method, path, json } of requests.filter(({ path }) => path.includes('consignm'))) {
    operationOf(method, path.replace('/api/2026-07', '').split('?')[0] ?? '')
    if (method === 'PUT' || path.endsWith('/consignments')) assertFits('Consignment', json)
    if (path.endsWith('/bulk'))
      for (const row of json as unknown[]) assertFits('ConsignmentProduct', row)
  }
  deepEqual(await lightspeed.execute(order, context), first)
  const all = await consignments(till)
  equal(all.length, 1)
  for (const row of all) assertFits('Consignment', row)
  equal(all[0]?.status, 'SENT')
  equal(all[0]?.reference, draft.number)
  const missing = { ...draft, number: 'PO-2', lines: [{ ...draft.lines[0], sku: 'NOPE' }] }
  const refused = await lightspeed.execute(command('purchase_order.place', missing), context)
  equal(refused.outcome === 'refused' && refused.fault, 'reference_unknown')
})

test('whichever answer is lost on the way, the order is placed once', async (t) => {
  const till = await bench(t)
  const order = command('purchase_order.place', draft)
  const lost = new Set<string>()
  const { client } = noting(till.context.api, ({ method, path }) => {
    const step = `${method} ${path.split('?')[0]?.replace(/[0-9a-f-]{36}/, '*')}`
    if (method === 'GET' || lost.has(step)) return false
    lost.add(step)
    return true
  })
  const context: ApiContext<LightspeedSettings> = { ...till.context, api: client }
  let outcome = ''
  for (let attempt = 0; attempt < 8 && outcome === ''; attempt += 1) {
    try {
      const result = await lightspeed.execute(order, context)
      outcome = result.outcome === 'executed' ? result.readBack : result.fault
    } catch (error) {
      equal(Fault.from(error).code, 'vendor_unreachable')
    }
  }
  equal(outcome, 'verified')
  equal(lost.size, 4)
  equal((await consignments(till)).length, 1)
})

test('tokens are exchanged and refreshed; a spent refresh token and a lacking scope are refused', async (t) => {
  const till = await bench(t)
  const api = createHttpClient({ baseUrl: till.apiBaseUrl, budget: lightspeed.budget })
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: secrets.clientId,
    redirect_uri: 'http://127.0.0.1/callback',
    state: 's1',
    scope: 'sales:read',
    domain_prefix: accountId,
  })
  const agreed = await api.request({
    method: 'GET',
    path: `/connect?${query}`,
    isRepeatable: false,
  })
  const code = new URL(agreed.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const { connection } = till
  const first = await lightspeed.auth.exchange(api, connection, secrets, {
    code,
    query: {},
    current: undefined,
  })
  const second = await lightspeed.auth.refresh?.(api, connection, secrets, first, async () => {})
  ok(second?.refreshToken !== undefined && second.refreshToken !== first.refreshToken)
  equal(second.expiresAt, '2026-11-21T15:00:00.000Z')
  const again = lightspeed.auth.refresh?.(api, connection, secrets, first, async () => {})
  equal(Fault.from(await again?.catch((error) => error)).code, 'vendor_unauthorised')
  const ask = (token: string, path: string) =>
    fetch(till.apiBaseUrl + path, { headers: { authorization: `Bearer ${token}` } })
  equal((await ask(first.accessToken, '/api/2026-07/sales')).status, 401)
  equal((await ask(second.accessToken, '/api/2026-07/sales')).status, 200)
  equal((await ask(second.accessToken, '/api/2026-07/customers')).status, 403)
})

test('too many requests in five minutes get 429 with a date, and the next window is open', async (t) => {
  let clockMs = emulatedNowMs
  const till = await bench(t, { nowMs: () => clockMs })
  const { accessToken } = till.emulator.credentials(accountId)
  const headers = { authorization: `Bearer ${accessToken}` }
  const ask = () => fetch(`${till.apiBaseUrl}/api/2026-07/retailer`, { headers })
  let answer = await ask()
  equal(answer.headers.get('x-ratelimit-limit'), '650')
  for (let count = 0; count < 650; count += 1) answer = await ask()
  equal(answer.status, 429)
  deepEqual(await answer.json(), {
    error: 'Too Many Requests',
    message: 'Rate limiting enforced',
  })
  equal(answer.headers.get('retry-after'), 'Fri, 20 Nov 2026 15:05:00 GMT')
  clockMs += 5 * 60_000
  equal((await ask()).status, 200)
})

test('the answers of API 2.0 fit its specification, the dated ones theirs', async (t) => {
  const till = await bench(t)
  till.emulator.openRegister(accountId, at)
  till.emulator.clockIn(accountId, at)
  till.emulator.clockOut(accountId, at)
  till.emulator.ring(accountId, sampleSale({ customer: ana }))
  till.emulator.refund(accountId, sampleRefund())
  const get = async (path: string) =>
    (await till.context.api.request({ method: 'GET', path, isRepeatable: true })).body as {
      data: unknown[]
      version: { max: number | null }
    }
  const lists: Record<string, string> = {
    sales: 'Sale',
    products: 'Product',
    users: 'User',
    outlets: 'Outlet',
    registers: 'Register',
    shifts: 'Shift',
    inventory: 'Inventory',
    customers: 'Customer',
  }
  for (const [name, schema] of Object.entries(lists)) {
    operationOf('GET', `/${name}`)
    const { data, version } = await get(`/api/2.0/${name}`)
    ok(data.length > 0, name)
    for (const row of data) assertFits(schema, row)
    deepEqual(await get(`/api/2.0/${name}?after=${version.max}`), {
      data: [],
      version: { min: null, max: null },
    })
  }
  const { data: sales } = await get('/api/2026-07/sales')
  for (const sale of sales) assertFits('DatedSale', sale)
  const { client, requests } = noting(till.context.api)
  for await (const _page of lightspeed.backfill(
    'inventory',
    { since },
    { ...till.context, api: client },
  ));
  for (const { json } of requests.filter(({ method }) => method === 'POST'))
    assertFits('InventoryRequest', json)
  const id = till.emulator.externalSaleId(accountId, 'sale-1')
  const returned = await till.context.api.request({
    method: 'POST',
    path: `/api/2026-07/sales/${id}/actions/return`,
    isRepeatable: false,
  })
  const { data: parked } = returned.body as { data: Record<string, unknown> }
  assertFits('Sale', parked)
  equal(parked.return_for, id)
  equal(parked.status, 'SAVED')
})

async function answering(
  t: TestContext,
  answer: (request: WebhookRequest) => Promise<{ status: number; body: unknown }>,
): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', async () => {
      const { status, body } = await answer({
        headers: request.headers,
        body: Buffer.concat(chunks),
      })
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/questions/con_test/secret`
}

test('the register asks before a return, and does as it is told', async (t) => {
  const asked: DraftEvent[] = []
  let verdict: 'accepted' | 'held' | 'refused' | undefined
  let till: Bench | undefined
  const questionUrl = await answering(t, async (request) => {
    const hook = lightspeed.questions
    if (till === undefined || hook === undefined) return { status: 500, body: {} }
    deepEqual(hook.verify(request, till.connection, secrets), { outcome: 'genuine' })
    const event = hook.read(request, till.context)
    if (event !== undefined) asked.push(event)
    return hook.reply(verdict && { verdict, why: 'A manager must look.' }, request)
  })
  till = await bench(t, { questionUrl })
  till.emulator.ring(accountId, sampleSale({ customer: ana }))
  const [sale] = only(await take(till), 'sale.completed')
  const question = {
    ...at,
    returnKey: 'return-1',
    saleKey: 'sale-1',
    customer: ana,
    lines: [line('TEA-1', '1', 450, 50, 64, 400)],
    totalMinor: 400,
  }
  const ask = () => till?.emulator.askReturn?.(accountId, question)
  deepEqual(await ask(), { mayGoOn: true })
  verdict = 'accepted'
  deepEqual(await ask(), { mayGoOn: true })
  verdict = 'held'
  deepEqual(await ask(), {
    mayGoOn: false,
    message: 'This needs a manager: A manager must look.',
  })
  const requests = only(asked, 'return.requested')
  equal(requests.length, 3)
  equal(new Set(requests.map(({ key }) => key)).size, 1)
  const [first] = requests
  equal(first?.data.saleId, sale?.data.saleId)
  equal(first?.data.customer, sale?.data.customer)
  equal(first?.data.amountMinor, 400)
  deepEqual(first?.data.lines, [{ sku: 'TEA-1', name: 'Tea', quantity: '1', amountMinor: 400 }])
  equal(first?.occurredAt, '2026-11-20T15:00:00.000Z')
  vocabulary['return.requested'].data.parse(first?.data)
})

test('a register that gets no answer goes on', async (t) => {
  const till = await bench(t, { questionUrl: 'http://127.0.0.1:9/questions/con_test/secret' })
  const question = { ...at, returnKey: 'r', lines: sampleRefund().lines, totalMinor: 400 }
  deepEqual(await till.emulator.askReturn?.(accountId, question), { mayGoOn: true })
})

test('a cart without returned lines is a cart; other rules are no question', async (t) => {
  const till = await bench(t)
  const ask = (changes: object) =>
    lightspeed.questions?.read(
      { headers: {}, body: Buffer.from(JSON.stringify({ ...ruleRequest, ...changes })) },
      till.context,
    )
  const ruleRequest = {
    event_type: 'sale.ready_for_payment',
    retailer_id: till.connection.settings.retailerId,
    sale: {
      id: '0f6799a5-3a64-b647-11ed-a739c219e537',
      return_for: null,
      outlet_id: outlet,
      register_id: register,
      total_price: '999.99',
      total_tax: '50.00',
      line_items: [
        {
          id: 'cc0e2f8f-3c14-974a-11ea-6896792dfeae',
          product: { id: '0242ac11-0002-11ea-f7e1-629be820260d', name: 'Tote', sku: '10107' },
          quantity: '1',
          price: '999.99',
          price_total: '999.99',
          tax_total: '50.00',
        },
      ],
    },
    user: { id: user },
  }
  const cart = ask({})
  ok(cart?.type === 'cart.ready_for_payment')
  equal(cart.data.totalMinor, 104_999)
  equal(cart.data.lines[0]?.totalMinor, 104_999)
  vocabulary['cart.ready_for_payment'].data.parse(cart.data)
  equal(ask({ event_type: 'sale.line_items.added' }), undefined)
  const returned = ask({ sale: { ...ruleRequest.sale, return_for: 'sale-0' } })
  ok(returned?.type === 'return.requested')
  equal(returned.data.saleId, 'sal_test.sale-0')
})

test('one bad row does not stop a feed: it is asked for by itself', async (t) => {
  const good = { sku: 'A', name: 'A', active: true, updated_at: '2026-11-20T15:00:00+00:00' }
  const rows = [
    { id: 'p-1', ...good, version: 1 },
    { id: 'p-2', ...good, updated_at: 5, version: 2 },
    { id: 'p-3', ...good, sku: 'C', version: 3 },
  ]
  let asked = 0
  const url = await answering(t, async () => {
    asked += 1
    return { status: 200, body: { data: asked === 1 ? rows : [], version: { min: 1, max: 3 } } }
  })
  const till = await bench(t)
  const api = createHttpClient({ baseUrl: new URL(url).origin, budget: lightspeed.budget })
  const context = { ...till.context, api }
  const pages = await Array.fromAsync(lightspeed.backfill('products', { since }, context))
  deepEqual(
    pages.flatMap(({ translation }) => translation.events.map(({ key }) => key)),
    ['p-1:1', 'p-3:3'],
  )
  deepEqual(pages[0]?.translation.lookups, [{ kind: 'product', externalId: 'p-2' }])
})

test('what is not ours, or not what it should be, gets its fault', async (t) => {
  const till = await bench(t)
  till.emulator.ring(accountId, sampleSale())
  const [request] = await till.takeWebhooks()
  ok(request)
  const { connection, context } = till
  const { 'x-signature': _signature, ...unsigned } = request.headers
  deepEqual(lightspeed.verify({ ...request, headers: unsigned }, connection, secrets), {
    outcome: 'refused',
    fault: 'signature_missing',
  })
  const bent = Buffer.concat([request.body, Buffer.from(' ')])
  deepEqual(lightspeed.verify({ ...request, body: bent }, connection, secrets), {
    outcome: 'refused',
    fault: 'signature_wrong',
  })
  const form = new URLSearchParams(request.body.toString())
  const payload = form.get('payload') ?? ''
  const codeOf = (text: string, type = 'sale.update') => {
    const body = new URLSearchParams({ payload: text, type })
    try {
      lightspeed.translate({ headers: {}, body: Buffer.from(body.toString()) }, context)
      return 'none'
    } catch (error) {
      const { code, detail } = Fault.from(error)
      return `${code} ${detail.field ?? ''}`.trim()
    }
  }
  match(codeOf(payload.slice(0, -2)), /^body_malformed/)
  equal(codeOf('['.repeat(70) + ']'.repeat(70)), 'body_too_deep')
  equal(codeOf(payload.replace('{', '{"__proto__":{},')), 'body_hostile __proto__')
  equal(codeOf(payload.replace('"sale_date"', '"nope"')), 'payload_malformed sale_date')
  equal(
    codeOf(payload.replaceAll(register, '0624dbcd-ef13-11e6-e986-ed89e1aa6310')),
    'store_unknown register_id',
  )
  equal(codeOf(payload, 'sale.exploded'), 'payload_malformed type')
  equal(codeOf('{"retailer_id":"someone-else"}', 'product.update'), 'store_unknown retailer_id')
  const question = { headers: {}, body: Buffer.from('{"retailer_id":"someone-else"}') }
  deepEqual(lightspeed.questions?.verify(question, connection, secrets), {
    outcome: 'refused',
    fault: 'signature_wrong',
  })
})

test('a restarted emulator goes on with what it had', async (t) => {
  const till = await bench(t)
  till.emulator.ring(accountId, sampleSale())
  const before = till.emulator.credentials(accountId)
  till.emulator.open(till.account, [], () => 0)
  deepEqual(till.emulator.credentials(accountId), before)
  ok(till.emulator.externalSaleId(accountId, 'sale-1'))
  await till.takeWebhooks()
  till.emulator.setStock(accountId, outlet, 'TEA-1', 3, emulatedNowMs)
  equal((await till.takeWebhooks()).length, 1)
})
