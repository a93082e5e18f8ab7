/** Stock on hand and what products are, as last told; older news never overwrites newer. */
import { sql } from 'kysely'
import type { Tx } from '../../base/postgres.ts'
import type { EventOf } from '../../retail/event.ts'

type StockEvent = EventOf<'inventory.changed'>
type ProductEvent = EventOf<'product.changed'>

export async function projectStock(tx: Tx, events: readonly StockEvent[]): Promise<void> {
  if (events.length === 0) return
  const rows = events.map(({ chainId, storeId, occurredAt, data }) => ({
    chain_id: chainId,
    store_id: storeId,
    sku: data.sku,
    on_hand: data.onHand,
    may_be_delivery: data.cause === 'received' || data.cause === 'unknown',
    occurred_at: occurredAt,
  }))
  const { rows: risen } = await sql<{ store_id: string; sku: string; risen: string }>`
    with told as (
      select distinct on (chain_id, store_id, sku) *
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(chain_id text, store_id text,
        sku text, on_hand numeric, occurred_at timestamptz, may_be_delivery boolean)
      order by chain_id, store_id, sku, occurred_at desc
    ), before as (
      select told.store_id, told.sku, stock.on_hand, told.may_be_delivery
      from told join stock using (chain_id, store_id, sku)
    ), saved as (
      insert into stock as s select chain_id, store_id, sku, on_hand, occurred_at from told
      on conflict (chain_id, store_id, sku) do update
        set on_hand = excluded.on_hand, occurred_at = excluded.occurred_at
        where s.occurred_at <= excluded.occurred_at
      returning store_id, sku, on_hand
    )
    select saved.store_id, saved.sku, saved.on_hand - before.on_hand as risen
    from saved join before using (store_id, sku) 
    where saved.on_hand > before.on_hand and before.may_be_delivery`.execute(tx)
  for (const { store_id, sku, risen: units } of risen)
    await receive(tx, store_id, sku, Number(units))
}

/** Stock that rose is taken for the oldest open orders having arrived: vendors do not tell causes. */
async function receive(tx: Tx, storeId: string, sku: string, units: number): Promise<void> {
  const { rows } = await sql<{ chain_id: string; proposal_id: string; units: string }>`
    select chain_id, proposal_id, units from on_order
    where store_id = ${storeId} and sku = ${sku}
      and chain_id = (select current_setting('tillway.chain', true))
    order by ordered_at for update`.execute(tx)
  let left = units
  for (const order of rows) {
    if (left <= 0) return
    const open = Number(order.units)
    if (left >= open)
      await sql`delete from on_order where chain_id = ${order.chain_id}
        and proposal_id = ${order.proposal_id} and sku = ${sku}`.execute(tx)
    else
      await sql`update on_order set units = units - ${left} where chain_id = ${order.chain_id}
        and proposal_id = ${order.proposal_id} and sku = ${sku}`.execute(tx)
    left -= open
  }
}

export async function projectProducts(tx: Tx, events: readonly ProductEvent[]): Promise<void> {
  if (events.length === 0) return
  const rows = events.map(({ chainId, storeId, occurredAt, data }) => ({
    chain_id: chainId,
    store_id: storeId,
    sku: data.sku,
    name: data.name,
    currency: data.currency,
    price_minor: data.priceMinor,
    cost_minor: data.costMinor,
    category: data.category,
    is_active: data.isActive,
    occurred_at: occurredAt,
  }))
  await sql`
    insert into product as p (chain_id, store_id, sku, name, currency, price_minor, cost_minor,
      category, is_active, occurred_at)
    select distinct on (chain_id, store_id, sku) chain_id, store_id, sku, name, currency,
      price_minor, cost_minor, category, is_active, occurred_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(chain_id text, store_id text,
      sku text, name text, currency text, price_minor bigint, cost_minor bigint, category text,
      is_active boolean, occurred_at timestamptz)
    order by chain_id, store_id, sku, occurred_at desc
    on conflict (chain_id, store_id, sku) do update
      set name = excluded.name, currency = excluded.currency,
        price_minor = coalesce(excluded.price_minor, p.price_minor),
        cost_minor = coalesce(excluded.cost_minor, p.cost_minor),
        category = coalesce(excluded.category, p.category), is_active = excluded.is_active,
        occurred_at = excluded.occurred_at
      where p.occurred_at <= excluded.occurred_at`.execute(tx)
}
