/** The loop through the hub's front door: events in, decisions, approvals, commands out, outcomes, ledger. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import test from 'node:test'
import { toCloudEvent } from '../../src/retail/cloudevents.ts'
import { enrolAgent, eventually, sale, startTestHub } from './harness.ts'

const test1 = await startTestHub()
const agent = await enrolAgent(test1, 'agt_us')
const local = { alreadyReturnedLinesCount: 0, employeeReturnsCount: 0, customerReturnsCount: 0 }

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field here
type Body = Record<string, any>
const returnOf = (returnId: string, amountMinor: number, saleId?: string) =>
  agent.event('return.requested', 'str_boston', {
    returnId,
    ...(saleId !== undefined && { saleId }),
    currency: 'USD',
    amountMinor,
    lines: [{ sku: 'SKU-1', quantity: '1', amountMinor }],
  })

test('events are appended once, and sums come out to the cent', async () => {
  const events = [
    agent.event('sale.completed', 'str_boston', sale('sal_a.1', 1234)),
    agent.event('sale.completed', 'str_boston', sale('sal_a.2', 766)),
    agent.event('refund.completed', 'str_boston', {
      refundId: 'r1',
      saleId: 'sal_a.1',
      currency: 'USD',
      lines: [],
      taxMinor: 0,
      totalMinor: 234,
      tenders: [],
    }),
  ]
  const first = (await agent.send(events)).body as Body
  deepEqual([first.appended, first.duplicates, first.acceptedThrough], [3, 0, 3])
  const again = (await agent.send(events)).body as Body
  deepEqual([again.appended, again.duplicates, again.acceptedThrough], [0, 3, 3])
  const it = await test1.as('per_it')
  await eventually(async () => {
    const { items } = (await it('GET', '/v1/sales/totals')).body as Body
    const [row] = items
    return row?.salesMinor === 2000 && row.refundsMinor === 234 && row.salesCount === 2
  })
})

test('a small return is accepted at once; when nothing is heard of its command, it comes by polling', async () => {
  const event = returnOf('ret-1', 1000, 'sal_a.2')
  await agent.send([event])
  const { status, body } = await agent.ask('POST', '/v1/decisions', {
    event: toCloudEvent(event),
    local,
  })
  equal(status, 200)
  const answer = body as Body
  equal(answer.verdict, 'accepted')
  equal(answer.commands.length, 1)
  const again = (await agent.ask('POST', '/v1/decisions', { event: toCloudEvent(event), local }))
    .body as Body
  equal(again.verdict, 'accepted')
  equal(again.proposalId, answer.proposalId)
  const poll = async () =>
    (
      (await agent.ask('POST', '/v1/commands/poll', { received: [], waitMs: 0 })).body as Body
    ).commands.map((one: Body) => one.commandId)
  // It went along with the answer, so that its outcome is waited for first.
  deepEqual(await poll(), [])
  const { commandId } = answer.commands[0]
  await eventually(async () => (await poll()).includes(commandId))
})

test('a large return waits for the manager of that store, then becomes a command, reported and verified', async () => {
  const event = returnOf('ret-2', 30_000, 'sal_a.1')
  await agent.send([event])
  const held = (await agent.ask('POST', '/v1/decisions', { event: toCloudEvent(event), local }))
    .body as Body
  equal(held.verdict, 'held')

  const other = await test1.as('per_albany')
  deepEqual(((await other('GET', '/v1/approvals')).body as Body).items, [])
  const manager = await test1.as('per_boston')
  const { items } = (await manager('GET', '/v1/approvals')).body as Body
  const item = items.find((one: Body) => one.proposal.proposalId === held.proposalId)
  ok(item, 'the manager sees it')
  const path = `/v1/approvals/${item.approval.approvalId}/decision`
  equal((await other('POST', path, { decision: 'approve', reason: 'not mine' })).status, 403)
  const fault = await manager('POST', path, { decision: 'approve', reason: 'x' })
  deepEqual([fault.status, (fault.body as Body).field], [400, 'reason'])
  const approved = await manager('POST', path, { decision: 'approve', reason: 'Known customer' })
  equal(approved.status, 200)
  equal((approved.body as Body).proposal.command.state, 'queued')
  equal(
    (await manager('POST', path, { decision: 'refuse', reason: 'changed my mind' })).status,
    409,
  )

  const { commands } = (
    await agent.ask('POST', '/v1/commands/poll', { received: [], waitMs: 1000 })
  ).body as Body
  const actions = commands.map((command: Body) => command.action)
  ok(actions.includes('return.accept') && actions.includes('sale.flag'), String(actions))
  const command = commands.find((one: Body) => one.proposalId === held.proposalId)
  await agent.ask('POST', '/v1/commands/poll', { received: [command.commandId], waitMs: 0 })
  const report = (state: 'executed' | 'verified') =>
    agent.event('command.reported', 'str_boston', {
      commandId: command.commandId,
      state,
      attemptsCount: 1,
      reference: 'ret-2',
    })
  await agent.send([report('executed'), report('verified')])
  const traceId = event.traceparent.slice(3, 35)
  const thread = await eventually(async () => {
    const { body } = await manager('GET', `/v1/threads/${traceId}`)
    const found = (body as Body).proposals?.find((one: Body) => one.proposalId === held.proposalId)
    const kinds = (body as Body).ledger?.map((entry: Body) => entry.kind) ?? []
    return (
      found?.command?.state === 'verified' && kinds.includes('command.verified') && (body as Body)
    )
  })
  const kinds = thread.ledger.map((entry: Body) => entry.kind)
  for (const kind of [
    'decision.made',
    'approval.requested',
    'approval.given',
    'command.issued',
    'command.delivered',
    'command.executed',
    'command.verified',
  ])
    ok(kinds.includes(kind), `${kind} in ${kinds}`)
})

test('a refused return tells the register, by a command that policy let through', async () => {
  const event = returnOf('ret-3', 40_000, 'sal_a.1')
  await agent.send([event])
  const held = (await agent.ask('POST', '/v1/decisions', { event: toCloudEvent(event), local }))
    .body as Body
  const manager = await test1.as('per_us')
  const { items } = (await manager('GET', '/v1/approvals')).body as Body
  const item = items.find((one: Body) => one.proposal.proposalId === held.proposalId)
  await manager('POST', `/v1/approvals/${item.approval.approvalId}/decision`, {
    decision: 'refuse',
    reason: 'No tags left',
  })
  const { commands } = (
    await agent.ask('POST', '/v1/commands/poll', { received: [], waitMs: 1000 })
  ).body as Body
  ok(commands.some((one: Body) => one.action === 'return.refuse' && one.input.returnId === 'ret-3'))
})

test('a return that an agent alone held is put before the manager', async () => {
  const event = returnOf('ret-5', 35_000, 'sal_a.1')
  const answered = {
    ...agent.event('return.answered', 'str_boston', {
      returnId: 'ret-5',
      verdict: 'held',
      decidedBy: 'agent',
      why: 'The hub was away.',
    }),
    causationId: event.id,
  }
  await agent.send([event, answered as typeof event])
  const manager = await test1.as('per_boston')
  const item = await eventually(async () => {
    const { items } = (await manager('GET', '/v1/approvals')).body as Body
    return items.find((one: Body) => one.proposal.input.returnId === 'ret-5')
  })
  equal(item.proposal.autonomy, 'approval')
})

test('beyond every permit a return is refused', async () => {
  const event = returnOf('ret-4', 5_000_000)
  await agent.send([event])
  const answer = (await agent.ask('POST', '/v1/decisions', { event: toCloudEvent(event), local }))
    .body as Body
  equal(answer.verdict, 'refused')
})

test('low stock gives a purchase order: automatic when small, and not twice', async () => {
  const days = Array.from({ length: 20 }, (_, day) =>
    new Date(Date.now() - (21 - day) * 86_400_000).toISOString(),
  )
  await agent.send([
    agent.event('product.changed', 'str_albany', {
      sku: 'SKU-9',
      name: 'Lantern',
      currency: 'USD',
      costMinor: 100,
      isActive: true,
    }),
    ...days.map((occurredAt, day) =>
      agent.event('sale.completed', 'str_albany', sale(`sal_b.${day}`, 500, 'SKU-9', '2'), {
        occurredAt,
      }),
    ),
  ])
  const it = await test1.as('per_it')
  await eventually(async () => {
    const { items } = (await it('GET', '/v1/sales/totals')).body as Body
    return items.find((row: Body) => row.storeId === 'str_albany')?.salesCount === 20
  })
  const level = (onHand: string, key: string) =>
    agent.event(
      'inventory.changed',
      'str_albany',
      { sku: 'SKU-9', onHand, cause: 'unknown' },
      { key, occurredAt: new Date().toISOString() },
    )
  const low = level('1', 'low-1')
  await agent.send([low])
  const order = await eventually(async () => {
    const { body } = await it('GET', `/v1/threads/${low.traceparent.slice(3, 35)}`)
    return (body as Body).proposals?.[0]
  })
  deepEqual(
    [order.action, order.autonomy, order.workflow],
    ['purchase_order.place', 'automatic', 'reorder_low_stock'],
  )
  match(order.reason, /reorder point/)
  const lower = level('0', 'low-2')
  await agent.send([lower])
  await eventually(async () => {
    const { body } = await it('GET', '/readyz')
    return (body as Body).cells?.us.lag.workflows === 0
  })
  const second = (await it('GET', `/v1/threads/${lower.traceparent.slice(3, 35)}`)).body as Body
  deepEqual(second.proposals, [])
})

test('the ledger verifies, and an altered entry is found', async () => {
  const auditor = await test1.as('per_audit')
  await eventually(async () => {
    const { items } = (await auditor('GET', '/v1/ledger/us/entries?limit=1000')).body as Body
    return items.length > 20
  })
  const { body } = await auditor('GET', '/v1/ledger/us/verification')
  equal((body as Body).outcome, 'intact', JSON.stringify(body))
  const manager = await test1.as('per_boston')
  equal((await manager('GET', '/v1/ledger/us/verification')).status, 403)
})

test('a restarted hub goes on: the same events are duplicates, sums stay', async () => {
  await test1.restart()
  const it = await test1.as('per_it')
  const { items } = (await it('GET', '/v1/sales/totals')).body as Body
  equal(items.find((row: Body) => row.storeId === 'str_boston').salesMinor, 2000)
})
