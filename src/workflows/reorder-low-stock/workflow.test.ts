/** reorder_low_stock: given a level and what was sold, when it changes, then this is ordered. */
import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { placePurchaseOrder } from '../../actions/place-purchase-order.ts'
import type { EventOf } from '../../retail/event.ts'
import type { Facts } from '../facts.ts'
import { reorderLowStock } from './workflow.ts'

const event: EventOf<'inventory.changed'> = {
  id: '00000000-0000-4000-8000-000000000001',
  type: 'inventory.changed',
  chainId: 'chn_1',
  regionId: 'eu',
  storeId: 'str_1',
  occurredAt: '2026-11-20T12:00:00.000Z',
  receivedAt: '2026-11-20T12:00:00.000Z',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  epoch: 'e1',
  sequence: 1,
  data: { sku: 'MUG', onHand: '3', cause: 'sale' },
}
type Context = Parameters<typeof reorderLowStock.propose>[1]
const selling: Context = {
  dailyUnits: [2, 3, 2, 1, 4, 2, 3],
  storeMeanUnits: 2,
  onHandUnits: 3,
  onOrderUnits: 0,
  leadTimeDays: 3,
  reviewDays: 1,
  cycleDays: 7,
  packUnits: 1,
  serviceRatio: 0.95,
  product: { name: 'Mug', currency: 'EUR', costMinor: 250 },
}
const propose = (change: Partial<Context> = {}, from = event) =>
  reorderLowStock.propose(from, { ...selling, ...change })
const unitsOf = (change: Partial<Context> = {}): number =>
  propose(change).reduce(
    (sum, { input }) => sum + Number(placePurchaseOrder.input.parse(input).lines[0]?.quantity),
    0,
  )

test('given a shelf that runs low, then it proposes one order of whole packs, priced by cost', () => {
  const [draft, ...rest] = propose()
  deepEqual(rest, [])
  equal(draft?.action, 'purchase_order.place')
  const input = placePurchaseOrder.input.parse(draft?.input)
  deepEqual([input.currency, input.supplierId], ['EUR', 'central_warehouse'])
  deepEqual(
    input.lines.map(({ sku, unitCostMinor }) => [sku, unitCostMinor]),
    [['MUG', 250]],
  )
  ok(Number(input.lines[0]?.quantity) > 10)
})

const { product: _, ...unpriced } = selling
const silent: { why: string; context: Context }[] = [
  { why: 'enough on the shelf', context: { ...selling, onHandUnits: 100 } },
  { why: 'enough on its way', context: { ...selling, onOrderUnits: 100 } },
  {
    why: 'goods that never sell, in a store that sells nothing',
    context: { ...selling, dailyUnits: [0, 0, 0], storeMeanUnits: 0 },
  },
  { why: 'two days of history, which say too little', context: { ...selling, dailyUnits: [9, 9] } },
  { why: 'a product that no catalogue holds', context: unpriced },
]
for (const { why, context } of silent)
  test(`given ${why}, then nothing is proposed`, () =>
    deepEqual(reorderLowStock.propose(event, context), []))

test('given goods sold before they were received, then what is missing is ordered too', () => {
  equal(unitsOf({ onHandUnits: -5 }), unitsOf({ onHandUnits: 0 }) + 5)
})

test('given packs, then whole packs are ordered', () => {
  equal(unitsOf({ packUnits: 12 }) % 12, 0)
})

test('given weighed goods, then the order is whole units and still covers the need', () => {
  const units = unitsOf({ onHandUnits: 2.35 })
  ok(Number.isInteger(units) && units >= unitsOf({ onHandUnits: 3 }))
})

test('the reason and the evidence hold the figures that were computed with', () => {
  const [draft] = propose()
  match(
    draft?.reason ?? '',
    /^3 of Mug are on hand and 0 on order; the reorder point is \d+ \(\d+\.\d\d sell a day, 4 days/,
  )
  const values = Object.fromEntries((draft?.evidence ?? []).map(({ id, value }) => [id, value]))
  deepEqual(Object.keys(values), [
    'stock:str_1/MUG',
    'order:str_1/MUG',
    'reorder_point',
    'order_up_to',
    'demand:str_1/MUG',
  ])
  equal(values['stock:str_1/MUG'], '3')
  equal(Number(values.order_up_to) - 3, unitsOf())
})

test('the same event gives the same number, another event another', () => {
  const numberOf = (from: typeof event) => propose({}, from)[0]?.input.number
  equal(numberOf(event), numberOf(event))
  match(String(numberOf(event)), /^PO-[0-9a-f]{8}-[0-9a-f]{4}$/)
  notEqual(numberOf({ ...event, id: '00000000-0000-4000-8000-000000000002' }), numberOf(event))
  notEqual(numberOf({ ...event, storeId: 'str_2' }), numberOf(event))
})

test('whatever it proposes is an order that the action takes', () => {
  const context = fc.record({
    dailyUnits: fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { maxLength: 20 }),
    storeMeanUnits: fc.double({ min: 0, max: 500, noNaN: true }),
    onHandUnits: fc.double({ min: -100, max: 100, noNaN: true }),
    onOrderUnits: fc.double({ min: 0, max: 50, noNaN: true }),
  })
  fc.assert(
    fc.property(context, (change) => {
      for (const { input, confidence } of propose(change)) {
        deepEqual(placePurchaseOrder.input.parse(input), input)
        ok(confidence >= 0 && confidence <= 1)
      }
    }),
    { numRuns: 50 },
  )
})

const facts = (historyDays: number, asked: string[]): Facts => {
  const note =
    <Answer>(name: string, answer: Answer) =>
    async () => {
      asked.push(name)
      return answer
    }
  return {
    historyDays: note('historyDays', historyDays),
    dailyUnits: note('dailyUnits', [1, 2, 3]),
    storeMeanUnits: note('storeMeanUnits', 2),
    onOrderUnits: note('onOrderUnits', 4),
    product: note('product', selling.product),
  } as Partial<Facts> as Facts
}

test('gather reads the sales of eight weeks, what is on order, and the cost', async () => {
  const asked: string[] = []
  const { dailyUnits, storeMeanUnits, onOrderUnits, onHandUnits, product } =
    await reorderLowStock.gather(event, facts(56, asked))
  deepEqual(
    { dailyUnits, storeMeanUnits, onOrderUnits, onHandUnits, product },
    {
      dailyUnits: [1, 2, 3],
      storeMeanUnits: 2,
      onOrderUnits: 4,
      onHandUnits: 3,
      product: selling.product,
    },
  )
  deepEqual(asked, ['historyDays', 'dailyUnits', 'storeMeanUnits', 'onOrderUnits', 'product'])
})

test('of a store that has just begun, gather asks nothing more, and nothing is proposed', async () => {
  const asked: string[] = []
  const context = await reorderLowStock.gather(event, facts(2, asked))
  deepEqual(asked, ['historyDays'])
  deepEqual(reorderLowStock.propose(event, context), [])
})
