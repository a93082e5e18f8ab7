/** Items and their stock. Only a change of availability is promised a webhook. */
import type { SimulatedProduct } from '../../till.ts'
import { find, type StoredItem, save } from './documents.ts'
import { cloverId } from './ids.ts'
import type { Shop } from './shop.ts'

export function itemId(merchantId: string, sku: string): string {
  return cloverId('item', merchantId, sku)
}

export function createItem(
  shop: Shop,
  merchantId: string,
  product: SimulatedProduct,
  onHand: number,
): void {
  const id = itemId(merchantId, product.sku)
  const modifiedTime = shop.nowMs()
  const item: StoredItem = {
    id,
    hidden: false,
    available: true,
    autoManage: true,
    name: product.name,
    sku: product.sku,
    price: product.priceMinor,
    priceType: 'FIXED',
    defaultTaxRates: true,
    cost: product.costMinor,
    isRevenue: true,
    modifiedTime,
    itemStock: { item: { id }, stockCount: Math.round(onHand), quantity: onHand, modifiedTime },
  }
  save(shop.documents, merchantId, 'items', item, modifiedTime)
}

export function moveStock(
  shop: Shop,
  merchantId: string,
  sku: string,
  delta: number,
  atMs: number,
): void {
  const item = find<StoredItem>(shop.documents, merchantId, 'items', itemId(merchantId, sku))
  if (item !== undefined) writeStock(shop, merchantId, item, item.itemStock.quantity + delta, atMs)
}

export function writeStock(
  shop: Shop,
  merchantId: string,
  item: StoredItem,
  quantity: number,
  atMs: number,
): StoredItem {
  const exact = Math.round(quantity * 1000) / 1000
  const available = item.autoManage ? exact > 0 : item.available
  const written: StoredItem = {
    ...item,
    available,
    modifiedTime: atMs,
    itemStock: {
      item: { id: item.id },
      // Deprecated at the vendor: the rounded quantity.
      stockCount: Math.max(0, Math.round(exact)),
      quantity: exact,
      modifiedTime: atMs,
    },
  }
  save(shop.documents, merchantId, 'items', written, atMs)
  if (available !== item.available) shop.bundler.add(merchantId, `I:${item.id}`, 'UPDATE', atMs)
  return written
}
