/** What happens at the tills of the bench chain: past sales, sales of now, shelves that run empty. */
import type { Emulator } from '../../src/simulator/emulator.ts'
import type { TillSale } from '../../src/simulator/till.ts'
import { type BenchStore, lowSkusCount, outletOf, priceMinor, products } from './chain.ts'

/** A sale that goods can be brought back from. */
export interface Receipt {
  readonly storeId: string
  readonly externalSaleId: string
  readonly sku: string
}

const msPerDay = 24 * 3600_000
const linesOfPast = 20
const linesOfNow = 3

export function createTills(emulator: Emulator, stores: readonly BenchStore[]) {
  let sold = 0
  let emptied = 0

  function ring(store: BenchStore, skus: readonly string[], atMs: number): string {
    const outlet = outletOf(store)
    sold += 1
    const saleKey = `bench-${sold}`
    const sale: TillSale = {
      saleKey,
      storeExternalId: outlet.externalId,
      registerExternalId: outlet.registers[sold % outlet.registers.length]?.externalId ?? '',
      employeeExternalId: outlet.employees[0]?.externalId ?? '',
      atMs,
      lines: skus.map((sku) => ({
        sku,
        name: sku,
        quantity: '1',
        unitPriceMinor: priceMinor,
        discountMinor: 0,
        taxMinor: 0,
        totalMinor: priceMinor,
      })),
      taxMinor: 0,
      tipMinor: 0,
      totalMinor: priceMinor * skus.length,
      tenders: [{ kind: 'cash', amountMinor: priceMinor * skus.length }],
    }
    emulator.ring(store.account.accountId, sale)
    return emulator.externalSaleId(store.account.accountId, saleKey) ?? ''
  }

  return {
    /** Every product once a day in every store. */
    history(days: number): Receipt[] {
      const receipts: Receipt[] = []
      for (const store of stores)
        for (let day = days; day > 0; day -= 1)
          for (let first = 0; first < products.length; first += linesOfPast) {
            const skus = products.slice(first, first + linesOfPast).map(({ sku }) => sku)
            const externalSaleId = ring(store, skus, Date.now() - day * msPerDay)
            receipts.push({ storeId: store.storeId, externalSaleId, sku: skus[0] ?? '' })
          }
      return receipts
    },

    /** A small sale now, of goods that there is enough of. */
    sell(): void {
      const store = stores[sold % stores.length]
      const plenty = products.length - lowSkusCount
      const skus = Array.from(
        { length: linesOfNow },
        (_, line) => products[lowSkusCount + ((sold * linesOfNow + line) % plenty)]?.sku ?? '',
      )
      if (store !== undefined) ring(store, skus, Date.now())
    },

    /** A product and store that no order was made for yet. */
    nextShelf(): { store: BenchStore; sku: string } {
      const store = stores[emptied % stores.length]
      const sku = products[Math.floor(emptied / stores.length)]?.sku
      emptied += 1
      if (store === undefined || sku === undefined || emptied > stores.length * lowSkusCount)
        throw new Error('no shelf is left to run empty')
      return { store, sku }
    },

    empty(store: BenchStore, sku: string): void {
      const { externalId } = outletOf(store)
      emulator.setStock(store.account.accountId, externalId, sku, 1, Date.now())
    },
  }
}
