/** Units on order: counted from the proposal on, so that one shortage is not ordered twice. */
import { sql } from 'kysely'
import { PurchaseOrderDraft, placePurchaseOrder } from '../../actions/place-purchase-order.ts'
import { sendAhead, type Tx } from '../../base/postgres.ts'
import type { Order } from './issue.ts'

export async function trackOrders(tx: Tx, orders: readonly Order[]): Promise<void> {
  const lines = orders
    .filter(({ action }) => action.name === placePurchaseOrder.name)
    .flatMap(({ proposalId, origin, input }) =>
      PurchaseOrderDraft.parse(input).lines.map(({ sku, quantity }) => ({
        chain_id: origin.chainId,
        proposal_id: proposalId,
        store_id: origin.storeId,
        sku,
        units: quantity,
        ordered_at: origin.occurredAt,
      })),
    )
  if (lines.length === 0) return
  await sendAhead(
    tx,
    sql`
    insert into on_order
    select * from jsonb_populate_recordset(null::on_order, ${JSON.stringify(lines)}::jsonb)
    on conflict do nothing`,
  )
}

/** Refused, expired or failed: what was not ordered may be proposed again. */
export async function forgetOrder(tx: Tx, chainId: string, proposalId: string): Promise<void> {
  await sql`delete from on_order where chain_id = ${chainId} and proposal_id = ${proposalId}`.execute(
    tx,
  )
}
