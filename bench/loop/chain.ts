/**
 * The chain of the whole-loop measurements: stores of one region, each with a Lightspeed account of
 * its own, since Lightspeed takes orders through its API and counts calls by account.
 */
import type { ConnectionEntry } from '../../src/agent/config.ts'
import { deterministicUuid } from '../../src/base/ids.ts'
import type { OrganisationFile } from '../../src/hub/organisation/file.ts'
import type { SimulatedAccount, SimulatedProduct } from '../../src/simulator/till.ts'

export const storesCount = 20
export const lowSkusCount = 20
const skusCount = 120
const registersCount = 3
export const currency = 'USD'
export const timeZone = 'America/New_York'
export const chainId = 'chn_bench'
export const agentId = 'agt_us_east'
const districtId = 'dis_bench'
const regionId = 'us'

export const priceMinor = 1000

export const products: readonly SimulatedProduct[] = Array.from({ length: skusCount }, (_, n) => ({
  sku: `BENCH-${String(n).padStart(3, '0')}`,
  name: `Product ${n}`,
  priceMinor,
  costMinor: 400,
}))

export interface BenchStore {
  readonly storeId: string
  readonly connectionId: string
  readonly registerIds: readonly string[]
  readonly companionSecret: string
  readonly account: SimulatedAccount
}

export function benchStores(agentUrl: string): BenchStore[] {
  return Array.from({ length: storesCount }, (_, index) => storeOf(index + 1, agentUrl))
}

function storeOf(number: number, agentUrl: string): BenchStore {
  const connectionId = `con_bench_${number}`
  const accountId = `bench${number}`
  const secret = (name: string) => Buffer.from(`${name}/${accountId}`.padEnd(32, '.'))
  const numbers = Array.from({ length: registersCount }, (_, index) => index + 1)
  return {
    storeId: `str_bench_${number}`,
    connectionId,
    registerIds: numbers.map((register) => `reg_bench_${number}_${register}`),
    companionSecret: `whsec_${secret('companion').toString('base64')}`,
    account: {
      accountId,
      vendor: 'lightspeed',
      currency,
      webhookUrl: `${agentUrl}/webhooks/${connectionId}`,
      secrets: {
        webhook: secret('webhook').toString('base64'),
        clientId: secret('client').toString('hex').slice(0, 32),
        domainPrefix: accountId,
        retailerId: deterministicUuid('bench', 'retailer', accountId),
      },
      stores: [
        {
          externalId: deterministicUuid('bench', 'outlet', accountId),
          name: `Bench store ${number}`,
          timeZone,
          country: 'US',
          taxName: 'None',
          taxRate: '0',
          taxesIncluded: true,
          registers: numbers.map((register) => ({
            externalId: deterministicUuid('bench', 'register', accountId, String(register)),
            name: `Register ${register}`,
          })),
          employees: [
            {
              externalId: deterministicUuid('bench', 'employee', accountId),
              firstName: 'Robin',
              lastName: 'Clerk',
              email: `robin.${accountId}@staff.example.com`,
              isManager: true,
            },
          ],
        },
      ],
    },
  }
}

/** The store's only outlet, as Lightspeed knows it. */
export function outletOf({ account }: BenchStore) {
  const [outlet] = account.stores
  if (outlet === undefined) throw new Error('an account without an outlet')
  return outlet
}

export function connectionOf(
  store: BenchStore,
  apiBaseUrl: string,
  credentials: { readonly accessToken: string; readonly refreshToken?: string },
): Partial<ConnectionEntry> {
  const outlet = outletOf(store)
  const { webhook = '', clientId = '', domainPrefix, retailerId } = store.account.secrets
  return {
    connectionId: store.connectionId,
    vendor: 'lightspeed',
    chainId,
    regionId,
    apiBaseUrl,
    webhookUrl: store.account.webhookUrl,
    settings: { domainPrefix, retailerId, taxesIncluded: true },
    secrets: { webhook, clientId, companion: store.companionSecret },
    credentials,
    startsAt: new Date(Date.now() - 20 * 24 * 3600_000).toISOString(),
    stores: [
      {
        storeId: store.storeId,
        externalId: outlet.externalId,
        currency,
        timeZone,
        registers: Object.fromEntries(
          outlet.registers.map(({ externalId }, index) => [
            externalId,
            store.registerIds[index] ?? '',
          ]),
        ),
      },
    ],
  }
}

export function organisationOf(
  stores: readonly BenchStore[],
  enrolmentCodeSha256: string,
): OrganisationFile {
  return {
    chain: { chainId, name: 'Bench chain' },
    districts: [{ districtId, chainId, regionId, name: 'Bench' }],
    stores: stores.map((store) => ({
      storeId: store.storeId,
      chainId,
      regionId,
      districtId,
      name: outletOf(store).name,
      currency,
      timeZone,
      cutOverHour: 3,
    })),
    registers: stores.flatMap(({ storeId, registerIds }) =>
      registerIds.map((registerId) => ({ registerId, storeId, name: registerId })),
    ),
    agents: [
      {
        agentId,
        regionId,
        name: 'Bench agent',
        storeIds: stores.map(({ storeId }) => storeId),
        enrolmentCodeSha256,
      },
    ],
    people: [],
  }
}
