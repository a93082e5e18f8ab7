import { equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { lineOf, returnedLine, sumsOf, taxOf } from './arithmetic.ts'

const rows = [
  { why: 'added tax', amount: 1000, taxRate: '0.08875', taxesIncluded: false, wants: 89 },
  { why: 'half a cent goes up', amount: 100, taxRate: '0.005', taxesIncluded: false, wants: 1 },
  { why: 'included tax', amount: 1200, taxRate: '0.20', taxesIncluded: true, wants: 200 },
  { why: 'included, rounded', amount: 999, taxRate: '0.19', taxesIncluded: true, wants: 160 },
  { why: 'no tax', amount: 999, taxRate: '0', taxesIncluded: false, wants: 0 },
]
for (const { why, amount, wants, ...rule } of rows)
  test(why, () => equal(taxOf(amount, rule), wants))

test('a rate that is no decimal is named', () => {
  throws(() => taxOf(1, { taxRate: '8%', taxesIncluded: false }), { code: 'config_invalid' })
})

const rules = fc.record({
  taxRate: fc.integer({ min: 0, max: 300_000 }).map((n) => `0.${String(n).padStart(6, '0')}`),
  taxesIncluded: fc.boolean(),
})
const goods = fc.record({
  quantity: fc.integer({ min: 1, max: 500 }),
  unitPriceMinor: fc.integer({ min: 1, max: 100_000 }),
  discountRatio: fc.double({ min: 0, max: 1, noNaN: true }),
})

test('all parts that come back give back exactly what was paid', () => {
  fc.assert(
    fc.property(goods, rules, fc.array(fc.integer({ min: 1, max: 60 })), (item, rule, parts) => {
      const gross = item.quantity * item.unitPriceMinor
      const sold = { sku: 'A', name: 'A', ...item }
      const line = lineOf(sold, Math.floor(gross * item.discountRatio), rule)
      let before = 0
      let [totalMinor, taxMinor, discountMinor] = [0, 0, 0]
      for (const part of [...parts, item.quantity]) {
        const quantity = Math.min(part, item.quantity - before)
        if (quantity === 0) continue
        const back = returnedLine(line, quantity, before)
        ok(back.totalMinor >= 0 && back.taxMinor >= 0 && back.discountMinor >= 0)
        equal(back.totalMinor, back.unitPriceMinor * quantity - back.discountMinor)
        totalMinor += back.totalMinor
        taxMinor += back.taxMinor
        discountMinor += back.discountMinor
        before += quantity
      }
      equal(totalMinor, line.totalMinor)
      equal(taxMinor, line.taxMinor)
      equal(discountMinor, line.discountMinor)
    }),
    { numRuns: 60 },
  )
})

test('a sale is its lines, and added tax comes on top', () => {
  fc.assert(
    fc.property(fc.array(goods, { minLength: 1, maxLength: 20 }), rules, (items, rule) => {
      const lines = items.map((item) => lineOf({ sku: 'A', name: 'A', ...item }, 0, rule))
      const { taxMinor, totalMinor } = sumsOf(lines, rule)
      const netMinor = items.reduce((sum, item) => sum + item.quantity * item.unitPriceMinor, 0)
      equal(totalMinor, netMinor + (rule.taxesIncluded ? 0 : taxMinor))
      ok(taxMinor >= 0 && taxMinor <= totalMinor)
    }),
    { numRuns: 60 },
  )
})
