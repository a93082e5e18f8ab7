/** Which of the retailer's lines are goods over a counter; the rest is skipped, and counted by rule. */
import type { TransactionRow } from './transactions.ts'

/** In this order: a line is counted under the first rule that it breaks. */
const rules = {
  /** A123 and the like: bad debt and other bookings. */
  not_an_invoice: (row) => !/^C?\d+$/.test(row.InvoiceNo),
  /** POST, DOT, C2 (carriage), M (manual), D (discount), S (samples), BANK CHARGES, AMAZONFEE, CRUK … */
  not_goods: (row) => !/^(\d{5}[A-Z]{0,2}|DCGS\w+)$/i.test(row.StockCode),
  /** Written off, lost, damaged: stock bookings of the retailer. */
  no_price: (row) => Number(row.UnitPrice) < 0.01,
  no_quantity: (row) => Number(row.Quantity) === 0,
  /** Sales sell, cancellations take back; the rest is stock booking. */
  wrong_direction: (row) => row.InvoiceNo.startsWith('C') !== Number(row.Quantity) < 0,
} as const satisfies Record<string, (row: TransactionRow) => boolean>

export type SkippedBecause = keyof typeof rules

const ordered = Object.entries(rules) as [SkippedBecause, (row: TransactionRow) => boolean][]

export function skipReason(row: TransactionRow): SkippedBecause | undefined {
  return ordered.find(([, breaks]) => breaks(row))?.[0]
}
