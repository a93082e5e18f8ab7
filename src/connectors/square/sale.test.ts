/** Orders as Square documents them that the emulator does not make. */
import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import { createTokeniser } from '../../privacy/keyed-tokeniser.ts'
import { refundEvent } from './refund.ts'
import { Order } from './resources.ts'
import { saleEvent, whyUnfinished } from './sale.ts'
import type { SquareTranslation } from './settings.ts'

const store = {
  storeId: 'str_1',
  externalId: 'L1',
  currency: 'USD',
  timeZone: 'UTC',
  registers: {},
}
const context = {
  connection: { connectionId: 'con_1' },
  tokens: createTokeniser({
    key: Buffer.alloc(32, 7),
    keep: () => undefined,
    connectionId: 'con_1',
  }),
} as SquareTranslation
const known = { skuOf: (id: string) => `SKU-${id}`, customerOf: () => undefined }
const usd = (amount: number) => ({ amount, currency: 'USD' })

const base = {
  id: 'O1',
  location_id: 'L1',
  state: 'COMPLETED',
  closed_at: '2026-11-20T15:02:05Z',
  line_items: [
    {
      uid: 'a',
      catalog_object_id: 'V1',
      name: 'House Blend',
      variation_name: '250g',
      quantity: '2',
      base_price_money: usd(2400),
      total_tax_money: usd(426),
      total_discount_money: usd(0),
      total_money: usd(5226),
    },
  ],
  taxes: [{ type: 'ADDITIVE' }],
  tenders: [{ id: 'hYy9pRFV', type: 'CASH', amount_money: usd(5226) }],
  total_money: usd(5226),
  total_tax_money: usd(426),
}

function sold(changes: object) {
  const order = Order.parse({ ...base, ...changes })
  equal(whyUnfinished(order), undefined)
  const event = saleEvent(order, store, {}, known, context)
  return event.type === 'sale.completed' ? event.data : undefined
}

test('the example of the documentation', () => {
  const sale = sold({})
  equal(sale?.number, 'hYy9')
  deepEqual(sale?.lines[0], {
    lineId: 'a',
    sku: 'SKU-V1',
    name: 'House Blend, 250g',
    quantity: '2',
    unitPriceMinor: 2400,
    discountMinor: 0,
    taxMinor: 426,
    totalMinor: 4800,
  })
})

test('a service charge of the whole order is a line, one shared out to lines is not', () => {
  const charge = { uid: 'c', name: 'Bag', total_money: usd(50), total_tax_money: usd(0) }
  const sale = sold({
    service_charges: [
      { ...charge, treatment_type: 'LINE_ITEM_TREATMENT' },
      { ...charge, treatment_type: 'APPORTIONED_TREATMENT' },
    ],
    total_money: usd(5276),
    tenders: [{ id: 'x', type: 'OTHER', amount_money: usd(5276) }],
  })
  equal(sale?.lines.length, 2)
  const linesMinor = sale?.lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0) ?? 0
  equal(linesMinor + (sale?.taxMinor ?? 0), sale?.totalMinor)
})

test('modifiers are part of the price, gift cards are marked, tenders have our names', () => {
  const [line] = base.line_items
  const modifiers = [{ base_price_money: usd(30), quantity: '2' }, { base_price_money: usd(5) }]
  const card = { card_brand: 'SQUARE_GIFT_CARD', fingerprint: 'f' }
  const sale = sold({
    line_items: [{ ...line, modifiers, item_type: 'GIFT_CARD' }],
    tenders: [
      { type: 'CARD', amount_money: usd(226), card_details: { card } },
      { type: 'WALLET', amount_money: usd(2000) },
      { type: 'BUY_NOW_PAY_LATER', amount_money: usd(3000) },
    ],
  })
  equal(sale?.lines[0]?.unitPriceMinor, 2465)
  equal(sale?.lines[0]?.isGiftCard, true)
  deepEqual(
    sale?.tenders.map(({ kind }) => kind),
    ['gift_card', 'wallet', 'other'],
  )
})

test('what a cashier typed in stays in the store', () => {
  const [{ catalog_object_id: _none, ...line } = {}] = base.line_items
  const typed = { ...line, name: 'Coat of Amy Lee', item_type: 'CUSTOM_AMOUNT' }
  const sale = sold({ line_items: [typed] })
  equal(sale?.lines[0]?.name, 'Custom amount')
  equal(sale?.lines[0]?.sku, undefined)
})

test('what was taken offline happened when it was taken', () => {
  const order = Order.parse(base)
  const event = saleEvent(order, store, { offlineAt: '2026-11-18T09:00:00Z' }, known, context)
  equal(event.occurredAt, '2026-11-18T09:00:00.000Z')
})

test('an exchange is a sale and a refund, and both add up', () => {
  const returned = {
    returns: [
      {
        source_order_id: 'O0',
        return_line_items: [{ quantity: '1', catalog_object_id: 'V2', total_money: usd(5000) }],
      },
    ],
    return_amounts: { total_money: usd(5000), tax_money: usd(400) },
    tenders: [{ id: 'x', type: 'CASH', amount_money: usd(226) }],
  }
  deepEqual(sold(returned)?.tenders, [
    { kind: 'cash', amountMinor: 226 },
    { kind: 'other', amountMinor: 5000 },
  ])
  const order = Order.parse({ ...base, ...returned })
  const facts = { order, refunds: [], paid: [], source: undefined }
  const event = refundEvent(facts, store, known, context)
  const refund = event.type === 'refund.completed' ? event.data : undefined
  equal(refund?.saleId, 'sal_1.O0')
  deepEqual(refund?.tenders, [{ kind: 'other', amountMinor: 5000 }])
})

const unfinished = [
  { why: 'it is open', changes: { state: 'OPEN' } },
  { why: 'its lines are not there yet', changes: { line_items: [] } },
  { why: 'a second tender is to come', changes: { total_money: usd(9999) } },
]
for (const { why, changes } of unfinished)
  test(`not told yet: ${why}`, () =>
    equal(typeof whyUnfinished(Order.parse({ ...base, ...changes })), 'string'))
