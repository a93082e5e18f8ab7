/** What hubs write to the commands' topic: each command in its store's order, again only while nobody has it. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import { sql } from 'kysely'
import type { Command } from '../../src/actions/command.ts'
import { inChain } from '../../src/base/postgres.ts'
import { fromCommandRecord } from '../../src/link/command-record.ts'
import { chainId } from '../hub/harness.ts'
import { until } from '../scenario/fleet.ts'
import type { HubOnKafka } from './hub-on-kafka.ts'

const stores = ['str_boston', 'str_albany']

export function checkCommandTopic(world: HubOnKafka, agentId: string): void {
  const { hub, db } = world
  const written = world.follow(
    world.topics.commands,
    (record): Command => fromCommandRecord(record),
  )
  const idsOf = (storeId: string, from = 0) =>
    written()
      .filter((command) => command.storeId === storeId)
      .slice(from)
      .map(({ commandId }) => commandId)
  const issued = new Map<string, string[]>(stores.map((storeId) => [storeId, []]))

  /** Commands as policy would leave them: `count` a store, a moment apart, all in one transaction. */
  async function issue(name: string, count: number): Promise<void> {
    await inChain(db, chainId, async (tx) => {
      for (let at = 0; at < count; at += 1)
        for (const storeId of stores) {
          // Not in the order of their names.
          const commandId = `cmd_${name}-${count - at}-${storeId}`
          const proposalId = `prp_${commandId}`
          const trace = 'a'.repeat(32)
          await sql`insert into proposal (chain_id, proposal_id, store_id, workflow,
            workflow_version, models, action, event_id, ordinal, trace_id, occurred_at, reason,
            confidence, evidence, input, context, autonomy, decided_by, policy_ids, policy_hash)
            values (${chainId}, ${proposalId}, ${storeId}, 'test', '1', '{}', 'sale.flag',
              ${randomUUID()}, 0, ${trace}, now(), '', 1, '[]', '{}', '{}', 'automatic', 'policy',
              '{}', '')`.execute(tx)
          await sql`insert into command (chain_id, command_id, store_id, proposal_id, action, input,
            state, traceparent, trace_id, causation_id, issued_at, expires_at, is_inline)
            values (${chainId}, ${commandId}, ${storeId}, ${proposalId}, 'sale.flag',
              ${JSON.stringify({ saleId: 'sal_1', note: 'In review.' })}, 'queued',
              ${`00-${trace}-${'b'.repeat(16)}-01`}, ${trace}, ${randomUUID()},
              clock_timestamp(), now() + interval '1 hour', false)`.execute(tx)
          issued.get(storeId)?.push(commandId)
        }
    })
  }

  const movePublished = (seconds: number) =>
    inChain(db, chainId, (tx) =>
      sql`update command set published_at = now() - make_interval(secs => ${seconds})
        where chain_id = ${chainId} and published_at is not null`.execute(tx),
    )

  const expectAll = async () => {
    // However slow the machine is: the half minute after which they are written again begins anew.
    await movePublished(0)
    const total = [...issued.values()].flat().length
    await until('all commands', 60, async () => written().length >= total)
    for (const storeId of stores) deepEqual(idsOf(storeId), issued.get(storeId), storeId)
  }

  test('commands go down in the order of their store, once each, also over a restart', async () => {
    await issue('first', 10)
    await expectAll()
    // While it is away, and more at once than it takes at a time.
    const restarting = hub.restart()
    await issue('away', 120)
    await restarting
    await expectAll()
    await issue('last', 5)
    await expectAll()
  })

  test('what an agent says that it has is not written again; the rest is, in order', async () => {
    const agent = await world.enrol(agentId)
    const received = issued.get('str_boston')?.slice(0, 100) ?? []
    await agent.write([], { kind: 'received', value: JSON.stringify({ received }) })
    const delivered = async () => {
      const { rows } = await inChain(db, chainId, (tx) =>
        sql`select 1 from command where chain_id = ${chainId} and state = 'delivered'`.execute(tx),
      )
      return rows.length
    }
    await until('their arrival', 60, async () => (await delivered()) === received.length)
    const before = written().length
    // Half a minute later, as far as the table knows.
    await movePublished(31)
    const again = [...issued.values()].flat().length - received.length
    await until('all that nobody has', 60, async () => written().length >= before + again)
    for (const storeId of stores) {
      const all = issued.get(storeId) ?? []
      deepEqual(idsOf(storeId, all.length), storeId === 'str_boston' ? all.slice(100) : all)
    }
    equal(written().length, before + again)
    ok(again > 100)
  })
}
