/** Outlets are stores. Webhooks of sales name only a register, so its outlet is found through it. */
import { Fault } from '../../base/fault.ts'
import type { ConnectedStore, Connection } from '../connector.ts'

export interface Place {
  readonly store: ConnectedStore
  readonly registerId?: string
}

interface Places {
  readonly byOutlet: ReadonlyMap<string, ConnectedStore>
  readonly byRegister: ReadonlyMap<string, Place>
}

const known = new WeakMap<object, Places>()

function placesOf(connection: Connection<unknown>): Places {
  const found = known.get(connection)
  if (found !== undefined) return found
  const byRegister = new Map<string, Place>()
  for (const store of connection.stores)
    for (const [externalId, registerId] of Object.entries(store.registers))
      byRegister.set(externalId, { store, registerId })
  const byOutlet = new Map(connection.stores.map((store) => [store.externalId, store]))
  const places = { byOutlet, byRegister }
  known.set(connection, places)
  return places
}

export function findStore(
  connection: Connection<unknown>,
  outletId: string,
): ConnectedStore | undefined {
  return placesOf(connection).byOutlet.get(outletId)
}

/** By register, else by outlet: a register may be newer than our configuration. */
export function findPlace(
  connection: Connection<unknown>,
  registerId: string | null | undefined,
  outletId?: string | null,
): Place | undefined {
  const places = placesOf(connection)
  const byRegister = places.byRegister.get(registerId ?? '')
  if (byRegister !== undefined) return byRegister
  const store = places.byOutlet.get(outletId ?? '')
  return store === undefined ? undefined : { store }
}

/** @throws Fault store_unknown */
export function placeOf(
  connection: Connection<unknown>,
  registerId: string | null | undefined,
  outletId?: string | null,
): Place {
  const place = findPlace(connection, registerId, outletId)
  if (place === undefined)
    throw new Fault('store_unknown', {
      field: 'register_id',
      externalId: registerId ?? outletId ?? '',
    })
  return place
}

/** Where facts of the whole account (products, customers) are told. @throws Fault store_unknown */
export function accountStore(connection: Connection<unknown>): ConnectedStore {
  const [first] = connection.stores
  if (first === undefined) throw new Fault('store_unknown', { expected: 'a store' })
  return first
}
