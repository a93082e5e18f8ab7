/** Sales that do not fall on cents, exchanges, discounts of the whole sale, fees and rounded cash. */
import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import { createTokeniser } from '../../privacy/keyed-tokeniser.ts'
import type { Connection, DraftEvent } from '../connector.ts'
import type { SaleFacts, SaleLine } from './dialects.ts'
import type { Names } from './names.ts'
import { saleEvents } from './sale-events.ts'
import type { LightspeedSettings } from './settings.ts'

const connectionId = 'con_test'
const tokens = createTokeniser({ key: Buffer.alloc(32), keep: () => undefined, connectionId })
const names: Names = { find: (kind, id) => (kind === 'sku' ? id : undefined) }

function connectionOf(taxesIncluded: boolean): Connection<LightspeedSettings> {
  return {
    connectionId,
    chainId: 'chn_test',
    regionId: 'eu',
    apiBaseUrl: '',
    webhookUrl: '',
    settings: { domainPrefix: 'x', retailerId: 'x', taxesIncluded },
    stores: [
      {
        storeId: 'str_1',
        externalId: 'outlet',
        currency: 'EUR',
        timeZone: 'UTC',
        registers: { till: 'reg_1' },
      },
    ],
  }
}

function line(productId: string, quantity: number, net: number, tax: number): SaleLine {
  return {
    id: `line-${productId}`,
    productId,
    quantity,
    netScaled: Math.round(net * 1e5),
    taxScaled: Math.round(tax * 1e5),
    discountScaled: 0,
    isGiftCard: false,
  }
}

function tell(
  changes: Pick<SaleFacts, 'lines'> & Partial<SaleFacts>,
  paid: number[],
  taxesIncluded = true,
): DraftEvent[] {
  const { lines } = changes
  const facts: SaleFacts = {
    id: 'sale-1',
    outletId: undefined,
    registerId: 'till',
    userId: undefined,
    customerId: undefined,
    customer: undefined,
    number: '1',
    stage: 'completed',
    returnFor: undefined,
    at: '2026-01-06 04:30:36',
    note: undefined,
    payments: paid.map((amount) => ({
      amountScaled: Math.round(amount * 1e5),
      typeId: '1',
      names: [],
    })),
    adjustments: [],
    priceScaled: lines.reduce((sum, each) => sum + each.netScaled, 0),
    taxScaled: lines.reduce((sum, each) => sum + each.taxScaled, 0),
    ...changes,
  }
  return saleEvents(facts, undefined, { connection: connectionOf(taxesIncluded), tokens }, names)
}

function dataOf<Type extends DraftEvent['type']>(told: DraftEvent[], type: Type) {
  const found = told.find((event) => event.type === type)
  if (found === undefined) throw new Error(`no ${type}`)
  return found.data as Extract<DraftEvent, { type: Type }>['data']
}

test('three lines of a third of a cent each still add up to what was paid', () => {
  const third = line('a', 1, 2.89855, 0.43478)
  const sale = dataOf(tell({ lines: [third, third, third] }, [10]), 'sale.completed')
  deepEqual(
    sale.lines.map(({ totalMinor }) => totalMinor),
    [334, 333, 333],
  )
  equal(sale.totalMinor, 1000)
  equal(sale.taxMinor, 130)
})

test('with taxes added, lines and tax add up to what was paid', () => {
  const lines = [line('a', 3, 12.34567, 1.17284), line('b', 1, 0.99999, 0.095)]
  const sale = dataOf(tell({ lines }, [14.61], false), 'sale.completed')
  const linesMinor = sale.lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0)
  equal(linesMinor + sale.taxMinor, 1461)
  equal(sale.discountMinor, 0)
})

test('cash rounded down to five cents is a discount, rounded up a line of its own', () => {
  const down = dataOf(tell({ lines: [line('a', 1, 4.98, 0)] }, [4.95]), 'sale.completed')
  equal(down.totalMinor, 495)
  equal(down.lines[0]?.totalMinor, 497)
  equal(down.discountMinor, 2)
  const up = dataOf(tell({ lines: [line('a', 1, 4.98, 0)] }, [5]), 'sale.completed')
  const upMinor = up.lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0)
  equal(upMinor - up.discountMinor, 500)
})

test('the discount product takes off the whole sale and is no return', () => {
  const lines = [line('a', 1, 12, 1.8), line('vend-discount', -1, -6, -0.9)]
  const told = tell({ lines }, [6.9])
  equal(told.length, 1)
  const sale = dataOf(told, 'sale.completed')
  equal(sale.discountMinor, 690)
  equal(sale.totalMinor, 690)
  equal(sale.taxMinor, 90)
  deepEqual(
    sale.lines.map(({ totalMinor, taxMinor }) => [totalMinor, taxMinor]),
    [[1380, 180]],
  )
})

test('a fee is a line, a tip is a tip', () => {
  const adjustments = [
    { type: 'NON_CASH_FEE', name: 'Non-cash Fee', scaled: 150_000 },
    { type: 'TIP', name: 'Tip', scaled: 200_000 },
  ]
  const priceScaled = 1_350_000
  const told = tell({ lines: [line('a', 1, 10, 0)], adjustments, priceScaled }, [13.5])
  const sale = dataOf(told, 'sale.completed')
  equal(sale.tipMinor, 200)
  deepEqual(
    sale.lines.map(({ name, totalMinor }) => [name, totalMinor]),
    [
      ['a', 1000],
      ['Non-cash Fee', 150],
    ],
  )
})

const exchanges: { why: string; bought: number; back: number; paid: number[] }[] = [
  { why: 'the customer pays the difference', bought: 30, back: 20, paid: [10] },
  { why: 'the customer gets the difference', bought: 20, back: 30, paid: [-10] },
  { why: 'like for like', bought: 20, back: 20, paid: [] },
]
for (const { why, bought, back, paid } of exchanges)
  test(`an exchange is a refund and a sale: ${why}`, () => {
    const lines = [line('old', -1, -back, 0), line('new', 1, bought, 0)]
    const told = tell({ lines, returnFor: 'sale-0' }, paid)
    const refund = dataOf(told, 'refund.completed')
    const sale = dataOf(told, 'sale.completed')
    equal(refund.saleId, 'sal_test.sale-0')
    equal(refund.totalMinor, back * 100)
    equal(sale.totalMinor, bought * 100)
    for (const { totalMinor, tenders } of [refund, sale])
      equal(
        tenders.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
        totalMinor,
      )
  })

test('a parked sale is not told', () => {
  deepEqual(tell({ lines: [line('a', 1, 1, 0)], stage: 'open' }, []), [])
})
