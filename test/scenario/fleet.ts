/**
 * The whole of Tillway in one process on real parts: PostgreSQL, hub, agents, and the simulator with
 * all four emulated vendors. One agent is a process of its own, so that it can be killed.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Agent, startAgent } from '../../src/agent/agent.ts'
import { silentLog } from '../../src/base/log.ts'
import {
  connectionsFileName,
  organisationFileName,
  writeConnections,
  writeOrganisation,
} from '../../src/cli/start/hand-over.ts'
import { type Installation, openInstallation } from '../../src/cli/start/installation.ts'
import { freePorts } from '../../src/cli/start/ports.ts'
import { findConnector } from '../../src/connectors/index.ts'
import { HubConfig } from '../../src/hub/config.ts'
import { type Hub, startHub } from '../../src/hub/hub.ts'
import { askAgain, askAgent } from '../../src/simulator/companion.ts'
import type { SimulatorConfig } from '../../src/simulator/config.ts'
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts'
import { readRows } from '../../src/simulator/transactions.ts'
import { startTestPostgres } from '../postgres.ts'

const slice = fileURLToPath(new URL('../../data/transactions/transactions.csv.gz', import.meta.url))
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

export const inProcess = ['agt_us_east', 'agt_us_west', 'agt_eu_north'] as const
/** The one that is killed. */
export const apart = 'agt_eu_south'

export interface Fleet {
  readonly simulator: Simulator
  readonly hubUrl: string
  readonly installation: Installation
  readonly adminUrl: string
  readonly databasePrefix: string
  ask<Answer>(path: string): Promise<Answer>
  as(
    personId: string,
  ): Promise<
    (method: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown }>
  >
  restartHub(): Promise<void>
  stopHub(): Promise<void>
  startHub(): Promise<void>
  killAgentApart(): Promise<void>
  startAgentApart(): Promise<void>
  /** What a kill between a vendor's new tokens and the disk costs: the agent's tokens are spent. */
  spendTokensApart(): Promise<void>
  /** Names of the stores whose vendor wants the operator's consent anew. */
  storesToConsent(): Promise<string[]>
  /** As the operator would: each of these stores says yes on its vendor's consent page. */
  consent(storeIds: readonly string[]): Promise<void>
  /** A till of the store asks, by its companion, whether these goods may come back. */
  askReturn(storeId: string, question: ReturnAsked): Promise<{ verdict: string }>
  /** What the same till is told when it asks again. */
  askReturnAgain(storeId: string, questionId: string): Promise<{ verdict: string }>
  sweep(): void
  close(): Promise<void>
}

export interface ReturnAsked {
  readonly questionId: string
  readonly amountMinor: number
  readonly sku: string
}

export interface FleetOptions {
  readonly simulator?: Partial<SimulatorConfig>
  /** Only the goods sold most often, so that catalogues are quick to fill. */
  readonly skusMax?: number
  readonly days?: number
  readonly consoleDir?: string
  /** Keys of the hub's configuration, as the environment would have them. */
  readonly hub?: Readonly<Record<string, string>>
  /** The same of some agents, by their id. */
  readonly agents?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** Real invoices, cut down to the goods that are sold most. */
export async function cutTransactions(path: string, skusMax: number, days: number): Promise<void> {
  const rows: Record<string, string>[] = []
  const first = Date.parse('2011-06-06')
  for await (const row of readRows(slice)) {
    if (Date.parse(row.InvoiceDate.slice(0, 10)) >= first + days * 86_400_000) break
    rows.push(row as unknown as Record<string, string>)
  }
  const counts = new Map<string, number>()
  for (const { StockCode = '' } of rows) counts.set(StockCode, (counts.get(StockCode) ?? 0) + 1)
  const most = [...counts].sort((a, b) => b[1] - a[1]).slice(0, skusMax)
  const kept = new Set(most.map(([sku]) => sku))
  const columns = [
    'InvoiceNo',
    'StockCode',
    'Description',
    'Quantity',
    'InvoiceDate',
    'UnitPrice',
    'CustomerID',
  ]
  const lines = rows
    .filter(({ StockCode = '' }) => kept.has(StockCode))
    .map((row) => columns.map((name) => `"${(row[name] ?? '').replaceAll('"', '""')}"`).join(','))
  writeFileSync(path, [columns.join(','), ...lines].join('\n'))
}

export async function startFleet(options: FleetOptions = {}): Promise<Fleet> {
  const { adminUrl } = await startTestPostgres()
  const directory = mkdtempSync(join(tmpdir(), 'tillway-fleet-'))
  const installation = openInstallation(join(directory, 'data'), false)
  const transactionsFile = join(directory, 'transactions.csv')
  await cutTransactions(transactionsFile, options.skusMax ?? 40, options.days ?? 30)

  const allAgents = [...inProcess, apart]
  const ports = await freePorts(19_100 + Math.floor(Math.random() * 20_000), allAgents.length)
  const agentUrls = Object.fromEntries(
    allAgents.map((agentId, index) => [agentId, `http://127.0.0.1:${ports[index]}`]),
  )
  const simulator = await startSimulator({
    port: 0,
    dataDir: installation.path('simulator'),
    installSecret: installation.secrets.installSecret,
    transactionsFile,
    isPaused: true,
    agentUrls,
    ...options.simulator,
  })
  writeOrganisation(
    installation.path('demo'),
    simulator.chain(),
    installation.secrets.enrolmentCodes,
  )
  writeConnections(installation.path('demo'), simulator)

  const databasePrefix = `f${randomBytes(5).toString('hex')}`
  const config = HubConfig.parse({
    port: (await freePorts(40_000 + Math.floor(Math.random() * 9_000), 1))[0],
    databaseUrl: adminUrl,
    databasePrefix,
    appRolePassword: installation.secrets.appRolePassword,
    organisationFile: installation.path('demo', organisationFileName),
    sessionKey: installation.secrets.sessionKey,
    ledgerKey: installation.secrets.ledgerKey,
    operatorToken: installation.secrets.operatorToken,
    demoSignIn: 'true',
    logLevel: 'silent',
    ...(options.consoleDir !== undefined && { consoleDir: options.consoleDir }),
    ...options.hub,
  })
  let hub: Hub | undefined = await startHub(config, { log: silentLog })
  const hubUrl = hub.url

  const agentFolder = (agentId: string) => {
    const folder = installation.path('agents', agentId)
    mkdirSync(folder, { recursive: true })
    return folder
  }
  const settingsOf = (agentId: string) => ({
    agentId,
    hubUrl,
    enrolmentCode: installation.secrets.enrolmentCodes[agentId] ?? '',
    dataDir: agentFolder(agentId),
    port: ports[allAgents.indexOf(agentId as never)] ?? 0,
    connectionsFile: installation.path('demo', connectionsFileName(agentId)),
    tokenKeyFile: installation.secretFile(`tokens-${agentId.slice(4, 6)}.key`),
    vaultKeyFile: installation.path('agents', `${agentId}.vault.key`),
    sweepEverySeconds: 2,
    stateEverySeconds: 1,
    ...options.agents?.[agentId],
  })
  const agents: Agent[] = []
  for (const agentId of inProcess)
    agents.push(
      await startAgent(
        { ...settingsOf(agentId), logLevel: 'silent' },
        { findConnector, log: silentLog },
      ),
    )

  let child: ChildProcess | undefined
  async function startAgentApart(): Promise<void> {
    const settings = settingsOf(apart)
    const environment = Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [
        `TILLWAY_${key.replace(/[A-Z]/g, '_$&').toUpperCase()}`,
        String(value),
      ]),
    )
    const started = spawn(process.execPath, [main, 'agent'], {
      env: { ...process.env, ...environment, TILLWAY_LOG_LEVEL: 'silent' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    child = started
    await new Promise<void>((resolve, reject) => {
      started.once('message', () => resolve())
      started.once('exit', (code) => reject(new Error(`the agent ended with ${code}`)))
    })
    started.removeAllListeners('exit')
  }
  async function killAgentApart(): Promise<void> {
    const ended = new Promise((resolve) => child?.once('exit', resolve))
    child?.kill('SIGKILL')
    await ended
  }
  await startAgentApart()

  const ask = async <Answer>(path: string): Promise<Answer> => {
    const response = await fetch(hubUrl + path, {
      headers: { authorization: `Bearer ${installation.secrets.operatorToken}` },
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Answer
  }
  /** Clover's: the only vendor here whose tokens end within a scenario. */
  const consentable = () =>
    simulator.connectionsOf(apart).flatMap((connection) =>
      connection.vendor === 'clover'
        ? connection.stores.map((store) => ({
            ...store,
            ...connection,
            appId: String((connection.settings as { appId: unknown }).appId),
          }))
        : [],
    )
  async function spendTokensApart(): Promise<void> {
    for (const { apiBaseUrl, appId, externalId, credentials } of consentable()) {
      const refresh_token = JSON.parse(credentials.refreshToken ?? '{}')[externalId]
      const response = await fetch(`${apiBaseUrl}/oauth/v2/refresh`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ client_id: appId, refresh_token }),
      })
      if (!response.ok) throw new Error(`refresh: ${response.status} ${await response.text()}`)
    }
  }
  async function consent(storeIds: readonly string[]): Promise<void> {
    for (const { storeId, connectionId, apiBaseUrl, appId, externalId } of consentable()) {
      if (!storeIds.includes(storeId)) continue
      const agentUrl = agentUrls[apart]
      const begun = await fetch(`${agentUrl}/oauth/${connectionId}/begin`, { method: 'POST' })
      const { state } = (await begun.json()) as { state: string }
      const page = new URL(`${apiBaseUrl}/oauth/v2/authorize`)
      const redirect_uri = `${agentUrl}/oauth/${connectionId}/callback`
      const query = { client_id: appId, merchant_id: externalId, redirect_uri, state }
      for (const [name, value] of Object.entries(query)) page.searchParams.set(name, value)
      const response = await fetch(page)
      if (!response.ok) throw new Error(`consent: ${response.status} ${await response.text()}`)
    }
  }

  const tillOf = (storeId: string) => {
    const { stores, accounts } = simulator.chain()
    const store = stores.find((one) => one.storeId === storeId)
    const account = accounts.find(({ connectionId }) => connectionId === store?.connectionId)
    if (store === undefined || account === undefined) throw new Error(`no store ${storeId}`)
    const registerId = store.registers[0]?.registerId ?? ''
    const agentUrl = agentUrls[store.agentId] ?? ''
    return { store, address: { agentUrl, registerId, secret: account.secrets.companion ?? '' } }
  }

  const stopHub = async () => {
    await hub?.close()
    hub = undefined
  }
  const startHubAgain = async () => {
    hub = await startHub(config, { log: silentLog })
  }

  return {
    simulator,
    hubUrl,
    installation,
    adminUrl,
    databasePrefix,
    ask,
    async as(personId) {
      const signedIn = await fetch(`${hubUrl}/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ personId }),
      })
      const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
      return async (method, path, body) => {
        const response = await fetch(hubUrl + path, {
          method,
          headers: {
            cookie,
            'x-tillway-request': '1',
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        })
        const text = await response.text()
        return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
      }
    },
    async restartHub() {
      await stopHub()
      await startHubAgain()
    },
    stopHub,
    startHub: startHubAgain,
    killAgentApart,
    startAgentApart,
    spendTokensApart,
    async storesToConsent() {
      const { items } = await ask<{ items: { storeId: string; connection?: string }[] }>(
        '/v1/stores',
      )
      return items
        .filter(({ connection }) => connection === 'consent_needed')
        .map(({ storeId }) => storeId)
    },
    consent,
    async askReturn(storeId, { questionId, amountMinor, sku }) {
      const { store, address } = tillOf(storeId)
      return askAgent(address, {
        questionId,
        type: 'return.requested',
        connectionId: store.connectionId,
        storeExternalId: store.atVendor.externalId,
        registerExternalId: store.atVendor.registers[0]?.externalId ?? '',
        employeeExternalId: store.atVendor.employees[0]?.externalId ?? '',
        occurredAt: new Date(Date.now() - 1000).toISOString(),
        currency: store.currency,
        amountMinor,
        isFaulty: false,
        lines: [{ sku, name: sku, quantity: '1', amountMinor }],
      })
    },
    askReturnAgain: (storeId, questionId) => askAgain(tillOf(storeId).address, questionId),
    sweep: () => {
      for (const agent of agents) agent.sweep()
    },
    async close() {
      await simulator.close()
      for (const agent of agents) await agent.close()
      child?.kill('SIGTERM')
      await stopHub()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Everything that an agent's files hold, as bytes to search in. */
export function agentBytes(fleet: Fleet, agentId: string, files: readonly string[]): Buffer {
  return Buffer.concat(
    files.map((file) => readFileSync(fleet.installation.path('agents', agentId, file))),
  )
}

export async function until(
  what: string,
  seconds: number,
  look: () => Promise<boolean>,
): Promise<void> {
  const untilMs = Date.now() + seconds * 1000
  while (!(await look().catch(() => false))) {
    if (Date.now() > untilMs) throw new Error(`it did not come about in ${seconds} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
