/** First digits: the law's own shares, invented amounts, and when nothing may be said. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import { benford, combineWithDigits, firstDigits, judgeDigits } from './first-digits.ts'

/** Wide amounts, as trade has them, in minor units. */
function wideAmounts(seed: string, count: number, factor = 1): number[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => factor * Math.exp(7 + 2.2 * random.normal()))
}
/** Whoever invents amounts likes each digit about as well. */
function inventedAmounts(seed: string, count: number): number[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => (1 + 9 * random.next()) * 10 ** random.below(4))
}
const judged = (...given: Parameters<typeof judgeDigits>) => {
  const verdict = judgeDigits(...given)
  ok(verdict.kind === 'judged')
  return verdict
}

test('shares of Benford as published, to five places', () => {
  const published = [
    0.30103, 0.17609, 0.12494, 0.09691, 0.07918, 0.06695, 0.05799, 0.05115, 0.04576,
  ]
  for (const [at, share] of benford.entries()) ok(Math.abs(share - published[at]!) < 5e-6)
})

test('a first digit is that of the number as it is written', () => {
  deepEqual(
    firstDigits([1, 0.2, 3000, 4.999, 0.00051, 6e21, 79, 8, 0.9, 999.99]),
    [1, 1, 1, 1, 1, 1, 1, 1, 2],
  )
})

test('wide amounts conform, in whatever currency; invented ones do not', () => {
  for (const factor of [1, 3, 7.7, 137]) {
    const { distance, isConforming, against } = judged(wideAmounts('wide', 4000, factor))
    ok(isConforming && distance < 0.01, `${factor}: ${distance}`)
    equal(against, 'benford')
  }
  const { distance, isConforming, chance } = judged(inventedAmounts('invented', 800))
  ok(!isConforming && distance > 0.05 && chance < 1e-6)
})

test('chi-square by hand: exactly the law is no misfit, and a doubled nine is', () => {
  const exact = benford.map((share) => Math.round(share * 1e5))
  const amounts = (counts: number[]) =>
    counts.flatMap((count, at) => Array.from({ length: count }, (_, i) => (at + 1) * 10 ** (i % 4)))
  ok(judged(amounts(exact)).chance > 0.999)
  // 1,000 amounts, of which 46 more begin with 9: (46²/45.8 and what the others lack) is 44.2 on 8 degrees.
  const few = [301, 176, 125, 97, 79, 67, 58, 51, 92]
  const total = few.reduce((sum, count) => sum + count, 0)
  const misfit = few.reduce((sum, count, at) => {
    const expected = total * benford[at]!
    return sum + (count - expected) ** 2 / expected
  }, 0)
  // The upper tail of chi-square with 8 degrees is a short sum.
  const half = misfit / 2
  const wanted = Math.exp(-half) * (1 + half + half ** 2 / 2 + half ** 3 / 6)
  close(judged(amounts(few)).chance, wanted, 1e-9)
})

test('peers that round to tens are the measure for one who does so too', () => {
  const rounded = (seed: string, count: number) =>
    inventedAmounts(seed, count).map((one) => Math.round(one))
  const peers = firstDigits(rounded('peers', 20_000))
  const own = judged(rounded('own', 900), peers)
  ok(own.chance > 0.01 && own.against === 'peers' && !own.isConforming)
  const other = judged(wideAmounts('other', 900), peers)
  ok(other.chance < 1e-6 && other.isConforming)
  equal(
    judged(
      wideAmounts('other', 900),
      benford.map(() => 9),
    ).against,
    'benford',
  )
})

test('honest persons are seldom far from their peers: about one in twenty at 5 %', () => {
  const peers = firstDigits(wideAmounts('all', 50_000))
  let far = 0
  for (let person = 0; person < 200; person += 1)
    if (judged(wideAmounts(`person ${person}`, 600), peers).chance <= 0.05) far += 1
  ok(far >= 2 && far <= 20, `${far} of 200`)
})

test('too few, or too narrow for the law, is no verdict; one outlier makes nothing wide', () => {
  deepEqual(judgeDigits(wideAmounts('few', 499)), { kind: 'none', why: 'too_few' })
  const random = createRandom('narrow')
  const narrow = Array.from({ length: 600 }, () => 20 + 60 * random.next())
  deepEqual(judgeDigits([...narrow, 1e9, 0.001]), { kind: 'none', why: 'too_narrow' })
  deepEqual(judgeDigits([]), { kind: 'none', why: 'too_few' })
})

test('joined with other tests digits weigh little, and alone they say nothing', () => {
  const striking = judged(inventedAmounts('joined', 5000))
  ok(striking.chance < 1e-15)
  ok(Number.isNaN(combineWithDigits([], striking)))
  ok(Number.isNaN(combineWithDigits([Number.NaN], striking)))
  ok(combineWithDigits([0.5], striking) > 0.09)
  const together = combineWithDigits([0.02], striking)
  ok(together < 0.02 && together > 0.015, String(together))
  close(
    combineWithDigits([0.02, 0.3], { kind: 'none', why: 'too_few' }),
    combineWithDigits([0.3, 0.02], { kind: 'none', why: 'too_few' }),
  )
})

test('any amounts have nine counts that add up; bad input is named', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 5e-324, max: 1e300, noNaN: true })), (amounts) => {
      const digits = firstDigits(amounts)
      equal(digits.length, 9)
      equal(
        digits.reduce((sum, count) => sum + count, 0),
        amounts.length,
      )
    }),
  )
  const refuses = (field: string, act: () => unknown) =>
    throws(act, (error) => error instanceof Fault && error.detail.field === field)
  refuses('amounts, row 1', () => firstDigits([1, 0]))
  refuses('amounts, row 0', () => judgeDigits([Number.NaN]))
  refuses('peers', () => judgeDigits([1], [1, 2]))
  refuses('peers, row 2', () => judgeDigits([1], [1, 2, -1, 0, 0, 0, 0, 0, 0]))
})
