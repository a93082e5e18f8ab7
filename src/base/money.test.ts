/** Amounts: exact in both directions, in currencies with 0, 2 and 3 decimals. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { currencyExponents } from './currencies.ts'
import { allocate, decimalFromMinor, exponentOf, Money, minorFromDecimal } from './money.ts'

const currency = fc.constantFrom('USD', 'EUR', 'JPY', 'CLP', 'KWD')
const minor = fc.maxSafeInteger()

test('an amount written as a decimal reads back as itself', () => {
  fc.assert(
    fc.property(minor.filter(fitsFifteenDigits), currency, (amount, code) => {
      equal(minorFromDecimal(decimalFromMinor(amount, code), code), amount + 0)
    }),
  )
})

test('a decimal is rounded as exact fractions are: half away from zero', () => {
  const decimal = fc
    .tuple(fc.boolean(), fc.nat({ max: 1_000_000_000 }), fc.stringMatching(/^\d{0,30}$/))
    .map(([isNegative, whole, fraction]) => ({
      text: `${isNegative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`,
      numerator: BigInt(`${whole}${fraction}`) * (isNegative ? -1n : 1n),
      denominator: 10n ** BigInt(fraction.length),
    }))
  fc.assert(
    fc.property(decimal, currency, ({ text, numerator, denominator }, code) => {
      const scaled = numerator * 10n ** BigInt(exponentOf(code))
      equal(minorFromDecimal(text, code), Number(roundedHalfAway(scaled, denominator)))
    }),
  )
})

const readings = [
  { why: 'two decimals', from: '24.00', code: 'USD', wants: 2400 },
  { why: 'a bare number', from: 65, code: 'USD', wants: 6500 },
  { why: 'no decimals in yen', from: '1234', code: 'JPY', wants: 1234 },
  { why: 'a vendor that writes yen with decimals', from: '1234.00', code: 'JPY', wants: 1234 },
  { why: 'three decimals in dinar', from: '1.2345', code: 'KWD', wants: 1235 },
  { why: 'half goes up', from: '56.525', code: 'EUR', wants: 5653 },
  { why: 'half of a refund goes down', from: '-56.525', code: 'EUR', wants: -5653 },
  {
    why: 'a number is read as it is written, not as it is stored',
    from: 1.005,
    code: 'USD',
    wants: 101,
  },
  { why: 'the tail of a binary sum', from: 0.1 + 0.2, code: 'USD', wants: 30 },
  { why: 'as many digits as a double has', from: 17.391304347826086, code: 'EUR', wants: 1739 },
  { why: 'a number that prints with an exponent', from: 1e-7, code: 'USD', wants: 0 },
  { why: 'nothing below zero is plain zero', from: '-0.001', code: 'USD', wants: 0 },
]
for (const { why, from, code, wants } of readings)
  test(`minorFromDecimal: ${why}`, () => equal(minorFromDecimal(from, code), wants))

for (const from of ['', '.5', '1.', '1,50', '+1', ' 1', '1e3', '--1', 'NaN', NaN, Infinity, 1e21])
  test(`minorFromDecimal refuses ${JSON.stringify(from)} (${String(from)})`, () => {
    throws(() => minorFromDecimal(from, 'USD'), { code: 'money_malformed' })
  })

test('amounts past what a double holds exactly are refused, not rounded', () => {
  equal(minorFromDecimal('90071992547409.91', 'USD'), Number.MAX_SAFE_INTEGER)
  throws(() => minorFromDecimal('90071992547409.92', 'USD'), { code: 'money_malformed' })
  throws(() => minorFromDecimal('90071992547409.915', 'USD'), { code: 'money_malformed' })
})

test('an unknown currency is named, and Object.prototype holds none', () => {
  for (const code of ['XXX', 'usd', '', 'toString', '__proto__'])
    throws(() => exponentOf(code), {
      code: 'currency_unknown',
      detail: { field: 'currency', currency: code },
    })
})

test('every currency has three letters and 0, 2 or 3 decimals', () => {
  const listed = Object.entries(currencyExponents)
  ok(listed.length > 150)
  for (const [code, exponent] of listed) {
    ok(/^[A-Z]{3}$/.test(code), code)
    ok([0, 2, 3].includes(exponent), code)
  }
  deepEqual(['USD', 'JPY', 'CLP', 'KWD'].map(exponentOf), [2, 0, 0, 3])
})

test('money is whole', () => {
  ok(Money.safeParse({ minor: 1, currency: 'EUR' }).success)
  for (const wrong of [1.5, 2 ** 53, '1'])
    ok(!Money.safeParse({ minor: wrong, currency: 'EUR' }).success)
})

test('allocated parts add up, are whole, and are less than one unit from their exact share', () => {
  const weights = fc
    .array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 40 })
    .filter((list) => list.some((weight) => weight > 0))
  const amount = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 })
  fc.assert(
    fc.property(amount, weights, (total, list) => {
      const parts = allocate(total, list)
      const sum = list.reduce((a, b) => a + b, 0)
      equal(parts.reduce((a, b) => a + b, 0) + 0, total + 0)
      parts.forEach((part, index) => {
        ok(Number.isSafeInteger(part) && !Object.is(part, -0))
        ok(Math.abs(part - (total * (list[index] ?? 0)) / sum) < 1.000001)
        if (list[index] === 0) equal(part, 0)
      })
    }),
  )
})

test('allocate: the largest remainder gets what is left, the first of equals before the rest', () => {
  deepEqual(allocate(100, [1, 1, 1]), [34, 33, 33])
  deepEqual(allocate(-100, [1, 1, 1]), [-34, -33, -33])
  deepEqual(allocate(10, [3, 3, 1]), [4, 4, 2])
  deepEqual(allocate(0, [1, 2]), [0, 0])
})

test('allocate refuses weights that share nothing', () => {
  for (const weights of [[], [0, 0], [-1], [NaN, 1], [Infinity, 1], [Number.MAX_VALUE, 1]])
    throws(() => allocate(100, weights), { code: 'money_malformed' }, String(weights))
})

function roundedHalfAway(numerator: bigint, denominator: bigint): bigint {
  const magnitude = numerator < 0n ? -numerator : numerator
  const rounded = (2n * magnitude + denominator) / (2n * denominator)
  return numerator < 0n ? -rounded : rounded
}

/** The whole part of a decimal may have 15 digits; yen of 16 are past it. */
function fitsFifteenDigits(amount: number): boolean {
  return Math.abs(amount) < 1e15
}
