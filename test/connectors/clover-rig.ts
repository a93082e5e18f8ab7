/** One Clover app with two merchants at the emulator, and its connector, with the referee in between. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HttpClient } from '../../src/base/http-client.ts'
import { createHttpClient } from '../../src/base/http-client.ts'
import { addQuantities } from '../../src/base/quantity.ts'
import { instantFromMs } from '../../src/base/time.ts'
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
import type { Sale } from '../../src/retail/sale.ts'
import type {
  SimulatedAccount,
  SimulatedCustomer,
  TillLine,
  TillSale,
} from '../../src/simulator/till.ts'
import { cloverEmulator } from '../../src/simulator/vendors/clover/emulator.ts'
import { ids } from '../../src/simulator/vendors/clover/ids.ts'
import { exchangeDepartures } from '../specs/clover/referee.ts'
import { contextFor, type EmulatedVendor, emulatedNowMs, startEmulator } from './harness.ts'

export const secrets = {
  webhook: '0307e264-b33a-4913-88aa-37b10014a0b8',
  client_secret: 'app-secret',
}
export const [austin, berlin] = [ids.store('austin'), ids.store('berlin')]
export const [register, employee] = [ids.register('1'), ids.employee('sam')]
export const ana: SimulatedCustomer = {
  customerKey: 'ana',
  firstName: 'Ana',
  lastName: 'Ruiz',
  email: 'ana@example.com',
  phone: '+14155550100',
  address: { street: '1 Main St', city: 'Austin', zip: '78701', country: 'US' },
}
export const products = [
  { sku: 'TOTE-01', name: 'Canvas tote', priceMinor: 1395, costMinor: 600 },
  { sku: 'TEE-02', name: 'Tee', priceMinor: 2000, costMinor: 700 },
  { sku: 'BEAN-03', name: 'Coffee beans', priceMinor: 2899, costMinor: 1100 },
]

export interface Rig {
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

export interface Swept {
  readonly events: DraftEvent[]
  readonly references: Reference[]
  readonly cursor: string | undefined
}

export async function startRig(
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

export function refereed(api: HttpClient, departures: string[]): HttpClient {
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

export async function sweep(
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
export function distinct(told: readonly DraftEvent[]): DraftEvent[] {
  for (const { type, data } of told) vocabulary[type].data.parse(data)
  return [...new Map(told.map((event) => [`${event.type} ${event.key}`, event])).values()]
}

export function find<Type extends DraftEvent['type']>(events: readonly DraftEvent[], type: Type) {
  return events.filter((event): event is Extract<DraftEvent, { type: Type }> => event.type === type)
}

export const at = {
  storeExternalId: austin,
  registerExternalId: register,
  employeeExternalId: employee,
}
export const card = { brand: 'VISA', last4: '4242', fingerprint: 'fingerprint-of-a-card' } as const

export function line(
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

export function sale(saleKey: string, more: Partial<TillSale> = {}): TillSale {
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

/** A client of its own, as after a restart: nothing of earlier calls counts against its limits. */
export function fresh({ context, connection, departures }: Rig): Rig['context'] {
  const api = createHttpClient({ baseUrl: connection.apiBaseUrl, budget: clover.budget })
  return { ...context, api: refereed(api, departures) }
}

export function assertSale(told: Sale | undefined, rung: TillSale): void {
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

export function quantities(
  lines: readonly { sku?: string | undefined; quantity: string }[],
): Record<string, string> {
  const bySku: Record<string, string> = {}
  for (const { sku = '', quantity } of lines)
    bySku[sku] = addQuantities(bySku[sku] ?? '0', quantity)
  return bySku
}

export function assertNothingPersonal(told: readonly DraftEvent[]): void {
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
