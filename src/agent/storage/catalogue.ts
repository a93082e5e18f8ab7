/** The latest that was told of each product and its stock, kept near the register. */
import type { DraftEvent } from '../../connectors/connector.ts'
import type { Product, StockLevel } from '../../retail/stock.ts'
import type { Database } from './database.ts'

export interface Catalogue {
  /** Inside a transaction; a fact older than what is known changes nothing. */
  learn(event: DraftEvent): void
  product(storeId: string, sku: string): Product | undefined
  onHand(storeId: string, sku: string): StockLevel['onHand'] | undefined
}

export function createCatalogue(database: Database): Catalogue {
  const saveProduct = database.prepare(`
    insert into products (storeId, sku, occurredAt, product) values (?, ?, ?, ?)
    on conflict do update set occurredAt = excluded.occurredAt, product = excluded.product
    where excluded.occurredAt >= occurredAt`)
  const saveStock = database.prepare(`
    insert into stock (storeId, sku, occurredAt, onHand) values (?, ?, ?, ?)
    on conflict do update set occurredAt = excluded.occurredAt, onHand = excluded.onHand
    where excluded.occurredAt >= occurredAt`)
  const selectProduct = database.prepare(
    'select product from products where storeId = ? and sku = ?',
  )
  const selectStock = database.prepare('select onHand from stock where storeId = ? and sku = ?')
  return {
    learn({ type, storeId, occurredAt, data }) {
      if (type === 'product.changed')
        saveProduct.run(storeId, data.sku, occurredAt, JSON.stringify(data))
      else if (type === 'inventory.changed')
        saveStock.run(storeId, data.sku, occurredAt, data.onHand)
    },
    product(storeId, sku) {
      const row = selectProduct.get(storeId, sku) as { product: string } | undefined
      return row === undefined ? undefined : JSON.parse(row.product)
    },
    onHand: (storeId, sku) =>
      (selectStock.get(storeId, sku) as { onHand: string } | undefined)?.onHand,
  }
}
