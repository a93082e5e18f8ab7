/** Five decimals to minor units: exact, rounded once, adding up to what was paid. */
import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { minorFrom, roundTo, Scaled, scaledFrom, shareOut } from './amounts.ts'

const rows: { why: string; wire: unknown; scaled: number | undefined }[] = [
  { why: 'five decimals in text', wire: '56.52174', scaled: 5_652_174 },
  { why: 'a whole number', wire: 65, scaled: 6_500_000 },
  { why: 'a JSON number', wire: 8.47826, scaled: 847_826 },
  { why: 'binary noise', wire: 0.1 + 0.2, scaled: 30_000 },
  { why: 'a sixth decimal is rounded', wire: '0.000005', scaled: 1 },
  { why: 'negative', wire: '-200', scaled: -20_000_000 },
  { why: 'no negative nothing', wire: '-0.00000', scaled: 0 },
  { why: 'a comma', wire: '1,50', scaled: undefined },
  { why: 'nothing', wire: null, scaled: undefined },
  { why: 'not finite', wire: Number.NaN, scaled: undefined },
]
for (const { why, wire, scaled } of rows)
  test(why, () => {
    equal(scaledFrom(wire), scaled)
    equal(Scaled.safeParse(wire).success, scaled !== undefined)
  })

test('minor units by currency, half away from zero', () => {
  equal(minorFrom(5_652_174, 'EUR'), 5652)
  equal(minorFrom(5_652_500, 'EUR'), 5653)
  equal(minorFrom(-5_652_500, 'EUR'), -5653)
  equal(minorFrom(5_652_174, 'JPY'), 57)
  equal(minorFrom(5_652_174, 'KWD'), 56_522)
})

test('the ones rounded most unfairly give way', () => {
  const third = 333_333
  deepEqual(roundTo(1000, [third, third, third + 1], 'EUR'), {
    parts: [333, 333, 334],
    leftMinor: 0,
  })
  deepEqual(roundTo(990, [third, third], 'EUR'), { parts: [334, 334], leftMinor: 322 })
  deepEqual(shareOut(300, [400_000, 200_000], 'EUR'), [200, 100])
})

test('whatever the parts, they add up to what was paid', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 50_000_000 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: -30, max: 30 }),
      fc.constantFrom('EUR', 'JPY', 'KWD'),
      (scaled, off, currency) => {
        const total = minorFrom(
          scaled.reduce((sum, value) => sum + value, 0),
          currency,
        )
        const target = Math.max(0, total + off)
        const parts = shareOut(target, scaled, currency)
        equal(
          parts.reduce((sum, part) => sum + part, 0),
          target,
        )
      },
    ),
    { numRuns: 50 },
  )
})
