/** Demand, orders and products behind a reorder, for all shelves of a delivery in one query each. */
import { sql } from 'kysely'
import type { Tx } from '../../base/postgres.ts'
import type { Instant } from '../../base/time.ts'
import type { Facts } from '../../workflows/facts.ts'
import type { Organisation } from '../organisation/organisation.ts'
import { businessDayOf } from './business-day.ts'
import { coalesced } from './coalesced.ts'
import type { StoreFigures } from './store-figures.ts'

const msPerDay = 24 * 3600_000
/** An order not seen to arrive after this long is no longer counted on. */
const orderAgeDaysMax = 14

interface Shelf {
  readonly storeId: string
  readonly sku: string
}
type ProductRow = {
  n: number
  name: string
  currency: string
  cost_minor: number | null
  price_minor: number | null
}

export function createReorderFacts(
  tx: Tx,
  chainId: string,
  organisation: Organisation,
  figures: StoreFigures,
): Pick<Facts, 'historyDays' | 'dailyUnits' | 'storeMeanUnits' | 'onOrderUnits' | 'product'> {
  const dayOf = (storeId: string, at: Instant) => businessDayOf(organisation.store(storeId), at)

  async function historyDays(storeId: string, until: Instant): Promise<number> {
    const { firstDay } = await figures(storeId)
    if (firstDay === undefined) return 0
    const ms = Date.parse(dayOf(storeId, until)) - Date.parse(firstDay)
    return Math.max(0, Math.round(ms / msPerDay))
  }

  const soldOn = coalesced((shelves: readonly (Shelf & { from: string; until: string })[]) =>
    readUnits(tx, chainId, shelves),
  )
  const ordered = coalesced((shelves: readonly (Shelf & { at: Instant })[]) =>
    readOrdered(tx, chainId, shelves),
  )
  const products = coalesced((shelves: readonly (Shelf & { currency: string })[]) =>
    readProducts(tx, chainId, shelves),
  )

  return {
    historyDays,
    async dailyUnits(storeId, sku, until, days) {
      const count = Math.min(await historyDays(storeId, until), days)
      const untilMs = Date.parse(dayOf(storeId, until))
      const day = (back: number) => new Date(untilMs - back * msPerDay).toISOString().slice(0, 10)
      if (count === 0) return []
      const sold = await soldOn({ storeId, sku, from: day(count), until: day(1) })
      return Array.from({ length: count }, (_, index) => sold.get(day(count - index)) ?? 0)
    },
    async storeMeanUnits(storeId, until) {
      const { unitsSold, skusCount } = await figures(storeId)
      const days = Math.max(1, await historyDays(storeId, until))
      return unitsSold / days / Math.max(1, skusCount)
    },
    onOrderUnits: (storeId, sku, at) => ordered({ storeId, sku, at }),
    async product(storeId, sku) {
      const { currency } = organisation.store(storeId)
      const row = await products({ storeId, sku, currency })
      const costMinor = row?.cost_minor ?? row?.price_minor
      if (row === undefined || costMinor == null) return undefined
      return { name: row.name, currency: row.currency, costMinor }
    },
  }
}

/** Units by business day, days without sales left out, for each shelf in its place. */
async function readUnits(
  tx: Tx,
  chainId: string,
  shelves: readonly (Shelf & { from: string; until: string })[],
): Promise<ReadonlyMap<string, number>[]> {
  const { rows } = await sql<{ n: number; business_day: string; units: number }>`
    select a.n::int as n, d.business_day, d.units::float8 as units
    from unnest(${column(shelves, 'storeId')}::text[], ${column(shelves, 'sku')}::text[],
        ${column(shelves, 'from')}::date[], ${column(shelves, 'until')}::date[])
      with ordinality as a(store_id, sku, first, last, n)
    join sku_day d on d.chain_id = ${chainId} and d.store_id = a.store_id and d.sku = a.sku
      and d.business_day between a.first and a.last`.execute(tx)
  const found = shelves.map(() => new Map<string, number>())
  for (const { n, business_day, units } of rows) found[n - 1]?.set(business_day, units)
  return found
}

async function readOrdered(
  tx: Tx,
  chainId: string,
  shelves: readonly (Shelf & { at: Instant })[],
): Promise<number[]> {
  const { rows } = await sql<{ n: number; units: number }>`
    select a.n::int as n, sum(o.units)::float8 as units
    from unnest(${column(shelves, 'storeId')}::text[], ${column(shelves, 'sku')}::text[],
        ${column(shelves, 'at')}::timestamptz[])
      with ordinality as a(store_id, sku, at, n)
    join on_order o on o.chain_id = ${chainId} and o.store_id = a.store_id and o.sku = a.sku
      and o.ordered_at > a.at - make_interval(days => ${orderAgeDaysMax})
    group by a.n`.execute(tx)
  const units = new Map(rows.map((row) => [row.n, row.units]))
  return shelves.map((_, index) => units.get(index + 1) ?? 0)
}

/** Some vendors tell of a product once for all stores of an account: another store's will do. */
async function readProducts(
  tx: Tx,
  chainId: string,
  shelves: readonly (Shelf & { currency: string })[],
): Promise<(ProductRow | undefined)[]> {
  const { rows } = await sql<ProductRow>`
    select a.n::int as n, p.name, p.currency, p.cost_minor, p.price_minor
    from unnest(${column(shelves, 'storeId')}::text[], ${column(shelves, 'sku')}::text[],
        ${column(shelves, 'currency')}::text[])
      with ordinality as a(store_id, sku, currency, n)
    cross join lateral (
      select name, currency, cost_minor, price_minor from product
      where chain_id = ${chainId} and sku = a.sku and currency = a.currency and is_active
      order by store_id = a.store_id desc, occurred_at desc limit 1
    ) as p`.execute(tx)
  const found = new Map(rows.map((row) => [row.n, row]))
  return shelves.map((_, index) => found.get(index + 1))
}

function column<Row, Key extends keyof Row>(rows: readonly Row[], key: Key): Row[Key][] {
  return rows.map((row) => row[key])
}
