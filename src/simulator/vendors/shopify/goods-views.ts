/** Products, variants, inventory items and levels as GraphQL shows them. */
import { decimalFromMinor } from '../../../base/money.ts'
import { moneyOfMinor } from './money-views.ts'
import { locationView } from './place-views.ts'
import { type PageArguments, pageOfList } from './search.ts'
import { apiTime, collection, gid, idOf, type Shop } from './shop.ts'
import type { LevelRecord } from './wire.ts'

export function productView(shop: Shop, sku: string, updatedMs: number): object | null {
  const product = shop.products.get(sku)
  if (product === undefined) return null
  return {
    id: gid('Product', idOf(shop, 'product', sku)),
    legacyResourceId: String(idOf(shop, 'product', sku)),
    title: product.name,
    productType: '',
    status: 'ACTIVE',
    createdAt: apiTime(updatedMs),
    updatedAt: apiTime(updatedMs),
    variants: (page: PageArguments) => pageOfList([variantView(shop, sku)], page),
  }
}

export function variantView(shop: Shop, sku: string): object {
  const id = idOf(shop, 'variant', sku)
  const priceMinor = shop.products.get(sku)?.priceMinor ?? 0
  return {
    id: gid('ProductVariant', id),
    legacyResourceId: String(id),
    sku,
    title: 'Default Title',
    barcode: null,
    price: decimalFromMinor(priceMinor, shop.account.currency),
    inventoryItem: () => itemView(shop, sku),
  }
}

export function itemView(shop: Shop, sku: string): object {
  const id = idOf(shop, 'inventory_item', sku)
  const costMinor = shop.products.get(sku)?.costMinor
  const { currency } = shop.account
  return {
    id: gid('InventoryItem', id),
    legacyResourceId: String(id),
    sku,
    tracked: true,
    unitCost: costMinor === undefined ? null : moneyOfMinor(costMinor, currency),
    variants: (page: PageArguments) => pageOfList([variantView(shop, sku)], page),
    inventoryLevel: ({ locationId }: { locationId: string }) => {
      const location = locationId.slice(locationId.lastIndexOf('/') + 1)
      const levels = collection(shop, `levels/${location}`)
      const level = shop.deps.documents.get<LevelRecord>(levels, String(id))?.value
      return level === undefined ? null : levelView(shop, location, level)
    },
  }
}

export function levelView(shop: Shop, locationId: string, level: LevelRecord): object {
  const itemId = idOf(shop, 'inventory_item', level.sku)
  const updatedAt = apiTime(level.updatedMs)
  return {
    id: `${gid('InventoryLevel', locationId)}?inventory_item_id=${itemId}`,
    updatedAt,
    item: () => itemView(shop, level.sku),
    location: () => locationView(shop, locationId),
    quantities: ({ names }: { names: string[] }) =>
      names.map((name) => ({
        id: `${gid('InventoryQuantity', itemId)}?name=${name}&location_id=${locationId}`,
        name,
        // Nothing here is sold online, so that nothing is committed.
        quantity: name === 'available' || name === 'on_hand' ? level.available : 0,
        updatedAt,
      })),
  }
}
