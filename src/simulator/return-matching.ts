/** Ties each cancelled line to the sale it undoes: the customer's latest one that still holds enough. */
import type { Invoice, InvoiceLine } from './transactions.ts'

export interface ReturnPart extends InvoiceLine {
  /** Place of the line in the sale; -1 where no sale fits. */
  readonly saleLine: number
  /** Units of that line that came back earlier. */
  readonly returnedBefore: number
}

export interface MatchedReturn {
  readonly sale: Invoice | undefined
  readonly lines: readonly ReturnPart[]
}

interface SoldLine {
  readonly sale: Invoice
  readonly saleLine: number
  readonly sold: number
  returned: number
}

/** @param invoices in order of time */
export function matchReturns(invoices: readonly Invoice[]): Map<Invoice, MatchedReturn[]> {
  const sold = new Map<string, SoldLine[]>()
  const matched = new Map<Invoice, MatchedReturn[]>()
  for (const invoice of invoices) {
    if (invoice.isCancellation) matched.set(invoice, match(invoice, sold))
    else remember(invoice, sold)
  }
  return matched
}

function remember(sale: Invoice, sold: Map<string, SoldLine[]>): void {
  // Without a customer number nothing ties a return to its sale.
  if (sale.customerNumber === undefined) return
  for (const [saleLine, { sku, quantity }] of sale.lines.entries()) {
    const key = `${sale.customerNumber}/${sku}`
    const line = { sale, saleLine, sold: quantity, returned: 0 }
    const known = sold.get(key)
    if (known === undefined) sold.set(key, [line])
    else known.push(line)
  }
}

function match(cancellation: Invoice, sold: ReadonlyMap<string, SoldLine[]>): MatchedReturn[] {
  const bySale = new Map<Invoice | undefined, ReturnPart[]>()
  for (const line of cancellation.lines) {
    const quantity = -line.quantity
    const found = sold
      .get(`${cancellation.customerNumber}/${line.sku}`)
      ?.findLast((candidate) => candidate.sold - candidate.returned >= quantity)
    const parts = bySale.get(found?.sale) ?? []
    parts.push({
      ...line,
      quantity,
      saleLine: found?.saleLine ?? -1,
      returnedBefore: found?.returned ?? 0,
    })
    bySale.set(found?.sale, parts)
    if (found !== undefined) found.returned += quantity
  }
  return [...bySale].map(([sale, lines]) => ({ sale, lines }))
}
