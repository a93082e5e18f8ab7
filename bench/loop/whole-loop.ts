/** The whole loop, each part a process as in production: PostgreSQL, hub, agent, the emulated vendor. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../src/base/embedded-postgres.ts'
import type { Part } from '../../src/cli/start/child.ts'
import { openInstallation } from '../../src/cli/start/installation.ts'
import type { Generator } from '../load/generator.ts'
import type { BenchContext } from '../measurement.ts'
import { type AgentProcess, startAgentProcess } from '../parts/agent-process.ts'
import { type Helper, startHelper } from '../parts/helper.ts'
import { startHubProcess } from '../parts/hub-process.ts'
import { benchPorts } from '../parts/ports.ts'
import { watchProcessors } from '../parts/processor-time.ts'
import { serverPid } from '../parts/server-pid.ts'
import type { Table } from '../parts/table.ts'
import { agentId, type BenchStore, benchStores, connectionOf, organisationOf } from './chain.ts'
import type { EmulatedLightspeed } from './emulated-lightspeed.ts'
import type { Receipt } from './tills.ts'

export interface WholeLoop {
  readonly stores: readonly BenchStore[]
  readonly receipts: readonly Receipt[]
  readonly agent: AgentProcess
  readonly hub: Part
  readonly vendor: Helper<EmulatedLightspeed>
  readonly generator: Helper<Generator>
  /** The region's cell, seen as its owner. */
  readonly database: pg.Client
  /** Resolves when the hub has worked through all that it has. */
  settled(): Promise<void>
  /** Begins to count what each part takes of the cores. */
  watch(): () => Table | undefined
}

const historyDays = 6
const opened = new WeakMap<BenchContext, Promise<WholeLoop>>()

/** One for all measurements of a run; stopped at its end. */
export function openLoop(context: BenchContext): Promise<WholeLoop> {
  const loop = opened.get(context) ?? start(context)
  opened.set(context, loop)
  return loop
}

async function start({ folder, say, atEnd }: BenchContext): Promise<WholeLoop> {
  const [agentPort = 0, hubPort = 0] = await benchPorts(2)
  const stores = benchStores(`http://127.0.0.1:${agentPort}`)
  const vendor = startHelper<EmulatedLightspeed>(
    new URL('./emulated-lightspeed.ts', import.meta.url),
  )
  atEnd(() => vendor.stop())
  const generator = startHelper<Generator>(new URL('../load/generator.ts', import.meta.url))
  atEnd(() => generator.stop())
  say(`loop: ${stores.length} stores with ${historyDays} days of sales at the emulated vendor`)
  const { apiBaseUrl, credentials } = await vendor.ask('open', `http://127.0.0.1:${agentPort}`)
  const receipts = await vendor.ask('history', historyDays)

  say('loop: PostgreSQL and hub')
  const installation = openInstallation(join(folder, 'installation'), true)
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') })
  atEnd(() => postgres.stop())
  const code = installation.secrets.enrolmentCodes[agentId] ?? ''
  const organisation = organisationOf(stores, createHash('sha256').update(code).digest('hex'))
  const hub = await startHubProcess(installation, organisation, postgres.adminUrl, hubPort)
  atEnd(() => hub.stop())
  const cell = new URL(postgres.adminUrl)
  cell.pathname = '/tillway_us'
  const database = new pg.Client({ connectionString: cell.href })
  await database.connect()
  atEnd(() => database.end())

  say('loop: the agent enrols and sweeps; the hub takes in what it finds')
  const agent = await startAgentProcess({
    folder: join(folder, 'agent-loop'),
    port: agentPort,
    agentId,
    connections: stores.map((store, index) =>
      connectionOf(store, apiBaseUrl, credentials[index] ?? { accessToken: '' }),
    ),
    hubUrl: hub.url,
    environment: {
      TILLWAY_ENROLMENT_CODE: code,
      TILLWAY_LOG_LEVEL: 'fatal',
    },
  })
  atEnd(() => agent.stop())
  await agent.quiet()
  const settled = () => untilSettled(database)
  await settled()
  const watch = () =>
    watchProcessors([
      { name: 'agent', pid: agent.pid },
      { name: 'hub', pid: hub.pid() ?? 0 },
      { name: 'PostgreSQL', pid: serverPid(join(folder, 'postgres')), withChildren: true },
      { name: 'emulated vendor', pid: vendor.pid },
      { name: 'load generator', pid: generator.pid },
    ])
  return { stores, receipts, agent, hub, vendor, generator, database, settled, watch }
}

/** No group of consumers has anything before it. */
async function untilSettled(database: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await database.query<{ behind: string | null }>(
      `select sum(h.position - l.position) as behind
       from event_head h join event_lease l using (chain_id, partition)`,
    )
    if (Number(rows[0]?.behind ?? 1) === 0) return
    await sleep(200)
  }
}
