/** Products and stock: rows, the webhook's words (1.0) and the API's. */
import { addQuantities, quantityFrom } from '../../../base/quantity.ts'
import type { SimulatedProduct, SimulatedStore } from '../../till.ts'
import { fiveDecimals } from './decimals.ts'
import { rowId } from './ids.ts'
import { type Account, dated, get, put, type Row, type World } from './world.ts'

export interface ProductRow {
  readonly id: string
  readonly sku: string
  readonly name: string
  /** As on the shelf: with tax where the first outlet's prices include it. */
  readonly price: string
  readonly cost: string
  readonly createdMs: number
}

export interface LevelRow {
  readonly id: string
  readonly productId: string
  readonly outletId: string
  readonly level: string
}

export function productIdOf(accountId: string, sku: string): string {
  return rowId(accountId, 'product', sku)
}

export function saveProduct(
  world: World,
  account: Account,
  product: SimulatedProduct,
  atMs: number,
): Row<ProductRow> {
  const { currency } = account.simulated
  const id = productIdOf(account.id, product.sku)
  const row: ProductRow = {
    id,
    sku: product.sku,
    name: product.name,
    price: fiveDecimals(product.priceMinor, currency),
    cost: fiveDecimals(product.costMinor, currency),
    createdMs: atMs,
  }
  return put(world, account.id, 'products', id, row, atMs)
}

export function levelId(accountId: string, outletId: string, productId: string): string {
  return rowId(accountId, 'inventory', `${outletId}/${productId}`)
}

export function setLevel(
  world: World,
  account: Account,
  outletId: string,
  productId: string,
  level: string,
  atMs: number,
): Row<LevelRow> {
  const id = levelId(account.id, outletId, productId)
  const row = { id, productId, outletId, level: quantityFrom(level) }
  return put(world, account.id, 'inventory', id, row, atMs)
}

/** @param change signed: negative when goods leave */
export function moveLevel(
  world: World,
  account: Account,
  outletId: string,
  productId: string,
  change: string,
  atMs: number,
): Row<LevelRow> {
  const id = levelId(account.id, outletId, productId)
  const before = get<LevelRow>(world, account.id, 'inventory', id)?.value.level ?? '0'
  return setLevel(world, account, outletId, productId, addQuantities(before, change), atMs)
}

export function hookLevel(
  { value: row, version }: Row<LevelRow>,
  product: Row<ProductRow>,
  outlet: SimulatedStore | undefined,
): object {
  return {
    id: row.id,
    product_id: row.productId,
    outlet_id: row.outletId,
    count: Number(row.level),
    attributed_cost: product.value.cost,
    reorder_point: '0',
    restock_level: '0',
    version,
    outlet: { id: row.outletId, name: outlet?.name ?? '', time_zone: outlet?.timeZone ?? 'UTC' },
    product: {
      id: product.id,
      name: product.value.name,
      base_name: product.value.name,
      handle: handleOf(product.value),
      sku: product.value.sku,
      active: true,
      supply_price: product.value.cost,
      source: 'USER',
      source_id: null,
      variant_parent_id: null,
      variant_options: [],
      taxes: [],
      deleted_at: null,
    },
  }
}

export function restProduct(account: Account, product: Row<ProductRow>): object {
  const { value, version } = product
  const first = account.simulated.stores[0]
  const rate = 1 + Number(first?.taxRate ?? 0)
  const shelf = Number(value.price)
  const isIncluded = first?.taxesIncluded ?? false
  return {
    id: value.id,
    name: value.name,
    variant_name: value.name,
    handle: handleOf(value),
    sku: value.sku,
    description: '',
    source: 'USER',
    source_id: null,
    active: true,
    is_active: true,
    has_inventory: true,
    is_composite: false,
    has_variants: false,
    variant_parent_id: null,
    variant_options: [],
    price_including_tax: isIncluded ? shelf : Number((shelf * rate).toFixed(5)),
    price_excluding_tax: isIncluded ? Number((shelf / rate).toFixed(5)) : shelf,
    supply_price: Number(value.cost),
    tag_ids: [],
    categories: [],
    attributes: [],
    images: [],
    button_order: 0,
    product_codes: [],
    created_at: dated(value.createdMs),
    updated_at: dated(product.modifiedMs),
    deleted_at: null,
    version,
  }
}

/** @param field `inventory_level` in API 2.0, `current_inventory_level` in the dated one */
export function restLevel(
  { value: row, version }: Row<LevelRow>,
  field: 'inventory_level' | 'current_inventory_level',
): object {
  return {
    id: row.id,
    product_id: row.productId,
    outlet_id: row.outletId,
    [field]: Number(row.level),
    reorder_point: null,
    reorder_amount: null,
    ...(field === 'current_inventory_level' && {
      average_cost: null,
      reorder_target: null,
      reorder_method: null,
      quantity_to_procure: 0,
      deleted_at: null,
    }),
    version,
  }
}

function handleOf(product: ProductRow): string {
  return product.name.toLowerCase().replace(/[^a-z0-9]+/g, '')
}
