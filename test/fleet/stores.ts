/** Stores with real tills before several hubs: the simulator with all four vendors, and an agent for each group. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after } from 'node:test'
import { pino } from 'pino'
import { type Agent, startAgent } from '../../src/agent/agent.ts'
import {
  connectionsFileName,
  organisationFileName,
  writeConnections,
  writeOrganisation,
} from '../../src/cli/start/hand-over.ts'
import { agentIds, openInstallation } from '../../src/cli/start/installation.ts'
import { freePorts } from '../../src/cli/start/ports.ts'
import { findConnector } from '../../src/connectors/index.ts'
import { OrganisationFile } from '../../src/hub/organisation/file.ts'
import type { AgentState } from '../../src/link/protocol.ts'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { cutTransactions } from '../scenario/fleet.ts'

export interface Stores {
  readonly simulator: Simulator
  readonly organisation: OrganisationFile
  startAgents(hubUrl: string): Promise<void>
  sweep(): void
  /** Events that agents still hold. */
  waitingCount(): Promise<number>
  /** How often agents were told this code so far, by the hub or on the way to it. */
  refusedCount(code: string): number
  /** All of them, for people to read. */
  refusals(): string
  /** What a vendor emulator holds in a collection whose name ends so. */
  documents(collectionEnd: string): Record<string, unknown>[]
}

export async function startStores(): Promise<Stores> {
  const directory = mkdtempSync(join(tmpdir(), 'tillway-stores-'))
  const installation = openInstallation(join(directory, 'data'), false)
  const transactionsFile = join(directory, 'transactions.csv')
  await cutTransactions(transactionsFile, 40, 30)
  const ports = await freePorts(20_000 + Math.floor(Math.random() * 9_000), agentIds.length)
  const simulator = await startSimulator({
    port: 0,
    dataDir: installation.path('simulator'),
    installSecret: installation.secrets.installSecret,
    transactionsFile,
    isPaused: true,
    agentUrls: Object.fromEntries(
      agentIds.map((agentId, index) => [agentId, `http://127.0.0.1:${ports[index]}`]),
    ),
    duplicateRatio: 0.05,
    reorderRatio: 0.1,
    dropRatio: 0.02,
    reorderDelayMsMax: 300,
  })
  const folder = installation.path('demo')
  writeOrganisation(folder, simulator.chain(), installation.secrets.enrolmentCodes)
  writeConnections(folder, simulator)
  const agents: Agent[] = []
  const refused = new Map<string, number>()
  const log = pino(
    { level: 'warn' },
    {
      write(line: string) {
        const { err } = JSON.parse(line) as { err?: { code?: string } }
        if (err?.code) refused.set(err.code, (refused.get(err.code) ?? 0) + 1)
      },
    },
  )
  after(async () => {
    await simulator.close()
    for (const agent of agents) await agent.close()
    rmSync(directory, { recursive: true, force: true })
  })

  return {
    simulator,
    organisation: OrganisationFile.parse(
      JSON.parse(readFileSync(join(folder, organisationFileName), 'utf8')),
    ),
    async startAgents(hubUrl) {
      for (const [index, agentId] of agentIds.entries()) {
        mkdirSync(installation.path('agents', agentId), { recursive: true })
        const settings = {
          agentId,
          hubUrl,
          enrolmentCode: installation.secrets.enrolmentCodes[agentId] ?? '',
          dataDir: installation.path('agents', agentId),
          port: ports[index] ?? 0,
          connectionsFile: installation.path('demo', connectionsFileName(agentId)),
          tokenKeyFile: installation.secretFile(`tokens-${agentId.slice(4, 6)}.key`),
          vaultKeyFile: installation.path('agents', `${agentId}.vault.key`),
          sweepEverySeconds: 2,
          stateEverySeconds: 1,
          logLevel: 'warn' as const,
        }
        agents.push(await startAgent(settings, { findConnector, log }))
      }
    },
    sweep() {
      for (const agent of agents) agent.sweep()
    },
    async waitingCount() {
      const states = await Promise.all(
        agents.map(async ({ url }) => (await (await fetch(`${url}/state`)).json()) as AgentState),
      )
      return states.reduce((sum, { outboxCount }) => sum + outboxCount, 0)
    },
    refusedCount: (code) => refused.get(code) ?? 0,
    refusals: () => JSON.stringify(Object.fromEntries(refused)),
    documents(collectionEnd) {
      const database = new DatabaseSync(installation.path('simulator', 'simulator.sqlite'), {
        readOnly: true,
      })
      try {
        const rows = database
          .prepare('select value from document where collection like ?')
          .all(`%${collectionEnd}`)
        return rows.map(({ value }) => JSON.parse(String(value)) as Record<string, unknown>)
      } finally {
        database.close()
      }
    },
  }
}
