/** The demo organisation: pure, and the same for the same seed and addresses. */
import type { Chain, District, Register, Store } from '../retail/organisation.ts'
import { type AccountNames, accountNames, secretMaker } from './demo-accounts.ts'
import { employeesOf, type Persona, personasOf } from './demo-people.ts'
import { districtRows, type StoreRow, storeRows, type Vendor, vendors } from './demo-stores.ts'
import { hash32 } from './hash.ts'
import type { SimulatedAccount, SimulatedStore } from './till.ts'
import { vendorIds } from './vendor-ids.ts'

export interface DemoChainInput {
  readonly seed: string
  /** Random, made once per installation: every secret is derived from it. */
  readonly installSecret: string
  /** Where the simulator listens, without a slash at its end. */
  readonly simulatorUrl: string
  /** Where each agent listens, by agent id. */
  readonly agentUrls: Readonly<Record<string, string>>
}

export interface DemoStore extends Store {
  readonly regionId: 'us' | 'eu'
  readonly vendor: Vendor
  readonly city: string
  readonly country: string
  readonly zip: string
  readonly accountId: string
  readonly connectionId: string
  readonly agentId: string
  /** Local trading hours. */
  readonly opensHour: number
  readonly closesHour: number
  readonly registers: readonly Register[]
  /** As its vendor knows it. */
  readonly atVendor: SimulatedStore
}

/** An agent's connection, in the form of its connections file (credentials and start are added later). */
export interface DemoConnection {
  readonly connectionId: string
  readonly vendor: Vendor
  readonly chainId: string
  readonly regionId: string
  readonly apiBaseUrl: string
  readonly webhookUrl: string
  readonly settings: AccountNames['settings']
  readonly secrets: AccountNames['secrets']
  readonly stores: readonly {
    readonly storeId: string
    readonly externalId: string
    readonly currency: string
    readonly timeZone: string
    readonly registers: Readonly<Record<string, string>>
  }[]
}

export interface DemoAgent {
  readonly agentId: string
  readonly name: string
  readonly regionId: string
  readonly districtId: string
  readonly storeIds: readonly string[]
  readonly connections: readonly DemoConnection[]
}

export interface DemoChain {
  readonly chain: Chain
  readonly regions: readonly { readonly regionId: string; readonly name: string }[]
  readonly districts: readonly District[]
  readonly stores: readonly DemoStore[]
  readonly agents: readonly DemoAgent[]
  readonly personas: readonly Persona[]
  readonly accounts: readonly (SimulatedAccount & { readonly connectionId: string })[]
}

const chain: Chain = { chainId: 'chn_demo', name: 'Harbour & Vale' }
const hours = { us: { opensHour: 10, closesHour: 20 }, eu: { opensHour: 9, closesHour: 19 } }

export function demoChain(input: DemoChainInput): DemoChain {
  const accounts: (SimulatedAccount & { connectionId: string })[] = []
  const stores: DemoStore[] = []
  const agents = districtRows.map((district): DemoAgent => {
    const connections = vendors.map((vendor): DemoConnection => {
      const parts = connectionOf(input, district, vendor)
      accounts.push(parts.account)
      stores.push(...parts.stores)
      return parts.connection
    })
    const { agentId, name, regionId, districtId } = district
    const storeIds = connections.flatMap((connection) => connection.stores.map((s) => s.storeId))
    return { agentId, name, regionId, districtId, storeIds, connections }
  })
  const managed = stores.map(({ storeId, name, atVendor }) => ({
    storeId,
    name,
    manager: managerOf(atVendor),
  }))
  return {
    chain,
    regions: [
      { regionId: 'us', name: 'United States' },
      { regionId: 'eu', name: 'Europe' },
    ],
    districts: districtRows.map(({ districtId, regionId, name }) => ({
      districtId,
      chainId: chain.chainId,
      regionId,
      name,
    })),
    stores,
    agents,
    personas: personasOf(input.seed, chain.chainId, managed),
    accounts,
  }
}

function connectionOf(
  input: DemoChainInput,
  district: (typeof districtRows)[number],
  vendor: Vendor,
) {
  const area = district.districtId.slice('dis_'.length)
  const connectionId = `con_${area}_${vendor}`
  const secret = secretMaker(input.installSecret, connectionId)
  const names = accountNames[vendor]({
    seed: input.seed,
    area,
    taxesIncluded: district.regionId === 'eu',
    secret,
  })
  const { accountId, settings } = names
  const question = secret('question')
  const secrets = { ...names.secrets, companion: companionSecret(secret), question }
  const rows = storeRows.filter(
    (row) => row.districtId === district.districtId && row.vendor === vendor,
  )
  const stores = rows.map((row) => storeOf(input.seed, district, row, { accountId, connectionId }))
  const agentUrl = input.agentUrls[district.agentId] ?? 'http://127.0.0.1:9'
  const webhookUrl = `${agentUrl}/webhooks/${connectionId}`
  const connection: DemoConnection = {
    connectionId,
    vendor,
    chainId: chain.chainId,
    regionId: district.regionId,
    apiBaseUrl: `${input.simulatorUrl}/${vendor}`,
    webhookUrl,
    settings,
    secrets,
    stores: stores.map(({ storeId, currency, timeZone, registers, atVendor }) => ({
      storeId,
      externalId: atVendor.externalId,
      currency,
      timeZone,
      registers: Object.fromEntries(
        atVendor.registers.map(({ externalId }, i) => [externalId, registers[i]?.registerId ?? '']),
      ),
    })),
  }
  const account = {
    accountId,
    connectionId,
    vendor,
    currency: rows[0]?.currency ?? '',
    webhookUrl,
    questionUrl: `${agentUrl}/questions/${connectionId}/${question}`,
    secrets: { ...textsOf(settings), ...secrets },
    stores: stores.map((store) => store.atVendor),
  }
  return { account, connection, stores }
}

function storeOf(
  seed: string,
  district: (typeof districtRows)[number],
  row: StoreRow,
  at: { accountId: string; connectionId: string },
): DemoStore {
  const { regionId, districtId, agentId } = district
  const ids = vendorIds(row.vendor, seed)
  const registersCount = 2 + (hash32(seed, 'registers', row.slug) % 3)
  const storeId = `str_${row.slug}_1`
  const name = `${chain.name} ${row.city}`
  const registers = Array.from({ length: registersCount }, (_, index) => ({
    registerId: `reg_${row.slug}_${index + 1}`,
    storeId,
    name: `Register ${index + 1}`,
  }))
  return {
    storeId,
    chainId: chain.chainId,
    regionId,
    districtId,
    name,
    currency: row.currency,
    timeZone: row.timeZone,
    cutOverHour: 4,
    vendor: row.vendor,
    city: row.city,
    country: row.country,
    zip: row.zip,
    ...at,
    agentId,
    ...hours[regionId],
    registers,
    atVendor: {
      externalId: ids.store(row.slug),
      name,
      timeZone: row.timeZone,
      country: row.country,
      taxName: row.taxName,
      taxRate: row.taxRate,
      taxesIncluded: regionId === 'eu',
      registers: registers.map(({ registerId, name }) => ({
        externalId: ids.register(registerId),
        name,
      })),
      employees: employeesOf(seed, row.slug, ids),
    },
  }
}

function managerOf({ employees }: SimulatedStore) {
  const manager = employees[0]
  if (manager === undefined) throw new RangeError('a store has at least one employee')
  return manager
}

function companionSecret(secret: (name: string) => string): string {
  return `whsec_${Buffer.from(secret('companion'), 'base64url').toString('base64')}`
}

/** Emulators know the application by the same names as the connectors. */
function textsOf(settings: AccountNames['settings']): Record<string, string> {
  const texts = Object.entries(settings).filter(([, value]) => typeof value === 'string')
  return Object.fromEntries(texts) as Record<string, string>
}
