/** Between stores and over the lines of a vendor: shares, transfers, minimums, whole orders. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { close } from '../math/close.ts'
import { protectionDemand } from './protection.ts'
import { packGain, shareScarce } from './scarce.ts'
import { planTransfers } from './transfers.ts'
import { meetMinimum } from './vendor-minimum.ts'
import { planVendorOrder, type VendorLine, type VendorTerms } from './vendor-order.ts'

const demandOf = (mean: number) =>
  protectionDemand(
    { means: [mean], dispersion: 1.5, unitsBehind: Number.POSITIVE_INFINITY },
    [{ periods: 0, chance: 1 }],
    1,
  )

test('scarce packs go where they earn most, and no other share earns more', () => {
  const claims = [2, 6, 9].map((mean, at) => ({
    positionUnits: at,
    demand: demandOf(mean),
    underageCost: 1 + at / 2,
    packsMax: 4,
  }))
  const packs = shareScarce(claims, 5, 3)
  const worth = (share: ArrayLike<number>) =>
    claims.reduce((sum, claim, at) => {
      for (let pack = 0; pack < share[at]!; pack += 1) sum += packGain(claim, pack, 3)
      return sum
    }, 0)
  equal(
    packs.reduce((sum, own) => sum + own, 0),
    5,
  )
  for (let a = 0; a <= 4; a += 1)
    for (let b = 0; b <= 4; b += 1)
      if (5 - a - b >= 0 && 5 - a - b <= 4) ok(worth([a, b, 5 - a - b]) <= worth(packs) + 1e-9)
  deepEqual([...shareScarce(claims, 0, 3)], [0, 0, 0])
})

const store = { margin: 4, orderUpToUnits: 8, keepUnits: Number.POSITIVE_INFINITY }

test('goods move from who has too many to who will run out, if the lane is worth it', () => {
  const stores = [
    { ...store, positionUnits: 20, demand: demandOf(3), keepUnits: 8 },
    { ...store, positionUnits: 1, demand: demandOf(6) },
  ]
  const lane = { from: 0, to: 1, unitCost: 0.2, fixedCost: 3, arrivesBeforeVendor: true }
  const [transfer, ...others] = planTransfers(stores, [lane])
  equal(others.length, 0)
  ok(transfer!.units >= 3 && transfer!.units <= 7 && transfer!.gain > 0)
  deepEqual(planTransfers(stores, [{ ...lane, fixedCost: 500 }]), [])
  deepEqual(planTransfers(stores, [{ ...lane, arrivesBeforeVendor: false }]), [])
})

const waiting = { dueValue: 40, packValue: 10, holdingCost: 1, packsMax: 5 }

test('a minimum is met by what runs out first, if that is cheaper than the fee', () => {
  const lines = [
    { ...waiting, id: 'soon', runOutPeriods: 3, stockOutChanceIfLate: 0.3 },
    { ...waiting, id: 'later', runOutPeriods: 9, stockOutChanceIfLate: 0.01 },
  ]
  const met = meetMinimum(lines, 110, 20, 0.05)
  deepEqual(met, { outcome: 'order', extraPacks: new Map([['soon', 3]]) })
  deepEqual(meetMinimum(lines, 110, 2, 0.05), { outcome: 'pay_fee' })
  deepEqual(meetMinimum(lines, 110, 2, 0.5), { outcome: 'wait' })
  deepEqual(meetMinimum(lines, 70, 0, 0), { outcome: 'order', extraPacks: new Map() })
})

const lines: VendorLine[] = [
  { id: 'a', packCost: 10, packValues: [16, 12, 9.5], packsMin: 0, room: [2] },
  { id: 'b', packCost: 20, packValues: [30, 19.5, 19], packsMin: 0, room: [3] },
  { id: 'c', packCost: 5, packValues: [4.9, 4.9, 4.9, 4.9], packsMin: 0, room: [1] },
]
const plain: VendorTerms = {
  brackets: [{ fromValue: 0, discountRatio: 0, fee: 0 }],
  capacities: [100],
}

test('without ties between the lines each pack is bought that is worth its price', async () => {
  const order = await planVendorOrder(lines, plain)
  deepEqual(
    order.packs.map(({ packsCount }) => packsCount),
    [2, 1, 0],
  )
  close(order.gain, 18, 1e-9)
})

test('a discount on the whole order pays for packs that alone are not worth it', async () => {
  const brackets = [...plain.brackets, { fromValue: 90, discountRatio: 0.1, fee: 0 }]
  const order = await planVendorOrder(lines, { ...plain, brackets })
  equal(order.bracket, 1)
  ok(order.listValue >= 90 && order.gain > 18)
})

test('the best order is never worse than any other that fits', async () => {
  const terms: VendorTerms = {
    brackets: [
      { fromValue: 25, discountRatio: 0, fee: 4 },
      { fromValue: 60, discountRatio: 0.08, fee: 0 },
    ],
    capacities: [11],
  }
  const best = await planVendorOrder(lines, terms)
  let found = 0
  for (let a = 0; a <= 3; a += 1)
    for (let b = 0; b <= 3; b += 1)
      for (let c = 0; c <= 4; c += 1) {
        const value = 10 * a + 20 * b + 5 * c
        if (2 * a + 3 * b + c > 11 || value < 25) continue
        const worth = [a, b, c].reduce(
          (sum, packs, at) =>
            sum + lines[at]!.packValues.slice(0, packs).reduce((x, y) => x + y, 0),
          0,
        )
        for (const { fromValue, discountRatio, fee } of terms.brackets)
          if (value >= fromValue) found = Math.max(found, worth - value * (1 - discountRatio) - fee)
      }
  close(best.gain, found, 1e-6)
})

test('no order is an answer; packs that must come and do not fit are refused', async () => {
  const dear = { ...plain, brackets: [{ fromValue: 1000, discountRatio: 0, fee: 0 }] }
  equal((await planVendorOrder(lines, dear)).outcome, 'not_worth_it')
  const must = lines.map((line) => ({ ...line, packsMin: 1 }))
  await rejects(planVendorOrder(must, dear), { code: 'model_input_malformed' })
  await rejects(planVendorOrder([], plain), { code: 'model_input_malformed' })
  await rejects(planVendorOrder([{ ...lines[0]!, packValues: [1, 2] }], plain), {
    code: 'model_input_malformed',
  })
})

test('a share is never more than there is, nor than was asked', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ mean: fc.double({ min: 0, max: 9, noNaN: true }), packsMax: fc.nat(4) }),
        {
          minLength: 1,
          maxLength: 4,
        },
      ),
      fc.nat(9),
      (wanted, packsCount) => {
        const claims = wanted.map(({ mean, packsMax }) => ({
          positionUnits: 0,
          demand: demandOf(mean),
          underageCost: 1,
          packsMax,
        }))
        const packs = shareScarce(claims, packsCount, 2)
        const total = packs.reduce((sum, own) => sum + own, 0)
        return total <= packsCount && packs.every((own, at) => own <= wanted[at]!.packsMax)
      },
    ),
    { numRuns: 40 },
  )
})
