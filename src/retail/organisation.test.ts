/** Stores: a zone, a currency and a cut-over hour that work can be done with. */
import { ok } from 'node:assert/strict'
import test from 'node:test'
import { RegionId, Store } from './organisation.ts'

const store = {
  storeId: 'str_berlin',
  chainId: 'chn_a',
  regionId: 'eu',
  districtId: 'dis_a',
  name: 'Berlin',
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  cutOverHour: 3,
}

const right = [
  {},
  { timeZone: 'UTC' },
  { timeZone: 'America/Argentina/Ushuaia' },
  { cutOverHour: 0 },
  { cutOverHour: 23 },
]
for (const change of right)
  test(`a store with ${JSON.stringify(change)}`, () =>
    ok(Store.safeParse({ ...store, ...change }).success))

const wrong = [
  { timeZone: 'Europe/Berlim' },
  { timeZone: '' },
  { currency: 'EURO' },
  { cutOverHour: 24 },
  { cutOverHour: -1 },
  { cutOverHour: 1.5 },
  { name: '' },
  { regionId: 'EU' },
  { storeId: 'berlin' },
]
for (const change of wrong)
  test(`no store with ${JSON.stringify(change)}`, () => {
    const result = Store.safeParse({ ...store, ...change })
    ok(result.error?.issues[0]?.path[0] === Object.keys(change)[0])
  })

for (const region of ['../us', 'us/eu', 'u', 'us1', 'US', '"us"'])
  test(`${region} is no region, which names databases`, () =>
    ok(!RegionId.safeParse(region).success))
