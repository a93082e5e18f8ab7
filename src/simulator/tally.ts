/** What the tills rang, by store, kept beside the emulators' own objects: the sums to compare with. */
import type { DemoStore } from './demo-chain.ts'
import type { DocumentStore } from './document-store.ts'

/** All amounts in minor units of the store's currency. */
export interface StoreTally {
  readonly storeId: string
  readonly currency: string
  readonly salesCount: number
  /** As customers owed it: goods, taxes and tips. */
  readonly salesMinor: number
  readonly salesTaxMinor: number
  readonly tipsMinor: number
  readonly refundsCount: number
  readonly refundsMinor: number
  readonly refundsTaxMinor: number
  /** Sales undone before their close; never part of the sales. */
  readonly voidsCount: number
  readonly voidsMinor: number
  readonly drawersCount: number
  readonly returnsAsked: number
  readonly returnsAccepted: number
  readonly returnsHeld: number
  readonly returnsRefused: number
  /** Held, or never answered, until nobody asked again. */
  readonly returnsAbandoned: number
}

export type TallyChange = Partial<Omit<StoreTally, 'storeId' | 'currency'>>

export interface Tally {
  /** Part of the transaction that does what is counted. */
  add(store: DemoStore, change: TallyChange): void
  stores(): StoreTally[]
}

const nothing: Omit<StoreTally, 'storeId' | 'currency'> = {
  salesCount: 0,
  salesMinor: 0,
  salesTaxMinor: 0,
  tipsMinor: 0,
  refundsCount: 0,
  refundsMinor: 0,
  refundsTaxMinor: 0,
  voidsCount: 0,
  voidsMinor: 0,
  drawersCount: 0,
  returnsAsked: 0,
  returnsAccepted: 0,
  returnsHeld: 0,
  returnsRefused: 0,
  returnsAbandoned: 0,
}

const collection = 'tally'

export function createTally(documents: DocumentStore, stores: readonly DemoStore[]): Tally {
  const read = ({ storeId, currency }: DemoStore): StoreTally =>
    documents.get<StoreTally>(collection, storeId)?.value ?? { storeId, currency, ...nothing }
  return {
    add(store, change) {
      const before = read(store)
      const after = { ...before, ...change }
      for (const name of Object.keys(change) as (keyof TallyChange)[])
        after[name] = before[name] + (change[name] ?? 0)
      documents.put(collection, store.storeId, after, 0)
    },
    stores: () => stores.map(read),
  }
}

export interface TallyTotals {
  readonly currency: string
  readonly salesCount: number
  readonly salesMinor: number
  readonly refundsCount: number
  readonly refundsMinor: number
}

export function totalsOf(stores: readonly StoreTally[]): TallyTotals[] {
  const totals = new Map<string, TallyTotals>()
  for (const store of stores) {
    const sum = totals.get(store.currency)
    totals.set(store.currency, {
      currency: store.currency,
      salesCount: (sum?.salesCount ?? 0) + store.salesCount,
      salesMinor: (sum?.salesMinor ?? 0) + store.salesMinor,
      refundsCount: (sum?.refundsCount ?? 0) + store.refundsCount,
      refundsMinor: (sum?.refundsMinor ?? 0) + store.refundsMinor,
    })
  }
  return [...totals.values()]
}
