/** What workflows may read: questions about the past of a chain, answered by the hub's projections. */
import type { Instant } from '../base/time.ts'

export interface KnownSale {
  readonly saleId: string
  readonly storeId: string
  readonly occurredAt: Instant
  readonly totalMinor: number
  readonly skus: readonly string[]
  /** Lines of it taken back so far. */
  readonly returnedLinesCount: number
}

export interface Facts {
  sale(saleId: string): Promise<KnownSale | undefined>
  /** Over the whole chain in this region, by token. */
  customerHistory(
    customer: string,
    since: Instant,
  ): Promise<{ returnsCount: number; purchasesCount: number }>
  employeeReturns(
    storeId: string,
    employeeId: string,
    since: Instant,
  ): Promise<{ own: number; peersMean: number }>
  /** Mean total of a sale in the store; 0 while there is none. */
  typicalSaleMinor(storeId: string): Promise<number>
  /** Business days since the store's first sale; 0 while it has none. */
  historyDays(storeId: string, until: Instant): Promise<number>
  /** Units per business day from the first sale on, oldest first, at most `days` back from `until`. */
  dailyUnits(storeId: string, sku: string, until: Instant, days: number): Promise<readonly number[]>
  /** Units a day over the SKUs that the store keeps, since its first sale. */
  storeMeanUnits(storeId: string, until: Instant): Promise<number>
  /** Units proposed, ordered or on their way at that time, and not received or refused. */
  onOrderUnits(storeId: string, sku: string, at: Instant): Promise<number>
  /** `costMinor` is the price where no cost is known. */
  product(
    storeId: string,
    sku: string,
  ): Promise<{ name: string; currency: string; costMinor: number } | undefined>
}
