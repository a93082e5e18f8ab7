/** Figures of whole stores that move slowly: read every few seconds, not for every event. */
import { sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { Tx } from '../../base/postgres.ts'

export interface StoreFigure {
  /** Of the first sale; `undefined` while there is none. */
  readonly firstDay: string | undefined
  readonly meanSaleMinor: number
  readonly unitsSold: number
  readonly skusCount: number
}

export interface StoreFigures {
  of(tx: Tx, storeId: string): Promise<StoreFigure>
}

const freshMs = 5_000
const storesMax = 50_000

export function createStoreFigures(chainId: string): StoreFigures {
  const known = new LRUCache<string, StoreFigure>({ max: storesMax, ttl: freshMs })
  return {
    async of(tx, storeId) {
      const figure = known.get(storeId) ?? (await read(tx, chainId, storeId))
      if (!known.has(storeId)) known.set(storeId, figure)
      return figure
    },
  }
}

async function read(tx: Tx, chainId: string, storeId: string): Promise<StoreFigure> {
  const { rows } = await sql<{
    first_day: string | null
    mean_sale: number | null
    units: number
    skus: number
  }>`
    select first_day, (sales_minor / nullif(sales_count, 0))::bigint as mean_sale,
      units::float8 as units,
      (select count(*) from stock where chain_id = ${chainId} and store_id = ${storeId}) as skus
    from store_total where chain_id = ${chainId} and store_id = ${storeId}`.execute(tx)
  const row = rows[0]
  return {
    firstDay: row?.first_day ?? undefined,
    meanSaleMinor: row?.mean_sale ?? 0,
    unitsSold: row?.units ?? 0,
    skusCount: row?.skus ?? 0,
  }
}
