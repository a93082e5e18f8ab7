/** A chain just large enough that every answer about who may do what differs somewhere in it. */
import type { PersonPrincipal } from '../../src/hub/identity/principal.ts'
import {
  createOrganisation,
  type OrganisationData,
} from '../../src/hub/organisation/organisation.ts'
import type { Role } from '../../src/hub/views.ts'

const chainId = 'chn_example'

/** From the holder of a role at store A, its district or its region: near things first. */
export const places = [
  { says: 'store A', type: 'Store', id: 'str_a' },
  { says: 'store B, same district', type: 'Store', id: 'str_b' },
  { says: 'store C, same region', type: 'Store', id: 'str_c' },
  { says: 'store D, other region', type: 'Store', id: 'str_d' },
  { says: 'district of A', type: 'District', id: 'dis_north' },
  { says: 'region of A', type: 'Region', id: 'us' },
  { says: 'chain', type: 'Chain', id: chainId },
] as const

const districts = [
  { districtId: 'dis_north', regionId: 'us' },
  { districtId: 'dis_south', regionId: 'us' },
  { districtId: 'dis_abroad', regionId: 'eu' },
]
const stores = [
  { storeId: 'str_a', districtId: 'dis_north', regionId: 'us' },
  { storeId: 'str_b', districtId: 'dis_north', regionId: 'us' },
  { storeId: 'str_c', districtId: 'dis_south', regionId: 'us' },
  { storeId: 'str_d', districtId: 'dis_abroad', regionId: 'eu' },
]

const data: OrganisationData = {
  chain: { chainId, name: 'Example' },
  districts: districts.map((district) => ({ ...district, chainId, name: district.districtId })),
  stores: stores.map((store) => ({
    ...store,
    chainId,
    name: store.storeId,
    currency: store.regionId === 'us' ? 'USD' : 'EUR',
    timeZone: store.regionId === 'us' ? 'America/Chicago' : 'Europe/Berlin',
    cutOverHour: 3,
  })),
  registers: [],
  people: [],
}

export const organisation = createOrganisation(data)

const postings: readonly (readonly [role: Role, kind: string, id: string, where: string])[] = [
  ['store_manager', 'store', 'str_a', 'store A'],
  ['regional_manager', 'district', 'dis_north', 'district of A'],
  ['regional_manager', 'region', 'us', 'region of A'],
  ['loss_prevention', 'region', 'us', 'region of A'],
  ['loss_prevention', 'chain', chainId, 'chain'],
  ['central_it', 'chain', chainId, 'chain'],
  ['ai_lead', 'chain', chainId, 'chain'],
  ['finance', 'chain', chainId, 'chain'],
  ['privacy_officer', 'chain', chainId, 'chain'],
  ['auditor', 'chain', chainId, 'chain'],
]

export interface Holder {
  readonly role: Role
  readonly where: string
  readonly principal: PersonPrincipal
}

export const holders: readonly Holder[] = postings.map(([role, kind, id, where]) => ({
  role,
  where,
  principal: {
    kind: 'person',
    chainId,
    person: {
      personId: `per_${role}_${kind}`,
      name: role,
      title: role,
      roles: [{ role, at: { kind, id } }],
    },
  },
}))

export const agentOfStoreA = {
  kind: 'agent',
  chainId,
  regionId: 'us',
  agentId: 'agt_a',
  storeIds: ['str_a'],
} as const
