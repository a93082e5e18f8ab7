/** Pages of vendor objects, told as events. */
import type { ConnectedStore, DraftEvent, Lookup, Translation } from '../connector.ts'
import { itemEvents } from './catalogue.ts'
import type { Credit, Item, Order, Refund, Shift } from './payloads.ts'
import { shiftEvents } from './people.ts'
import { creditEvent, refundEvent, stateOfCredit, stateOfRefund } from './refund.ts'
import { createResolver } from './resolver.ts'
import { saleEvents } from './sale.ts'
import type { CloverContext } from './settings.ts'

export function joined(parts: readonly Translation[]): Translation {
  return {
    events: parts.flatMap(({ events }) => events),
    lookups: parts.flatMap(({ lookups }) => lookups),
    references: parts.flatMap(({ references }) => references),
  }
}

export function eventsOnly(events: readonly DraftEvent[]): Translation {
  return { events, lookups: [], references: [] }
}

export function tellItems(
  items: readonly Item[],
  store: ConnectedStore,
  context: CloverContext,
  seenAtMs: number,
): Translation {
  return joined(items.map((item) => itemEvents(item, store, context, seenAtMs)))
}

export function tellShifts(
  shifts: readonly Shift[],
  store: ConnectedStore,
  context: CloverContext,
): Translation {
  return eventsOnly(shifts.flatMap((shift) => shiftEvents(shift, store, context)))
}

/**
 * Unpaid orders are passed over: being paid changes them, and then they are listed again. Refunds
 * have a feed of their own.
 */
export async function tellOrders(
  orders: readonly Order[],
  store: ConnectedStore,
  context: CloverContext,
): Promise<Translation> {
  const resolver = createResolver(context, store.externalId)
  const events: DraftEvent[] = []
  for (const order of orders)
    events.push(...((await saleEvents(order, store, context, resolver)) ?? []))
  return { events, lookups: [], references: resolver.references }
}

export async function tellRefunds(
  refunds: readonly Refund[],
  store: ConnectedStore,
  context: CloverContext,
): Promise<Translation> {
  const resolver = createResolver(context, store.externalId)
  const events: DraftEvent[] = []
  const lookups: Lookup[] = []
  for (const refund of refunds) {
    const state = stateOfRefund(refund)
    if (state === 'done') events.push(await refundEvent(refund, store, context, resolver))
    if (state === 'pending') lookups.push(refundLookup(refund.id, store.externalId))
  }
  return { events, lookups, references: resolver.references }
}

export async function tellCredits(
  credits: readonly Credit[],
  store: ConnectedStore,
  context: CloverContext,
): Promise<Translation> {
  const resolver = createResolver(context, store.externalId)
  const events: DraftEvent[] = []
  for (const credit of credits)
    if (stateOfCredit(credit) === 'done')
      events.push(await creditEvent(credit, store, context, resolver))
  return { events, lookups: [], references: resolver.references }
}

function refundLookup(externalId: string, merchantId: string): Lookup {
  return { kind: 'refund', externalId, hints: { merchantId } }
}
