import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import { discountOf, gatherLines } from './lines.ts'
import type { LineItem } from './payloads.ts'

// docs.clover.com, "Calculate order totals": the two salads of the page's example.
const caesar: LineItem = {
  id: 'A',
  item: { id: 'CAESAR' },
  name: 'Caesar Salad',
  price: 1200,
  modifications: { elements: [{ amount: 100 }, { amount: 100 }] },
  discounts: { elements: [{ amount: -100 }] },
}
const greek: LineItem = {
  id: 'B',
  item: { id: 'GREEK' },
  name: 'Greek Salad',
  price: 1000,
  modifications: { elements: [{ amount: 100 }, { amount: 100 }] },
  discounts: { elements: [{ percentage: 25 }] },
}

test("the lines of Clover's own example", () => {
  const lines = gatherLines([caesar, greek], 0, (itemId) => itemId)
  deepEqual(
    lines.map(({ line }) => [line.unitPriceMinor, line.discountMinor, line.totalMinor]),
    [
      [1400, 100, 1300],
      [1200, 300, 900],
    ],
  )
})

const discounts = [
  {
    why: 'percentage first, then the amount',
    of: [{ amount: -100 }, { percentage: 10 }],
    base: 1000,
    wants: 200,
  },
  { why: 'half a cent up', of: [{ percentage: 50 }], base: 1, wants: 1 },
  { why: '12.5 % as a decimal', of: [{ percentageDecimal: 125_000 }], base: 800, wants: 100 },
  { why: 'none', of: [], base: 1000, wants: 0 },
]
for (const { why, of, base, wants } of discounts)
  test(`discount: ${why}`, () => equal(discountOf(of, base), wants))

test('equal line items are one line; another price, another line', () => {
  const tee = { item: { id: 'TEE' }, name: 'Tee', price: 2000 }
  const lines = gatherLines(
    [
      { ...tee, id: 'A' },
      { ...tee, id: 'B' },
      { ...tee, id: 'C', price: 1500 },
    ],
    0,
    () => 'TEE',
  )
  deepEqual(
    lines.map(({ line }) => [line.lineId, line.quantity, line.totalMinor]),
    [
      ['A', '2', 4000],
      ['C', '1', 1500],
    ],
  )
})

test('goods by the unit: thousandths, each weighing its own line', () => {
  const beans = { item: { id: 'BEAN' }, name: 'Beans', price: 2899, unitQty: 355 }
  const lines = gatherLines(
    [
      { ...beans, id: 'A' },
      { ...beans, id: 'B' },
    ],
    0,
    () => undefined,
  )
  deepEqual(
    lines.map(({ line }) => [line.quantity, line.totalMinor]),
    [
      ['0.355', 1029],
      ['0.355', 1029],
    ],
  )
})

test('what a cashier types in is not told', () => {
  const [gathered] = gatherLines(
    [{ id: 'A', name: 'Repair for Mrs Ruiz', price: 500 }],
    0,
    () => '',
  )
  equal(gathered?.line.name, 'Custom item')
  equal(gathered?.line.sku, undefined)
})

test('tax goes to what is taxed, to the last cent', () => {
  const rate = (value: number) => ({ elements: [{ rate: value }] })
  const lines = gatherLines(
    [
      { id: 'A', price: 1000, taxRates: rate(825_000) },
      { id: 'B', price: 500 },
      { id: 'C', price: 999, taxRates: rate(825_000) },
    ],
    165,
    () => undefined,
  )
  deepEqual(
    lines.map(({ line }) => line.taxMinor),
    [83, 0, 82],
  )
})

test('a tax of so much a piece weighs with those of a rate', () => {
  const lines = gatherLines(
    [
      { id: 'A', price: 1000, taxRates: { elements: [{ rate: 0, taxAmount: 50 }] } },
      { id: 'B', price: 1000, taxRates: { elements: [{ rate: 1_000_000 }] } },
    ],
    150,
    () => undefined,
  )
  deepEqual(
    lines.map(({ line }) => line.taxMinor),
    [50, 100],
  )
})
