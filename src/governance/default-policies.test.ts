/** The policies a chain starts with, at their boundary amounts. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { arbitraryOf } from '../../test/arbitrary-events.ts'
import type { Action } from '../actions/action.ts'
import { actions } from '../actions/index.ts'
import { defaultPolicies, defaultSchema } from './defaults.ts'
import { createPolicyEngine } from './policy.ts'

const engine = createPolicyEngine(defaultPolicies, defaultSchema)

function ask(workflow: string, action: string, context: Record<string, unknown>) {
  const resource = { type: 'Store', id: 'str_1', parents: [{ type: 'District', id: 'dis_1' }] }
  const principal = { type: 'Workflow', id: workflow }
  return engine.decide({ principal, action, resource, context })
}

const plainReturn = {
  amountHundredths: 4000,
  currency: 'EUR',
  riskPermille: 100,
  hasReceipt: true,
  isStatutory: false,
  decidedBy: 'hub',
}
const returns: { why: string; change: Partial<typeof plainReturn>; wants: string; by?: string }[] =
  [
    { why: 'nothing at all', change: { amountHundredths: 0 }, wants: 'automatic' },
    { why: 'small: the last amount', change: { amountHundredths: 5000 }, wants: 'automatic' },
    { why: 'small: one more', change: { amountHundredths: 5001 }, wants: 'approval' },
    { why: 'small, the last risk', change: { riskPermille: 349 }, wants: 'automatic' },
    { why: 'small, one more', change: { riskPermille: 350 }, wants: 'approval' },
    {
      why: 'faulty goods: the last amount',
      change: { isStatutory: true, amountHundredths: 20_000 },
      wants: 'automatic',
    },
    {
      why: 'faulty goods: one more',
      change: { isStatutory: true, amountHundredths: 20_001 },
      wants: 'approval',
    },
    {
      why: 'faulty goods without a receipt',
      change: { isStatutory: true, hasReceipt: false, amountHundredths: 20_000 },
      wants: 'approval',
    },
    {
      why: 'faulty goods at a high risk',
      change: { isStatutory: true, amountHundredths: 6000, riskPermille: 350 },
      wants: 'approval',
    },
    {
      why: 'the manager: the last amount',
      change: { amountHundredths: 100_000 },
      wants: 'approval',
    },
    {
      why: 'the manager: one more is beyond the store',
      change: { amountHundredths: 100_001 },
      wants: 'denied',
    },
    {
      why: 'faulty goods beyond the store: the law leaves it to the region',
      change: { isStatutory: true, amountHundredths: 100_001 },
      wants: 'approval',
      by: 'regional_manager',
    },
    {
      why: 'the agent alone: faulty goods are held, not refused',
      change: { isStatutory: true, decidedBy: 'agent', amountHundredths: 20_001 },
      wants: 'approval',
    },
    {
      why: 'no receipt, the last risk',
      change: { hasReceipt: false, riskPermille: 699 },
      wants: 'approval',
    },
    {
      why: 'no receipt, one more',
      change: { hasReceipt: false, riskPermille: 700 },
      wants: 'denied',
    },
    {
      why: 'no receipt, risky, but the law forbids to refuse',
      change: { hasReceipt: false, isStatutory: true, riskPermille: 1000 },
      wants: 'approval',
    },
    { why: 'with a receipt, however risky', change: { riskPermille: 1000 }, wants: 'approval' },
    { why: 'the agent alone: small', change: { decidedBy: 'agent' }, wants: 'automatic' },
    {
      why: 'the agent alone: the last amount',
      change: { decidedBy: 'agent', amountHundredths: 20_000 },
      wants: 'approval',
    },
    {
      why: 'the agent alone: one more',
      change: { decidedBy: 'agent', amountHundredths: 20_001 },
      wants: 'denied',
    },
  ]
for (const { why, change, wants, by = 'store_manager' } of returns)
  test(`a return: ${why} is ${wants}`, () => {
    const { autonomy, approverRole, errors } = ask('guard_returns', 'return.accept', {
      ...plainReturn,
      ...change,
    })
    deepEqual([autonomy, errors], [wants, []])
    equal(approverRole, wants === 'approval' ? by : undefined)
  })

const orders = [
  { spendHundredths: 0, wants: 'automatic', by: undefined },
  { spendHundredths: 25_000, wants: 'automatic', by: undefined },
  { spendHundredths: 25_001, wants: 'approval', by: 'store_manager' },
  { spendHundredths: 200_000, wants: 'approval', by: 'store_manager' },
  { spendHundredths: 200_001, wants: 'approval', by: 'regional_manager' },
  { spendHundredths: 2_000_000, wants: 'approval', by: 'regional_manager' },
  { spendHundredths: 2_000_001, wants: 'denied', by: undefined },
]
const order = { supplierId: 's', currency: 'EUR', linesCount: 1, decidedBy: 'hub' }
for (const { spendHundredths, wants, by } of orders)
  test(`an order of ${spendHundredths} is ${wants}${by === undefined ? '' : ` by the ${by}`}`, () => {
    const { autonomy, approverRole } = ask('reorder_low_stock', 'purchase_order.place', {
      ...order,
      spendHundredths,
    })
    deepEqual([autonomy, approverRole], [wants, by])
  })

test('a workflow does only what is its own', () => {
  equal(ask('reorder_low_stock', 'return.accept', plainReturn).autonomy, 'denied')
  equal(
    ask('guard_returns', 'purchase_order.place', { ...order, spendHundredths: 1 }).autonomy,
    'denied',
  )
  for (const action of ['sale.flag', 'return.refuse']) {
    equal(ask('guard_returns', action, { decidedBy: 'hub' }).autonomy, 'automatic')
    equal(ask('reorder_low_stock', action, { decidedBy: 'hub' }).autonomy, 'denied')
  }
})

test('more money or more risk is never freer', () => {
  const free = ['denied', 'approval', 'automatic']
  const context = fc.record({
    amountHundredths: fc.nat({ max: 120_000 }),
    currency: fc.constant('EUR'),
    riskPermille: fc.nat({ max: 1000 }),
    hasReceipt: fc.boolean(),
    isStatutory: fc.boolean(),
    decidedBy: fc.constantFrom('hub', 'agent'),
  })
  fc.assert(
    fc.property(context, fc.nat({ max: 50_000 }), fc.nat({ max: 500 }), (facts, money, risk) => {
      const freedom = (change: object) =>
        free.indexOf(ask('guard_returns', 'return.accept', { ...facts, ...change }).autonomy)
      const before = freedom({})
      ok(freedom({ amountHundredths: facts.amountHundredths + money }) <= before)
      ok(freedom({ riskPermille: Math.min(1000, facts.riskPermille + risk) }) <= before)
      ok(freedom({ decidedBy: 'agent' }) <= freedom({ decidedBy: 'hub' }))
    }),
    { numRuns: 50 },
  )
})

for (const action of actions as readonly Action[])
  test(`${action.name}: any input has a context that the schema takes, or is denied`, () => {
    fc.assert(
      fc.property(arbitraryOf(action.input), (input) => {
        const read = action.input.safeParse(input)
        if (!read.success) return
        const context = { ...action.context(read.data), decidedBy: 'hub' }
        const verdict = ask('guard_returns', action.name, context)
        const isCountable = Object.values(context).every(
          (value) => typeof value !== 'number' || Number.isSafeInteger(value),
        )
        if (isCountable) deepEqual(verdict.errors, [])
        else equal(verdict.isAllowed, false)
      }),
      { numRuns: 30 },
    )
  })
