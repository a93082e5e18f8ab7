/**
 * Sales, refunds and voids as rows, and their sums by store and hour. The consumer's position is
 * written in the same transaction, so each event adds once; a void may even come before its sale.
 */
import { sql } from 'kysely'
import type { Tx } from '../../base/postgres.ts'
import type { EventOf } from '../../retail/event.ts'
import type { Organisation } from '../organisation/organisation.ts'
import { businessDayOf, hourOf } from './business-day.ts'

type SaleEvent = EventOf<'sale.completed'>
type VoidEvent = EventOf<'sale.voided'>
type RefundEvent = EventOf<'refund.completed'>

export async function projectSales(
  tx: Tx,
  organisation: Organisation,
  events: readonly SaleEvent[],
): Promise<void> {
  if (events.length === 0) return
  const rows = events.map(({ chainId, storeId, occurredAt, data }) => ({
    chain_id: chainId,
    sale_id: data.saleId,
    store_id: storeId,
    occurred_at: occurredAt,
    customer: data.customer,
    employee_id: data.employeeId,
    currency: data.currency,
    total_minor: data.totalMinor,
    skus: data.lines.flatMap(({ sku }) => sku ?? []),
  }))
  const { rows: counted } = await sql<{ sale_id: string }>`
    insert into sale as s (chain_id, sale_id, store_id, occurred_at, customer, employee_id, currency,
      total_minor, skus)
    select chain_id, sale_id, store_id, occurred_at, customer, employee_id, currency, total_minor,
      coalesce(skus, '{}')
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(chain_id text, sale_id text,
      store_id text, occurred_at timestamptz, customer text, employee_id text, currency text,
      total_minor bigint, skus text[])
    on conflict (chain_id, sale_id) do update
      set occurred_at = excluded.occurred_at, customer = excluded.customer,
        employee_id = excluded.employee_id, currency = excluded.currency,
        total_minor = excluded.total_minor, skus = excluded.skus
      where s.total_minor is null
    returning sale_id`.execute(tx)
  // Rows that were already there, voided before they were told of, are not counted.
  const isNew = new Set(counted.map(({ sale_id }) => sale_id))
  const voided = await voidedAmong(tx, [...isNew])
  const valid = events.filter(({ data }) => isNew.has(data.saleId) && !voided.has(data.saleId))
  await addHours(
    tx,
    organisation,
    valid.map((event) => ({
      event,
      currency: event.data.currency,
      salesMinor: event.data.totalMinor,
      salesCount: 1,
    })),
  )
  await addUnits(tx, organisation, valid)
}

async function voidedAmong(tx: Tx, saleIds: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ sale_id: string }>`
    select sale_id from sale where sale_id = any(${saleIds}::text[]) and is_voided
      and chain_id = (select current_setting('tillway.chain', true))`.execute(tx)
  return new Set(rows.map(({ sale_id }) => sale_id))
}

export async function projectVoids(
  tx: Tx,
  organisation: Organisation,
  events: readonly VoidEvent[],
): Promise<void> {
  for (const event of events) {
    const { chainId, storeId, data } = event
    const { rows } = await sql<{
      total_minor: number | null
      occurred_at: string | null
      currency: string | null
    }>`
      insert into sale as s (chain_id, sale_id, store_id, is_voided)
      values (${chainId}, ${data.saleId}, ${storeId}, true)
      on conflict (chain_id, sale_id) do update set is_voided = true where not s.is_voided
      returning total_minor, occurred_at, currency`.execute(tx)
    const sale = rows[0]
    if (sale?.total_minor == null || sale.occurred_at === null || sale.currency === null) continue
    const undone = { event: { ...event, occurredAt: sale.occurred_at }, currency: sale.currency }
    await addHours(tx, organisation, [{ ...undone, salesMinor: -sale.total_minor, salesCount: -1 }])
  }
}

export async function projectRefunds(
  tx: Tx,
  organisation: Organisation,
  events: readonly RefundEvent[],
): Promise<void> {
  if (events.length === 0) return
  const rows = events.map(({ chainId, storeId, occurredAt, data }) => ({
    chain_id: chainId,
    store_id: storeId,
    refund_id: data.refundId,
    sale_id: data.saleId,
    occurred_at: occurredAt,
    customer: data.customer,
    employee_id: data.employeeId,
    currency: data.currency,
    total_minor: data.totalMinor,
    lines_count: data.lines.length,
  }))
  const { rows: counted } = await sql<{ refund_id: string; store_id: string }>`
    with told as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(chain_id text,
        store_id text, refund_id text, sale_id text, occurred_at timestamptz, customer text,
        employee_id text, currency text, total_minor bigint, lines_count int)
    ), added as (
      insert into refund (chain_id, store_id, refund_id, sale_id, occurred_at, customer, employee_id,
        currency, total_minor)
      select chain_id, store_id, refund_id, sale_id, occurred_at, coalesce(customer,
          (select customer from sale where sale.chain_id = told.chain_id and sale.sale_id = told.sale_id)),
        employee_id, currency, total_minor
      from told on conflict do nothing returning store_id, refund_id
    ), marked as (
      insert into sale as s (chain_id, sale_id, store_id, returned_lines)
      select chain_id, sale_id, min(store_id), sum(lines_count)
      from told join added using (store_id, refund_id) where sale_id is not null
      group by chain_id, sale_id
      on conflict (chain_id, sale_id) do update
        set returned_lines = s.returned_lines + excluded.returned_lines
    )
    select store_id, refund_id from added`.execute(tx)
  const isNew = new Set(counted.map(({ store_id, refund_id }) => `${store_id}/${refund_id}`))
  await addHours(
    tx,
    organisation,
    events
      .filter(({ storeId, data }) => isNew.has(`${storeId}/${data.refundId}`))
      .map((event) => ({
        event,
        currency: event.data.currency,
        refundsMinor: event.data.totalMinor,
        refundsCount: 1,
      })),
  )
}

interface Addition {
  readonly event: SaleEvent | VoidEvent | RefundEvent
  readonly currency: string
  readonly salesMinor?: number
  readonly refundsMinor?: number
  readonly salesCount?: number
  readonly refundsCount?: number
}

async function addHours(
  tx: Tx,
  organisation: Organisation,
  additions: readonly Addition[],
): Promise<void> {
  if (additions.length === 0) return
  const rows = additions.map(({ event, currency, ...sums }) => ({
    chain_id: event.chainId,
    store_id: event.storeId,
    hour: hourOf(event.occurredAt),
    business_day: businessDayOf(organisation.store(event.storeId), event.occurredAt),
    currency,
    sales_minor: sums.salesMinor ?? 0,
    refunds_minor: sums.refundsMinor ?? 0,
    sales_count: sums.salesCount ?? 0,
    refunds_count: sums.refundsCount ?? 0,
  }))
  await sql`
    insert into sales_hour as h
    select chain_id, store_id, hour, business_day, currency, sum(sales_minor), sum(refunds_minor),
      sum(sales_count), sum(refunds_count)
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(chain_id text, store_id text,
      hour timestamptz, business_day date, currency text, sales_minor bigint, refunds_minor bigint,
      sales_count int, refunds_count int)
    group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
    on conflict (chain_id, store_id, hour, business_day, currency) do update
      set sales_minor = h.sales_minor + excluded.sales_minor,
        refunds_minor = h.refunds_minor + excluded.refunds_minor,
        sales_count = h.sales_count + excluded.sales_count,
        refunds_count = h.refunds_count + excluded.refunds_count`.execute(tx)
}

/** Units by SKU and business day, and the store's totals behind means. */
async function addUnits(
  tx: Tx,
  organisation: Organisation,
  events: readonly SaleEvent[],
): Promise<void> {
  const rows = events.flatMap(({ chainId, storeId, occurredAt, data }) =>
    data.lines.flatMap(({ sku, quantity }) =>
      sku === undefined
        ? []
        : {
            chain_id: chainId,
            store_id: storeId,
            sku,
            business_day: businessDayOf(organisation.store(storeId), occurredAt),
            units: quantity,
          },
    ),
  )
  if (rows.length > 0)
    await sql`
      insert into sku_day as d
      select chain_id, store_id, sku, business_day, sum(units)
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(chain_id text, store_id text,
        sku text, business_day date, units numeric)
      group by 1, 2, 3, 4 order by 1, 2, 3, 4
      on conflict (chain_id, store_id, sku, business_day) do update
        set units = d.units + excluded.units`.execute(tx)
  const totals = events.map(({ chainId, storeId, occurredAt, data }) => ({
    chain_id: chainId,
    store_id: storeId,
    total_minor: data.totalMinor,
    day: businessDayOf(organisation.store(storeId), occurredAt),
    units: data.lines.reduce((sum, { quantity }) => sum + Number(quantity), 0),
  }))
  if (totals.length > 0)
    await sql`
      insert into store_total as t (chain_id, store_id, sales_minor, sales_count, units, first_day)
      select chain_id, store_id, sum(total_minor), count(*), sum(units), min(day)
      from jsonb_to_recordset(${JSON.stringify(totals)}::jsonb) as r(chain_id text, store_id text,
        total_minor bigint, day date, units numeric)
      group by 1, 2 order by 1, 2
      on conflict (chain_id, store_id) do update
        set sales_minor = t.sales_minor + excluded.sales_minor,
          sales_count = t.sales_count + excluded.sales_count,
          units = t.units + excluded.units,
          first_day = least(t.first_day, excluded.first_day)`.execute(tx)
}
