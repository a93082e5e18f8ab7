/** A hub and as many agents as a fleet of some size takes, each a process as in production. */
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../src/base/embedded-postgres.ts'
import type { Part } from '../../src/cli/start/child.ts'
import { openInstallation } from '../../src/cli/start/installation.ts'
import { type AgentProcess, startAgentProcess } from '../parts/agent-process.ts'
import { startBusyVendor } from '../parts/busy-vendor.ts'
import { startHubProcess } from '../parts/hub-process.ts'
import { benchPorts } from '../parts/ports.ts'
import { serverPid } from '../parts/server-pid.ts'
import { accountsPerAgent, connectionOf, fleetAccounts, organisationOf } from './chain.ts'

export interface RunningFleet {
  readonly agents: readonly AgentProcess[]
  readonly hub: Part
  readonly serverPid: number
  /** The region's cell, seen as its owner. */
  readonly database: pg.Client
  readonly urls: readonly string[]
  stop(): Promise<void>
}

/** So many are started at the same time: each takes a core for a second or two. */
const startsAtOnce = 4

export async function startFleet(folder: string, storesCount: number): Promise<RunningFleet> {
  const stops: (() => Promise<void> | void)[] = []
  const stop = async () => {
    for (const one of stops.toReversed()) await one()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    return await start(folder, storesCount, stops, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(
  folder: string,
  storesCount: number,
  stops: (() => Promise<void> | void)[],
  stop: () => Promise<void>,
): Promise<RunningFleet> {
  mkdirSync(folder, { recursive: true })
  const accountsCount = fleetAccounts(storesCount, []).length
  const agentsCount = Math.ceil(accountsCount / accountsPerAgent)
  const [hubPort = 0, ...ports] = await benchPorts(agentsCount + 1)
  const urls = ports.map((port) => `http://127.0.0.1:${port}`)
  const accounts = fleetAccounts(storesCount, urls)
  const agentIds = ports.map((_, index) => `agt_fleet_${index + 1}`)
  const codeOf = (agentId: string) =>
    createHash('sha256').update(`code of ${agentId}`).digest('hex')

  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') })
  stops.push(() => postgres.stop())
  const organisation = organisationOf(
    accounts,
    agentIds.map((agentId) => ({
      agentId,
      enrolmentCodeSha256: createHash('sha256').update(codeOf(agentId)).digest('hex'),
    })),
  )
  const installation = openInstallation(join(folder, 'installation'), false)
  const hub = await startHubProcess(installation, organisation, postgres.adminUrl, hubPort)
  stops.push(() => hub.stop())
  const cell = new URL(postgres.adminUrl)
  cell.pathname = '/tillway_us'
  const database = new pg.Client({ connectionString: cell.href })
  await database.connect()
  stops.push(() => database.end())

  const vendor = await startBusyVendor()
  stops.push(() => vendor.close())
  const agents: AgentProcess[] = []
  stops.push(async () => void (await Promise.all(agents.map((agent) => agent.stop()))))
  for (let first = 0; first < agentsCount; first += startsAtOnce)
    agents.push(
      ...(await Promise.all(
        agentIds.slice(first, first + startsAtOnce).map((agentId, offset) => {
          const index = first + offset
          const own = accounts.slice(index * accountsPerAgent, (index + 1) * accountsPerAgent)
          return startAgentProcess({
            folder: join(folder, agentId),
            port: ports[index] ?? 0,
            agentId,
            connections: own.map((account) => connectionOf(account, vendor.url)),
            hubUrl: hub.url,
            environment: {
              TILLWAY_ENROLMENT_CODE: codeOf(agentId),
              TILLWAY_LOG_LEVEL: 'fatal',
            },
          })
        }),
      )),
    )
  return { agents, hub, serverPid: serverPid(join(folder, 'postgres')), database, urls, stop }
}
