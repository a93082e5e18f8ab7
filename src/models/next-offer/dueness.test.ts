/** Lapses by hand, and a habit that holds less the longer it is gone. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import { Fault } from '../../base/fault.ts'
import { dueFactor, lapsesOf } from './dueness.ts'
import { createOfferSearch, fitNextOffer } from './next-offer.ts'

test('lapses by hand: baskets since, and the median of own gaps', () => {
  const lapses = lapsesOf([[1, 2, 2], [3], [1], [1, 3], []])
  deepEqual(lapses.get(1), { since: 2, usualGap: 2 })
  deepEqual(lapses.get(2), { since: 5, usualGap: Number.NaN })
  deepEqual(lapses.get(3), { since: 2, usualGap: 2 })
  equal(lapsesOf([]).size, 0)
})

const settings = { lapse: 0.1, overdue: 0.25 }
const factors = [
  { why: 'in the latest basket', since: 1, usualGap: 1, wants: 1 },
  { why: 'bought once, three baskets ago', since: 3, usualGap: Number.NaN, wants: Math.exp(-0.2) },
  { why: 'gone, but not beyond twice the usual', since: 6, usualGap: 3, wants: Math.exp(-0.5) },
  { why: 'overdue by two gaps more', since: 4, usualGap: 1, wants: Math.exp(-0.3) / 1.5 },
]
for (const { why, wants, ...lapse } of factors)
  test(`due: ${why}`, () => ok(Math.abs(dueFactor(lapse, settings) - wants) < 1e-12))

const itemsCount = 4
const histories = [
  [[0, 1], [1], [1]],
  [[2], [2]],
]
const search = createOfferSearch(fitNextOffer(histories, { itemsCount }), { itemsCount })

test('what is gone for long falls behind what the latest basket held, habits alike', () => {
  const gone = [[[0, 2], [2, 3], [3, 0], [0], [3]]]
  const { next } = createOfferSearch(fitNextOffer(gone, { itemsCount }), { itemsCount }).offers(
    0,
    4,
  )
  deepEqual(
    next.map(({ item }) => item),
    [3, 0, 2],
  )
})

test('margins turn the order, and what earns nothing is not offered', () => {
  const items = (margins: number[]) =>
    search.offers(0, 4, undefined, margins).next.map(({ item }) => item)
  deepEqual(
    items([1, 1, 1, 1]),
    search.offers(0, 4).next.map(({ item }) => item),
  )
  deepEqual(items([100, 1, 1, 1])[0], 0)
  deepEqual(items([1, 0, -1, 1]), [0])
})

test('margins that do not fit are refused by name', () => {
  const isFault = (field: string) => (error: unknown) =>
    error instanceof Fault && error.detail.field === field
  throws(() => search.offers(0, 4, undefined, [1]), isFault('margins'))
  throws(() => search.offers(0, 4, undefined, [1, Number.NaN, 1, 1]), isFault('margins.1'))
})
