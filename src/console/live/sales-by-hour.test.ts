import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { currenciesOf, salesByHour, totalOf } from './sales-by-hour.ts'

const startMs = Date.parse('2026-11-20T00:00:00.000Z')
const row = fc
  .record({
    hour: fc.nat({ max: 47 }),
    currency: fc.constantFrom('EUR', 'USD'),
    salesMinor: fc.nat({ max: 1e9 }),
    refundsMinor: fc.nat({ max: 1e9 }),
  })
  .map(({ hour, ...amounts }) => ({
    ...amounts,
    storeId: 'str_1',
    hour: new Date(startMs + hour * 3_600_000).toISOString(),
    salesCount: 1,
    refundsCount: 1,
  }))

test('no cent is lost, no hour is missing, and currencies stay apart', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
      for (const currency of currenciesOf(rows)) {
        const series = salesByHour(rows, currency)
        const own = rows.filter((one) => one.currency === currency)
        equal(
          totalOf(series).salesMinor,
          own.reduce((sum, one) => sum + one.salesMinor, 0),
        )
        equal(totalOf(series).refundsCount, own.length)
        const first = Date.parse(series[0]?.hour ?? '')
        deepEqual(
          series.map(({ hour }) => Date.parse(hour)),
          series.map((_, index) => first + index * 3_600_000),
        )
      }
    }),
    { numRuns: 50 },
  )
})
