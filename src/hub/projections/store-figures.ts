/** Figures of whole stores that move slowly: read every few seconds, not for every event. */
import { sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { Tx } from '../../base/postgres.ts'
import { coalesced } from './coalesced.ts'

export interface StoreFigure {
  /** Of the first sale; `undefined` while there is none. */
  readonly firstDay: string | undefined
  readonly meanSaleMinor: number
  readonly unitsSold: number
  readonly skusCount: number
}

/** Of one transaction. */
export type StoreFigures = (storeId: string) => Promise<StoreFigure>

const freshMs = 5_000
const storesMax = 50_000

export function createStoreFigures(chainId: string): (tx: Tx) => StoreFigures {
  const known = new LRUCache<string, StoreFigure>({ max: storesMax, ttl: freshMs })
  return (tx) => {
    const load = coalesced(async (storeIds: readonly string[]) => {
      const found = await read(tx, chainId, [...new Set(storeIds)])
      return storeIds.map((storeId) => found.get(storeId) ?? none)
    })
    return async (storeId) => {
      const figure = known.get(storeId) ?? (await load(storeId))
      if (!known.has(storeId)) known.set(storeId, figure)
      return figure
    }
  }
}

const none: StoreFigure = { firstDay: undefined, meanSaleMinor: 0, unitsSold: 0, skusCount: 0 }

async function read(
  tx: Tx,
  chainId: string,
  storeIds: readonly string[],
): Promise<ReadonlyMap<string, StoreFigure>> {
  const { rows } = await sql<{
    store_id: string
    first_day: string | null
    mean_sale: number | null
    units: number
    skus: number
  }>`
    select store_id, first_day, (sales_minor / nullif(sales_count, 0))::bigint as mean_sale,
      units::float8 as units,
      (select count(*) from stock s
        where s.chain_id = ${chainId} and s.store_id = t.store_id) as skus
    from store_total t
    where chain_id = ${chainId} and store_id = any(${[...storeIds]}::text[])`.execute(tx)
  return new Map(
    rows.map(({ store_id, first_day, mean_sale, units, skus }) => [
      store_id,
      {
        firstDay: first_day ?? undefined,
        meanSaleMinor: mean_sale ?? 0,
        unitsSold: units,
        skusCount: skus,
      },
    ]),
  )
}
