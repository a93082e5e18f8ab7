/** Answers what workflows ask about the past, from the projections, within one transaction. */
import { sql } from 'kysely'
import type { Tx } from '../../base/postgres.ts'
import type { Facts } from '../../workflows/facts.ts'
import type { Organisation } from '../organisation/organisation.ts'
import { businessDayOf } from './business-day.ts'

const msPerDay = 24 * 3600_000
/** An order not seen to arrive after this long is no longer counted on. */
const orderAgeDaysMax = 14

export function createFacts(tx: Tx, chainId: string, organisation: Organisation): Facts {
  /** Asked once for each store of a delivery, which often holds many events of few stores. */
  const firstDays = memoised(async (storeId: string) => {
    const { rows } = await sql<{ first_day: string | null }>`
      select first_day from store_total where chain_id = ${chainId}
        and store_id = ${storeId}`.execute(tx)
    return rows[0]?.first_day
  })

  return {
    async sale(saleId) {
      const { rows } = await sql<{
        store_id: string
        occurred_at: string
        total_minor: number
        skus: string[]
        returned_lines: number
      }>`select store_id, occurred_at, total_minor, skus, returned_lines from sale
        where chain_id = ${chainId} and sale_id = ${saleId} and total_minor is not null
          and not is_voided`.execute(tx)
      const row = rows[0]
      if (row === undefined) return undefined
      return {
        saleId,
        storeId: row.store_id,
        occurredAt: row.occurred_at,
        totalMinor: row.total_minor,
        skus: row.skus,
        returnedLinesCount: row.returned_lines,
      }
    },

    async customerHistory(customer, since) {
      const { rows } = await sql<{ returns: number; purchases: number }>`select
        (select count(*) from refund where chain_id = ${chainId} and customer = ${customer}
          and occurred_at >= ${since}) as returns,
        (select count(*) from sale where chain_id = ${chainId} and customer = ${customer}
          and occurred_at >= ${since} and not is_voided) as purchases`.execute(tx)
      return { returnsCount: rows[0]?.returns ?? 0, purchasesCount: rows[0]?.purchases ?? 0 }
    },

    async employeeReturns(storeId, employeeId, since) {
      const { rows } = await sql<{ own: number; peers: number; others: number }>`select
        count(*) filter (where employee_id = ${employeeId}) as own,
        count(distinct employee_id) filter (where employee_id <> ${employeeId}) as peers,
        count(*) filter (where employee_id <> ${employeeId}) as others
        from refund where chain_id = ${chainId} and store_id = ${storeId}
          and occurred_at >= ${since}`.execute(tx)
      const { own = 0, peers = 0, others = 0 } = rows[0] ?? {}
      return { own, peersMean: peers === 0 ? own : others / peers }
    },

    async typicalSaleMinor(storeId) {
      const { rows } = await sql<{ mean: number | null }>`
        select (sales_minor / nullif(sales_count, 0))::bigint as mean from store_total
        where chain_id = ${chainId} and store_id = ${storeId}`.execute(tx)
      return rows[0]?.mean ?? 0
    },

    async historyDays(storeId, until) {
      const firstDay = await firstDays.get(storeId)
      if (firstDay == null) return 0
      const day = businessDayOf(organisation.store(storeId), until)
      return Math.max(0, Math.round((Date.parse(day) - Date.parse(firstDay)) / msPerDay))
    },

    async dailyUnits(storeId, sku, until, days) {
      const day = businessDayOf(organisation.store(storeId), until)
      const { rows } = await sql<{ units: number }>`
        with span as (
          select greatest(${day}::date - ${days}::int, (select first_day from store_total
            where chain_id = ${chainId} and store_id = ${storeId})) as first
        )
        select coalesce(units, 0)::float8 as units
        from span, generate_series(first, ${day}::date - 1, interval '1 day') as d(day)
        left join sku_day on chain_id = ${chainId} and store_id = ${storeId} and sku = ${sku}
          and business_day = d.day::date
        order by d.day`.execute(tx)
      return rows.map(({ units }) => units)
    },

    async storeMeanUnits(storeId, until) {
      const day = businessDayOf(organisation.store(storeId), until)
      const { rows } = await sql<{ mean: number | null }>`
        select units::float8 / greatest(${day}::date - first_day, 1)
          / greatest((select count(*) from stock where chain_id = ${chainId}
              and store_id = ${storeId}), 1) as mean
        from store_total where chain_id = ${chainId} and store_id = ${storeId}`.execute(tx)
      return rows[0]?.mean ?? 0
    },

    async onOrderUnits(storeId, sku, at) {
      const { rows } = await sql<{ units: number }>`
        select coalesce(sum(units), 0)::float8 as units from on_order
        where chain_id = ${chainId} and store_id = ${storeId} and sku = ${sku}
          and ordered_at > ${at}::timestamptz - make_interval(days => ${orderAgeDaysMax})`.execute(
        tx,
      )
      return rows[0]?.units ?? 0
    },

    // Some vendors tell of a product once for all stores of an account: another store's will do.
    async product(storeId, sku) {
      const { rows } = await sql<{
        name: string
        currency: string
        cost_minor: number | null
        price_minor: number | null
      }>`select name, currency, cost_minor, price_minor from product
        where chain_id = ${chainId} and sku = ${sku} and is_active
          and currency = ${organisation.store(storeId).currency}
        order by store_id = ${storeId} desc, occurred_at desc limit 1`.execute(tx)
      const row = rows[0]
      const costMinor = row?.cost_minor ?? row?.price_minor
      if (row === undefined || costMinor == null) return undefined
      return { name: row.name, currency: row.currency, costMinor }
    },
  }
}

function memoised<Value>(load: (key: string) => Promise<Value>) {
  const known = new Map<string, Promise<Value>>()
  return {
    get(key: string): Promise<Value> {
      const value = known.get(key) ?? load(key)
      known.set(key, value)
      return value
    },
  }
}
