/** Orders of Square, one or a page of them, to events. */
import type { DraftEvent, Lookup, Translation } from '../connector.ts'
import { resolveOrders } from './known.ts'
import { refundEvent } from './refund.ts'
import type { Order } from './resources.ts'
import { type PaymentHints, saleEvent, voidEvent, whyUnfinished } from './sale.ts'
import type { SquareApi } from './settings.ts'
import { findStore } from './stores.ts'

export interface OrderSeen {
  readonly order: Order
  readonly hints: PaymentHints
}

/** Orders that Square has not finished become lookups, so that a sweep loses none of them. */
export async function translateOrders(
  seen: readonly OrderSeen[],
  context: SquareApi,
): Promise<Translation> {
  const known = await resolveOrders(
    seen.map(({ order }) => order),
    context,
  )
  const events: DraftEvent[] = []
  const lookups: Lookup[] = []
  for (const { order, hints } of seen) {
    const store = findStore(context.connection, order.location_id)
    if (store === undefined) continue
    if (order.state === 'CANCELED') {
      events.push(voidEvent(order, store, hints, context))
      continue
    }
    if (whyUnfinished(order) !== undefined) {
      lookups.push({ kind: 'sale', externalId: order.id, hints: { ...hints } })
      continue
    }
    if ((order.line_items?.length ?? 0) > 0)
      events.push(saleEvent(order, store, hints, known, context))
    // An even exchange gives no money back, so no refund will ever tell of the goods.
    if (order.returns !== undefined && (order.refunds?.length ?? 0) === 0) {
      const facts = { order, refunds: [], paid: [], source: undefined }
      events.push(refundEvent(facts, store, known, context))
    }
  }
  return { events, lookups, references: known.references }
}
