/** Products and stock levels. Stock carries no time of its own, so the answer's or hook's date tells it. */
import { minorFromDecimal } from '../../base/money.ts'
import { quantityFrom } from '../../base/quantity.ts'
import { type Instant, instantFrom } from '../../base/time.ts'
import type { Connection, DraftEvent } from '../connector.ts'
import type { Product } from './answers.ts'
import type { LearningNames, Names } from './names.ts'
import { type LightspeedSettings, taxesIncludedAt } from './settings.ts'
import { accountStore, findStore } from './stores.ts'

/** The SKU in our sense: products without one cannot be joined and are not told. */
export function learnProduct(
  product: {
    id: string
    sku?: string | null | undefined
    name?: string | null | undefined
  },
  names: LearningNames,
): string | undefined {
  const sku = product.sku?.slice(0, 64)
  if (!sku) return undefined
  names.learn('sku', product.id, sku)
  if (product.name) names.learn('product_name', product.id, product.name.slice(0, 255))
  return sku
}

/** Told once for the account, at its first store: base prices hold for all outlets. */
export function productEvents(
  product: Product,
  connection: Connection<LightspeedSettings>,
  names: LearningNames,
): DraftEvent[] {
  const sku = learnProduct(product, names)
  if (sku === undefined) return []
  const store = accountStore(connection)
  const { currency } = store
  const price = taxesIncludedAt(connection.settings, store.externalId)
    ? product.price_including_tax
    : product.price_excluding_tax
  const gtin = product.product_codes?.find(({ code }) => /^\d{8,14}$/.test(code ?? ''))?.code
  return [
    {
      type: 'product.changed',
      key: `${product.id}:${product.version}`,
      storeId: store.storeId,
      occurredAt: instantFrom(product.updated_at, 'updated_at'),
      data: {
        sku,
        name: (product.name ?? sku).slice(0, 255),
        ...(gtin && { gtin }),
        ...(product.type?.name && { category: product.type.name.slice(0, 120) }),
        currency,
        ...(price != null && { priceMinor: minorFromDecimal(price, currency) }),
        ...(product.supply_price != null && {
          costMinor: minorFromDecimal(product.supply_price, currency),
        }),
        isActive: (product.active ?? product.is_active ?? true) && !product.deleted_at,
      },
    },
  ]
}

export interface Level {
  readonly id: string
  readonly productId: string
  readonly outletId: string
  readonly count: string | number
  readonly version: number
}

/** Nothing when the outlet is not one of this connection's, or the product has no SKU. */
export function levelEvents(
  level: Level,
  occurredAt: Instant,
  connection: Connection<unknown>,
  names: Names,
): DraftEvent[] {
  const store = findStore(connection, level.outletId)
  const sku = names.find('sku', level.productId)
  if (store === undefined || sku === undefined) return []
  return [
    {
      type: 'inventory.changed',
      key: `${level.id}:${level.version}`,
      storeId: store.storeId,
      occurredAt,
      data: { sku, onHand: quantityFrom(level.count), cause: 'unknown' },
    },
  ]
}

/** The `Date` header of a request or an answer, where there is one (RFC 9110, 6.6.1). */
export function instantOfDate(header: string | string[] | null | undefined): Instant | undefined {
  const epochMs = typeof header === 'string' ? Date.parse(header) : Number.NaN
  return Number.isNaN(epochMs) ? undefined : instantFrom(new Date(epochMs).toISOString())
}
