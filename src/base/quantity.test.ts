/** Quantities: decimals that add up, in one way of writing each. */
import { equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  addQuantities,
  costOf,
  negateQuantity,
  Quantity,
  quantityAsNumber,
  quantityFrom,
} from './quantity.ts'

/** Hundred-thousandths, small enough that three of them stay within twelve whole digits. */
const units = fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n })
const quantity = units.map(textOf)

test('what is added is exactly the sum, in any order and grouping', () => {
  fc.assert(
    fc.property(units, units, units, (a, b, c) => {
      const [left, middle, right] = [textOf(a), textOf(b), textOf(c)]
      equal(addQuantities(left, middle, right), textOf(a + b + c))
      equal(
        addQuantities(addQuantities(left, middle), right),
        addQuantities(left, addQuantities(middle, right)),
      )
      equal(addQuantities(left, middle), addQuantities(middle, left))
    }),
  )
})

test('a quantity and its negation are nothing', () => {
  fc.assert(
    fc.property(quantity, (one) => {
      equal(addQuantities(one, negateQuantity(one)), '0')
      equal(negateQuantity(negateQuantity(one)), one)
    }),
  )
})

test('every result fits the schema, and reading it again changes nothing', () => {
  fc.assert(
    fc.property(quantity, (one) => {
      ok(Quantity.safeParse(one).success, one)
      equal(quantityFrom(one), one)
    }),
  )
})

test('one tenth ten times is one', () => {
  equal(addQuantities(...new Array<string>(10).fill('0.1')), '1')
  equal(addQuantities(), '0')
})

test('a cost is the exact product, rounded half away from zero', () => {
  const price = fc.integer({ min: -1_000_000, max: 1_000_000 })
  fc.assert(
    fc.property(units, price, (amount, unitMinor) => {
      const product = amount * BigInt(unitMinor)
      const magnitude = ((product < 0n ? -product : product) * 2n + 100_000n) / 200_000n
      equal(costOf(textOf(amount), unitMinor) + 0, Number(product < 0n ? -magnitude : magnitude))
    }),
  )
  equal(costOf('1.005', 100), 101)
  equal(costOf('0.35', 1999), 700)
})

const readings = [
  { why: 'trailing zeros go', from: '2.000', wants: '2' },
  { why: 'leading zeros go', from: '007.50', wants: '7.5' },
  { why: 'a number', from: 0.35, wants: '0.35' },
  { why: 'nothing, negative', from: '-0.000', wants: '0' },
  { why: 'nothing, as a number', from: -0, wants: '0' },
  { why: 'zeros past the fifth decimal', from: '1.2345600000', wants: '1.23456' },
  { why: 'sold before it was received', from: -3, wants: '-3' },
]
for (const { why, from, wants } of readings)
  test(`quantityFrom: ${why}`, () => equal(quantityFrom(from), wants))

for (const from of [
  '',
  '1.',
  '.5',
  '1,5',
  'abc',
  '0.000001',
  1e-6,
  1e-7,
  NaN,
  Infinity,
  1e21,
  '1234567890123',
])
  test(`quantityFrom refuses ${String(from) || 'nothing'} (${typeof from})`, () => {
    throws(() => quantityFrom(from), { code: 'quantity_malformed' })
  })

test('a sum past twelve whole digits is refused, since no schema takes it', () => {
  throws(() => addQuantities('999999999999', '1'), { code: 'quantity_malformed' })
})

for (const text of ['01', '-0', '1.50', '1.0', '0.123456', '+1', '1e3'])
  test(`the schema refuses ${text}`, () => ok(!Quantity.safeParse(text).success))

test('as a number, for ratios', () => equal(quantityAsNumber('-1.5'), -1.5))

function textOf(value: bigint): string {
  const magnitude = value < 0n ? -value : value
  const [whole, rest] = [magnitude / 100_000n, magnitude % 100_000n]
  const fraction = String(rest).padStart(5, '0').replace(/0+$/, '')
  return `${value < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}
