/** Square's catalogue: a variation is what we call a product; its item gives it a name. */
import { instantFrom } from '../../base/time.ts'
import type { ConnectedStore, DraftEvent, Reference, Translation } from '../connector.ts'
import type { CatalogObject, VariationObject } from './resources.ts'
import { nameOf } from './sale.ts'
import type { SquareTranslation } from './settings.ts'

interface Product {
  readonly variation: VariationObject
  readonly item: CatalogObject | undefined
}

/** Variations, be they inside their item or beside it, each once. */
function productsOf(
  objects: readonly CatalogObject[],
  related: readonly CatalogObject[],
): Map<string, Product> {
  const items = new Map<string, CatalogObject>()
  for (const object of [...related, ...objects])
    if (object.type === 'ITEM') items.set(object.id, object)
  const products = new Map<string, Product>()
  for (const object of objects) {
    if (object.type === 'ITEM_VARIATION')
      products.set(object.id, {
        variation: object,
        item: items.get(object.item_variation_data?.item_id ?? ''),
      })
    for (const variation of object.item_data?.variations ?? [])
      products.set(variation.id, { variation, item: object })
  }
  return products
}

/** `sku`: variation to SKU. `product`: item to its name, for variations that come without it. */
export function referencesOfCatalog(
  objects: readonly CatalogObject[],
  related: readonly CatalogObject[] = [],
): Reference[] {
  const references: Reference[] = []
  for (const { id, item_data } of [...related, ...objects])
    if (item_data?.name !== undefined)
      references.push({ kind: 'product', externalId: id, value: item_data.name })
  for (const { variation } of productsOf(objects, related).values()) {
    const sku = variation.item_variation_data?.sku
    if (sku) references.push({ kind: 'sku', externalId: variation.id, value: sku.slice(0, 64) })
  }
  return references
}

/** Variations without a SKU are nothing to us: no other system could tell which goods are meant. */
export function translateCatalog(
  objects: readonly CatalogObject[],
  related: readonly CatalogObject[],
  context: SquareTranslation,
): Translation {
  const categories = new Map(
    [...related, ...objects].map(({ id, category_data }) => [id, category_data?.name]),
  )
  const events: DraftEvent[] = []
  for (const product of productsOf(objects, related).values()) {
    const category = categories.get(product.item?.item_data?.reporting_category?.id ?? '')
    for (const store of context.connection.stores) {
      const event = productEvent(product, store, category, context)
      if (event !== undefined) events.push(event)
    }
  }
  return { events, lookups: [], references: referencesOfCatalog(objects, related) }
}

function productEvent(
  { variation, item }: Product,
  store: ConnectedStore,
  category: string | undefined,
  context: SquareTranslation,
): DraftEvent | undefined {
  const data = variation.item_variation_data
  if (!data?.sku) return undefined
  const newest = item !== undefined && item.version > variation.version ? item : variation
  const name = item?.item_data?.name ?? context.references.find('product', data.item_id ?? '')
  const price =
    data.location_overrides?.find((override) => override.location_id === store.externalId)
      ?.price_money ?? data.price_money
  const cost = data.vendor_information?.[0]?.unit_cost_money
  return {
    type: 'product.changed',
    key: `${store.externalId}/${variation.id}/${newest.version}`,
    storeId: store.storeId,
    occurredAt: instantFrom(newest.updated_at, 'updated_at'),
    data: {
      sku: data.sku.slice(0, 64),
      name: nameOf({ name: name ?? data.name ?? data.sku, variation_name: name && data.name }),
      ...(data.upc && data.upc.length <= 14 && { gtin: data.upc }),
      ...(category !== undefined && { category: category.slice(0, 120) }),
      currency: price?.currency ?? store.currency,
      ...(price !== undefined && { priceMinor: price.amount }),
      ...(cost !== undefined && { costMinor: cost.amount }),
      isActive: isSoldAt(store, variation, item),
    },
  }
}

function isSoldAt(
  store: ConnectedStore,
  variation: VariationObject,
  item: CatalogObject | undefined,
): boolean {
  if (item?.item_data?.is_archived === true) return false
  return [variation, item].every(
    (object) => object === undefined || isPresentAt(store.externalId, object),
  )
}

function isPresentAt(locationId: string, object: VariationObject): boolean {
  if (object.is_deleted === true) return false
  if (object.present_at_location_ids?.includes(locationId)) return true
  if (object.absent_at_location_ids?.includes(locationId)) return false
  return object.present_at_all_locations !== false
}
