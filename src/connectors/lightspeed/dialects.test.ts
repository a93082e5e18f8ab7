/** One documented sale in all three dialects means the same. */
import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import { Fault } from '../../base/fault.ts'
import { readAnsweredSale, readHookSale, type SaleFacts } from './dialects.ts'
import { kindOf } from './tenders.ts'

const ids = {
  id: 'edf73c5e-a3e1-bfe7-11e7-da38dadd8a59',
  customer_id: '0624dbcd-ef95-11e6-e986-ecd5a6420648',
  invoice_number: '402',
  short_code: '9t8zff',
  note: '',
  deleted_at: null,
}
const outletId = '0624dbcd-ef13-11e6-e986-ed89c9e5529a'
const register_id = '0624dbcd-ef13-11e6-e986-ed89e1aa6310'
const user_id = '0624dbcd-ef95-11e6-e986-ecd5a6503836'
const lineId = 'edf73c5e-a3e1-a062-11e7-da3e31230f8b'
const product_id = '0624dbcd-ef13-11e6-e986-ee7c6d0f6301'

const hook = {
  ...ids,
  register_id,
  user_id,
  status: 'CLOSED',
  sale_date: '2026-01-06T04:30:36Z',
  register_sale_products: [
    {
      id: lineId,
      product_id,
      quantity: 1,
      price: '56.52174',
      price_total: '56.52174',
      discount: '1.00000',
      tax: '8.47826',
      tax_total: '8.47826',
    },
  ],
  register_sale_payments: [
    {
      amount: 65,
      payment_type_id: 3,
      payment_type: { id: '3', name: 'Credit Card' },
      retailer_payment_type: { name: 'EFTPOS' },
    },
  ],
  totals: { total_price: '56.52174', total_tax: '8.47826' },
  customer: { id: ids.customer_id, customer_code: 'WALKIN', email: null },
}
const flat = {
  ...ids,
  outlet_id: outletId,
  register_id,
  user_id,
  status: 'CLOSED',
  state: 'closed',
  return_for: null,
  sale_date: '2026-01-06T04:30:36Z',
  total_price: 56.52174,
  total_tax: 8.47826,
  line_items: [
    {
      id: lineId,
      product_id,
      quantity: 1,
      price_total: 56.52174,
      discount_total: 1,
      tax_total: 8.47826,
    },
  ],
  payments: [{ amount: 65, payment_type_id: '3', name: 'EFTPOS' }],
  version: 5307658013,
}
const nested = {
  ...ids,
  state: 'closed',
  date: '2026-01-06T04:30:36Z',
  source: { author: { id: user_id }, outlet_id: outletId, register_id },
  return: { is_return: false, original_sale_id: null, return_sale_ids: [] },
  totals: { price: 56.52174, price_incl_tax: 65, tax: 8.47826 },
  line_items: [
    {
      id: lineId,
      product: { id: product_id },
      quantity: 1,
      gift_card_number: null,
      pricing: { total: 56.52174, discount_total: 1 },
      tax: { total: 8.47826 },
    },
  ],
  payments: [{ amount: 65.0, type: { id: '3', name: 'EFTPOS' } }],
  adjustments: [],
  _metadata: { version: 5307658013 },
}

/** What the dialects do not all say is left out. */
function common({
  outletId: _outlet,
  customer: _customer,
  ...facts
}: SaleFacts & { version?: number }) {
  const { version: _version, ...rest } = facts
  return { ...rest, payments: facts.payments.map((each) => [kindOf(each), each.amountScaled]) }
}

test('webhook, flat and nested say the same', () => {
  const expected = common(readHookSale(hook))
  deepEqual(common(readAnsweredSale(flat)), expected)
  deepEqual(common(readAnsweredSale(nested)), expected)
  equal(expected.stage, 'completed')
  equal(expected.lines[0]?.discountScaled, 100_000)
})

const stages: [string, SaleFacts['stage']][] = [
  ['SAVED', 'open'],
  ['LAYBY', 'open'],
  ['ONACCOUNT', 'open'],
  ['AWAITING_PICKUP', 'open'],
  ['LAYBY_CLOSED', 'completed'],
  ['DISPATCHED_CLOSED', 'completed'],
  ['VOIDED', 'voided'],
]
for (const [status, stage] of stages)
  test(`${status} is ${stage}`, () => equal(readHookSale({ ...hook, status }).stage, stage))

test('adjustments are told as type and value, or as adjustment_type and total', () => {
  const expected = [{ type: 'TIP', name: 'Tip', scaled: 150_000 }]
  const old = { ...hook, adjustments: [{ type: 'TIP', name: 'Tip', value: '1.50' }] }
  const dated = { ...nested, adjustments: [{ adjustment_type: 'TIP', name: 'Tip', total: 1.5 }] }
  deepEqual(readHookSale(old).adjustments, expected)
  deepEqual(readAnsweredSale(dated).adjustments, expected)
})

test('a missing field is named', () => {
  const { totals: _totals, ...without } = hook
  try {
    readHookSale(without)
    throw new Error('should have been refused')
  } catch (error) {
    equal(Fault.from(error).code, 'payload_malformed')
    equal(Fault.from(error).detail.field, 'totals')
  }
})
