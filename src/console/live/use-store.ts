/** Stores by id, for names, zones and currencies. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { StoreView } from '../../hub/views.ts'
import { storesQuery } from '../queries.ts'

export function useStoresById(): ReadonlyMap<string, StoreView> {
  const { data } = useQuery(storesQuery)
  return useMemo(() => new Map(data?.map((store) => [store.storeId, store])), [data])
}

export function useStore(storeId: string | undefined): StoreView | undefined {
  const stores = useStoresById()
  return storeId === undefined ? undefined : stores.get(storeId)
}
