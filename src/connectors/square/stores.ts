/** Which of our stores Square's locations are, and which of our registers its devices. */
import { Fault } from '../../base/fault.ts'
import type { ConnectedStore } from '../connector.ts'
import type { SquareConnection } from './settings.ts'

export function findStore(
  connection: SquareConnection,
  locationId: string | undefined,
): ConnectedStore | undefined {
  return connection.stores.find((store) => store.externalId === locationId)
}

/** @throws Fault store_unknown naming `field` */
export function storeOf(
  connection: SquareConnection,
  locationId: string,
  field: string,
): ConnectedStore {
  const store = findStore(connection, locationId)
  if (store === undefined) throw new Fault('store_unknown', { field, locationId })
  return store
}

/** Customers belong to the merchant, not to a location: their changes are told of its first store. */
export function homeStore(connection: SquareConnection): ConnectedStore {
  const [store] = connection.stores
  if (store === undefined) throw new Fault('store_unknown', { field: 'merchant_id' })
  return store
}

/** `{registerId}` to spread into an event, or nothing when the device is not a register of ours. */
export function registerOf(
  store: ConnectedStore,
  deviceId: string | undefined,
): { registerId?: string } {
  const registerId = deviceId === undefined ? undefined : store.registers[deviceId]
  return registerId === undefined ? {} : { registerId }
}
