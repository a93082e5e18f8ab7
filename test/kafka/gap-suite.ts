/** Batches whose predecessors do not come: waited for, then taken in with a word to everybody. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { pino } from 'pino'
import { inChain } from '../../src/base/postgres.ts'
import { openCell } from '../../src/hub/cells.ts'
import { openControl } from '../../src/hub/control.ts'
import { createAgentDirectory } from '../../src/hub/identity/agents.ts'
import { createGate } from '../../src/hub/identity/gate.ts'
import { startKafkaLink } from '../../src/hub/kafka-link/kafka-link.ts'
import { readOrganisationFile } from '../../src/hub/organisation/file.ts'
import { createOrganisation } from '../../src/hub/organisation/organisation.ts'
import { chainId } from '../hub/harness.ts'
import { until } from '../scenario/fleet.ts'
import type { HubOnKafka } from './hub-on-kafka.ts'

const gapMsMax = 4_000

interface Line {
  readonly level: number
  readonly msg: string
  readonly [key: string]: unknown
}

export function checkGap({ hub, db, kafka, enrol, salesIn }: HubOnKafka, agentId: string): void {
  const prefix = `${kafka.config.kafkaTopicPrefix}-gap`
  const lines: Line[] = []

  /** The hub's own, but for a shorter patience and topics of its own. */
  async function startImpatient() {
    const config = { ...hub.config, kafkaTopicPrefix: prefix }
    const control = await openControl(config)
    const policies = await control.activePolicies(chainId)
    const cell = await openCell(config, 'us', () => {})
    const link = await startKafkaLink({
      config,
      cell,
      chainId,
      agents: createAgentDirectory(cell, chainId),
      gate: createGate(
        policies.engine,
        createOrganisation(readOrganisationFile(config.organisationFile)),
      ),
      log: pino({ level: 'warn' }, { write: (line) => void lines.push(JSON.parse(line)) }),
      gapMsMax,
    })
    return async () => {
      await link.close()
      await cell.close()
      await control.db.destroy()
    }
  }

  const gapsInLedger = async () => {
    const { rows } = await inChain(db, chainId, (tx) =>
      sql<{ kind: string; body: unknown }>`select kind, body from ledger_entry
        where chain_id = ${chainId} and subject_id like ${`${agentId}/%`}`.execute(tx),
    )
    return rows
  }

  test('a gap is waited for, then passed with an error and an entry; what was late is still taken', async () => {
    const stop = await startImpatient()
    try {
      const agent = await enrol(agentId)
      const mine = async () =>
        (await salesIn('str_boston')).filter((id) => id.startsWith('sal_gap'))
      const [first, second, third, fourth, fifth] = [1, 2, 3, 4, 5].map((at) =>
        agent.saleIn(`sal_gap.${at}`),
      ) as [never, never, never, never, never]
      // Late by less than the wait: in order, and nobody is told.
      await agent.write([first], {}, prefix)
      await until('the first one', 60, async () => (await mine()).length === 1)
      await agent.write([third], {}, prefix)
      await until('a first try', 60, async () => lines.some(({ code }) => code === 'sequence_gap'))
      equal((await agent.hand.send([second])).status, 200)
      await until('both', 60, async () => (await mine()).length === 3)
      deepEqual(await mine(), ['sal_gap.1', 'sal_gap.2', 'sal_gap.3'])
      ok(lines.every(({ level }) => level < 50))

      // Late by more.
      const writtenAt = performance.now()
      await agent.write([fifth], {}, prefix)
      await sleep(gapMsMax / 2)
      equal((await mine()).length, 3)
      await until('the one after the gap', 60, async () => (await mine()).length === 4)
      ok(performance.now() - writtenAt >= gapMsMax)
      const [told, ...more] = lines.filter(({ level }) => level >= 50)
      deepEqual([told?.agentId, told?.first, told?.last, more.length], [agentId, 4, 4, 0])
      await until('its entry', 60, async () => (await gapsInLedger()).length > 0)
      const body = { code: 'sequence_gap', first: 4, last: 4 }
      deepEqual(await gapsInLedger(), [{ kind: 'dead_letter.made', body }])
      await agent.write([fourth], {}, prefix)
      await agent.write([fourth, fifth], {}, prefix)
      await until('what was late', 60, async () => (await mine()).length === 5)
      deepEqual((await mine()).slice(3), ['sal_gap.5', 'sal_gap.4'])
    } finally {
      await stop()
    }
  })
}
