/** One open merchant: what the simulator gave, and where its objects are kept. */
import type { DocumentStore } from '../../document-store.ts'
import type { SimulatedAccount, SimulatedStore } from '../../till.ts'
import { idFrom, type Json, money, type SquareMoney } from './wire.ts'

export interface Account {
  /** Renewed when the simulator opens the account again. */
  facts: SimulatedAccount
  readonly documents: DocumentStore
  readonly nowMs: () => number
  /** Tells the merchant's subscription; `object` as Square nests it under `data`. */
  tell(
    type: string,
    data: { type: string; id: string; object?: Json; deleted?: true },
    atMs: number,
  ): void
  /** Orders whose first reading comes before Square has written their lines. */
  readonly late: Set<string>
}

const collections = (accountId: string) => {
  const under = (name: string) => `square/${accountId}/${name}`
  return {
    orders: under('orders'),
    payments: (locationId: string) => under(`payments/${locationId}`),
    refunds: under('refunds'),
    items: under('items'),
    counts: under('counts'),
    customers: under('customers'),
    team: under('team'),
    timecards: under('timecards'),
    openTimecards: under('open_timecards'),
    drawers: (locationId: string) => under(`drawers/${locationId}`),
    drawerEvents: (shiftId: string) => under(`drawer_events/${shiftId}`),
    openDrawers: under('open_drawers'),
    definitions: under('attribute_definitions'),
    attributes: under('attributes'),
    idempotency: under('idempotency'),
    webhooks: under('webhooks'),
  }
}

export const of = (account: Account) => collections(account.facts.accountId)

export function amount(account: Account, minor: number): SquareMoney {
  return money(minor, account.facts.currency)
}

export function locationOf(account: Account, externalId: string): SimulatedStore {
  const store = account.facts.stores.find((candidate) => candidate.externalId === externalId)
  if (store === undefined) throw new RangeError(`${externalId} is no location of the account`)
  return store
}

const variationIds = new WeakMap<Account, Map<string, string>>()

export const ids = {
  item: (account: Account, sku: string) =>
    idFrom(account.facts.accountId, 'item', sku).toUpperCase(),
  /** Kept once made, as every line of every sale asks for it. */
  variation(account: Account, sku: string): string {
    const known = variationIds.get(account) ?? new Map<string, string>()
    variationIds.set(account, known)
    const id = known.get(sku) ?? idFrom(account.facts.accountId, 'variation', sku).toUpperCase()
    if (known.size < 100_000) known.set(sku, id)
    return id
  },
  customer: (account: Account, key: string) =>
    idFrom(account.facts.accountId, 'customer', key).toUpperCase(),
}
