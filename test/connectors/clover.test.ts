/** Clover's connector and emulator together, over real HTTP, with Clover's field tables as referee. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Command } from '../../src/actions/command.ts'
import type { HttpClient } from '../../src/base/http-client.ts'
import { instantFromMs } from '../../src/base/time.ts'
import { tokensByMerchant } from '../../src/connectors/clover/auth.ts'
import { clover } from '../../src/connectors/clover/connector.ts'
import type { DraftEvent } from '../../src/connectors/connector.ts'
import type { Refund } from '../../src/retail/sale.ts'
import type { TillRefund } from '../../src/simulator/till.ts'
import {
  ana,
  assertNothingPersonal,
  assertSale,
  at,
  austin,
  berlin,
  card,
  distinct,
  employee,
  find,
  line,
  products,
  type Rig,
  register,
  sale,
  startRig,
} from './clover-rig.ts'
import { emulatedNowMs } from './harness.ts'

describe('clover over HTTP', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.close())

  it('tells a sale from its webhook, and the same from a duplicate and from the sweep', async () => {
    const rung = sale('s1', { customer: ana })
    const orderId = rig.ring(rung)
    const lookups = await rig.takeLookups()
    deepEqual(lookups.map(({ kind }) => kind).sort(), ['customer', 'order', 'payment'])
    ok(!JSON.stringify(lookups).includes('@'), 'lookups hold ids only')
    const told: DraftEvent[] = []
    for (const lookup of [...lookups, ...lookups]) {
      const result = await clover.fetch(lookup, rig.context)
      equal(result.outcome, 'translated')
      if (result.outcome === 'translated') {
        rig.context.references.remember(result.translation.references)
        told.push(...result.translation.events)
      }
    }
    const [completed, ...others] = find(distinct(told), 'sale.completed')
    equal(others.length, 0)
    equal(completed?.key, orderId)
    equal(completed?.storeId, 'str_0')
    equal(completed?.registerId, 'reg_0')
    equal(completed?.occurredAt, instantFromMs(rung.atMs))
    assertSale(completed?.data, rung)
    const customer = rig.context.tokens.customer({ email: ana.email, externalId: 'any' })
    equal(completed?.data.customer, customer)
    equal(find(distinct(told), 'customer.changed')[0]?.data.customer, customer)
    const swept = await rig.sweep(`${austin}/orders`)
    deepEqual(
      find(swept.events, 'sale.completed').find(({ key }) => key === orderId),
      completed,
    )
    assertNothingPersonal(told)
  })

  it('tells a refund of some pieces through its order and through the sweep', async () => {
    const rung = sale('s2', { customer: ana })
    const orderId = rig.ring(rung)
    await rig.takeLookups()
    const back: TillRefund = {
      ...at,
      atMs: emulatedNowMs - 30_000,
      refundKey: 'r2',
      saleKey: 's2',
      lines: [line('TOTE-01', '2', 1395)],
      taxMinor: 225,
      totalMinor: 2948,
      tender: { kind: 'card', amountMinor: 2948, card },
      reason: 'Damaged, says Mrs Ruiz',
    }
    rig.vendor.emulator.refund(rig.account.accountId, back)
    const viaWebhook = find(await rig.takeEvents(), 'refund.completed')
    equal(viaWebhook.length, 1)
    const told = viaWebhook[0]?.data as Refund
    equal(told.saleId, `sal_clover.${orderId}`)
    equal(told.totalMinor, 2948)
    equal(told.taxMinor, 225)
    deepEqual(
      told.lines.map(({ sku, quantity, amountMinor }) => ({ sku, quantity, amountMinor })),
      [{ sku: 'TOTE-01', quantity: '2', amountMinor: 2948 }],
    )
    equal(told.tenders[0]?.instrument, rig.context.tokens.token('card', card.fingerprint))
    deepEqual(find((await rig.sweep(`${austin}/refunds`)).events, 'refund.completed'), viaWebhook)
    // The sale is still told, with the goods that came back.
    const swept = find((await rig.sweep(`${austin}/orders`)).events, 'sale.completed')
    assertSale(swept.find(({ key }) => key === orderId)?.data, rung)
    assertNothingPersonal(viaWebhook)
  })

  it('tells a refund without receipt by the sweep, without goods', async () => {
    rig.vendor.emulator.refund(rig.account.accountId, {
      ...at,
      atMs: emulatedNowMs - 20_000,
      refundKey: 'r3',
      customer: ana,
      lines: [line('TEE-02', '1', 2000)],
      taxMinor: 165,
      totalMinor: 2165,
      tender: { kind: 'cash', amountMinor: 2165 },
      reason: 'No receipt',
    })
    deepEqual(find(await rig.takeEvents(), 'refund.completed'), [])
    const [credit] = find((await rig.sweep(`${austin}/credits`)).events, 'refund.completed')
    equal(credit?.data.saleId, undefined)
    equal(credit?.data.totalMinor, 2165)
    deepEqual(credit?.data.tenders, [{ kind: 'cash', amountMinor: 2165 }])
    equal(credit?.data.customer, rig.context.tokens.customer({ email: ana.email, externalId: '' }))
  })

  it('tells a voided sale', async () => {
    const rung = sale('s4')
    const orderId = rig.ring(rung)
    await rig.takeLookups()
    rig.vendor.emulator.void?.(rig.account.accountId, rung)
    const voided = find(await rig.takeEvents(), 'sale.voided')
    equal(voided.length, 1)
    equal(voided[0]?.data.saleId, `sal_clover.${orderId}`)
    equal(voided[0]?.data.totalMinor, rung.totalMinor)
    deepEqual(find((await rig.sweep(`${austin}/orders`)).events, 'sale.voided'), voided)
  })

  it('waits for an order that is not paid', async () => {
    const token = tokensByMerchant(rig.credentials.accessToken)[austin]
    const response = await fetch(`${rig.vendor.apiBaseUrl}/v3/merchants/${austin}/orders`, {
      method: 'POST',
      body: JSON.stringify({ state: 'open', currency: 'USD' }),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    })
    equal(response.status, 200)
    const [lookup] = await rig.takeLookups()
    equal(lookup?.kind, 'order')
    const result = lookup && (await clover.fetch(lookup, rig.context))
    equal(result?.outcome, 'not_yet')
  })

  it('finds stock and products by the sweep, and only new levels after its cursor', async () => {
    const first = await rig.sweep(`${berlin}/items`)
    equal(find(first.events, 'inventory.changed').length, products.length)
    const tote = find(first.events, 'product.changed').find(({ data }) => data.sku === 'TOTE-01')
    equal(tote?.data.priceMinor, 1395)
    equal(tote?.data.costMinor, 600)
    const accountId = rig.account.accountId
    rig.vendor.emulator.setStock(accountId, berlin, 'TOTE-01', 7.5, emulatedNowMs + 60_000)
    const cursor = first.cursor ?? ''
    const second = await rig.sweep(`${berlin}/items`, { cursor })
    const levels = find(second.events, 'inventory.changed')
    equal(levels.find(({ data }) => data.sku === 'TOTE-01')?.data.onHand, '7.5')
    const again = find(second.events, 'product.changed').find(({ data }) => data.sku === 'TOTE-01')
    equal(again?.key, tote?.key, 'moved stock is no changed product')
  })

  it('tells shifts, employees, customers and devices by the sweep', async () => {
    const accountId = rig.account.accountId
    rig.vendor.emulator.clockIn(accountId, { ...at, atMs: emulatedNowMs - 7200_000 })
    rig.vendor.emulator.clockOut(accountId, { ...at, atMs: emulatedNowMs - 3600_000 })
    rig.vendor.emulator.saveCustomer(accountId, ana, emulatedNowMs)
    const shifts = await rig.sweep(`${austin}/shifts_ended`)
    equal(
      find(shifts.events, 'shift.ended')[0]?.occurredAt,
      instantFromMs(emulatedNowMs - 3600_000),
    )
    deepEqual((await rig.sweep(`${austin}/shifts_started`)).events, shifts.events)
    const staff = find((await rig.sweep(`${austin}/employees`)).events, 'employee.changed')
    equal(staff[0]?.data.employeeId, rig.context.tokens.employee(employee))
    deepEqual(find((await rig.sweep(`${austin}/employees`)).events, 'employee.changed'), staff)
    equal(find((await rig.sweep(`${austin}/customers`)).events, 'customer.changed').length, 1)
    const devices = find((await rig.sweep(`${austin}/devices`)).events, 'device.reported')
    deepEqual(devices[0]?.data, { deviceId: register, model: 'STATION_2018', status: 'unknown' })
    assertNothingPersonal([...staff, ...shifts.events])
  })

  it('makes a synthetic closing of the cash log', async () => {
    const accountId = rig.account.accountId
    const there = { ...at, storeExternalId: berlin }
    const dayMs = emulatedNowMs - 40_000
    rig.vendor.emulator.openRegister(accountId, { ...there, atMs: dayMs })
    const cash = sale('s9', {
      ...there,
      atMs: dayMs + 1000,
      tenders: [{ kind: 'cash', amountMinor: sale('x').totalMinor }],
    })
    rig.ring(cash)
    rig.vendor.emulator.openDrawer(accountId, { ...there, atMs: dayMs + 2000 })
    rig.vendor.emulator.closeRegister(accountId, { ...there, atMs: dayMs + 3000 })
    const told = await rig.takeEvents()
    const [opened] = find(told, 'register.opened')
    const [closed] = find(told, 'register.closed')
    equal(opened?.data.floatMinor, 20_000)
    equal(closed?.data.sessionId, opened?.data.sessionId)
    equal(closed?.data.isSynthetic, true)
    equal(closed?.data.expectedCashMinor, 20_000 + cash.totalMinor)
    equal(closed?.data.countedCashMinor, 20_000 + cash.totalMinor)
    equal(find(told, 'drawer.opened')[0]?.data.reason, 'no_sale')
    const swept = (await rig.sweep(`${berlin}/cash_events`)).events
    deepEqual(find(swept, 'register.closed'), find(told, 'register.closed'))
  })

  it('flags a sale once, keeps the note there is, and says what Clover cannot do', async () => {
    const orderId = rig.ring(sale('s10'))
    const command = commandFor('sale.flag', {
      saleId: `sal_clover.${orderId}`,
      note: 'Odd discount',
    })
    const first = await clover.execute(command, rig.context)
    deepEqual(
      [first.outcome, first.outcome === 'executed' && first.readBack],
      ['executed', 'verified'],
    )
    const again = await clover.execute(command, rig.context)
    equal(again.outcome === 'executed' && again.readBack, 'verified')
    const other = commandFor('sale.flag', { saleId: `sal_clover.${orderId}`, note: 'Second look' })
    await clover.execute(other, rig.context)
    equal(await noteOf(rig, orderId), '[REVIEW] Odd discount\n[REVIEW] Second look')
    const order = { number: 'PO-1', supplierId: 's', currency: 'USD', lines: [] }
    const refused = await clover.execute(commandFor('purchase_order.place', order), rig.context)
    equal(refused.outcome === 'refused' && refused.fault, 'capability_missing')
    equal(clover.capabilities.actions['purchase_order.place'].by, 'document')
    const unknown = commandFor('sale.flag', { saleId: 'sal_clover.ZZZZZZZZZZZZZ', note: 'x' })
    const missing = await clover.execute(unknown, rig.context)
    equal(missing.outcome === 'refused' && missing.fault, 'reference_unknown')
  })

  it('flags once when the answer to the write is lost', async () => {
    const orderId = rig.ring(sale('s11'))
    const { api } = rig.context
    let isLost = false
    const lossy: HttpClient = {
      async request(request) {
        const response = await api.request(request)
        if (request.method !== 'POST' || isLost) return response
        isLost = true
        throw new Error('the answer is lost')
      },
    }
    const command = commandFor('sale.flag', { saleId: `sal_clover.${orderId}`, note: 'Odd' })
    await rejects(clover.execute(command, { ...rig.context, api: lossy }))
    const retried = await clover.execute(command, { ...rig.context, api: lossy })
    equal(retried.outcome === 'executed' && retried.readBack, 'verified')
    equal(await noteOf(rig, orderId), '[REVIEW] Odd')
  })
})

async function noteOf(rig: Rig, orderId: string): Promise<string> {
  const authorization = `Bearer ${tokensByMerchant(rig.credentials.accessToken)[austin]}`
  const response = await rig.context.api.request({
    method: 'GET',
    path: `/v3/merchants/${austin}/orders/${orderId}`,
    headers: { authorization },
    isRepeatable: true,
  })
  return (response.body as { note: string }).note
}

function commandFor(action: string, input: Record<string, unknown>): Command {
  return {
    commandId: 'cmd_1',
    proposalId: 'prp_1',
    chainId: 'chn_1',
    regionId: 'us',
    storeId: 'str_0',
    action,
    input,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    causationId: '00000000-0000-4000-8000-000000000000',
    issuedAt: instantFromMs(emulatedNowMs),
    expiresAt: instantFromMs(emulatedNowMs + 3600_000),
  }
}
