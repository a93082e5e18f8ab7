/** An emulated shop: its account, what it sells, and where its documents are kept. */
import { hash } from 'node:crypto'
import type { EmulatorDeps } from '../../emulator.ts'
import type { SimulatedAccount, SimulatedProduct, SimulatedStore } from '../../till.ts'

export interface Shop {
  readonly deps: EmulatorDeps
  account: SimulatedAccount
  readonly products: Map<string, SimulatedProduct>
  readonly stores: Map<string, SimulatedStore>
  /** The next order's number is one more. */
  orderNumber: number
}

/** Ids of 13 digits, the same for the same key, as Shopify's are: numbers within a double. */
export function idOf(shop: Shop, kind: string, ...key: string[]): number {
  const digest = hash('sha256', [shop.account.accountId, kind, ...key].join('\n'), 'hex')
  return 1e12 + (Number.parseInt(digest.slice(0, 12), 16) % 8e12)
}

export function gid(type: string, id: number | string): string {
  return `gid://shopify/${type}/${id}`
}

export function collection(shop: Shop, name: string): string {
  return `shopify/${shop.account.accountId}/${name}`
}

export function storeOf(shop: Shop, externalId: string): SimulatedStore {
  const store = shop.stores.get(externalId)
  if (store === undefined) throw new RangeError(`shop ${shop.account.accountId}: no ${externalId}`)
  return store
}

/** When a change becomes visible: now, to the second, as Shopify keeps its times. */
export function changedMs(shop: Shop, atMs: number): number {
  return Math.floor(Math.max(atMs, shop.deps.nowMs()) / 1000) * 1000
}

let offsetHour = -1
let offsetZone = ''
let offsetText = ''
let offsetMs = 0

/** Webhooks write times with the offset of the shop: `2026-11-20T10:02:03-05:00`. */
export function shopTime(shop: Shop, ms: number): string {
  const timeZone = shop.account.stores[0]?.timeZone ?? 'UTC'
  const hour = Math.floor(ms / 3_600_000)
  if (hour !== offsetHour || timeZone !== offsetZone) {
    offsetHour = hour
    offsetZone = timeZone
    const zoned = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone)
    offsetText = zoned.offset
    offsetMs = zoned.offsetNanoseconds / 1e6
  }
  return new Date(ms + offsetMs).toISOString().slice(0, 19) + offsetText
}

/** GraphQL writes them in UTC. */
export function apiTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
