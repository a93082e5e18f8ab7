/** The emulated accounts and their rows. Every row has a version from one counter that only grows. */
import type { StoredDocument } from '../../document-store.ts'
import type { EmulatorDeps } from '../../emulator.ts'
import type { SimulatedAccount, SimulatedStore } from '../../till.ts'
import { lightspeedIds } from './ids.ts'

export type Collection =
  | 'outlets'
  | 'registers'
  | 'sessions'
  | 'users'
  | 'shifts'
  | 'open_shifts'
  | 'products'
  | 'inventory'
  | 'customers'
  | 'sales'
  | 'suppliers'
  | 'consignments'
  | `consignment_products/${string}`
  | 'webhooks'
  | 'remote_rules'
  | 'rules'
  | 'custom_fields'
  | 'custom_field_values'

export interface Account {
  readonly id: string
  readonly retailerId: string
  readonly simulated: SimulatedAccount
  readonly stores: ReadonlyMap<string, SimulatedStore>
}

export interface World {
  readonly deps: EmulatorDeps
  readonly accounts: Map<string, Account>
  /** Subscriptions by account and type, so that a sale does not look them up. */
  readonly hookUrls: Map<string, readonly string[]>
}

export type Row<Value> = StoredDocument<Value>

export function accountFrom(simulated: SimulatedAccount): Account {
  return {
    id: simulated.accountId,
    // Whoever opens the account may have told its connection already who the retailer is.
    retailerId: simulated.secrets.retailerId ?? lightspeedIds.retailer(simulated.accountId),
    simulated,
    stores: new Map(simulated.stores.map((store) => [store.externalId, store])),
  }
}

export function accountOf(world: World, accountId: string): Account {
  const account = world.accounts.get(accountId)
  if (account === undefined) throw new Error(`No Lightspeed account ${accountId} is open.`)
  return account
}

export function collectionOf(accountId: string, name: Collection): string {
  return `lightspeed/${accountId}/${name}`
}

export function put<Value extends object>(
  world: World,
  accountId: string,
  name: Collection,
  id: string,
  value: Value,
  atMs: number,
): Row<Value> {
  const version = world.deps.documents.put(collectionOf(accountId, name), id, value, atMs)
  return { id, version, modifiedMs: atMs, value }
}

export function get<Value>(
  world: World,
  accountId: string,
  name: Collection,
  id: string,
): Row<Value> | undefined {
  return world.deps.documents.get<Value>(collectionOf(accountId, name), id)
}

export function after<Value>(
  world: World,
  accountId: string,
  name: Collection,
  version: number,
  limit: number,
): Row<Value>[] {
  return world.deps.documents.after<Value>(collectionOf(accountId, name), version, limit)
}

/** All rows of a short collection. */
export function all<Value>(world: World, accountId: string, name: Collection): Row<Value>[] {
  return after<Value>(world, accountId, name, 0, 10_000)
}

/** `2026-11-20T15:00:00+00:00`, as the REST API writes dates. */
export function dated(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+00:00`
}

/** `2026-11-20 15:00:00`, one of the spellings in webhooks; UTC all the same. */
export function spaced(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
}

/** `2026-11-20T15:00:00Z`, another one. */
export function zulu(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
