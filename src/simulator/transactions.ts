/** Reads the retailer's invoice lines (CSV, plain or gzip) as invoices, line by line. */
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'
import { z } from 'zod'
import { Fault } from '../base/fault.ts'
import { parse as check } from '../base/parse.ts'
import { type SkippedBecause, skipReason } from './goods-rules.ts'

export const TransactionRow = z.object({
  InvoiceNo: z.string().min(1).max(20),
  StockCode: z.string().min(1).max(20),
  Description: z.string().max(255),
  Quantity: z.string().regex(/^-?\d{1,7}$/, { error: 'a whole number' }),
  InvoiceDate: z.string().regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/, { error: 'YYYY-MM-DD HH:MM' }),
  UnitPrice: z.string().regex(/^-?\d{1,7}(\.\d{1,6})?$/, { error: 'a decimal' }),
  CustomerID: z.string().max(20),
})
export type TransactionRow = z.infer<typeof TransactionRow>

export interface InvoiceLine {
  readonly sku: string
  readonly name: string
  /** Negative on a cancellation. */
  readonly quantity: number
  readonly unitPriceMinor: number
  /** Off the line as a whole; only where one invoice held the same goods at several prices. */
  readonly discountMinor: number
}

export interface Invoice {
  /** As printed; a cancellation begins with C. */
  readonly invoiceNo: string
  readonly isCancellation: boolean
  readonly customerNumber?: string
  /** The retailer's local day and minute of that day. */
  readonly date: string
  readonly minuteOfDay: number
  readonly lines: readonly InvoiceLine[]
}

export type SkipCounts = Partial<Record<SkippedBecause, number>>

/** The rows as they stand. @throws Fault config_invalid naming the line and what was expected there */
export async function* readRows(path: string): AsyncGenerator<TransactionRow> {
  const parser = parse({ columns: true, skip_empty_lines: true, max_record_size: 10_000 })
  const file = createReadStream(path)
  const feeding = path.endsWith('.gz')
    ? pipeline(file, createGunzip(), parser)
    : pipeline(file, parser)
  // The loop below meets the same failure; this keeps it from counting as unhandled.
  feeding.catch(() => undefined)
  let lineNumber = 1
  try {
    for await (const record of parser as Readable) {
      lineNumber += 1
      yield check(TransactionRow, record, 'config_invalid')
    }
    await feeding
  } catch (cause) {
    const why = cause instanceof Fault ? `${cause.detail.field}: ${cause.detail.expected}` : ''
    throw new Fault(
      'config_invalid',
      { field: 'transactionsFile', expected: `readable invoice lines ${why}`.trim(), lineNumber },
      cause,
    )
  } finally {
    file.destroy()
  }
}

/** Invoices in the order of the file; rows of one invoice stand together there. */
export async function* readInvoices(path: string, skipped: SkipCounts): AsyncGenerator<Invoice> {
  let rows: TransactionRow[] = []
  for await (const row of readRows(path)) {
    const because = skipReason(row)
    if (because !== undefined) {
      skipped[because] = (skipped[because] ?? 0) + 1
      continue
    }
    if (rows[0] !== undefined && rows[0].InvoiceNo !== row.InvoiceNo) {
      yield toInvoice(rows)
      rows = []
    }
    rows.push(row)
  }
  if (rows.length > 0) yield toInvoice(rows)
}

function toInvoice(rows: readonly TransactionRow[]): Invoice {
  const first = rows[0]
  if (first === undefined) throw new RangeError('an invoice has at least one row')
  return {
    invoiceNo: first.InvoiceNo,
    isCancellation: first.InvoiceNo.startsWith('C'),
    ...(first.CustomerID !== '' && { customerNumber: first.CustomerID }),
    date: first.InvoiceDate.slice(0, 10),
    minuteOfDay:
      Number(first.InvoiceDate.slice(11, 13)) * 60 + Number(first.InvoiceDate.slice(14, 16)),
    lines: mergeLines(rows),
  }
}

/**
 * One line per SKU: a till adds the same goods up. At several prices, the line carries the highest
 * and a discount makes up the difference, so that the invoice's sum stays what it was.
 */
function mergeLines(rows: readonly TransactionRow[]): InvoiceLine[] {
  const bySku = new Map<string, { name: string; quantity: number; price: number; sum: number }>()
  for (const row of rows) {
    const sku = row.StockCode.toUpperCase()
    const price = penceOf(row.UnitPrice)
    const quantity = Number(row.Quantity)
    const line = bySku.get(sku) ?? { name: nameOf(row, sku), quantity: 0, price: 0, sum: 0 }
    line.quantity += quantity
    line.price = Math.max(line.price, price)
    line.sum += price * quantity
    bySku.set(sku, line)
  }
  return [...bySku].map(([sku, { name, quantity, price, sum }]) => ({
    sku,
    name,
    quantity,
    unitPriceMinor: price,
    discountMinor: Math.abs(price * quantity - sum),
  }))
}

function nameOf(row: TransactionRow, sku: string): string {
  return row.Description.trim().replace(/\s+/g, ' ') || `Article ${sku}`
}

/** Pence are used one to one as minor units of the store's currency. */
function penceOf(pounds: string): number {
  return Math.round(Number(pounds) * 100)
}
