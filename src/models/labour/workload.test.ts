/** Service times found again, staff with its interval, explanations that add up, artifacts that travel. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createRandom } from '../math/random.ts'
import { explainStaff, fitWorkload, staffNeeded, usualWorkload } from './workload.ts'

const random = createRandom(3)
const items = Array.from({ length: 2000 }, () => 1 + random.below(30))
const seconds = items.map((count) => Math.max(5, 50 + 3 * count + 8 * random.normal()))

test('start and seconds an item are found again, tills left open notwithstanding', () => {
  const open = seconds.map((one, at) => (at % 100 === 0 ? 5000 : one))
  const { startSeconds, secondsAnItem } = fitWorkload(items, open)
  ok(Math.abs(startSeconds - 50) < 3, String(startSeconds))
  ok(Math.abs(secondsAnItem - 3) < 0.2, String(secondsAnItem))
})

test('too little to learn from: the usual times', () => {
  deepEqual(fitWorkload([], []), usualWorkload)
  equal(fitWorkload([3, 3, 3], [1, 2, 3]).secondsAnItem, usualWorkload.secondsAnItem)
})

const slot = fc.record({
  minutes: fc.constantFrom(15, 30, 60),
  sales: fc.nat(300),
  salesVariance: fc.nat(900),
  itemsASale: fc.double({ min: 0, max: 60, noNaN: true }),
  taskHours: fc.double({ min: 0, max: 3, noNaN: true }),
})

test('the interval holds the figure, and the explanation adds up to it', () => {
  fc.assert(
    fc.property(slot, (given) => {
      const need = staffNeeded(usualWorkload, given)
      ok(need.staffLow <= need.staff && need.staff <= need.staffHigh)
      const { base, factors } = explainStaff(usualWorkload, given)
      const sum = factors.reduce((total, { weight }) => total + weight, base)
      ok(Math.abs(sum - need.staff) < 1e-9)
    }),
    { numRuns: 60 },
  )
})

test('a quiet hour still has the minimum, with absence on top', () => {
  const quiet = { minutes: 60, sales: 0, salesVariance: 0, itemsASale: 0, taskHours: 0 }
  equal(staffNeeded(usualWorkload, quiet).staff, 3)
  equal(staffNeeded(usualWorkload, quiet, { shrinkageRatio: 0 }).staff, 2)
})
