/** Items and their stock. The quantity is authoritative; `stockCount` is its rounded, old form. */
import { quantityFrom } from '../../base/quantity.ts'
import { instantFromMs } from '../../base/time.ts'
import type { ConnectedStore, DraftEvent, Translation } from '../connector.ts'
import { nothing } from '../connector.ts'
import { elementsOf, type Item } from './payloads.ts'
import type { CloverContext } from './settings.ts'
import { stateKey } from './state.ts'

/** Of our own vocabulary; Clover takes 100. */
export const skuLengthMax = 64

export const itemExpand = 'itemStock,categories'

/** An item without a SKU joins with nothing, so it is not told. */
export function itemEvents(
  item: Item,
  store: ConnectedStore,
  { references }: CloverContext,
  seenAtMs: number,
): Translation {
  const { sku } = item
  if (!sku || sku.length > skuLengthMax) return nothing
  const category = elementsOf(item.categories)[0]?.name
  const data = {
    sku,
    name: item.name,
    ...(item.code && /^\d{8,14}$/.test(item.code) && { gtin: item.code }),
    ...(category !== undefined && { category: category.slice(0, 120) }),
    currency: store.currency,
    ...(item.price != null && { priceMinor: item.price }),
    ...(item.cost != null && { costMinor: item.cost }),
    isActive: isActive(item),
  }
  const state = stateKey(references, 'item_state', item.id, data, item.modifiedTime ?? seenAtMs)
  const changed: DraftEvent = {
    type: 'product.changed',
    key: state.key,
    storeId: store.storeId,
    occurredAt: instantFromMs(state.changedAtMs),
    data,
  }
  return {
    events: [changed, ...stockEvents(item, sku, store)],
    lookups: [],
    references: [{ kind: 'sku', externalId: item.id, value: sku }, state.reference],
  }
}

/** With `autoManage`, "not available" only says that the shelf is empty. */
function isActive({ deletedTime, hidden, available, autoManage }: Item): boolean {
  return deletedTime == null && hidden !== true && (available !== false || autoManage === true)
}

function stockEvents(item: Item, sku: string, store: ConnectedStore): DraftEvent[] {
  const quantity = item.itemStock?.quantity
  const changedAtMs = item.itemStock?.modifiedTime ?? item.modifiedTime
  if (quantity == null || changedAtMs == null) return []
  // A double on the wire: what is past the fifth decimal is no quantity but its error.
  const onHand = quantityFrom(quantity.toFixed(5))
  return [
    {
      type: 'inventory.changed',
      key: `${item.id}/${changedAtMs}/${onHand}`,
      storeId: store.storeId,
      occurredAt: instantFromMs(changedAtMs),
      data: { sku, onHand, cause: 'unknown' },
    },
  ]
}

/** What is gone has no name any more but in the book. */
export function itemDeleted(
  itemId: string,
  store: ConnectedStore,
  { references }: CloverContext,
  seenAtMs: number,
): DraftEvent[] {
  const sku = references.find('sku', itemId)
  if (sku === undefined) return []
  return [
    {
      type: 'product.changed',
      key: `${itemId}/deleted`,
      storeId: store.storeId,
      occurredAt: instantFromMs(seenAtMs),
      data: { sku, name: sku, currency: store.currency, isActive: false },
    },
  ]
}
