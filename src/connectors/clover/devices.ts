/** Devices: which there are. Clover tells neither whether one is on line nor its battery. */
import { instantFromMs } from '../../base/time.ts'
import type { ConnectedStore, Translation } from '../connector.ts'
import type { Device } from './payloads.ts'
import { registerOf } from './sale.ts'
import type { CloverContext } from './settings.ts'
import { stateKey } from './state.ts'

export function deviceReported(
  device: Device,
  store: ConnectedStore,
  { references }: CloverContext,
  seenAtMs: number,
): Translation {
  const model = device.deviceTypeName ?? device.model
  const data = { deviceId: device.id, ...(model && { model }), status: 'unknown' as const }
  const registerId = registerOf(store, device.id)
  // A new build of the device's software is worth a report, though it has no field for it.
  const seen = { ...data, build: device.buildNumber ?? null }
  const state = stateKey(references, 'device_state', device.id, seen, seenAtMs)
  return {
    events: [
      {
        type: 'device.reported',
        key: state.key,
        storeId: store.storeId,
        ...(registerId !== undefined && { registerId }),
        occurredAt: instantFromMs(state.changedAtMs),
        data,
      },
    ],
    lookups: [],
    references: [state.reference],
  }
}
