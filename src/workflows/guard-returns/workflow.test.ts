/** guard_returns: given a return and what is known, when it is asked, then this is proposed. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { anyEvent } from '../../../test/arbitrary-events.ts'
import { acceptReturn } from '../../actions/accept-return.ts'
import { flagSale } from '../../actions/flag-sale.ts'
import { refuseReturn } from '../../actions/refuse-return.ts'
import type { EventOf } from '../../retail/event.ts'
import type { Facts } from '../facts.ts'
import { decideReturn, type ReturnContext } from './decide.ts'
import { guardReturns } from './workflow.ts'

const soldAt = '2026-11-10T12:00:00.000Z'
const event: EventOf<'return.requested'> = {
  id: '00000000-0000-4000-8000-000000000001',
  type: 'return.requested',
  chainId: 'chn_1',
  regionId: 'eu',
  storeId: 'str_1',
  registerId: 'reg_1',
  occurredAt: '2026-11-20T12:00:00.000Z',
  receivedAt: '2026-11-20T12:00:00.000Z',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  epoch: 'e1',
  sequence: 1,
  data: {
    returnId: 'ret_1',
    saleId: 'sal_1',
    employeeId: 'emp_1',
    customer: 'tok_customer_00000000000000000000000000',
    currency: 'EUR',
    lines: [{ sku: 'MUG', quantity: '1', amountMinor: 1250 }],
    amountMinor: 1250,
  },
}
const known: ReturnContext = {
  sale: { occurredAtMs: Date.parse(soldAt), skus: ['MUG', 'PLATE'] },
  alreadyReturnedLinesCount: 0,
  customerReturnsCount: 1,
  customerPurchasesCount: 12,
  employeeReturnsCount: 2,
  peerReturnsMean: 2,
  typicalSaleMinor: 3000,
}
const { sale: _, ...unknown } = known

function propose(data: object = {}, context: ReturnContext = known) {
  const proposals = guardReturns.propose({ ...event, data: { ...event.data, ...data } }, context)
  equal(proposals.length, 1)
  return proposals[0] as ReturnType<typeof decideReturn>
}
const riskOf = (data?: object, context?: ReturnContext) => propose(data, context).input.riskPermille

test('given a plain return, then it proposes to accept it, with a low risk', () => {
  const { action, input, confidence } = propose()
  equal(action, 'return.accept')
  deepEqual(input, {
    returnId: 'ret_1',
    saleId: 'sal_1',
    currency: 'EUR',
    amountMinor: 1250,
    riskPermille: input.riskPermille,
    hasReceipt: true,
    isStatutory: false,
  })
  ok(input.riskPermille < 50)
  ok(confidence > 0.95)
})

test('given a sale that nobody knows, then there is no receipt, whatever number was typed in', () => {
  const { input, evidence } = propose({}, unknown)
  equal(input.hasReceipt, false)
  equal(input.saleId, 'sal_1')
  ok(evidence.some(({ id, value }) => id === 'factor:receipt' && value === '+1.60'))
  ok(!evidence.some(({ id }) => id === 'factor:time'))
})

test('given faulty goods, then the law is told to policy, and the risk stays what it is', () => {
  equal(propose({ isFaulty: true }).input.isStatutory, true)
  equal(propose({ isFaulty: false }).input.isStatutory, false)
  equal(riskOf({ isFaulty: true }), riskOf())
})

const raising: { why: string; data?: object; context?: Partial<ReturnContext> }[] = [
  {
    why: 'goods that the receipt does not hold',
    data: { lines: [{ sku: 'CUP', quantity: '1', amountMinor: 1250 }] },
  },
  {
    why: 'goods without a SKU',
    data: { lines: [{ name: 'something', quantity: '1', amountMinor: 1250 }] },
  },
  { why: 'lines taken back before', context: { alreadyReturnedLinesCount: 1 } },
  {
    why: 'a sale of long ago',
    context: { sale: { occurredAtMs: Date.parse('2026-06-01'), skus: ['MUG'] } },
  },
  { why: 'a large amount', data: { amountMinor: 30_000 } },
  { why: 'a customer who brings most things back', context: { customerReturnsCount: 10 } },
  { why: 'an employee with many returns', context: { employeeReturnsCount: 30 } },
  { why: 'a customer who is not known', data: { customer: undefined } },
]
for (const { why, data, context } of raising)
  test(`given ${why}, then the risk is higher, and the reason is named`, () => {
    const context_ = { ...known, ...context }
    ok(riskOf(data, context_) > riskOf())
    const labels = (draft: { evidence: readonly { label: string }[] }) =>
      draft.evidence.map(({ label }) => label)
    ok(labels(propose(data, context_)).some((label) => !labels(propose()).includes(label)))
  })

test('given that an agent alone does not know the goods sold, then none counts as missing', () => {
  const sale = { occurredAtMs: Date.parse(soldAt) }
  equal(
    riskOf({ lines: [{ sku: 'CUP', quantity: '1', amountMinor: 1250 }] }, { ...known, sale }),
    riskOf(),
  )
})

test('given a store without sales, then the amount itself is the measure, and nothing divides by zero', () => {
  ok(Number.isInteger(riskOf({}, { ...known, typicalSaleMinor: 0 })))
})

test('any return gives an input that the action takes, a reason, and the same again', () => {
  fc.assert(
    fc.property(anyEvent('return.requested'), (any) => {
      const asked = any as typeof event
      const data = { ...asked.data, amountMinor: Math.abs(asked.data.amountMinor) }
      const draft = decideReturn({ ...asked, data }, known)
      deepEqual(acceptReturn.input.parse(draft.input), draft.input)
      match(draft.reason, /^Risk \d+ %\. .+\.$/)
      ok(draft.confidence >= 0.5 && draft.confidence <= 1)
      deepEqual(decideReturn({ ...asked, data }, known), draft)
    }),
    { numRuns: 50 },
  )
})

const draft = propose()
type Follow = NonNullable<typeof guardReturns.follow>
const follow = (outcome: Parameters<Follow>[1], from: Parameters<Follow>[0] = draft) =>
  guardReturns.follow?.(from, outcome) ?? []

test('when it waits for a manager, then the sale is flagged in the point of sale', () => {
  const [flag, ...rest] = follow('approval')
  deepEqual([flag?.action, rest], ['sale.flag', []])
  equal(flagSale.input.parse(flag?.input).saleId, 'sal_1')
})

test('when it waits, and no sale is named, then there is nothing to flag', () => {
  const { saleId: __, ...input } = draft.input
  deepEqual(follow('approval', { action: 'return.accept', input }), [])
})

for (const [outcome, why] of [
  ['refused', 'The manager refused the return.'],
  ['expired', 'Nobody decided in time.'],
] as const)
  test(`when it is ${outcome}, then the register is told`, () => {
    const [refusal, ...rest] = follow(outcome)
    deepEqual([refusal?.action, rest], ['return.refuse', []])
    deepEqual(refuseReturn.input.parse(refusal?.input), { returnId: 'ret_1', why })
  })

for (const outcome of ['automatic', 'digest', 'denied'] as const)
  test(`when it is ${outcome}, then nothing follows`, () => deepEqual(follow(outcome), []))

test('what follows is not followed again', () => {
  for (const outcome of ['approval', 'refused', 'expired', 'denied'] as const)
    deepEqual(follow(outcome, { action: 'sale.flag', input: { saleId: 'sal_1' } }), [])
})

test('gather asks one question, for what the event names and for no more', async () => {
  const asked: unknown[] = []
  const history = {
    customerReturnsCount: 4,
    customerPurchasesCount: 5,
    employeeReturnsCount: 6,
    peerReturnsMean: 7,
    typicalSaleMinor: 8,
  }
  const sale = {
    saleId: 'sal_1',
    storeId: 'str_2',
    occurredAt: soldAt,
    totalMinor: 1,
    skus: ['MUG'],
    returnedLinesCount: 3,
  }
  const facts = {
    async returnHistory(question) {
      asked.push(question)
      return question.saleId === undefined ? history : { ...history, sale }
    },
  } as Partial<Facts> as Facts
  deepEqual(await guardReturns.gather(event, facts), {
    ...history,
    sale: { occurredAtMs: Date.parse(soldAt), skus: ['MUG'] },
    alreadyReturnedLinesCount: 3,
  })
  deepEqual(asked, [
    {
      storeId: 'str_1',
      saleId: 'sal_1',
      customer: event.data.customer,
      customerSince: '2026-08-22T12:00:00.000Z',
      employeeId: 'emp_1',
      employeeSince: '2026-11-13T12:00:00.000Z',
    },
  ])
  const { saleId: _s, employeeId: _e, customer: _c, ...data } = event.data
  const context = await guardReturns.gather({ ...event, data }, facts)
  deepEqual([context.sale, context.alreadyReturnedLinesCount], [undefined, 0])
})
