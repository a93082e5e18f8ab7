import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { skipReason } from './goods-rules.ts'
import { makeBook, readBook } from './transaction-book.ts'
import { type Invoice, readInvoices } from './transactions.ts'

const data = new URL('../../data/transactions/', import.meta.url)
const row = {
  InvoiceNo: '536365',
  StockCode: '85123A',
  Description: 'LANTERN',
  Quantity: '6',
  InvoiceDate: '2010-12-01 08:26',
  UnitPrice: '2.55',
  CustomerID: '17850',
}
const rows = [
  { why: 'goods', given: {}, wants: undefined },
  { why: 'goods with two letters', given: { StockCode: '15056BL' }, wants: undefined },
  { why: 'a cancellation', given: { InvoiceNo: 'C1', Quantity: '-1' }, wants: undefined },
  { why: 'postage', given: { StockCode: 'POST' }, wants: 'not_goods' },
  { why: 'a manual line', given: { StockCode: 'M' }, wants: 'not_goods' },
  { why: 'bank charges', given: { StockCode: 'BANK CHARGES' }, wants: 'not_goods' },
  { why: 'a voucher', given: { StockCode: 'gift_0001_20' }, wants: 'not_goods' },
  { why: 'bad debt', given: { InvoiceNo: 'A563185' }, wants: 'not_an_invoice' },
  { why: 'given away', given: { UnitPrice: '0.0' }, wants: 'no_price' },
  { why: 'written off', given: { Quantity: '-9' }, wants: 'wrong_direction' },
]
for (const { why, given, wants } of rows)
  test(`line: ${why}`, () => equal(skipReason({ ...row, ...given }), wants))

async function invoicesOf(...lines: string[]): Promise<Invoice[]> {
  const path = join(mkdtempSync(join(tmpdir(), 'tillway-rows-')), 'rows.csv')
  writeFileSync(path, [Object.keys(row).join(','), ...lines].join('\n'))
  return Array.fromAsync(readInvoices(path, {}))
}

test('the same goods on one invoice become one line whose sum is that of all', async () => {
  const [invoice] = await invoicesOf(
    '1,22222,CUP,2,2011-01-01 09:00,2.50,7',
    '1,22222,CUP,3,2011-01-01 09:00,2.00,7',
  )
  deepEqual(invoice?.lines, [
    { sku: '22222', name: 'CUP', quantity: 5, unitPriceMinor: 250, discountMinor: 150 },
  ])
})

test('a line that does not fit is named with its number', async () => {
  const lines = ['1,22222,CUP,2,2011-01-01 09:00,2.50,7', '1,22222,CUP,two,2011-01-01 09:00,2,7']
  await rejects(invoicesOf(...lines), (error: Error) => {
    const { code, detail } = error as Error & { code: string; detail: { lineNumber: number } }
    return code === 'config_invalid' && detail.lineNumber === 3
  })
})

const line = { sku: 'A', name: 'A', unitPriceMinor: 100, discountMinor: 0 }
function invoice(invoiceNo: string, date: string, quantity: number, customerNumber = '7'): Invoice {
  const isCancellation = invoiceNo.startsWith('C')
  return {
    invoiceNo,
    isCancellation,
    date,
    minuteOfDay: 600,
    customerNumber,
    lines: [{ ...line, quantity }],
  }
}

test('a cancellation belongs to the latest sale of the customer that still holds enough', () => {
  const { entries } = makeBook([
    invoice('1', '2011-01-01', 10),
    invoice('2', '2011-01-02', 3),
    invoice('3', '2011-01-03', 9, 'another'),
    invoice('C4', '2011-01-04', -3),
    invoice('C5', '2011-01-05', -4),
    invoice('C6', '2011-01-06', -5),
    invoice('C7', '2011-01-07', -5),
  ])
  const returns = entries.filter((entry) => entry.kind === 'return')
  const found = returns.map(({ key, saleIndex, lines }) => [
    key,
    saleIndex === undefined ? undefined : entries[saleIndex]?.key,
    lines[0]?.returnedBefore,
  ])
  deepEqual(found, [
    ['C4', '2', 0],
    ['C5', '1', 0],
    ['C6', '1', 4],
    ['C7', undefined, 0],
  ])
})

test('the slice is small, states its licence, and holds each return beside its sale', async () => {
  const file = new URL('transactions.csv.gz', data)
  ok(statSync(file).size <= 2_000_000)
  const readme = readFileSync(new URL('README.md', data), 'utf8')
  ok(readme.includes('CC0') && readme.includes('cran/onlineretail'))
  const book = await readBook(file.pathname)
  deepEqual(book.skipped, {}, 'goods only')
  const returns = book.entries.filter((entry) => entry.kind === 'return')
  ok(returns.length > 500 && returns.every(({ saleIndex }) => saleIndex !== undefined))
  ok(book.products.every(({ priceMinor, costMinor }) => priceMinor > 0 && costMinor > 0))
  equal(book.dayStarts.length, book.daysCount + 1)
})
