/** All invoices in memory, in order of time: sales, and returns tied to the sales that they undo. */
import { matchReturns, type ReturnPart } from './return-matching.ts'
import type { SimulatedProduct } from './till.ts'
import { type Invoice, type InvoiceLine, readInvoices, type SkipCounts } from './transactions.ts'

export interface BookSale {
  readonly kind: 'sale'
  /** Place in `entries`. */
  readonly index: number
  readonly key: string
  /** Days since the first day of the data. */
  readonly day: number
  readonly minuteOfDay: number
  readonly customerNumber?: string
  readonly lines: readonly InvoiceLine[]
  /** Known beforehand, so that what comes back can go back to one tender. */
  isReturnedLater: boolean
}

export interface BookReturn {
  readonly kind: 'return'
  readonly index: number
  readonly key: string
  readonly day: number
  readonly minuteOfDay: number
  readonly customerNumber?: string
  /** Quantities positive. */
  readonly lines: readonly ReturnPart[]
  /** Place of the sale in `entries`; missing when no sale in the data fits. */
  readonly saleIndex?: number
}

export type BookEntry = BookSale | BookReturn

export interface TransactionBook {
  /** In order of time. */
  readonly entries: readonly BookEntry[]
  /** Entries of a day are `entries.slice(dayStarts[day], dayStarts[day + 1])`. */
  readonly dayStarts: readonly number[]
  readonly daysCount: number
  readonly products: readonly SimulatedProduct[]
  readonly skipped: SkipCounts
}

/** Longer invoices are the retailer's web shop booked as one; a till rings them as several sales. */
const linesMax = 80

export async function readBook(path: string): Promise<TransactionBook> {
  const skipped: SkipCounts = {}
  const invoices: Invoice[] = []
  for await (const invoice of readInvoices(path, skipped)) invoices.push(invoice)
  return makeBook(invoices, skipped)
}

export function makeBook(invoices: readonly Invoice[], skipped: SkipCounts = {}): TransactionBook {
  const parts = invoices.flatMap(splitLong).sort(byTime)
  const entries: BookEntry[] = []
  const firstDay = dayNumber(parts[0]?.date ?? '1970-01-01')
  const indexOfPart = new Map<Invoice, number>()
  const matched = matchReturns(parts)
  for (const part of parts) {
    const common = {
      day: dayNumber(part.date) - firstDay,
      minuteOfDay: part.minuteOfDay,
      ...(part.customerNumber !== undefined && { customerNumber: part.customerNumber }),
    }
    if (!part.isCancellation) {
      const index = entries.length
      indexOfPart.set(part, index)
      const { invoiceNo: key, lines } = part
      entries.push({ kind: 'sale', index, key, ...common, lines, isReturnedLater: false })
      continue
    }
    for (const [number, { sale, lines }] of (matched.get(part) ?? []).entries()) {
      const saleIndex = sale && indexOfPart.get(sale)
      const original = saleIndex === undefined ? undefined : entries[saleIndex]
      if (original?.kind === 'sale') original.isReturnedLater = true
      entries.push({
        kind: 'return',
        index: entries.length,
        key: number === 0 ? part.invoiceNo : `${part.invoiceNo}r${number + 1}`,
        ...common,
        lines,
        ...(saleIndex !== undefined && { saleIndex }),
      })
    }
  }
  const daysCount = (entries.at(-1)?.day ?? -1) + 1
  return {
    entries,
    daysCount,
    dayStarts: startsOf(entries, daysCount),
    skipped,
    products: productsOf(parts),
  }
}

function splitLong(invoice: Invoice): Invoice[] {
  if (invoice.lines.length <= linesMax) return [invoice]
  const parts: Invoice[] = []
  for (let from = 0; from < invoice.lines.length; from += linesMax)
    parts.push({
      ...invoice,
      invoiceNo: from === 0 ? invoice.invoiceNo : `${invoice.invoiceNo}s${from / linesMax + 1}`,
      // A minute apart at the till, but never past midnight.
      minuteOfDay: Math.min(invoice.minuteOfDay + from / linesMax, 1439),
      lines: invoice.lines.slice(from, from + linesMax),
    })
  return parts
}

/** Sales before returns within a minute, so that a return finds its sale. */
function byTime(a: Invoice, b: Invoice): number {
  if (a.date !== b.date) return a.date < b.date ? -1 : 1
  return a.minuteOfDay - b.minuteOfDay || Number(a.isCancellation) - Number(b.isCancellation)
}

function dayNumber(date: string): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / 86_400_000)
}

function startsOf(entries: readonly BookEntry[], daysCount: number): number[] {
  const starts: number[] = []
  for (const { day, index } of entries) while (starts.length <= day) starts.push(index)
  while (starts.length <= daysCount) starts.push(entries.length)
  return starts
}

/** A SKU's price is the one at which most sales rang it; it cost half of that. */
function productsOf(invoices: readonly Invoice[]): SimulatedProduct[] {
  const seen = new Map<string, { name: string; prices: Map<number, number> }>()
  for (const { lines } of invoices) {
    for (const { sku, name, unitPriceMinor } of lines) {
      const product = seen.get(sku) ?? { name, prices: new Map<number, number>() }
      product.prices.set(unitPriceMinor, (product.prices.get(unitPriceMinor) ?? 0) + 1)
      seen.set(sku, product)
    }
  }
  return [...seen]
    .map(([sku, { name, prices }]) => {
      const priceMinor = [...prices].reduce((a, b) => (b[1] > a[1] ? b : a))[0]
      return { sku, name, priceMinor, costMinor: Math.max(1, Math.round(priceMinor / 2)) }
    })
    .sort((a, b) => (a.sku < b.sku ? -1 : 1))
}
