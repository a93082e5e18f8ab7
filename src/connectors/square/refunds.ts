/** Refunds of Square, one or a page of them, joined with their orders, to events. */
import { z } from 'zod'
import type { DraftEvent, Translation } from '../connector.ts'
import { ask, get, search } from './calls.ts'
import { resolveOrders } from './known.ts'
import { refundEvent, sourceOrderId } from './refund.ts'
import { maybe, Order, PaymentRefund } from './resources.ts'
import type { SquareApi } from './settings.ts'
import { findStore } from './stores.ts'

const Orders = z.looseObject({ orders: maybe(z.array(Order)) })
const RefundAnswer = z.looseObject({ refund: PaymentRefund })

/** Square's own limit of one batch. */
const ordersMax = 100

export async function retrieveOrders(
  ids: readonly (string | undefined)[],
  context: SquareApi,
): Promise<Map<string, Order>> {
  const wanted = [...new Set(ids.filter((id) => id !== undefined))]
  const found = new Map<string, Order>()
  for (let start = 0; start < wanted.length; start += ordersMax) {
    const order_ids = wanted.slice(start, start + ordersMax)
    const request = search('/v2/orders/batch-retrieve', { order_ids })
    const { orders = [] } = await ask(context.api, request, Orders)
    for (const order of orders) found.set(order.id, order)
  }
  return found
}

/** `unfinished`: refunds whose return Square has not finished, by id; to be looked up again. */
export async function translateRefunds(
  seen: readonly PaymentRefund[],
  context: SquareApi,
): Promise<{ translation: Translation; unfinished: string[] }> {
  const orders = await retrieveOrders(
    seen.map(({ order_id }) => order_id),
    context,
  )
  const sources = await retrieveOrders([...orders.values()].map(sourceOrderId), context)
  const known = await resolveOrders([...orders.values(), ...sources.values()], context)
  const events: DraftEvent[] = []
  const unfinished: string[] = []
  for (const group of grouped(seen)) {
    const [first] = group
    if (first === undefined) continue
    const order = first.order_id === undefined ? undefined : orders.get(first.order_id)
    const store = findStore(context.connection, order?.location_id ?? first.location_id)
    if (store === undefined) continue
    const refunds = await allOf(order, group, context)
    const isOpen = first.order_id !== undefined && order?.state !== 'COMPLETED'
    if (isOpen || refunds === undefined) {
      unfinished.push(first.id)
      continue
    }
    const source = sources.get(sourceOrderId(order) ?? '')
    const facts = { order, refunds, paid: source?.tenders ?? [], source }
    events.push(refundEvent(facts, store, known, context))
  }
  return { translation: { events, lookups: [], references: known.references }, unfinished }
}

/** Refunds of one return belong together. */
function grouped(refunds: readonly PaymentRefund[]): PaymentRefund[][] {
  const groups = Map.groupBy(refunds, ({ id, order_id }) => order_id ?? id)
  return [...groups.values()]
}

/** Every completed refund of the return; nothing while one of them is still under way. */
async function allOf(
  order: Order | undefined,
  inHand: readonly PaymentRefund[],
  context: SquareApi,
): Promise<PaymentRefund[] | undefined> {
  const refunds = [...inHand]
  for (const { id } of order?.refunds ?? []) {
    if (refunds.some((refund) => refund.id === id)) continue
    const path = `/v2/refunds/${encodeURIComponent(id)}`
    refunds.push((await ask(context.api, get(path), RefundAnswer)).refund)
  }
  if (refunds.some(({ status }) => status === 'PENDING')) return undefined
  const listed = order?.refunds?.map(({ id }) => id) ?? []
  return refunds
    .filter(({ status }) => status === 'COMPLETED')
    .sort((a, b) => listed.indexOf(a.id) - listed.indexOf(b.id))
}
