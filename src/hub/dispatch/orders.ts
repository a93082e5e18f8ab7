/** Units on order: counted from the proposal on, so that one shortage is not ordered twice. */
import { sql } from 'kysely'
import { PurchaseOrderDraft, placePurchaseOrder } from '../../actions/place-purchase-order.ts'
import type { Tx } from '../../base/postgres.ts'
import type { Order } from './issue.ts'

export async function trackOrder(
  tx: Tx,
  { proposalId, origin, action, input }: Omit<Order, 'action'> & { action: { name: string } },
): Promise<void> {
  if (action.name !== placePurchaseOrder.name) return
  for (const { sku, quantity } of PurchaseOrderDraft.parse(input).lines)
    await sql`
      insert into on_order (chain_id, proposal_id, store_id, sku, units, ordered_at)
      values (${origin.chainId}, ${proposalId}, ${origin.storeId}, ${sku}, ${quantity},
        ${origin.occurredAt})
      on conflict do nothing`.execute(tx)
}

/** Refused, expired or failed: what was not ordered may be proposed again. */
export async function forgetOrder(tx: Tx, chainId: string, proposalId: string): Promise<void> {
  await sql`delete from on_order where chain_id = ${chainId} and proposal_id = ${proposalId}`.execute(
    tx,
  )
}
