/** Governed actions: names, limits, what policy is shown of an input, and what no input may hold. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { arbitraryOf } from '../../test/arbitrary-events.ts'
import { acceptReturn } from './accept-return.ts'
import type { Action } from './action.ts'
import { flagSale } from './flag-sale.ts'
import { actions, findAction } from './index.ts'
import { placePurchaseOrder } from './place-purchase-order.ts'
import { refuseReturn } from './refuse-return.ts'

test('each action has a name of its own, a title, and times that end', () => {
  equal(new Set(actions.map(({ name }) => name)).size, actions.length)
  for (const action of actions) {
    match(action.name, /^[a-z_]+\.[a-z_]+$/)
    match(action.title, /^[A-Z][a-z ]+$/)
    ok(action.approvalExpiresAfterSeconds > 0 && action.expiresAfterSeconds > 0)
    equal(findAction(action.name)?.title, action.title)
  }
})

test('no name of Object.prototype is an action', () => {
  for (const name of ['', 'toString', '__proto__', 'return.accept '])
    equal(findAction(name), undefined)
})

for (const action of actions as readonly Action[])
  test(`${action.name}: policy is shown whole numbers, text and truth only`, () => {
    fc.assert(
      fc.property(arbitraryOf(action.input), (input) => {
        const read = action.input.safeParse(input)
        if (!read.success) return
        for (const [key, value] of Object.entries(action.context(read.data))) {
          ok(['number', 'string', 'boolean'].includes(typeof value), key)
          if (typeof value === 'number') ok(Number.isInteger(value) && value >= 0, key)
        }
      }),
      { numRuns: 50 },
    )
  })

const line = (quantity: string, unitCostMinor: number) => ({ sku: 'A', quantity, unitCostMinor })
const order = { number: 'PO-1', supplierId: 'sup', currency: 'EUR', lines: [line('2', 250)] }

const spends = [
  { why: 'one line', lines: [line('2', 250)], wants: 500 },
  { why: 'lines add up', lines: [line('2', 250), line('10', 99)], wants: 1490 },
  {
    why: 'weighed goods, each line rounded as it is billed',
    lines: [line('1.005', 100), line('1.005', 100)],
    wants: 202,
  },
  { why: 'goods for nothing', lines: [line('5', 0)], wants: 0 },
]
for (const { why, lines, wants } of spends)
  test(`what an order spends: ${why}`, () => {
    deepEqual(placePurchaseOrder.context({ ...order, lines }), {
      supplierId: 'sup',
      currency: 'EUR',
      linesCount: lines.length,
      spendHundredths: wants,
    })
  })

const acceptance = {
  returnId: 'r',
  currency: 'EUR',
  amountMinor: 1,
  riskPermille: 0,
  hasReceipt: true,
  isStatutory: false,
}
const refused: { why: string; action: Action; input: unknown }[] = [
  {
    why: 'an order of nothing',
    action: placePurchaseOrder as Action,
    input: { ...order, lines: [] },
  },
  {
    why: 'a line of nothing',
    action: placePurchaseOrder as Action,
    input: { ...order, lines: [line('0', 5)] },
  },
  {
    why: 'a line of less than nothing, which would lower the spend',
    action: placePurchaseOrder as Action,
    input: { ...order, lines: [line('9', 500), line('-9', 500)] },
  },
  {
    why: 'a cost below zero',
    action: placePurchaseOrder as Action,
    input: { ...order, lines: [line('1', -1)] },
  },
  {
    why: 'a number that is a path',
    action: placePurchaseOrder as Action,
    input: { ...order, number: 'PO-../x' },
  },
  {
    why: 'more lines than a person reads',
    action: placePurchaseOrder as Action,
    input: { ...order, lines: new Array(501).fill(line('1', 1)) },
  },
  {
    why: 'a return of less than nothing',
    action: acceptReturn as Action,
    input: { ...acceptance, amountMinor: -1 },
  },
  {
    why: 'a risk above certainty',
    action: acceptReturn as Action,
    input: { ...acceptance, riskPermille: 1001 },
  },
  {
    why: 'a risk that is no whole number',
    action: acceptReturn as Action,
    input: { ...acceptance, riskPermille: 0.5 },
  },
  {
    why: 'a refusal without a reason',
    action: refuseReturn as Action,
    input: { returnId: 'r', why: '' },
  },
  {
    why: 'a flag too long for a vendor',
    action: flagSale as Action,
    input: { saleId: 'sal_1', note: 'x'.repeat(201) },
  },
]
for (const { why, action, input } of refused)
  test(`${action.name} refuses ${why}`, () => ok(!action.input.safeParse(input).success))

test('the same inputs without the fault are taken', () => {
  ok(placePurchaseOrder.input.safeParse(order).success)
  ok(acceptReturn.input.safeParse(acceptance).success)
})
