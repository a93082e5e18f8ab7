import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { median, quantile, spreadOf } from './statistics.ts'

const rows = [
  { why: 'one value is its own median', values: [7], median: 7, p99: 7 },
  { why: 'two values meet in the middle', values: [1, 4], median: 2.5, p99: 4 },
  { why: 'order does not matter', values: [9, 1, 5], median: 5, p99: 9 },
  { why: 'the hundredth of a hundred is past p99', values: upTo(100), median: 50.5, p99: 99 },
]
for (const row of rows)
  test(row.why, () => {
    equal(median(row.values), row.median)
    equal(quantile(row.values, 0.99), row.p99)
  })

test('the spread names both ends', () =>
  deepEqual(spreadOf([3, 1, 2]), { median: 2, least: 1, most: 3 }))

test('a quantile is one of the values, and as many as promised are not above it', () =>
  fc.assert(
    fc.property(
      fc.array(fc.integer(), { minLength: 1 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (values, ratio) => {
        const found = quantile(values, ratio)
        ok(values.includes(found))
        ok(values.filter((value) => value <= found).length >= ratio * values.length)
      },
    ),
    { numRuns: 50 },
  ))

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1)
}
