/** Which invoice happens at which store, register and employee: by hash, so that nothing is remembered. */
import type { DemoStore } from './demo-chain.ts'
import { pickBy, unitBy } from './hash.ts'
import type { BookEntry, BookReturn, BookSale, TransactionBook } from './transaction-book.ts'

export interface Assignment {
  /** The person's key in the chain; nobody where the data names none. */
  customerKey(entry: BookEntry, lane: number): string | undefined
  homeOf(customerKey: string): DemoStore
  /** The store at whose till this happens. */
  storeOf(entry: BookEntry, lane: number): DemoStore
  registerOf(store: DemoStore, key: string): string
}

/** Shares of visits: to the home store, else mostly to one other store of the region. */
const homeRatio = 0.85
const secondRatio = 0.95
/** Shares of returns that come back to where they were bought. */
const sameStoreRatio = 0.92

export function createAssignment(
  seed: string,
  stores: readonly DemoStore[],
  book: TransactionBook,
): Assignment {
  const byRegion = { us: stores.filter(inRegion('us')), eu: stores.filter(inRegion('eu')) }

  function customerKey({ customerNumber }: BookEntry, lane: number): string | undefined {
    return customerNumber === undefined ? undefined : `c${lane}-${customerNumber}`
  }

  function regionOf(key: string): readonly DemoStore[] {
    return unitBy(seed, 'region', key) < 0.5 ? byRegion.us : byRegion.eu
  }

  function homeOf(key: string): DemoStore {
    return pickBy(regionOf(key), seed, 'home', key)
  }

  function visited(customer: string, visit: string): DemoStore {
    const chance = unitBy(seed, 'visit', customer, visit)
    if (chance < homeRatio) return homeOf(customer)
    if (chance < secondRatio) return pickBy(regionOf(customer), seed, 'second', customer)
    return pickBy(regionOf(customer), seed, 'third', customer, visit)
  }

  function ofSale(sale: BookSale, lane: number): DemoStore {
    const customer = customerKey(sale, lane)
    // Parts of one long invoice stay together, so the part's own number is left out.
    const visit = sale.key.replace(/s\d+$/, '')
    return visited(customer ?? `visit ${lane} ${visit}`, visit)
  }

  function ofReturn(entry: BookReturn, lane: number): DemoStore {
    const sale = entry.saleIndex === undefined ? undefined : book.entries[entry.saleIndex]
    const customer = customerKey(entry, lane)
    if (sale?.kind === 'sale' && unitBy(seed, 'same store', lane, entry.key) < sameStoreRatio)
      return ofSale(sale, lane)
    return visited(customer ?? `visit ${lane} ${entry.key}`, entry.key)
  }

  return {
    customerKey,
    homeOf,
    storeOf: (entry, lane) => (entry.kind === 'sale' ? ofSale(entry, lane) : ofReturn(entry, lane)),
    registerOf: ({ atVendor }, key) => pickBy(atVendor.registers, seed, 'register', key).externalId,
  }
}

function inRegion(regionId: string): (store: DemoStore) => boolean {
  return (store) => store.regionId === regionId
}
