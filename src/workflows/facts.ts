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

/** What is not known of a return is left out, and then nothing is counted for it. */
export interface ReturnQuestion {
  readonly storeId: string
  readonly saleId?: string | undefined
  readonly customer?: string | undefined
  readonly customerSince: Instant
  readonly employeeId?: string | undefined
  readonly employeeSince: Instant
}

export interface ReturnHistory {
  readonly sale?: KnownSale
  /** Over the whole chain in this region, by token. */
  readonly customerReturnsCount: number
  readonly customerPurchasesCount: number
  readonly employeeReturnsCount: number
  /** Returns taken by each of the store's other employees, on average. */
  readonly peerReturnsMean: number
  /** Mean total of a sale in the store; 0 while there is none. */
  readonly typicalSaleMinor: number
}

export interface Facts {
  /** One question for all of it, since a register waits. */
  returnHistory(question: ReturnQuestion): Promise<ReturnHistory>
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
