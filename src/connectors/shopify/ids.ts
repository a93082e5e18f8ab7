/**
 * Shopify's ids: GraphQL says `gid://shopify/Order/123`, webhooks say 123 and the same gid beside
 * it. We keep the number as text, taken from the gid, since it may be past what a double holds.
 */
import { Fault } from '../../base/fault.ts'
import type { ConnectedStore, Connection } from '../connector.ts'

/** `gid://shopify/InventoryLevel/1?inventory_item_id=2` gives 1. */
export function numberOf(gid: string): string {
  const tail = gid.slice(gid.lastIndexOf('/') + 1)
  const query = tail.indexOf('?')
  return query === -1 ? tail : tail.slice(0, query)
}

export function gid(type: string, externalId: string): string {
  return `gid://shopify/${type}/${externalId}`
}

/** @throws Fault store_unknown */
export function storeOf(connection: Connection, locationId: string, field: string): ConnectedStore {
  for (const store of connection.stores) if (store.externalId === locationId) return store
  throw new Fault('store_unknown', { field, externalId: locationId })
}

export function registerIdOf(
  store: ConnectedStore,
  deviceId: string | number | null | undefined,
): { registerId: string } | undefined {
  if (deviceId === null || deviceId === undefined) return undefined
  const registerId = store.registers[String(deviceId)]
  return registerId === undefined ? undefined : { registerId }
}
