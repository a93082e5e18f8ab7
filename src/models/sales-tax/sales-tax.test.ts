/** Sales tax: published examples, sums that hold to the cent, dates, and refunds to the last cent. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { explainSalesTax, fitSalesTax, predictSalesTax } from './model.ts'
import { indexRates, type Levy, millionthsFrom, settleParts } from './rates.ts'
import { roundCash, roundMillionths, shareOut, taxWithin } from './rounding.ts'
import { type TaxLine, taxOf, taxReturned } from './tax.ts'

const levy = (code: string, rateMillionths: number, more: Partial<Levy> = {}): Levy => ({
  code,
  name: code.toUpperCase(),
  kind: 'state',
  rateMillionths,
  validFrom: '2020-01-01',
  treatments: {},
  ...more,
})
const newYork = [
  levy('ny', 40_000, { treatments: { clothing: { kind: 'exempt_below', unitMinor: 11_000 } } }),
  levy('nyc', 45_000, {
    kind: 'city',
    treatments: { clothing: { kind: 'exempt_below', unitMinor: 11_000 }, food: { kind: 'exempt' } },
  }),
  levy('mctd', 3750, { kind: 'special' }),
]
const line = (amountMinor: number, more: Partial<TaxLine> = {}): TaxLine => ({
  lineId: 'l',
  amountMinor,
  pieces: 1,
  ...more,
})
const three = [1, 2, 3].map((at) => line(999, { lineId: `l${at}` }))

test('3 x 9.99 at 8.875 %: 2.67 by line, 2.66 by invoice', () => {
  equal(taxOf(three, newYork, 'line').taxMinor, 267)
  equal(taxOf(three, newYork, 'invoice').taxMinor, 266)
})

const halves = [
  { why: 'half a cent goes up', exact: 500_000n, wants: 1 },
  { why: 'less does not', exact: 499_999n, wants: 0 },
  { why: 'a return mirrors a sale', exact: -500_000n, wants: -1 },
  { why: 'nothing is not minus nothing', exact: -1n, wants: 0 },
  {
    why: 'what a double holds no more is still exact',
    exact: 9_007_199_254_740_991_499_999n,
    wants: 9_007_199_254_740_991,
  },
]
for (const { why, exact, wants } of halves)
  test(why, () => ok(Object.is(roundMillionths(exact), wants)))

const cash = [
  [100, 100],
  [101, 100],
  [102, 100],
  [103, 105],
  [104, 105],
  [106, 105],
  [107, 105],
  [108, 110],
  [-103, -105],
] as const
for (const [due, wants] of cash)
  test(`cash: ${due} is paid as ${wants}`, () => {
    const { cashMinor, differenceMinor } = roundCash(due)
    deepEqual([cashMinor, differenceMinor], [wants, wants - due])
  })

const within = [
  { gross: 11_900, rate: 190_000, tax: 1900 },
  { gross: 100, rate: 190_000, tax: 16 },
  { gross: -11_900, rate: 190_000, tax: -1900 },
  { gross: 999, rate: 0, tax: 0 },
]
for (const { gross, rate, tax } of within)
  test(`${gross} with ${rate / 10_000} % inside holds ${tax}`, () =>
    deepEqual(taxWithin(gross, rate), { taxMinor: tax, netMinor: gross - tax }))

test('clothing below the limit a piece is free, at the limit it is not; a class of one levy only', () => {
  const tax = (given: TaxLine) => taxOf([given], newYork, 'line')
  equal(tax(line(10_999, { taxClass: 'clothing' })).taxMinor, 41)
  equal(tax(line(11_000, { taxClass: 'clothing' })).taxMinor, 976)
  equal(tax(line(20_000, { taxClass: 'clothing', pieces: 2 })).taxMinor, 75)
  equal(tax(line(1000, { taxClass: 'food' })).taxMinor, 44)
  equal(tax(line(1000, { isExempt: true })).taxMinor, 0)
  equal(tax(line(1000, { taxClass: 'constructor' })).taxMinor, 89)
})

const amount = fc.integer({ min: -10_000_000, max: 10_000_000 })
const rates = fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 6 })

test('lines, levies and the total add up; each rounding is within half a unit of the truth', () => {
  fc.assert(
    fc.property(
      fc.array(amount, { maxLength: 12 }),
      rates,
      fc.constantFrom('line' as const, 'invoice' as const),
      (amounts, given, basis) => {
        const lines = amounts.map((minor, at) => line(minor, { lineId: `l${at}` }))
        const levies = given.map((rate, at) => levy(`v${at}`, rate))
        const found = taxOf(lines, levies, basis)
        const sum = (of: readonly { taxMinor: number }[]) => of.reduce((a, b) => a + b.taxMinor, 0)
        equal(sum(found.lines), found.taxMinor)
        equal(sum(found.levies), found.taxMinor)
        for (const own of found.lines) equal(sum(own.levies), own.taxMinor)
        const rate = given.reduce((a, b) => a + b, 0)
        const exact = (amounts.reduce((a, b) => a + b, 0) * rate) / 1e6
        const most = basis === 'line' ? amounts.length / 2 : 0.5
        ok(Math.abs(found.taxMinor - exact) <= most + 1e-6)
        const mirrored = taxOf(
          lines.map((one) => ({ ...one, amountMinor: -one.amountMinor })),
          levies,
          basis,
        )
        equal(mirrored.taxMinor + found.taxMinor, 0)
      },
    ),
  )
})

test('shares add up and are less than one unit from exact', () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), { minLength: 1 }),
      (exact) => {
        const total = roundMillionths(exact.reduce((a, b) => a + b, 0n))
        const shares = shareOut(total, exact)
        equal(
          shares.reduce((a, b) => a + b, 0),
          total,
        )
        if (exact.every((part) => part >= 0n))
          for (const [at, share] of shares.entries())
            ok(Math.abs(share - Number(exact[at]) / 1e6) <= 1)
      },
    ),
  )
})

test('returned piece by piece, a line gives back what it was charged', () => {
  fc.assert(
    fc.property(amount, rates, fc.integer({ min: 1, max: 9 }), (minor, given, pieces) => {
      const levies = given.map((rate, at) => levy(`v${at}`, rate))
      const [charged] = taxOf([line(minor, { pieces })], levies, 'line').lines
      let back = 0
      for (let piece = 0; piece < pieces; piece += 1)
        back += taxReturned({
          line: charged!,
          pieces,
          piecesReturnedBefore: piece,
          piecesReturnedNow: 1,
        }).taxMinor
      equal(back, charged!.taxMinor)
    }),
  )
})

const table = {
  source: 'made for this test',
  asOf: '2026-01-01',
  levies: [
    levy('ny', 40_000, { validTo: '2025-12-31' }),
    levy('ny', 42_500, { validFrom: '2026-01-01' }),
    levy('nyc', 45_000),
  ],
  places: { 'us/NY/10001': ['ny', 'nyc'] },
}

test('the rate of the day; what levies take adds up in words', () => {
  const index = indexRates(table)
  const on = (date: string) => ({ place: 'us/NY/10001', on: date, lines: [line(10_000)] })
  equal(predictSalesTax(index, on('2025-12-31'), { basis: 'line' }).taxMinor, 850)
  equal(predictSalesTax(index, on('2026-01-01'), { basis: 'line' }).taxMinor, 875)
  const { base, factors } = explainSalesTax(index, on('2026-01-01'), { basis: 'line' })
  equal(
    factors.reduce((sum, { weight }) => sum + weight, base),
    875,
  )
  equal(
    factors[0]?.says,
    'NYC takes 450 of 10000 minor units, at 4.5 % (made for this test, as of 2026-01-01).',
  )
})

const refusals: { why: string; act: () => unknown; field: string }[] = [
  {
    why: 'a place that the table does not know is no place without tax',
    act: () => indexRates(table).leviesAt('us/NY/99999', '2026-01-01'),
    field: 'place',
  },
  { why: 'no date', act: () => indexRates(table).leviesAt('us/NY/10001', 'today'), field: 'on' },
  {
    why: 'half a cent',
    act: () => taxOf([line(0.5)], newYork, 'line'),
    field: 'lines.0.amountMinor',
  },
  {
    why: 'no pieces',
    act: () => taxOf([line(5, { pieces: 0 })], newYork, 'line'),
    field: 'lines.0.pieces',
  },
  {
    why: 'versions that overlap',
    act: () => fitSalesTax({ ...table, levies: [...table.levies, levy('ny', 1)] }),
    field: 'ny',
  },
  {
    why: 'a place with a levy that there is not',
    act: () => fitSalesTax({ ...table, places: { x: ['zz'] } }),
    field: 'places.x',
  },
  { why: 'a rate that is no decimal', act: () => millionthsFrom('8,875'), field: 'rate' },
  {
    why: 'more back than was sold',
    act: () =>
      taxReturned({
        line: taxOf([line(5)], newYork, 'line').lines[0]!,
        pieces: 1,
        piecesReturnedBefore: 1,
        piecesReturnedNow: 1,
      }),
    field: 'piecesReturnedNow',
  },
]
for (const { why, act, field } of refusals)
  test(why, () => throws(act, (error) => error instanceof Fault && error.detail.field === field))

test('rates are read exactly; parts that miss the whole are settled on the largest', () => {
  deepEqual(
    ['0.08875', '0', '0.022999', '1.5', '0.1000000'].map(millionthsFrom),
    [88_750, 0, 22_999, 1_500_000, 100_000],
  )
  deepEqual(settleParts(88_000, [65_000, 22_999]), {
    parts: [65_001, 22_999],
    addedMillionths: 1,
  })
})
