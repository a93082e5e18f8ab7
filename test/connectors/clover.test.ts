/** Clover's connector and emulator together, over real HTTP, with Clover's field tables as referee. */
import { deepEqual, equal, notEqual, ok, rejects } from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import type { Command } from '../../src/actions/command.ts'
import type { HttpClient } from '../../src/base/http-client.ts'
import { createHttpClient } from '../../src/base/http-client.ts'
import { addQuantities } from '../../src/base/quantity.ts'
import { instantFromMs, msOf } from '../../src/base/time.ts'
import { mergeCredentials, tokensByMerchant } from '../../src/connectors/clover/auth.ts'
import { clover } from '../../src/connectors/clover/connector.ts'
import type { CloverSettings } from '../../src/connectors/clover/settings.ts'
import type {
  Connection,
  Credentials,
  DraftEvent,
  Lookup,
  Reference,
} from '../../src/connectors/connector.ts'
import { events as vocabulary } from '../../src/retail/events.ts'
import type { Refund, Sale } from '../../src/retail/sale.ts'
import type {
  SimulatedAccount,
  SimulatedCustomer,
  TillLine,
  TillRefund,
  TillSale,
  TillTender,
} from '../../src/simulator/till.ts'
import { cloverEmulator } from '../../src/simulator/vendors/clover/emulator.ts'
import { ids } from '../../src/simulator/vendors/clover/ids.ts'
import { exchangeDepartures } from '../specs/clover/referee.ts'
import { contextFor, type EmulatedVendor, emulatedNowMs, startEmulator } from './harness.ts'

const secrets = { webhook: '0307e264-b33a-4913-88aa-37b10014a0b8', client_secret: 'app-secret' }
const [austin, berlin] = [ids.store('austin'), ids.store('berlin')]
const [register, employee] = [ids.register('1'), ids.employee('sam')]
const ana: SimulatedCustomer = {
  customerKey: 'ana',
  firstName: 'Ana',
  lastName: 'Ruiz',
  email: 'ana@example.com',
  phone: '+14155550100',
  address: { street: '1 Main St', city: 'Austin', zip: '78701', country: 'US' },
}
const products = [
  { sku: 'TOTE-01', name: 'Canvas tote', priceMinor: 1395, costMinor: 600 },
  { sku: 'TEE-02', name: 'Tee', priceMinor: 2000, costMinor: 700 },
  { sku: 'BEAN-03', name: 'Coffee beans', priceMinor: 2899, costMinor: 1100 },
]

interface Rig {
  readonly vendor: EmulatedVendor
  readonly account: SimulatedAccount
  readonly context: ReturnType<typeof contextFor<CloverSettings>>
  readonly connection: Connection<CloverSettings>
  /** What the referee found in every call so far. */
  readonly departures: string[]
  credentials: Credentials
  ring(sale: TillSale): string
  /** All webhooks since, as lookups. */
  takeLookups(): Promise<Lookup[]>
  /** Webhooks, lookups and all that follows, as an agent would do it. */
  takeEvents(): Promise<DraftEvent[]>
  sweep(feed: string, from?: { cursor?: string; since?: number }): Promise<Swept>
  close(): Promise<void>
}

interface Swept {
  readonly events: DraftEvent[]
  readonly references: Reference[]
  readonly cursor: string | undefined
}

async function startRig(
  options: { currency?: string; taxesIncluded?: boolean; nowMs?: () => number; name?: string } = {},
): Promise<Rig> {
  const vendor = await startEmulator(cloverEmulator, {
    ...(options.nowMs !== undefined && { nowMs: options.nowMs }),
  })
  const currency = options.currency ?? 'USD'
  const store = {
    timeZone: 'America/Chicago',
    country: 'US',
    taxName: 'Sales tax',
    taxRate: '0.0825',
    taxesIncluded: options.taxesIncluded ?? false,
    registers: [{ externalId: register, name: 'Till 1' }],
    employees: [
      {
        externalId: employee,
        firstName: 'Sam',
        lastName: 'Lee',
        email: 'sam@example.com',
        isManager: false,
      },
    ],
  }
  const account: SimulatedAccount = {
    accountId: ids.account(options.name ?? 'app'),
    vendor: 'clover',
    currency,
    webhookUrl: vendor.webhookUrl,
    secrets,
    stores: [
      { ...store, externalId: austin, name: 'Austin' },
      { ...store, externalId: berlin, name: 'Berlin' },
    ],
  }
  vendor.emulator.open(account, products, () => 40)
  const connection: Connection<CloverSettings> = {
    connectionId: 'con_clover',
    chainId: 'chn_1',
    regionId: 'us',
    apiBaseUrl: vendor.apiBaseUrl,
    webhookUrl: vendor.webhookUrl,
    settings: { appId: account.accountId },
    stores: [austin, berlin].map((externalId, index) => ({
      storeId: `str_${index}`,
      externalId,
      currency,
      timeZone: 'America/Chicago',
      registers: { [register]: `reg_${index}` },
    })),
  }
  const departures: string[] = []
  const base = contextFor(clover, connection, vendor.emulator.credentials(account.accountId))
  const rig: Rig = {
    vendor,
    account,
    connection,
    departures,
    credentials: vendor.emulator.credentials(account.accountId),
    context: {
      ...base,
      credentials: () => rig.credentials,
      api: refereed(base.api, departures),
    },
    ring(sale) {
      vendor.emulator.ring(account.accountId, sale)
      return vendor.emulator.externalSaleId(account.accountId, sale.saleKey) ?? ''
    },
    async takeLookups() {
      // Longer than the emulator's window, in which webhooks are bundled.
      await sleep(40)
      const lookups = (await vendor.takeWebhooks()).flatMap((webhook) => {
        deepEqual(clover.verify(webhook, connection, secrets), { outcome: 'genuine' })
        return clover.translate(webhook, rig.context).lookups
      })
      return [...new Map(lookups.map((lookup) => [JSON.stringify(lookup), lookup])).values()]
    },
    async takeEvents() {
      const told: DraftEvent[] = []
      for (const lookup of await rig.takeLookups()) {
        const result = await clover.fetch(lookup, rig.context)
        if (result.outcome !== 'translated') continue
        rig.context.references.remember(result.translation.references)
        told.push(...result.translation.events)
      }
      return distinct(told)
    },
    sweep: (feed, from) => sweep(rig, feed, from),
    async close() {
      await vendor.close()
      deepEqual([...new Set(departures)], [], 'every call and answer fits the field tables')
    },
  }
  return rig
}

function refereed(api: HttpClient, departures: string[]): HttpClient {
  return {
    async request(request) {
      const response = await api.request(request)
      const below = /^\/v3\/merchants\/[^/]+(.*)$/.exec(request.path)?.[1]
      const { method, json } = request
      const { status, body } = response
      if (below !== undefined)
        departures.push(...exchangeDepartures({ method, path: below, json, status, body }))
      return response
    },
  }
}

async function sweep(
  { context }: Rig,
  feed: string,
  from: { cursor?: string; since?: number } = {},
): Promise<Swept> {
  const told: DraftEvent[] = []
  const references: Reference[] = []
  let cursor = from.cursor
  const since = instantFromMs(from.since ?? emulatedNowMs - 86_400_000)
  const start = from.cursor === undefined ? { since } : { since, cursor: from.cursor }
  for await (const page of clover.backfill(feed, start, context)) {
    context.references.remember(page.translation.references)
    told.push(...page.translation.events)
    references.push(...page.translation.references)
    cursor = page.cursor
  }
  return { events: distinct(told), references, cursor }
}

/** As the agent does it: one event for a type and key; and each must fit its schema. */
function distinct(told: readonly DraftEvent[]): DraftEvent[] {
  for (const { type, data } of told) vocabulary[type].data.parse(data)
  return [...new Map(told.map((event) => [`${event.type} ${event.key}`, event])).values()]
}

function find<Type extends DraftEvent['type']>(events: readonly DraftEvent[], type: Type) {
  return events.filter((event): event is Extract<DraftEvent, { type: Type }> => event.type === type)
}

const at = { storeExternalId: austin, registerExternalId: register, employeeExternalId: employee }
const card = { brand: 'VISA', last4: '4242', fingerprint: 'fingerprint-of-a-card' } as const

function line(
  sku: string,
  quantity: string,
  unitPriceMinor: number,
  more: Partial<TillLine> = {},
): TillLine {
  const grossMinor = Math.floor((unitPriceMinor * Math.round(Number(quantity) * 1000)) / 1000 + 0.5)
  const discountMinor = more.discountMinor ?? 0
  const name = products.find((product) => product.sku === sku)?.name ?? sku
  const totalMinor = grossMinor - discountMinor
  return { sku, name, quantity, unitPriceMinor, taxMinor: 0, ...more, discountMinor, totalMinor }
}

function sale(saleKey: string, more: Partial<TillSale> = {}): TillSale {
  const lines = more.lines ?? [
    line('TOTE-01', '3', 1395, { discountMinor: 100, taxMinor: 337 }),
    line('BEAN-03', '0.355', 2899, { taxMinor: 85 }),
  ]
  const taxMinor = more.taxMinor ?? 422
  const tipMinor = more.tipMinor ?? 0
  const totalMinor =
    lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0) + taxMinor + tipMinor
  const tenders = more.tenders ?? [{ kind: 'card', amountMinor: totalMinor, card } as const]
  return {
    ...at,
    atMs: emulatedNowMs - 60_000,
    saleKey,
    ...more,
    lines,
    taxMinor,
    tipMinor,
    totalMinor,
    tenders,
  }
}

describe('clover over HTTP', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.close())

  it('tells a sale from its webhook, and the same from a duplicate and from the sweep', async () => {
    const rung = sale('s1', { customer: ana })
    const orderId = rig.ring(rung)
    const lookups = await rig.takeLookups()
    deepEqual(lookups.map(({ kind }) => kind).sort(), ['customer', 'order', 'payment'])
    ok(!JSON.stringify(lookups).includes('@'), 'lookups hold ids only')
    const told: DraftEvent[] = []
    for (const lookup of [...lookups, ...lookups]) {
      const result = await clover.fetch(lookup, rig.context)
      equal(result.outcome, 'translated')
      if (result.outcome === 'translated') {
        rig.context.references.remember(result.translation.references)
        told.push(...result.translation.events)
      }
    }
    const [completed, ...others] = find(distinct(told), 'sale.completed')
    equal(others.length, 0)
    equal(completed?.key, orderId)
    equal(completed?.storeId, 'str_0')
    equal(completed?.registerId, 'reg_0')
    equal(completed?.occurredAt, instantFromMs(rung.atMs))
    assertSale(completed?.data, rung)
    const customer = rig.context.tokens.customer({ email: ana.email, externalId: 'any' })
    equal(completed?.data.customer, customer)
    equal(find(distinct(told), 'customer.changed')[0]?.data.customer, customer)
    const swept = await rig.sweep(`${austin}/orders`)
    deepEqual(
      find(swept.events, 'sale.completed').find(({ key }) => key === orderId),
      completed,
    )
    assertNothingPersonal(told)
  })

  it('tells a refund of some pieces through its order and through the sweep', async () => {
    const rung = sale('s2', { customer: ana })
    const orderId = rig.ring(rung)
    await rig.takeLookups()
    const back: TillRefund = {
      ...at,
      atMs: emulatedNowMs - 30_000,
      refundKey: 'r2',
      saleKey: 's2',
      lines: [line('TOTE-01', '2', 1395)],
      taxMinor: 225,
      totalMinor: 2948,
      tender: { kind: 'card', amountMinor: 2948, card },
      reason: 'Damaged, says Mrs Ruiz',
    }
    rig.vendor.emulator.refund(rig.account.accountId, back)
    const viaWebhook = find(await rig.takeEvents(), 'refund.completed')
    equal(viaWebhook.length, 1)
    const told = viaWebhook[0]?.data as Refund
    equal(told.saleId, `sal_clover.${orderId}`)
    equal(told.totalMinor, 2948)
    equal(told.taxMinor, 225)
    deepEqual(
      told.lines.map(({ sku, quantity, amountMinor }) => ({ sku, quantity, amountMinor })),
      [{ sku: 'TOTE-01', quantity: '2', amountMinor: 2948 }],
    )
    equal(told.tenders[0]?.instrument, rig.context.tokens.token('card', card.fingerprint))
    deepEqual(find((await rig.sweep(`${austin}/refunds`)).events, 'refund.completed'), viaWebhook)
    // The sale is still told, with the goods that came back.
    const swept = find((await rig.sweep(`${austin}/orders`)).events, 'sale.completed')
    assertSale(swept.find(({ key }) => key === orderId)?.data, rung)
    assertNothingPersonal(viaWebhook)
  })

  it('tells a refund without receipt by the sweep, without goods', async () => {
    rig.vendor.emulator.refund(rig.account.accountId, {
      ...at,
      atMs: emulatedNowMs - 20_000,
      refundKey: 'r3',
      customer: ana,
      lines: [line('TEE-02', '1', 2000)],
      taxMinor: 165,
      totalMinor: 2165,
      tender: { kind: 'cash', amountMinor: 2165 },
      reason: 'No receipt',
    })
    deepEqual(find(await rig.takeEvents(), 'refund.completed'), [])
    const [credit] = find((await rig.sweep(`${austin}/credits`)).events, 'refund.completed')
    equal(credit?.data.saleId, undefined)
    equal(credit?.data.totalMinor, 2165)
    deepEqual(credit?.data.tenders, [{ kind: 'cash', amountMinor: 2165 }])
    equal(credit?.data.customer, rig.context.tokens.customer({ email: ana.email, externalId: '' }))
  })

  it('tells a voided sale', async () => {
    const rung = sale('s4')
    const orderId = rig.ring(rung)
    await rig.takeLookups()
    rig.vendor.emulator.void?.(rig.account.accountId, rung)
    const voided = find(await rig.takeEvents(), 'sale.voided')
    equal(voided.length, 1)
    equal(voided[0]?.data.saleId, `sal_clover.${orderId}`)
    equal(voided[0]?.data.totalMinor, rung.totalMinor)
    deepEqual(find((await rig.sweep(`${austin}/orders`)).events, 'sale.voided'), voided)
  })

  it('waits for an order that is not paid', async () => {
    const token = tokensByMerchant(rig.credentials.accessToken)[austin]
    const response = await fetch(`${rig.vendor.apiBaseUrl}/v3/merchants/${austin}/orders`, {
      method: 'POST',
      body: JSON.stringify({ state: 'open', currency: 'USD' }),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    })
    equal(response.status, 200)
    const [lookup] = await rig.takeLookups()
    equal(lookup?.kind, 'order')
    const result = lookup && (await clover.fetch(lookup, rig.context))
    equal(result?.outcome, 'not_yet')
  })

  it('finds stock and products by the sweep, and only new levels after its cursor', async () => {
    const first = await rig.sweep(`${berlin}/items`)
    equal(find(first.events, 'inventory.changed').length, products.length)
    const tote = find(first.events, 'product.changed').find(({ data }) => data.sku === 'TOTE-01')
    equal(tote?.data.priceMinor, 1395)
    equal(tote?.data.costMinor, 600)
    const accountId = rig.account.accountId
    rig.vendor.emulator.setStock(accountId, berlin, 'TOTE-01', 7.5, emulatedNowMs + 60_000)
    const cursor = first.cursor ?? ''
    const second = await rig.sweep(`${berlin}/items`, { cursor })
    const levels = find(second.events, 'inventory.changed')
    equal(levels.find(({ data }) => data.sku === 'TOTE-01')?.data.onHand, '7.5')
    const again = find(second.events, 'product.changed').find(({ data }) => data.sku === 'TOTE-01')
    equal(again?.key, tote?.key, 'moved stock is no changed product')
  })

  it('tells shifts, employees, customers and devices by the sweep', async () => {
    const accountId = rig.account.accountId
    rig.vendor.emulator.clockIn(accountId, { ...at, atMs: emulatedNowMs - 7200_000 })
    rig.vendor.emulator.clockOut(accountId, { ...at, atMs: emulatedNowMs - 3600_000 })
    rig.vendor.emulator.saveCustomer(accountId, ana, emulatedNowMs)
    const shifts = await rig.sweep(`${austin}/shifts_ended`)
    equal(
      find(shifts.events, 'shift.ended')[0]?.occurredAt,
      instantFromMs(emulatedNowMs - 3600_000),
    )
    deepEqual((await rig.sweep(`${austin}/shifts_started`)).events, shifts.events)
    const staff = find((await rig.sweep(`${austin}/employees`)).events, 'employee.changed')
    equal(staff[0]?.data.employeeId, rig.context.tokens.employee(employee))
    deepEqual(find((await rig.sweep(`${austin}/employees`)).events, 'employee.changed'), staff)
    equal(find((await rig.sweep(`${austin}/customers`)).events, 'customer.changed').length, 1)
    const devices = find((await rig.sweep(`${austin}/devices`)).events, 'device.reported')
    deepEqual(devices[0]?.data, { deviceId: register, model: 'STATION_2018', status: 'unknown' })
    assertNothingPersonal([...staff, ...shifts.events])
  })

  it('makes a synthetic closing of the cash log', async () => {
    const accountId = rig.account.accountId
    const there = { ...at, storeExternalId: berlin }
    const dayMs = emulatedNowMs - 40_000
    rig.vendor.emulator.openRegister(accountId, { ...there, atMs: dayMs })
    const cash = sale('s9', {
      ...there,
      atMs: dayMs + 1000,
      tenders: [{ kind: 'cash', amountMinor: sale('x').totalMinor }],
    })
    rig.ring(cash)
    rig.vendor.emulator.openDrawer(accountId, { ...there, atMs: dayMs + 2000 })
    rig.vendor.emulator.closeRegister(accountId, { ...there, atMs: dayMs + 3000 })
    const told = await rig.takeEvents()
    const [opened] = find(told, 'register.opened')
    const [closed] = find(told, 'register.closed')
    equal(opened?.data.floatMinor, 20_000)
    equal(closed?.data.sessionId, opened?.data.sessionId)
    equal(closed?.data.isSynthetic, true)
    equal(closed?.data.expectedCashMinor, 20_000 + cash.totalMinor)
    equal(closed?.data.countedCashMinor, 20_000 + cash.totalMinor)
    equal(find(told, 'drawer.opened')[0]?.data.reason, 'no_sale')
    const swept = (await rig.sweep(`${berlin}/cash_events`)).events
    deepEqual(find(swept, 'register.closed'), find(told, 'register.closed'))
  })

  it('flags a sale once, keeps the note there is, and says what Clover cannot do', async () => {
    const orderId = rig.ring(sale('s10'))
    const command = commandFor('sale.flag', {
      saleId: `sal_clover.${orderId}`,
      note: 'Odd discount',
    })
    const first = await clover.execute(command, rig.context)
    deepEqual(
      [first.outcome, first.outcome === 'executed' && first.readBack],
      ['executed', 'verified'],
    )
    const again = await clover.execute(command, rig.context)
    equal(again.outcome === 'executed' && again.readBack, 'verified')
    const other = commandFor('sale.flag', { saleId: `sal_clover.${orderId}`, note: 'Second look' })
    await clover.execute(other, rig.context)
    equal(await noteOf(rig, orderId), '[REVIEW] Odd discount\n[REVIEW] Second look')
    const order = { number: 'PO-1', supplierId: 's', currency: 'USD', lines: [] }
    const refused = await clover.execute(commandFor('purchase_order.place', order), rig.context)
    equal(refused.outcome === 'refused' && refused.fault, 'capability_missing')
    equal(clover.capabilities.actions['purchase_order.place'].by, 'document')
    const unknown = commandFor('sale.flag', { saleId: 'sal_clover.ZZZZZZZZZZZZZ', note: 'x' })
    const missing = await clover.execute(unknown, rig.context)
    equal(missing.outcome === 'refused' && missing.fault, 'reference_unknown')
  })

  it('flags once when the answer to the write is lost', async () => {
    const orderId = rig.ring(sale('s11'))
    const { api } = rig.context
    let isLost = false
    const lossy: HttpClient = {
      async request(request) {
        const response = await api.request(request)
        if (request.method !== 'POST' || isLost) return response
        isLost = true
        throw new Error('the answer is lost')
      },
    }
    const command = commandFor('sale.flag', { saleId: `sal_clover.${orderId}`, note: 'Odd' })
    await rejects(clover.execute(command, { ...rig.context, api: lossy }))
    const retried = await clover.execute(command, { ...rig.context, api: lossy })
    equal(retried.outcome === 'executed' && retried.readBack, 'verified')
    equal(await noteOf(rig, orderId), '[REVIEW] Odd')
  })
})

async function noteOf(rig: Rig, orderId: string): Promise<string> {
  const authorization = `Bearer ${tokensByMerchant(rig.credentials.accessToken)[austin]}`
  const response = await rig.context.api.request({
    method: 'GET',
    path: `/v3/merchants/${austin}/orders/${orderId}`,
    headers: { authorization },
    isRepeatable: true,
  })
  return (response.body as { note: string }).note
}

function commandFor(action: string, input: Record<string, unknown>): Command {
  return {
    commandId: 'cmd_1',
    proposalId: 'prp_1',
    chainId: 'chn_1',
    regionId: 'us',
    storeId: 'str_0',
    action,
    input,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    causationId: '00000000-0000-4000-8000-000000000000',
    issuedAt: instantFromMs(emulatedNowMs),
    expiresAt: instantFromMs(emulatedNowMs + 3600_000),
  }
}

describe('clover: what gets lost, and who may ask', () => {
  it('bundles merchants in one POST and finds by the sweep what the webhooks lost', async () => {
    const rig = await startRig({ name: 'lossy' })
    rig.ring(sale('first'))
    rig.ring(sale('a'))
    rig.ring(sale('b', { storeExternalId: berlin }))
    await sleep(40)
    const webhooks = await rig.vendor.takeWebhooks()
    const merchants = webhooks.map(({ body }) => Object.keys(JSON.parse(String(body)).merchants))
    deepEqual(merchants, [[austin], [austin, berlin]])
    const found = await Promise.all([austin, berlin].map((id) => rig.sweep(`${id}/orders`)))
    deepEqual(
      found.map(({ events }) => find(events, 'sale.completed').length),
      [2, 1],
    )
    await rig.close()
  })

  it('walks many pages without a gap, and goes on from a cursor', async () => {
    let nowMs = emulatedNowMs
    const rig = await startRig({ name: 'pages', nowMs: () => nowMs })
    const keys = new Set<string>()
    const ringMany = (from: number, count: number) => {
      for (let index = from; index < from + count; index += 1) {
        nowMs += 1000
        keys.add(rig.ring(sale(`p${index}`, { atMs: nowMs, lines: [line('TEE-02', '1', 2000)] })))
      }
    }
    ringMany(0, 230)
    const first = await rig.sweep(`${austin}/orders`)
    equal(find(first.events, 'sale.completed').length, 230)
    ringMany(230, 20)
    const second = await rig.sweep(`${austin}/orders`, { cursor: first.cursor ?? '' })
    const all = distinct([...first.events, ...second.events])
    deepEqual(new Set(find(all, 'sale.completed').map(({ key }) => key)), keys)
    ok(second.events.length < 100, 'only what is new, and a little overlap')
    await rig.close()
  })

  it('exchanges a code, renews each merchant once, and tells a dead token', async () => {
    let nowMs = emulatedNowMs
    const rig = await startRig({ name: 'tokens', nowMs: () => nowMs })
    const api = createHttpClient({ baseUrl: rig.vendor.apiBaseUrl, budget: clover.budget })
    const { appId } = rig.connection.settings
    const query = new URLSearchParams({
      client_id: appId,
      redirect_uri: 'http://x/cb',
      merchant_id: berlin,
    })
    const asked = await fetch(`${rig.vendor.apiBaseUrl}/oauth/v2/authorize?${query}`, {
      redirect: 'manual',
    })
    const callback = new URL(asked.headers.get('location') ?? '')
    const code = `${callback.searchParams.get('merchant_id')}:${callback.searchParams.get('code')}`
    const granted = await clover.auth.exchange(api, rig.connection, secrets, code)
    deepEqual(Object.keys(tokensByMerchant(granted.accessToken)), [berlin])
    const livesMs = msOf(granted.expiresAt ?? '') - Date.now()
    ok(
      livesMs > 29 * 60_000 && livesMs <= 30 * 60_000 + 1000,
      'by our clock, whatever the vendor has',
    )
    await rejects(clover.auth.exchange(api, rig.connection, secrets, code), {
      code: 'vendor_unauthorised',
    })

    rig.credentials = mergeCredentials(rig.credentials, granted)
    await rig.sweep(`${berlin}/employees`)
    nowMs += 31 * 60_000
    await rejects(rig.sweep(`${berlin}/employees`), { code: 'vendor_unauthorised' })
    const old = rig.credentials
    const renewed = await clover.auth.refresh?.(api, rig.connection, secrets, old)
    if (renewed !== undefined) rig.credentials = renewed
    notEqual(rig.credentials.accessToken, old.accessToken)
    await rig.sweep(`${berlin}/employees`)
    await rig.sweep(`${austin}/employees`)
    await rejects(async () => clover.auth.refresh?.(api, rig.connection, secrets, old), {
      code: 'vendor_unauthorised',
    })
    await rig.close()
  })

  it('takes up a token that was renewed during the call', async () => {
    let nowMs = emulatedNowMs
    const rig = await startRig({ name: 'renewing', nowMs: () => nowMs })
    const authApi = createHttpClient({ baseUrl: rig.vendor.apiBaseUrl, budget: clover.budget })
    const api = createHttpClient({
      baseUrl: rig.vendor.apiBaseUrl,
      budget: clover.budget,
      async reauthorise() {
        const renewed = await clover.auth.refresh?.(
          authApi,
          rig.connection,
          secrets,
          rig.credentials,
        )
        if (renewed !== undefined) rig.credentials = renewed
        return true
      },
    })
    nowMs += 31 * 60_000
    const pages = clover.backfill(
      `${austin}/employees`,
      { since: instantFromMs(nowMs) },
      { ...rig.context, api },
    )
    for await (const { translation } of pages) equal(translation.events.length, 1)
    await rig.close()
  })

  it('tells a price changed there and back as three states', async () => {
    let nowMs = emulatedNowMs
    const rig = await startRig({ name: 'prices', nowMs: () => nowMs })
    const tee = ({ data }: { data: { sku: string } }) => data.sku === 'TEE-02'
    const { events, references } = await rig.sweep(`${austin}/items`)
    const keys = [find(events, 'product.changed').find(tee)?.key]
    const item = references.find(({ kind, value }) => kind === 'sku' && value === 'TEE-02')
    const token = tokensByMerchant(rig.credentials.accessToken)[austin]
    for (const price of [1500, 2000]) {
      nowMs += 60_000
      const url = `${rig.vendor.apiBaseUrl}/v3/merchants/${austin}/items/${item?.externalId}`
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      await fetch(url, { method: 'POST', body: JSON.stringify({ price }), headers })
      const [changed] = find(await rig.takeEvents(), 'product.changed')
      equal(changed?.data.priceMinor, price)
      keys.push(changed?.key)
    }
    equal(new Set(keys).size, 3)
    await rig.close()
  })

  it('answers the handshake and says its code', async () => {
    const rig = await startRig({ name: 'handshake' })
    const url = `${rig.vendor.apiBaseUrl}/developer/apps/${rig.account.accountId}/webhooks/verification`
    const { verificationCode } = (await (await fetch(url, { method: 'POST' })).json()) as {
      verificationCode: string
    }
    const [webhook] = await rig.vendor.takeWebhooks()
    const verification = webhook && clover.verify(webhook, rig.connection, secrets)
    equal(verification?.outcome, 'handshake')
    if (verification?.outcome === 'handshake') {
      ok(verification.says.includes(verificationCode))
      equal(verification.reply.status, 200)
    }
    await rig.close()
  })

  it('throttles as Clover does, and the connector stays within it', async () => {
    const rig = await startRig({ name: 'limits' })
    const token = tokensByMerchant(rig.credentials.accessToken)[austin]
    const url = `${rig.vendor.apiBaseUrl}/v3/merchants/${austin}/tenders`
    let refused: Response | undefined
    for (let index = 0; index < 40 && refused === undefined; index += 1) {
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
      await response.text()
      if (response.status === 429) refused = response
    }
    equal(refused?.headers.get('x-ratelimit-tokenlimit'), '16')
    const foreign = await fetch(url, { headers: { authorization: 'Bearer nobody' } })
    equal(foreign.status, 401)
    await sleep(1000)
    const statuses: number[] = []
    const { api } = rig.context
    const watched: HttpClient = {
      async request(request) {
        const response = await api.request(request)
        statuses.push(response.status)
        return response
      },
    }
    const feed = `${austin}/employees`
    const from = { since: instantFromMs(emulatedNowMs) }
    const walk = async () => {
      for await (const _ of clover.backfill(feed, from, { ...rig.context, api: watched }));
    }
    await Promise.all(Array.from({ length: 20 }, walk))
    deepEqual([...new Set(statuses)], [200])
    await rig.close()
  })

  it('goes on after a restart, and opens once', async () => {
    const rig = await startRig({ name: 'restart' })
    rig.ring(sale('kept'))
    rig.vendor.emulator.open(rig.account, products, () => 0)
    const { events } = await rig.sweep(`${austin}/items`)
    const tote = find(events, 'inventory.changed').find(({ data }) => data.sku === 'TOTE-01')
    equal(tote?.data.onHand, '37')
    await rig.close()
  })
})

describe('clover: money stays exact', () => {
  const moneys = [
    { currency: 'USD', taxesIncluded: false },
    { currency: 'EUR', taxesIncluded: true },
    { currency: 'JPY', taxesIncluded: true },
    { currency: 'KWD', taxesIncluded: false },
  ]
  for (const { currency, taxesIncluded } of moneys)
    it(`${currency}, taxes ${taxesIncluded ? 'included' : 'added'}`, async () => {
      // The vendor's second passes with its own clock, so that its limits do not slow this down.
      let nowMs = emulatedNowMs
      const rig = await startRig({ currency, taxesIncluded, name: currency, nowMs: () => nowMs })
      let count = 0
      await fc.assert(
        fc.asyncProperty(anySale(taxesIncluded), async (given) => {
          count += 1
          nowMs += 1000
          const rung = { ...given, saleKey: `${currency}${count}` }
          const externalId = rig.ring(rung)
          const hints = { merchantId: austin }
          const result = await clover.fetch({ kind: 'order', externalId, hints }, fresh(rig))
          equal(result.outcome, 'translated')
          if (result.outcome !== 'translated') return
          rig.context.references.remember(result.translation.references)
          const [completed] = find(distinct([...result.translation.events]), 'sale.completed')
          equal(completed?.data.currency, currency)
          equal(completed?.data.taxesIncluded, taxesIncluded)
          assertSale(completed?.data, rung)
          await refundAll(rig, rung, count)
        }),
        { numRuns: 40 },
      )
      await rig.close()
    })
})

/** A client of its own, as after a restart: nothing of earlier calls counts against its limits. */
function fresh({ context, connection, departures }: Rig): Rig['context'] {
  const api = createHttpClient({ baseUrl: connection.apiBaseUrl, budget: clover.budget })
  return { ...context, api: refereed(api, departures) }
}

async function refundAll(rig: Rig, rung: TillSale, count: number): Promise<void> {
  const tender = rung.tenders[0]
  if (tender === undefined) return
  const totalMinor = rung.totalMinor - rung.tipMinor
  rig.vendor.emulator.refund(rig.account.accountId, {
    ...at,
    atMs: rung.atMs + 1000,
    refundKey: `r${count}`,
    saleKey: rung.saleKey,
    lines: rung.lines,
    taxMinor: rung.taxMinor,
    totalMinor,
    tender: { ...tender, amountMinor: totalMinor },
    reason: 'All of it',
  })
  const externalId = rig.vendor.emulator.externalSaleId(rig.account.accountId, rung.saleKey) ?? ''
  const hints = { merchantId: austin }
  const result = await clover.fetch({ kind: 'order', externalId, hints }, fresh(rig))
  if (result.outcome !== 'translated') return equal(result.outcome, 'translated')
  const [refund] = find(distinct([...result.translation.events]), 'refund.completed')
  equal(refund?.data.totalMinor, totalMinor)
  equal(refund?.data.taxMinor, rung.taxMinor)
  deepEqual(quantities(refund?.data.lines ?? []), quantities(rung.lines))
  equal(
    refund?.data.lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    totalMinor,
  )
  equal(refund?.data.tenders[0]?.kind, tender.kind)
}

function anySale(taxesIncluded: boolean): fc.Arbitrary<TillSale> {
  const anyLine = (sku: string) =>
    fc
      .record({
        quantity: fc.oneof(
          fc.integer({ min: 1, max: 4 }).map(String),
          fc.integer({ min: 25, max: 90_000 }).map(String),
          fc
            .integer({ min: 1, max: 4999 })
            .filter((units) => units % 10 !== 0)
            .map((units) => String(units / 1000)),
        ),
        unitPriceMinor: fc.integer({ min: 30, max: 90_000 }),
        discountPermille: fc.integer({ min: 0, max: 500 }),
        taxPermille: fc.constantFrom(0, 50, 83, 190),
      })
      .map(({ quantity, unitPriceMinor, discountPermille, taxPermille }) => {
        const grossMinor = line(sku, quantity, unitPriceMinor).totalMinor
        const discountMinor = Math.floor((grossMinor * discountPermille) / 1000)
        const taxMinor = Math.floor(((grossMinor - discountMinor) * taxPermille) / 1000)
        return line(sku, quantity, unitPriceMinor, { discountMinor, taxMinor })
      })
  return fc
    .record({
      lines: fc.tuple(anyLine('TOTE-01'), anyLine('TEE-02'), anyLine('BEAN-03')),
      count: fc.integer({ min: 1, max: 3 }),
      tipPermille: fc.constantFrom(0, 0, 150),
      kinds: fc.uniqueArray(fc.constantFrom('cash', 'card', 'gift_card'), { minLength: 1 }),
    })
    .map(({ lines: all, count, tipPermille, kinds }) => {
      const lines = all.slice(0, count)
      const goodsMinor = lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0)
      const taxMinor = lines.reduce((sum, line) => sum + line.taxMinor, 0)
      const tipMinor = Math.floor((goodsMinor * tipPermille) / 1000)
      const totalMinor = goodsMinor + tipMinor + (taxesIncluded ? 0 : taxMinor)
      const each = Math.floor(totalMinor / kinds.length)
      const tenders = kinds.map((kind, index): TillTender => {
        const isLast = index === kinds.length - 1
        const amountMinor = isLast ? totalMinor - each * (kinds.length - 1) : each
        return { kind, amountMinor, ...(kind === 'card' && { card }) } as TillTender
      })
      const atMs = emulatedNowMs - 60_000
      return { ...at, atMs, saleKey: '', lines, taxMinor, tipMinor, totalMinor, tenders }
    })
}

function assertSale(told: Sale | undefined, rung: TillSale): void {
  equal(told?.totalMinor, rung.totalMinor)
  equal(told?.taxMinor, rung.taxMinor)
  equal(told?.tipMinor, rung.tipMinor)
  deepEqual(quantities(told?.lines ?? []), quantities(rung.lines))
  const sums = (
    lines: readonly { sku?: string | undefined; totalMinor: number; discountMinor: number }[],
  ) =>
    lines
      .map(({ sku, totalMinor, discountMinor }) => `${sku} ${totalMinor} -${discountMinor}`)
      .sort()
  deepEqual(sums(told?.lines ?? []), sums(rung.lines))
  const linesTaxMinor = told?.lines.reduce((sum, { taxMinor }) => sum + taxMinor, 0)
  equal(linesTaxMinor, rung.taxMinor)
  const paid = (tenders: readonly { kind: string; amountMinor: number }[]) =>
    tenders.map(({ kind, amountMinor }) => `${kind} ${amountMinor}`)
  deepEqual(paid(told?.tenders ?? []), paid(rung.tenders))
}

function quantities(
  lines: readonly { sku?: string | undefined; quantity: string }[],
): Record<string, string> {
  const bySku: Record<string, string> = {}
  for (const { sku = '', quantity } of lines)
    bySku[sku] = addQuantities(bySku[sku] ?? '0', quantity)
  return bySku
}

function assertNothingPersonal(told: readonly DraftEvent[]): void {
  const text = JSON.stringify(told)
  for (const raw of [
    ana.email,
    ana.phone,
    'Ruiz',
    'Main St',
    '4242',
    card.fingerprint,
    'Sam',
    'Lee',
  ])
    ok(!text.includes(raw), `${raw} is not in an event`)
}
