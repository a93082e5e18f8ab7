/**
 * Products and stock. Shopify tells of a product whenever anything about it moves, so what it says
 * is compared with what was said last; costs are only in the API and are remembered from there.
 */
import { minorFromDecimal } from '../../base/money.ts'
import { parse } from '../../base/parse.ts'
import { sha256Hex } from '../../base/signature.ts'
import { instantFrom } from '../../base/time.ts'
import {
  type ConnectedStore,
  type DraftEvent,
  nothing,
  type Reference,
  type Translation,
} from '../connector.ts'
import type { LevelAnswer, ProductAnswer } from './answers.ts'
import { numberOf, storeOf } from './ids.ts'
import { LevelPayload, ProductPayload } from './payloads.ts'
import type { ShopifyContext } from './sales.ts'

interface VariantFacts {
  readonly variantId: string
  readonly inventoryItemId: string
  readonly sku: string
  readonly name: string
  readonly barcode: string | null | undefined
  readonly category: string | null | undefined
  readonly price: string
  /** Decimal text, or `unknown`, or `none` when Shopify has none either. */
  readonly cost: string
  readonly isActive: boolean
  readonly updatedAt: string
}

export function translateProduct(body: unknown, context: ShopifyContext): Translation {
  const product = parse(ProductPayload, body, 'payload_malformed')
  const variants: VariantFacts[] = []
  for (const variant of product.variants) {
    if (!variant.sku) continue
    const variantId = numberOf(variant.admin_graphql_api_id)
    variants.push({
      variantId,
      inventoryItemId: String(variant.inventory_item_id),
      sku: variant.sku,
      name: nameOf(product.title, variant.title),
      barcode: variant.barcode,
      category: product.product_type,
      price: variant.price,
      cost: context.references.find('cost', variantId) ?? 'unknown',
      isActive: product.status === 'active',
      updatedAt: product.updated_at,
    })
  }
  const isCutOff = (product.variant_gids?.length ?? 0) > product.variants.length
  if (isCutOff || variants.some(({ cost }) => cost === 'unknown')) {
    const externalId = numberOf(product.admin_graphql_api_id)
    return { events: [], lookups: [{ kind: 'product', externalId }], references: [] }
  }
  return productsTold(variants, context)
}

export function productAnswered(product: ProductAnswer, context: ShopifyContext): Translation {
  const variants: VariantFacts[] = []
  for (const variant of product.variants.nodes) {
    if (!variant.sku) continue
    variants.push({
      variantId: numberOf(variant.id),
      inventoryItemId: numberOf(variant.inventoryItem.id),
      sku: variant.sku,
      name: nameOf(product.title, variant.title),
      barcode: variant.barcode,
      category: product.productType,
      price: variant.price,
      cost: variant.inventoryItem.unitCost?.amount ?? 'none',
      isActive: product.status === 'ACTIVE',
      updatedAt: product.updatedAt,
    })
  }
  return productsTold(variants, context)
}

function productsTold(variants: readonly VariantFacts[], context: ShopifyContext): Translation {
  const events: DraftEvent[] = []
  const references: Reference[] = []
  const stores = context.connection.stores
  for (const variant of variants) {
    const sku = variant.sku.slice(0, 64)
    const content = contentOf(variant, stores)
    if (context.references.find('product_content', variant.variantId) === content) continue
    references.push(
      { kind: 'sku', externalId: variant.variantId, value: sku },
      { kind: 'inventory_item', externalId: variant.inventoryItemId, value: sku },
      { kind: 'cost', externalId: variant.variantId, value: variant.cost },
      { kind: 'product_content', externalId: variant.variantId, value: content },
    )
    for (const store of stores) events.push(changeIn(store, sku, variant))
  }
  return { events, lookups: [], references }
}

function changeIn(store: ConnectedStore, sku: string, variant: VariantFacts): DraftEvent {
  const { currency } = store
  const { barcode, category, cost } = variant
  const occurredAt = instantFrom(variant.updatedAt, 'updated_at')
  return {
    type: 'product.changed',
    key: `${variant.variantId}:${occurredAt}:${store.externalId}`,
    storeId: store.storeId,
    occurredAt,
    data: {
      sku,
      name: variant.name.slice(0, 255),
      ...(barcode && /^\d{8,14}$/.test(barcode) && { gtin: barcode }),
      ...(category && { category: category.slice(0, 120) }),
      currency,
      priceMinor: minorFromDecimal(variant.price, currency),
      ...(cost !== 'none' && { costMinor: minorFromDecimal(cost, currency) }),
      isActive: variant.isActive,
    },
  }
}

function contentOf(variant: VariantFacts, stores: readonly ConnectedStore[]): string {
  const { sku, name, barcode, category, cost, isActive } = variant
  // "24.0" of the API and "24.00" of a webhook are one price.
  const price = Number(variant.price)
  const costs = Number(cost)
  const where = stores.map(({ externalId }) => externalId)
  const content = [sku, name, barcode ?? '', category ?? '', price, costs, isActive, where]
  return sha256Hex(JSON.stringify(content)).slice(0, 16)
}

/** Shopify names the only variant of a product without options so. */
function nameOf(product: string, variant: string | null | undefined): string {
  return variant && variant !== 'Default Title' ? `${product} - ${variant}` : product
}

export function translateLevel(body: unknown, context: ShopifyContext): Translation {
  const level = parse(LevelPayload, body, 'payload_malformed')
  if (level.available === null) return nothing
  const itemId = level.admin_graphql_api_id.slice(level.admin_graphql_api_id.lastIndexOf('=') + 1)
  const locationId = String(level.location_id)
  const store = storeOf(context.connection, locationId, 'location_id')
  const sku = context.references.find('inventory_item', itemId)
  // Where goods may be committed to online orders, what is available is not what is there.
  if (sku === undefined || context.connection.settings.shipsOnlineOrders) {
    const lookup = { kind: 'level', externalId: itemId, hints: { locationId } }
    return { events: [], lookups: [lookup], references: [] }
  }
  const event = levelChange(store, itemId, sku, level.available, level.updated_at)
  return { events: [event], lookups: [], references: [] }
}

export function levelAnswered(
  store: ConnectedStore,
  item: { readonly id: string; readonly sku: string | null },
  level: LevelAnswer,
  context: ShopifyContext,
): Translation {
  const onHand = level.quantities.find(({ name }) => name === 'on_hand')?.quantity
  if (!item.sku || onHand === undefined) return nothing
  const itemId = numberOf(item.id)
  const sku = item.sku.slice(0, 64)
  const isKnown = context.references.find('inventory_item', itemId) === sku
  return {
    events: [levelChange(store, itemId, sku, onHand, level.updatedAt)],
    lookups: [],
    references: isKnown ? [] : [{ kind: 'inventory_item', externalId: itemId, value: sku }],
  }
}

function levelChange(
  store: ConnectedStore,
  itemId: string,
  sku: string,
  onHand: number,
  updatedAt: string,
): DraftEvent {
  const occurredAt = instantFrom(updatedAt, 'updated_at')
  return {
    type: 'inventory.changed',
    // Times are whole seconds, in which a level may move more than once.
    key: `${itemId}:${store.externalId}:${occurredAt}:${onHand}`,
    storeId: store.storeId,
    occurredAt,
    data: { sku, onHand: String(onHand), cause: 'unknown' },
  }
}
