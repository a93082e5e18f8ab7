/** Stock levels: Square tells counts by state and never causes; IN_STOCK is what stands there. */
import { quantityFrom } from '../../base/quantity.ts'
import { instantFrom } from '../../base/time.ts'
import type { DraftEvent, Lookup } from '../connector.ts'
import type { InventoryCount } from './resources.ts'
import type { SquareConnection } from './settings.ts'
import { findStore } from './stores.ts'

export const isLevel = (count: InventoryCount): boolean => count.state === 'IN_STOCK'

export function stockEvent(
  count: InventoryCount,
  sku: string,
  connection: SquareConnection,
): DraftEvent | undefined {
  const store = findStore(connection, count.location_id)
  if (store === undefined) return undefined
  const onHand = quantityFrom(count.quantity)
  const occurredAt = instantFrom(count.calculated_at, 'calculated_at')
  return {
    type: 'inventory.changed',
    key: `${count.location_id}/${count.catalog_object_id}/${occurredAt}/${onHand}`,
    storeId: store.storeId,
    occurredAt,
    data: { sku, onHand, cause: 'unknown' },
  }
}

/** The level is asked for again when the SKU is not known: ids wait on disk, levels do not. */
export function stockLookup(count: InventoryCount): Lookup {
  return {
    kind: 'inventory',
    externalId: `${count.location_id}/${count.catalog_object_id}`,
    hints: { locationId: count.location_id, variationId: count.catalog_object_id },
  }
}
