/**
 * An order with all that belongs to it. Clover expands three fields a call, so it takes three calls,
 * and the order may change between them; then it counts as unread.
 */

import { getList, getObject, type Listed, type Query } from './api.ts'
import { Order } from './payloads.ts'
import type { CloverContext } from './settings.ts'

const views = [
  'lineItems,lineItems.discounts,lineItems.modifications',
  'payments,payment.tender,payment.cardTransaction',
  'customers,refunds,discounts',
] as const
/** Needed only for an order that is not paid. */
const voidsView = 'voids'

export type OrderReading =
  | { readonly outcome: 'read'; readonly order: Order }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'changing' }

export async function readOrder(
  context: CloverContext,
  merchantId: string,
  orderId: string,
): Promise<OrderReading> {
  const read = (expand: string) =>
    getObject(context, merchantId, `/orders/${orderId}?expand=${encodeURIComponent(expand)}`, Order)
  const [goods, money, people] = await Promise.all(views.map(read))
  if (goods === undefined || money === undefined || people === undefined)
    return { outcome: 'unknown' }
  const undone = isPaid(goods) ? undefined : await read(voidsView)
  const order = merge(goods, money, people, undone)
  return order === undefined ? { outcome: 'changing' } : { outcome: 'read', order }
}

/**
 * A page of orders; those that changed meanwhile are left out, since a later page has them. What
 * belongs to a full page is not asked for: the caller will want less.
 */
export async function listOrders(
  context: CloverContext,
  merchantId: string,
  query: Query,
  takesFullPage: boolean,
): Promise<Listed<Order> & { readonly whole: readonly Order[] }> {
  const list = (expand: string) =>
    getList(context, merchantId, '/orders', { ...query, expand }, Order)
  const goods = await list(views[0])
  const { elements } = goods
  const isTooMuch = elements.length >= query.limit && !takesFullPage
  if (elements.length === 0 || isTooMuch) return { ...goods, whole: [] }
  const [money, people, undone] = await Promise.all([
    list(views[1]),
    list(views[2]),
    elements.every(isPaid) ? undefined : list(voidsView),
  ])
  const [moneyById, peopleById] = [byId(money.elements), byId(people.elements)]
  const undoneById = byId(undone?.elements ?? [])
  const whole = elements.flatMap((order) => {
    const { id } = order
    return merge(order, moneyById.get(id), peopleById.get(id), undoneById.get(id)) ?? []
  })
  return { ...goods, whole }
}

function byId(orders: readonly Order[]): ReadonlyMap<string, Order> {
  return new Map(orders.map((order) => [order.id, order]))
}

function merge(
  goods: Order,
  money: Order | undefined,
  people: Order | undefined,
  undone: Order | undefined,
): Order | undefined {
  if (money === undefined || people === undefined) return undefined
  for (const other of [money, people, undone])
    if (other !== undefined && other.modifiedTime !== goods.modifiedTime) return undefined
  return {
    ...goods,
    payments: money.payments,
    customers: people.customers,
    refunds: people.refunds,
    discounts: people.discounts,
    voids: undone?.voids,
  }
}

const paidStates: ReadonlySet<string | null | undefined> = new Set([
  'PAID',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
])

/** Paid in full once, whatever was given back since. */
export function isPaid(order: Order): boolean {
  return paidStates.has(order.paymentState)
}
