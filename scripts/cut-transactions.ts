/**
 * Cuts the slice of real transactions that is part of the project out of the full set.
 * Usage: node scripts/cut-transactions.ts <full set, .csv or .csv.gz> [first day] [last day]
 * Kept: goods only (src/simulator/goods-rules.ts), every sale of the period, and every cancelled line
 * whose sale lies inside the period. Country is left out; nothing else is changed.
 */
import { writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { skipReason } from '../src/simulator/goods-rules.ts'
import { makeBook } from '../src/simulator/transaction-book.ts'
import { type Invoice, readInvoices, readRows } from '../src/simulator/transactions.ts'

const target = new URL('../data/transactions/transactions.csv.gz', import.meta.url)
const columns = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
] as const

async function cut(path: string, firstDay: string, lastDay: string): Promise<void> {
  const isInside = (date: string) => date >= firstDay && date <= lastDay
  const invoices: Invoice[] = []
  for await (const invoice of readInvoices(path, {}))
    if (isInside(invoice.date)) invoices.push(invoice)
  const unmatched = new Set<string>()
  for (const entry of makeBook(invoices).entries)
    if (entry.kind === 'return' && entry.saleIndex === undefined)
      for (const { sku } of entry.lines) unmatched.add(`${entry.key.replace(/r\d+$/, '')}/${sku}`)

  const lines = [columns.join(',')]
  for await (const row of readRows(path)) {
    if (!isInside(row.InvoiceDate.slice(0, 10)) || skipReason(row) !== undefined) continue
    if (unmatched.has(`${row.InvoiceNo}/${row.StockCode.toUpperCase()}`)) continue
    lines.push(columns.map((column) => quoted(row[column])).join(','))
  }
  const bytes = gzipSync(`${lines.join('\n')}\n`, { level: 9 })
  writeFileSync(target, bytes)
  process.stdout.write(`${lines.length - 1} lines, ${bytes.length} bytes\n`)
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const [path, firstDay = '2011-06-06', lastDay = '2011-09-25'] = process.argv.slice(2)
if (path === undefined) {
  process.stderr.write('Name the full set: node scripts/cut-transactions.ts <file> [from] [to]\n')
  process.exitCode = 2
} else {
  await cut(path, firstDay, lastDay)
}
