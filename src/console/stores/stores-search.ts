/** What the address of the stores page holds: filters and order. */
const storeOrders = [
  'name',
  'pointOfSale',
  'agent',
  'sales',
  'refunds',
  'approvals',
  'outbox',
  'deadLetters',
] as const
export type StoreOrder = (typeof storeOrders)[number]

export interface StoresSearch {
  readonly regionId?: string
  readonly districtId?: string
  readonly sort?: StoreOrder
  readonly descending?: true
}

export function storesSearch(search: Record<string, unknown>): StoresSearch {
  const { regionId, districtId } = search
  const sort = storeOrders.find((order) => order === search.sort)
  return {
    ...(typeof regionId === 'string' && regionId !== '' && { regionId }),
    ...(typeof districtId === 'string' && districtId !== '' && { districtId }),
    ...(sort && { sort }),
    ...(search.descending === true && { descending: true as const }),
  }
}
