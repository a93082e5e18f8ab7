/** What the emulator does not do, but Shopify does: tips as lines, shipping, big ids, odd refunds. */
import { deepEqual, equal, throws } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { createTokeniser } from '../../privacy/keyed-tokeniser.ts'
import type { Reference } from '../connector.ts'
import { ShopifySettings } from './settings.ts'
import { tendersFrom } from './tenders.ts'
import { translate } from './translate.ts'

const sampleOf = (name: string) =>
  JSON.parse(readFileSync(new URL(`samples/${name}.json`, import.meta.url), 'utf8'))

/** A sample with its body changed, as what it is told. */
function toldWith(name: string, change: object, known: readonly Reference[] = [], topic?: string) {
  const sample = sampleOf(name)
  const body = Buffer.from(JSON.stringify({ ...JSON.parse(sample.body), ...change }))
  const tokens = createTokeniser({
    key: Buffer.alloc(32, 7),
    keep: () => undefined,
    connectionId: 'con_sample',
  })
  return translate(
    {
      headers: { ...sample.headers, ...(topic !== undefined && { 'x-shopify-topic': topic }) },
      body,
    },
    {
      connection: {
        connectionId: 'con_sample',
        chainId: 'chn_sample',
        regionId: 'us',
        apiBaseUrl: 'http://x.test',
        webhookUrl: 'http://x.test/w',
        settings: ShopifySettings.parse(sample.settings),
        stores: sample.stores,
      },
      tokens,
      references: {
        find: (kind, externalId) =>
          known.find((entry) => entry.kind === kind && entry.externalId === externalId)?.value,
        externalIds: () => [],
      },
    },
  )
}

function saleWith(change: object, known: readonly Reference[] = []) {
  const [event] = toldWith('orders-paid', change, known).events
  return event?.type === 'sale.completed' ? event.data : undefined
}

const [line] = JSON.parse(sampleOf('orders-paid').body).line_items

test('a tip that comes as a line is a tip', () => {
  const tip = {
    ...line,
    price: '5.00',
    quantity: 1,
    tax_lines: [],
    tip: { payment_method: 'Visa' },
  }
  const sale = saleWith({ line_items: [line, tip], total_price: '57.26' })
  equal(sale?.lines.length, 1)
  equal(sale?.tipMinor, 500)
  equal(sale?.totalMinor, 5726)
})

test('shipping is a line of its own, so that the sums hold', () => {
  const shipping = {
    id: 9,
    title: 'Courier',
    price: '10.00',
    discounted_price: '8.00',
    tax_lines: [],
  }
  const sale = saleWith({ shipping_lines: [shipping], total_price: '60.26' })
  deepEqual(sale?.lines[1], {
    lineId: '9',
    name: 'Courier',
    quantity: '1',
    unitPriceMinor: 1000,
    discountMinor: 200,
    taxMinor: 0,
    totalMinor: 800,
  })
})

test('discounts of the order are on the lines they were allocated to', () => {
  const allocated = { ...line, discount_allocations: [{ amount: '1.50' }, { amount: '0.50' }] }
  const sale = saleWith({ line_items: [allocated], total_price: '50.26' })
  equal(sale?.lines[0]?.discountMinor, 200)
  equal(sale?.lines[0]?.totalMinor, 4600)
})

test('ids past 2^53 come from their gid', () => {
  const order = {
    id: 820982911946154500,
    admin_graphql_api_id: 'gid://shopify/Order/820982911946154508',
  }
  equal(saleWith(order)?.saleId, 'sal_sample.820982911946154508')
  const level = { location_id: 2 ** 60 }
  throws(() => toldWith('inventory-levels-update', level), { code: 'payload_malformed' })
})

test('a line without a SKU has the one of its variant, where that is known', () => {
  const bare = { ...line, sku: '' }
  const known = [{ kind: 'sku', externalId: String(line.variant_id), value: 'HB-250' }]
  equal(saleWith({ line_items: [bare] })?.lines[0]?.sku, undefined)
  equal(saleWith({ line_items: [bare] }, known)?.lines[0]?.sku, 'HB-250')
})

test('a customer whose data Shopify holds back keeps the token known of before', () => {
  const customer = { admin_graphql_api_id: 'gid://shopify/Customer/7', email: null, phone: null }
  const token = 'tok_customer_00000000000000000000000000'
  const known = [{ kind: 'customer', externalId: '7', value: token }]
  equal(saleWith({ customer }, known)?.customer, token)
})

test('orders of other channels, tests and unpaid ones are no sales of a store', () => {
  for (const change of [
    { source_name: 'web' },
    { test: true },
    { location_id: null },
    { financial_status: 'pending' },
  ])
    deepEqual(toldWith('orders-paid', change), { events: [], lookups: [], references: [] })
})

const [transaction] = JSON.parse(sampleOf('refunds-create').body).transactions
const asked = { events: [], lookups: [{ kind: 'refund', externalId: '929361463' }], references: [] }
const nothing = { events: [], lookups: [], references: [] }

for (const { why, change, wants } of [
  { why: 'goods came back but no money went', change: { transactions: [] }, wants: nothing },
  {
    why: 'the money is still on its way',
    change: { transactions: [{ ...transaction, status: 'pending' }] },
    wants: asked,
  },
  {
    why: 'given back in the admin: the store is asked for',
    change: { transactions: [{ ...transaction, location_id: null }] },
    wants: asked,
  },
  {
    why: 'a part of the price: whether tax is in it is asked for',
    change: { transactions: [{ ...transaction, amount: '20.00' }] },
    wants: asked,
  },
])
  test(`refund: ${why}`, () => deepEqual(toldWith('refunds-create', change), wants))

test('refund: where the money is the subtotal, the tax is in it', () => {
  const [event] = toldWith('refunds-create', {
    transactions: [{ ...transaction, amount: '24.00' }],
  }).events
  const data = event?.type === 'refund.completed' ? event.data : undefined
  equal(data?.lines[0]?.amountMinor, 2400)
})

test('change and the rounding of cash lower the cash, and unfinished payments are waited for', () => {
  const paid = (kind: string, amount: string, status = 'SUCCESS') => ({
    id: 'gid://shopify/OrderTransaction/1',
    kind,
    status,
    gateway: 'cash',
    amountSet: { shopMoney: { amount, currencyCode: 'USD' } },
    device: null,
  })
  const sale = { totalMinor: 5226, cashRounding: '-0.01', currency: 'USD' }
  const transactions = [paid('SALE', '60.00'), paid('CHANGE', '7.75')]
  deepEqual(tendersFrom(transactions, sale), [{ kind: 'cash', amountMinor: 5226 }])
  equal(tendersFrom([paid('SALE', '52.25', 'PENDING')], sale), undefined)
})

test('a product is told once its costs are known, and not again unless it changed', () => {
  const variant = {
    admin_graphql_api_id: 'gid://shopify/ProductVariant/5',
    title: '250g',
    sku: 'HB-250',
    barcode: '4006381333931',
    price: '24.00',
    inventory_item_id: 6,
  }
  const product = {
    admin_graphql_api_id: 'gid://shopify/Product/4',
    title: 'House Blend',
    product_type: 'Coffee',
    status: 'active',
    updated_at: '2026-11-20T10:02:05-05:00',
    variants: [variant],
  }
  const tell = (known: readonly Reference[]) =>
    toldWith('orders-paid', product, known, 'products/update')
  deepEqual(tell([]).lookups, [{ kind: 'product', externalId: '4' }])
  const first = tell([{ kind: 'cost', externalId: '5', value: '11.5' }])
  deepEqual(first.events[0]?.data, {
    sku: 'HB-250',
    name: 'House Blend - 250g',
    gtin: '4006381333931',
    category: 'Coffee',
    currency: 'USD',
    priceMinor: 2400,
    costMinor: 1150,
    isActive: true,
  })
  deepEqual(tell(first.references).events, [])
})

test('who was deleted is told of only if ever told of', () => {
  const gone = { admin_graphql_api_id: 'gid://shopify/Customer/7' }
  deepEqual(toldWith('orders-paid', gone, [], 'customers/delete'), nothing)
  const known = [
    { kind: 'customer', externalId: '7', value: 'tok_customer_00000000000000000000000000' },
  ]
  const [event] = toldWith('orders-paid', gone, known, 'customers/delete').events
  equal(event?.type === 'customer.changed' && event.data.isDeleted, true)
})
