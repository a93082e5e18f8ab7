/** Devices in Terminal API mode: the only ones that Square tells about. */
import { instantFrom } from '../../base/time.ts'
import type { ConnectedStore, DraftEvent } from '../connector.ts'
import type { Device } from './resources.ts'
import { registerOf } from './stores.ts'

const statuses = new Map([
  ['AVAILABLE', 'online'],
  ['OFFLINE', 'offline'],
  ['NEEDS_ATTENTION', 'needs_attention'],
] as const)

/** `seenAt` stands in where Square does not say when the device last told of itself. */
export function deviceEvent(device: Device, store: ConnectedStore, seenAt: string): DraftEvent {
  const { attributes } = device
  const battery = device.components?.find(({ battery_details }) => battery_details !== undefined)
  const batteryPercent = battery?.battery_details?.visible_percent
  const occurredAt = instantFrom(attributes.updated_at ?? seenAt, 'attributes.updated_at')
  // The webhook's example has the status as text, the API as an object.
  const category = typeof device.status === 'string' ? device.status : device.status?.category
  const status = statuses.get(category as 'AVAILABLE') ?? 'unknown'
  return {
    type: 'device.reported',
    key: `${device.id}/${occurredAt}/${status}`,
    storeId: store.storeId,
    ...registerOf(store, device.id.replace(/^device:/, '')),
    occurredAt,
    data: {
      deviceId: device.id.slice(0, 160),
      ...(attributes.model !== undefined && { model: attributes.model.slice(0, 120) }),
      status,
      ...(batteryPercent !== undefined && { batteryPercent }),
    },
  }
}
