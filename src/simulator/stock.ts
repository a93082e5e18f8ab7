/** Goods on the shelf: what a store begins with, what sales and deliveries leave there. */
import type { Assignment } from './assignment.ts'
import type { DemoStore } from './demo-chain.ts'
import type { DocumentStore } from './document-store.ts'
import { belowBy, unitBy } from './hash.ts'
import type { TransactionBook } from './transaction-book.ts'

export interface StockLevel {
  readonly sku: string
  readonly onHand: number
}

export interface Stock {
  onHand(store: DemoStore, sku: string): number
  /** Part of the transaction of the sale, refund, count or delivery. */
  set(store: DemoStore, sku: string, onHand: number): void
  /** Sold out or oversold, worst first. */
  soldOut(store: DemoStore, limit: number): StockLevel[]
  /** Units that a week sells of it in that store, on average over the data. */
  weeklyUnits(store: DemoStore, sku: string): number
}

export function createStock(
  documents: DocumentStore,
  input: {
    readonly seed: string
    readonly stores: readonly DemoStore[]
    readonly book: TransactionBook
    readonly assignment: Assignment
    readonly lanesCount: number
  },
): Stock {
  const { seed } = input
  let weekly: Map<string, Map<string, number>> | undefined
  const collectionOf = ({ storeId }: DemoStore) => `stock/${storeId}`

  function weeklyUnits({ storeId }: DemoStore, sku: string): number {
    weekly ??= weeklySales(input)
    return weekly.get(storeId)?.get(sku) ?? 0
  }

  /** Two to five weeks of its own sales; one in ten stands at a fifth of a week, soon to be sold out. */
  function initial(store: DemoStore, sku: string): number {
    const isShort = unitBy(seed, 'short', store.storeId, sku) < 0.1
    const weeks = isShort ? 0.2 : 2 + 3 * unitBy(seed, 'cover', store.storeId, sku)
    const units = Math.ceil(weeklyUnits(store, sku) * weeks)
    return units > 0 ? units : belowBy(4, seed, 'odd', store.storeId, sku)
  }

  return {
    weeklyUnits,
    onHand: (store, sku) =>
      documents.get<StockLevel>(collectionOf(store), sku)?.value.onHand ?? initial(store, sku),
    set: (store, sku, onHand) =>
      void documents.put(collectionOf(store), sku, { sku, onHand }, onHand),
    soldOut: (store, limit) =>
      // Kept under the level in place of a time, so that the lowest are found first.
      documents
        .between<StockLevel>(collectionOf(store), Number.MIN_SAFE_INTEGER, 0, 0, limit)
        .map(({ value }) => value),
  }
}

function weeklySales({
  book,
  assignment,
  lanesCount,
}: Parameters<typeof createStock>[1]): Map<string, Map<string, number>> {
  const units = new Map<string, Map<string, number>>()
  for (const entry of book.entries) {
    if (entry.kind !== 'sale') continue
    for (let lane = 0; lane < lanesCount; lane += 1) {
      const { storeId } = assignment.storeOf(entry, lane)
      const ofStore = units.get(storeId) ?? new Map<string, number>()
      units.set(storeId, ofStore)
      for (const { sku, quantity } of entry.lines)
        ofStore.set(sku, (ofStore.get(sku) ?? 0) + quantity)
    }
  }
  const weeks = Math.max(1, book.daysCount / 7)
  for (const ofStore of units.values())
    for (const [sku, sum] of ofStore) ofStore.set(sku, sum / weeks)
  return units
}
