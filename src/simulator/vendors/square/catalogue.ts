/** The catalogue: an ITEM with one ITEM_VARIATION for each product. Versions are times, as Square's are. */
import type { SimulatedProduct } from '../../till.ts'
import { type Account, amount, ids, of } from './account.ts'
import { type Json, time, uuidFrom } from './wire.ts'

export interface CatalogDocument extends Json {
  type: string
  id: string
  version: number
}

export interface ItemDocument extends CatalogDocument {
  item_data: Json & { variations: CatalogDocument[] }
}

export function putProduct(account: Account, product: SimulatedProduct, atMs: number): void {
  const itemId = ids.item(account, product.sku)
  const head = {
    updated_at: time(atMs),
    version: atMs,
    is_deleted: false,
    present_at_all_locations: true,
  }
  const variation = {
    type: 'ITEM_VARIATION',
    id: ids.variation(account, product.sku),
    ...head,
    item_variation_data: {
      item_id: itemId,
      name: 'Regular',
      sku: product.sku,
      ordinal: 0,
      pricing_type: 'FIXED_PRICING',
      price_money: amount(account, product.priceMinor),
      track_inventory: true,
      sellable: true,
      stockable: true,
      vendor_information: [{ unit_cost_money: amount(account, product.costMinor) }],
    },
  }
  const item: ItemDocument = {
    type: 'ITEM',
    id: itemId,
    ...head,
    item_data: { name: product.name, product_type: 'REGULAR', variations: [variation] },
  }
  account.documents.put(of(account).items, itemId, item, atMs)
  // From a variation to its item.
  account.documents.put(`${of(account).items}/variations`, variation.id, { itemId }, atMs)
}

export function findItem(account: Account, id: string): ItemDocument | undefined {
  const { documents } = account
  const itemId =
    documents.get<{ itemId: string }>(`${of(account).items}/variations`, id)?.value.itemId ?? id
  return documents.get<ItemDocument>(of(account).items, itemId)?.value
}

export function findObject(account: Account, id: string): CatalogDocument | undefined {
  const item = findItem(account, id)
  if (item === undefined || item.id === id) return item
  return item.item_data.variations.find((variation) => variation.id === id)
}

/** Writes a variation in whole, as Square does; the item stays as it is. */
export function putVariation(account: Account, variation: CatalogDocument, atMs: number): Json {
  const item = findItem(account, variation.id)
  const stored = { ...variation, version: atMs, updated_at: time(atMs), is_deleted: false }
  if (item !== undefined) {
    const variations = item.item_data.variations.map((old) => (old.id === stored.id ? stored : old))
    const changed = { ...item, item_data: { ...item.item_data, variations } }
    account.documents.put(of(account).items, item.id, changed, atMs)
  }
  account.tell(
    'catalog.version.updated',
    {
      type: 'catalog_version',
      id: uuidFrom('catalog', String(atMs)),
      object: { catalog_version: { updated_at: time(atMs) } },
    },
    atMs,
  )
  return stored
}
