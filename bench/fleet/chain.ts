/**
 * A chain of any size for one machine: Lightspeed accounts of a hundred outlets, an outlet a store,
 * and agents that serve a few accounts each, as an agent in a regional cloud does.
 */
import type { ConnectionEntry } from '../../src/agent/config.ts'
import { deterministicUuid } from '../../src/base/ids.ts'
import type { OrganisationFile } from '../../src/hub/organisation/file.ts'
import type { SimulatedAccount, SimulatedProduct } from '../../src/simulator/till.ts'

export const chainId = 'chn_fleet'
const regionId = 'us'
const currency = 'USD'
const timeZone = 'America/New_York'
const outletsPerAccount = 100
export const accountsPerAgent = 2

export const products: readonly SimulatedProduct[] = Array.from({ length: 5 }, (_, n) => ({
  sku: `FLEET-${n}`,
  name: `Product ${n}`,
  priceMinor: 1000,
  costMinor: 400,
}))

export interface FleetStore {
  readonly storeId: string
  readonly registerId: string
  readonly externalId: string
  readonly registerExternalId: string
  readonly employeeExternalId: string
}

export interface FleetAccount {
  readonly connectionId: string
  readonly account: SimulatedAccount
  readonly stores: readonly FleetStore[]
}

/** @param agentUrls one for each agent that `storesCount` takes */
export function fleetAccounts(storesCount: number, agentUrls: readonly string[]): FleetAccount[] {
  const count = Math.ceil(storesCount / outletsPerAccount)
  return Array.from({ length: count }, (_, index) => {
    const outlets = Math.min(outletsPerAccount, storesCount - index * outletsPerAccount)
    return accountOf(index + 1, outlets, agentUrls[Math.floor(index / accountsPerAgent)] ?? '')
  })
}

function accountOf(number: number, outletsCount: number, agentUrl: string): FleetAccount {
  const accountId = `fleet${number}`
  const connectionId = `con_fleet_${number}`
  const id = (...parts: string[]) => deterministicUuid('fleet', accountId, ...parts)
  const stores = Array.from({ length: outletsCount }, (_, index) => ({
    storeId: `str_${number}_${index + 1}`,
    registerId: `reg_${number}_${index + 1}`,
    externalId: id('outlet', String(index)),
    registerExternalId: id('register', String(index)),
    employeeExternalId: id('employee', String(index)),
  }))
  const secret = (name: string) => Buffer.from(`${name}/${accountId}`.padEnd(32, '.'))
  const account: SimulatedAccount = {
    accountId,
    vendor: 'lightspeed',
    currency,
    webhookUrl: `${agentUrl}/webhooks/${connectionId}`,
    secrets: {
      webhook: secret('webhook').toString('base64'),
      clientId: secret('client').toString('hex').slice(0, 32),
      domainPrefix: accountId,
      retailerId: id('retailer'),
    },
    stores: stores.map((store, index) => ({
      externalId: store.externalId,
      name: `Store ${number}-${index + 1}`,
      timeZone,
      country: 'US',
      taxName: 'None',
      taxRate: '0',
      taxesIncluded: true,
      registers: [{ externalId: store.registerExternalId, name: 'Register 1' }],
      employees: [
        {
          externalId: store.employeeExternalId,
          firstName: 'Robin',
          lastName: 'Clerk',
          email: `robin.${number}.${index}@staff.example.com`,
          isManager: true,
        },
      ],
    })),
  }
  return { connectionId, account, stores }
}

/** As an agent's file of connections holds it. */
export function connectionOf(
  { connectionId, account, stores }: FleetAccount,
  apiBaseUrl: string,
): Partial<ConnectionEntry> {
  const { webhook = '', clientId = '', domainPrefix, retailerId } = account.secrets
  return {
    connectionId,
    vendor: 'lightspeed',
    chainId,
    regionId,
    apiBaseUrl,
    webhookUrl: account.webhookUrl,
    settings: { domainPrefix, retailerId, taxesIncluded: true },
    secrets: {
      webhook,
      clientId,
      companion: `whsec_${Buffer.from(connectionId.padEnd(32, '.')).toString('base64')}`,
    },
    credentials: { accessToken: 'not-used' },
    startsAt: new Date().toISOString(),
    stores: stores.map(({ storeId, externalId, registerId, registerExternalId }) => ({
      storeId,
      externalId,
      currency,
      timeZone,
      registers: { [registerExternalId]: registerId },
    })),
  }
}

export function organisationOf(
  accounts: readonly FleetAccount[],
  agents: readonly { readonly agentId: string; readonly enrolmentCodeSha256: string }[],
): OrganisationFile {
  const stores = accounts.flatMap((account) => account.stores)
  const districtId = 'dis_fleet'
  return {
    chain: { chainId, name: 'Fleet' },
    districts: [{ districtId, chainId, regionId, name: 'Fleet' }],
    stores: stores.map(({ storeId }) => ({
      storeId,
      chainId,
      regionId,
      districtId,
      name: storeId,
      currency,
      timeZone,
      cutOverHour: 3,
    })),
    registers: stores.map(({ storeId, registerId }) => ({ registerId, storeId, name: registerId })),
    agents: agents.map((agent, index) => ({
      ...agent,
      regionId,
      name: agent.agentId,
      storeIds: accounts
        .slice(index * accountsPerAgent, (index + 1) * accountsPerAgent)
        .flatMap((account) => account.stores.map(({ storeId }) => storeId)),
    })),
    people: [],
  }
}
