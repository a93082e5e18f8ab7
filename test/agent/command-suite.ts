/** Commands by whatever link: carried out once however often they arrive, reported, and in time. */
import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import type { Command } from '../../src/actions/command.ts'
import { byHttps, startWorld, until, type World } from './harness.ts'
import type { TestHub } from './hub.ts'

export function flagOf(commandId: string, changes: Partial<Command> = {}): Command {
  return {
    commandId,
    proposalId: 'prp_1',
    chainId: 'chn_test',
    regionId: 'eu',
    storeId: 'str_berlin',
    action: 'sale.flag',
    input: { saleId: 'sal_corner.s1', note: 'In review.' },
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    causationId: '6d5a5bd0-4b0c-4d6b-8f4e-5f8a0c1d2e3f',
    issuedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
    ...changes,
  }
}

export function reportsOf({ events }: TestHub, commandId: string): string[] {
  return events.flatMap((event) =>
    event.type === 'command.reported' && event.data.commandId === commandId
      ? [[event.data.state, event.data.fault].filter(Boolean).join(':')]
      : [],
  )
}

const refusals = [
  {
    id: 'cmd_late',
    why: 'too late',
    changes: { expiresAt: '2020-01-01T00:00:00.000Z' },
    says: 'expired:command_expired',
  },
  {
    id: 'cmd_odd',
    why: 'no such action',
    changes: { action: 'till.explode' },
    says: 'failed:action_unknown',
  },
  {
    id: 'cmd_bad',
    why: 'an input that does not fit',
    changes: { input: {} },
    says: 'failed:proposal_malformed',
  },
  {
    id: 'cmd_cannot',
    why: 'what the vendor cannot do',
    changes: {
      action: 'purchase_order.place',
      input: {
        number: 'PO-1',
        supplierId: 's',
        currency: 'EUR',
        lines: [{ sku: 'A', quantity: '1', unitCostMinor: 1 }],
      },
    },
    says: 'failed:capability_missing',
  },
  {
    id: 'cmd_foreign',
    why: 'a sale of another connection',
    changes: { input: { saleId: 'sal_other.s1', note: 'x' } },
    says: 'failed:reference_unknown',
  },
  {
    id: 'cmd_unasked',
    why: 'a return nobody asked about',
    changes: {
      action: 'return.accept',
      input: {
        returnId: 'r',
        currency: 'EUR',
        amountMinor: 1,
        riskPermille: 1,
        hasReceipt: true,
        isStatutory: false,
      },
    },
    says: 'failed:reference_unknown',
  },
]

export function checkCommands(setUpLink = byHttps): void {
  async function inWorld(run: (world: World) => Promise<void>): Promise<void> {
    const world = await startWorld({}, setUpLink)
    try {
      await run(world)
    } finally {
      await world.close()
    }
  }

  test('delivered three times, carried out once, reported in the thread it began in', () =>
    inWorld(async ({ hub, api }) => {
      const command = flagOf('cmd_thrice')
      hub.commands.push(command, command, command)
      await until(() => reportsOf(hub, 'cmd_thrice').length === 2)
      deepEqual(reportsOf(hub, 'cmd_thrice'), ['executed', 'verified'])
      deepEqual(api.flags, ['cmd_thrice'])
      const report = hub.events.find(({ type }) => type === 'command.reported')
      equal(report?.causationId, command.causationId)
      equal(report?.traceparent.slice(3, 35), 'a'.repeat(32))
      // The hub forgets that it was told, and sends it again.
      hub.received.length = 0
      await until(() => hub.received.includes('cmd_thrice'))
      deepEqual(api.flags, ['cmd_thrice'])
    }))

  test('a restart in the middle of a command carries it out again and reports it once', () =>
    inWorld(async (world) => {
      const { hub, api } = world
      let free = () => {}
      api.holding = new Promise<void>((resolve) => {
        free = resolve
      })
      hub.commands.push(flagOf('cmd_cut'), flagOf('cmd_after'))
      await until(() => api.flags.length === 1)
      const restarted = world.restart()
      api.holding = undefined
      free()
      await restarted
      await until(() => reportsOf(hub, 'cmd_after').length === 2)
      deepEqual(reportsOf(hub, 'cmd_cut'), ['executed', 'verified'])
      deepEqual([...new Set(api.flags)], ['cmd_cut', 'cmd_after'])
    }))

  test('what cannot be carried out is reported with its fault', () =>
    inWorld(async ({ hub, api }) => {
      hub.commands.push(...refusals.map(({ id, changes }) => flagOf(id, changes)))
      for (const { id, why, says } of refusals) {
        await until(() => reportsOf(hub, id).length > 0)
        deepEqual(reportsOf(hub, id), [says], why)
      }
      deepEqual(api.flags, [])
    }))
}
