/** The organisation in memory: who belongs where, and how that looks to Cedar. */
import { Fault } from '../../base/fault.ts'
import type { Entity, EntityRef } from '../../governance/policy.ts'
import type { Chain, District, Register, Store } from '../../retail/organisation.ts'
import type { Persona } from '../views.ts'

export interface OrganisationData {
  readonly chain: Chain
  readonly districts: readonly District[]
  readonly stores: readonly Store[]
  readonly registers: readonly Register[]
  readonly people: readonly Persona[]
}

export interface Organisation {
  readonly chain: Chain
  readonly districts: readonly District[]
  readonly stores: readonly Store[]
  readonly registers: readonly Register[]
  readonly people: readonly Persona[]
  findStore(storeId: string): Store | undefined
  /** @throws Fault store_unknown */
  store(storeId: string): Store
  districtName(districtId: string): string
  person(personId: string): Persona | undefined
  /** The entity of a node and, as `others`, everything above it. */
  entityOf(node: EntityRef): { resource: Entity; others: readonly Entity[] }
}

export function createOrganisation(data: OrganisationData): Organisation {
  const stores = new Map(data.stores.map((store) => [store.storeId, store]))
  const districts = new Map(data.districts.map((district) => [district.districtId, district]))
  const people = new Map(data.people.map((person) => [person.personId, person]))
  const chain: Entity = { type: 'Chain', id: data.chain.chainId }
  const regionOf = (id: string): Entity => ({ type: 'Region', id, parents: [chain] })
  const districtOf = (id: string): Entity => ({
    type: 'District',
    id,
    parents: [{ type: 'Region', id: districts.get(id)?.regionId ?? '' }],
  })

  function entityOf({ type, id }: EntityRef): { resource: Entity; others: readonly Entity[] } {
    const store = type === 'Store' ? stores.get(id) : undefined
    if (store !== undefined) {
      const parents = [{ type: 'District', id: store.districtId }]
      return {
        resource: { type, id, parents },
        others: [districtOf(store.districtId), regionOf(store.regionId), chain],
      }
    }
    const district = type === 'District' ? districts.get(id) : undefined
    if (district !== undefined)
      return { resource: districtOf(id), others: [regionOf(district.regionId), chain] }
    if (type === 'Region') return { resource: regionOf(id), others: [chain] }
    if (type === 'Chain' && id === chain.id) return { resource: chain, others: [] }
    throw new Fault('not_found', { field: type.toLowerCase(), id })
  }

  return {
    ...data,
    findStore: (storeId) => stores.get(storeId),
    store(storeId) {
      const store = stores.get(storeId)
      if (store === undefined) throw new Fault('store_unknown', { field: 'storeId', storeId })
      return store
    },
    districtName: (districtId) => districts.get(districtId)?.name ?? districtId,
    person: (personId) => people.get(personId),
    entityOf,
  }
}
