/** Next baskets, completion, rules and vectors: by hand, against counting everything, and by their laws. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { createRandom } from '../math/random.ts'
import { completeBasket, explainCompletion, fitCompletion } from './completion.ts'
import { createOfferSearch, explainOffer, fitNextOffer, habitOf } from './next-offer.ts'
import { findRules } from './rules.ts'
import { basketVector, itemVectors, nearestRows } from './vectors.ts'

const close = (found: number, wanted: number, tolerance = 1e-6) =>
  ok(Math.abs(found - wanted) <= tolerance, `${found}, not ${wanted}`)

/** Two kinds of customers: of even items, and of odd ones. */
const histories = Array.from({ length: 40 }, (_, customer) =>
  Array.from({ length: 4 }, (_, visit) =>
    [0, 2, 4].map((step) => (step + 2 * ((customer + visit) % 3) + (customer % 2)) % 10),
  ),
)
const parameters = { itemsCount: 10 }
const artifact = fitNextOffer(histories, parameters)

test('habit by hand: late baskets count more', () => {
  const habit = habitOf([[1], [2], [2, 3]], { basketsMax: 2, decay: 0.5 })
  deepEqual([...habit].sort(), [
    [2, 1],
    [3, 1 / 1.5],
  ])
})

test('customers alike lend what one has not tried', () => {
  const some = [[[0, 1]], [[0, 1, 2]], [[5, 6]]]
  const search = createOfferSearch(fitNextOffer(some, parameters), parameters)
  const { repeat, explore } = search.offers(0, 3)
  deepEqual(
    repeat.map(({ item }) => item),
    [0, 1],
  )
  equal(explore[0]!.item, 2)
})

test('what is left out is on no list, and each list keeps its kind', () => {
  const search = createOfferSearch(artifact, parameters)
  for (let customer = 0; customer < histories.length; customer += 1) {
    const { next, repeat, explore } = search.offers(customer, 5, (item) => item === 4)
    const own = new Set(histories[customer]!.flat())
    ok(repeat.every(({ item }) => own.has(item)))
    ok(explore.every(({ item }) => !own.has(item)))
    for (const list of [next, repeat, explore]) {
      ok(list.every(({ item }) => item !== 4))
      deepEqual(
        list.map(({ score }) => score),
        list.map(({ score }) => score).toSorted((left, right) => right - left),
      )
    }
  }
})

test('the factors of an offer add up to its score', () => {
  const search = createOfferSearch(artifact, parameters)
  for (const { item, score } of search.offers(3, 10).next) {
    const { base, factors } = explainOffer(artifact, 3, item, parameters)
    close(
      factors.reduce((sum, { weight }) => sum + weight, base),
      score,
    )
  }
})

test('no history, no baskets: empty lists, no NaN', () => {
  const none = fitNextOffer([[], [[]]], parameters)
  const { next } = createOfferSearch(none, parameters).offers(0, 5)
  deepEqual(next, [])
})

test('the order of customers does not matter', () => {
  const turnedRound = fitNextOffer(histories.toReversed(), parameters)
  const one = createOfferSearch(artifact, parameters).offers(7, 5).next
  const other = createOfferSearch(turnedRound, parameters).offers(32, 5).next
  for (const [at, { item, score }] of one.entries()) {
    equal(other[at]!.item, item)
    close(other[at]!.score, score)
  }
})

const baskets = fc.array(fc.array(fc.nat(7), { maxLength: 6 }), { minLength: 1, maxLength: 60 })

test('rules are those that counting everything finds', () => {
  fc.assert(
    fc.property(baskets, (some) => {
      const limits = { supportRatio: 0.1, confidenceRatio: 0.4 }
      const found = findRules(some, 8, limits)
      const holds = (items: readonly number[]) =>
        some.filter((basket) => items.every((item) => basket.includes(item))).length
      const wanted: string[] = []
      for (let set = 1; set < 256; set += 1) {
        const items = [0, 1, 2, 3, 4, 5, 6, 7].filter((item) => (set >> item) & 1)
        const count = holds(items)
        if (items.length < 2 || count === 0 || count < 0.1 * some.length - 1e-9) continue
        for (const then of items) {
          const given = items.filter((item) => item !== then)
          if (count / holds(given) >= 0.4 - 1e-12) wanted.push(`${given}>${then}`)
        }
      }
      deepEqual(found.map(({ given, follows }) => `${given}>${follows}`).sort(), wanted.sort())
    }),
    { numRuns: 60 },
  )
})

test('lift by hand', () => {
  const [rule] = findRules([[0, 1], [0, 1], [2], [2]], 3, {
    supportRatio: 0.5,
    confidenceRatio: 1,
  })
  deepEqual(rule, { given: [1], follows: 0, supportRatio: 0.5, confidenceRatio: 1, lift: 2 })
})

test('EASE is the least-squares answer with its own item left out', () => {
  const random = createRandom(2)
  const some = Array.from({ length: 80 }, () => [0, 1, 2, 3].filter(() => random.next() < 0.5))
  const ridge = 3
  const { weights } = fitCompletion(some, { itemsCount: 4, ridge })
  // The slope of the loss must vanish: sum over baskets of x_i (x_j - x w_j) = ridge w_ij, i other than j.
  const row = (basket: readonly number[]) => [0, 1, 2, 3].map((item) => +basket.includes(item))
  for (let target = 0; target < 4; target += 1)
    for (let item = 0; item < 4; item += 1) {
      if (item === target) continue
      let slope = -ridge * weights[item * 4 + target]!
      for (const basket of some) {
        const x = row(basket)
        const fitted = x.reduce((sum, one, at) => sum + one * weights[at * 4 + target]!, 0)
        slope += x[item]! * (x[target]! - fitted)
      }
      close(slope, 0, 1e-3)
    }
})

test('completion names what goes together, never what is there, and adds up', () => {
  const some = Array.from({ length: 60 }, (_, at) => (at % 2 === 0 ? [0, 1, 2] : [3, 4]))
  const fitted = fitCompletion(some, { itemsCount: 6, ridge: 5 })
  const [first, ...others] = completeBasket(fitted, [0, 1], 3)
  equal(first!.item, 2)
  ok(others.every(({ item }) => ![0, 1].includes(item)))
  const { base, factors } = explainCompletion(fitted, [0, 1], 2)
  ok(factors.reduce((sum, { weight }) => sum + weight, base) > 0.3)
  equal(completeBasket(fitted, [], 1)[0]!.item, 0)
  throws(() => explainCompletion(fitted, [0], 0), Fault)
})

test('popularity weighs as much as it is told', () => {
  // Item 3 is bought most, item 1 goes with 0.
  const some = Array.from({ length: 60 }, (_, at) => (at % 3 === 0 ? [0, 1] : [3]))
  const firstOf = (popularWeight: number) => {
    const fitted = fitCompletion(some, { itemsCount: 4, ridge: 5, popularWeight })
    const item = completeBasket(fitted, [0], 1)[0]!.item
    return [item, explainCompletion(fitted, [0], 3).base]
  }
  deepEqual(
    [0, 10].map((weight) => firstOf(weight)[0]),
    [1, 3],
  )
  close(firstOf(10)[1]!, (10 * 2) / 3)
})

test('no NaN for any baskets, empty and constant among them', () => {
  fc.assert(
    fc.property(baskets, (some) => {
      const fitted = fitCompletion(some, { itemsCount: 8 })
      ok(fitted.weights.every(Number.isFinite))
      ok(itemVectors(some, 8, { dimensions: 3, rounds: 3 }).every(Number.isFinite))
    }),
    { numRuns: 40 },
  )
})

test('baskets of one kind lie near each other', () => {
  const all = histories.flat()
  const vectors = itemVectors(all, 10, { dimensions: 4 })
  const rows = Float32Array.from(all.flatMap((basket) => [...basketVector(vectors, 4, basket)]))
  const near = nearestRows(rows, basketVector(vectors, 4, [0, 2, 4]), 20)
  ok(near.every(({ item }) => all[item]!.every((one) => one % 2 === 0)))
})

test('the nearest are those that sorting everything gives', () => {
  const random = createRandom(5)
  const rows = Float32Array.from({ length: 500 * 8 }, () => random.normal())
  const query = Float32Array.from({ length: 8 }, () => random.normal())
  const scores = Array.from({ length: 500 }, (_, row) =>
    query.reduce((sum, value, axis) => sum + value * rows[row * 8 + axis]!, 0),
  )
  const wanted = [...scores.keys()]
    .filter((row) => row % 3 !== 0)
    .sort((left, right) => scores[right]! - scores[left]!)
    .slice(0, 10)
  deepEqual(
    nearestRows(rows, query, 10, (row) => row % 3 === 0).map(({ item }) => item),
    wanted,
  )
})

test('what does not fit is refused', () => {
  throws(() => fitNextOffer([[[10]]], parameters), Fault)
  throws(() => createOfferSearch(artifact, parameters).parts(99), Fault)
  throws(() => createOfferSearch(artifact, { itemsCount: 11 }), Fault)
  throws(() => findRules([[0]], 1, { supportRatio: 0, confidenceRatio: 1 }), Fault)
})
