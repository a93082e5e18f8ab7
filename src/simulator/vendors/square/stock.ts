/** Inventory counts: one for each variation and location, IN_STOCK. Five decimals, held as text. */
import { addQuantities, negateQuantity, quantityFrom } from '../../../base/quantity.ts'
import type { TillLine } from '../../till.ts'
import { type Account, ids, of } from './account.ts'
import { type Json, time, uuidFrom } from './wire.ts'

export function putCount(
  account: Account,
  locationId: string,
  variationId: string,
  quantity: string,
  atMs: number,
): Json {
  const count = {
    catalog_object_id: variationId,
    catalog_object_type: 'ITEM_VARIATION',
    state: 'IN_STOCK',
    location_id: locationId,
    quantity,
    calculated_at: time(atMs),
  }
  account.documents.put(of(account).counts, `${locationId}/${variationId}`, count, atMs)
  return count
}

export function setStock(
  account: Account,
  locationId: string,
  sku: string,
  onHand: number,
  atMs: number,
): void {
  const count = putCount(
    account,
    locationId,
    ids.variation(account, sku),
    quantityFrom(onHand),
    atMs,
  )
  tellCounts(account, [count], atMs)
}

/** Goods leave (-1) or come back (1); one webhook for all that moved. */
export function moveStock(
  account: Account,
  at: { storeExternalId: string; atMs: number },
  lines: readonly TillLine[],
  direction: 1 | -1,
): void {
  const counts = new Map<string, Json>()
  for (const { sku, quantity } of lines) {
    const variationId = ids.variation(account, sku)
    const id = `${at.storeExternalId}/${variationId}`
    const before = account.documents.get<{ quantity: string }>(of(account).counts, id)?.value
    const moved = quantityFrom(quantity)
    const after = addQuantities(
      quantityFrom(before?.quantity ?? '0'),
      direction === 1 ? moved : negateQuantity(moved),
    )
    counts.set(id, putCount(account, at.storeExternalId, variationId, after, at.atMs))
  }
  tellCounts(account, [...counts.values()], at.atMs)
}

function tellCounts(account: Account, counts: readonly Json[], atMs: number): void {
  if (counts.length === 0) return
  const id = uuidFrom('counts', JSON.stringify(counts))
  account.tell(
    'inventory.count.updated',
    { type: 'inventory_counts', id, object: { inventory_counts: counts } },
    atMs,
  )
}
