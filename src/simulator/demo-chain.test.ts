import { deepEqual, equal, match, notDeepEqual, ok } from 'node:assert/strict'
import test from 'node:test'
import { District, Register, Store } from '../retail/organisation.ts'
import { demoChain } from './demo-chain.ts'
import { vendors } from './demo-stores.ts'

const input = {
  seed: 'harbour',
  installSecret: 'install-secret-of-the-tests',
  simulatorUrl: 'http://127.0.0.1:8070',
  agentUrls: { agt_us_east: 'http://127.0.0.1:8101' },
}
const chain = demoChain(input)

test('24 stores: six per district and vendor, two regions, 16 connections', () => {
  equal(chain.stores.length, 24)
  for (const { districtId } of chain.districts)
    equal(chain.stores.filter((store) => store.districtId === districtId).length, 6)
  for (const vendor of vendors)
    equal(chain.stores.filter((store) => store.vendor === vendor).length, 6)
  const connections = chain.agents.flatMap((agent) => agent.connections)
  equal(connections.length, 16)
  ok(connections.every(({ stores }) => stores.length === 1 || stores.length === 2))
  deepEqual([...new Set(chain.stores.map((store) => store.currency))].sort(), ['EUR', 'GBP', 'USD'])
})

test('everything fits the vocabulary, and no two things share an id', () => {
  for (const store of chain.stores) {
    Store.parse(store)
    for (const register of store.registers) Register.parse(register)
    ok(store.registers.length >= 2 && store.registers.length <= 4)
    const { employees } = store.atVendor
    ok(employees.length >= 4 && employees.length <= 8)
  }
  for (const district of chain.districts) District.parse(district)
  const ids = [
    ...chain.stores.map((store) => store.storeId),
    ...chain.stores.flatMap((store) => store.registers.map(({ registerId }) => registerId)),
    ...chain.stores.map((store) => store.atVendor.externalId),
    ...chain.stores.flatMap(({ atVendor }) =>
      [...atVendor.registers, ...atVendor.employees].map(({ externalId }) => externalId),
    ),
    ...chain.accounts.map(({ accountId }) => accountId),
    ...chain.personas.map(({ personId }) => personId),
  ]
  equal(new Set(ids).size, ids.length)
})

test('stores of one account share its currency', () => {
  for (const { currency, connectionId } of chain.accounts)
    for (const store of chain.stores)
      if (store.connectionId === connectionId) equal(store.currency, currency)
})

const forms = {
  shopify: /^\d{11}$/,
  square: /^L[0-9A-Z]{12}$/,
  clover: /^[0-9A-HJKMNP-TV-Z]{13}$/,
  lightspeed: /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
}
for (const vendor of vendors)
  test(`ids of ${vendor} look like its own`, () => {
    for (const store of chain.stores)
      if (store.vendor === vendor) match(store.atVendor.externalId, forms[vendor])
  })

test('the same seed names the same; another secret changes secrets only', () => {
  deepEqual(demoChain(input), chain)
  const other = demoChain({ ...input, installSecret: 'another-install-secret' })
  deepEqual(other.stores, chain.stores)
  const secrets = ({ agents }: typeof chain) =>
    agents.map((a) => a.connections.map((c) => c.secrets))
  notDeepEqual(secrets(other), secrets(chain))
})

test('every store has a manager who can sign in, and the office has each role', () => {
  const roles = chain.personas.flatMap((persona) => persona.roles)
  for (const { storeId } of chain.stores)
    ok(roles.some(({ role, at }) => role === 'store_manager' && at.id === storeId))
  equal(new Set(roles.map(({ role }) => role)).size, 8)
})
