/** Brings up the demo chain: database, simulator, hub, agents; each a process, each with its line. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lockDirectory } from '../../base/directory-lock.ts'
import { startEmbeddedPostgres } from '../../base/embedded-postgres.ts'
import { Fault } from '../../base/fault.ts'
import { demoChain } from '../../simulator/demo-chain.ts'
import { type Part, startPart } from './child.ts'
import { connectionsFileName, organisationFileName, writeOrganisation } from './hand-over.ts'
import { agentIds, type Installation, openInstallation } from './installation.ts'
import { freePorts, isFree } from './ports.ts'

export interface DemoOptions {
  readonly dataDir: string
  readonly port: number
  readonly speed: number
  readonly seed: string
  readonly isFresh: boolean
  readonly transactionsFile: string | undefined
  /** One line as a part is ready, restarted or given up. */
  readonly say: (line: string) => void
}

export interface Demo {
  readonly url: string
  stop(): Promise<void>
}

const consoleDir = fileURLToPath(new URL('../../../dist/console/', import.meta.url))

/** @throws Fault port_taken | data_dir_unusable | data_dir_busy | internal naming the part */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { say } = options
  if (!(await isFree(options.port)))
    throw new Fault('port_taken', { field: 'TILLWAY_PORT', port: options.port })
  const dataDir = resolve(options.dataDir)
  const lock = lockData(dataDir)
  const stops: { name: string; stop: () => Promise<void> }[] = []
  const stop = async (): Promise<void> => {
    for (const part of stops.toReversed()) {
      await part.stop()
      say(`stopped ${part.name}`)
    }
    stops.length = 0
    lock.release()
  }
  const timed = async <Result>(name: string, start: () => Promise<Result>): Promise<Result> => {
    const beganAt = performance.now()
    const result = await start()
    say(`${name.padEnd(22)} ready in ${((performance.now() - beganAt) / 1000).toFixed(1)} s`)
    return result
  }
  const keep = async (name: string, start: () => Promise<Part>): Promise<Part> => {
    const part = await timed(name, start)
    stops.push({ name, stop: () => part.stop() })
    return part
  }

  try {
    const installation = openInstallation(dataDir, options.isFresh)
    await buildConsole(say)
    const [simulatorPort = 0, ...agentPorts] = await freePorts(8081, agentIds.length + 1)
    const agentUrls = Object.fromEntries(
      agentIds.map((agentId, index) => [agentId, `http://127.0.0.1:${agentPorts[index]}`]),
    )
    const database = process.env.DATABASE_URL ?? (await embedded(installation, stops, timed))
    const parts = partsOf(options, installation, { database, agentUrls, simulatorPort, agentPorts })
    writeOrganisation(
      installation.path('demo'),
      demoChain({
        seed: options.seed,
        installSecret: installation.secrets.installSecret,
        simulatorUrl: `http://127.0.0.1:${simulatorPort}`,
        agentUrls,
      }),
      installation.secrets.enrolmentCodes,
    )
    const [simulator, hub] = (await all([
      keep('simulator', parts.simulator),
      keep('hub and console', parts.hub),
    ])) as [Part, Part]
    await all(
      agentIds.map((agentId, index) =>
        keep(`agent ${agentId.slice(4)}`, () => parts.agent(agentId, index, hub.url)),
      ),
    )
    const { salesCount } = await control(simulator.url, { paused: false, speed: options.speed })
    if (salesCount < openingSales)
      void control(simulator.url, { step: openingSales }).catch(() => undefined)
    writeFileSync(
      installation.path('operator.json'),
      JSON.stringify({ hubUrl: hub.url, tokenFile: installation.secretFile('operator.token') }),
      { mode: 0o600 },
    )
    return { url: hub.url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * A young chain rings its first days as fast as they go: orders need some days of sales to go by, and
 * nobody should have to wait for them.
 */
const openingSales = 1000

async function control(simulatorUrl: string, request: object): Promise<{ salesCount: number }> {
  const response = await fetch(`${simulatorUrl}/control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  })
  return (await response.json()) as { salesCount: number }
}

/** Waits for all even when one fails, so that what did start can be stopped. */
async function all<Result>(starting: Promise<Result>[]): Promise<Result[]> {
  const settled = await Promise.allSettled(starting)
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason
    return one.value
  })
}

function lockData(dataDir: string) {
  try {
    mkdirSync(dataDir, { recursive: true })
  } catch (cause) {
    throw new Fault('data_dir_unusable', { field: '--data-dir', folder: dataDir }, cause)
  }
  return lockDirectory(dataDir)
}

async function buildConsole(say: (line: string) => void): Promise<void> {
  if (existsSync(`${consoleDir}index.html`)) return
  const beganAt = performance.now()
  const { buildConsole } = await import('../../../scripts/build-console.ts')
  await buildConsole({ isQuiet: true })
  say(`${'console'.padEnd(22)} built in ${((performance.now() - beganAt) / 1000).toFixed(1)} s`)
}

async function embedded(
  installation: Installation,
  stops: { name: string; stop: () => Promise<void> }[],
  timed: <Result>(name: string, start: () => Promise<Result>) => Promise<Result>,
): Promise<string> {
  const server = await timed('PostgreSQL', () =>
    startEmbeddedPostgres({ dataDir: installation.path('postgres') }),
  )
  stops.push({ name: 'PostgreSQL', stop: () => server.stop() })
  return server.adminUrl
}

interface Addresses {
  readonly database: string
  readonly agentUrls: Readonly<Record<string, string>>
  readonly simulatorPort: number
  readonly agentPorts: readonly number[]
}

function partsOf(options: DemoOptions, installation: Installation, addresses: Addresses) {
  const { path, secretFile, secrets } = installation
  const { say } = options
  const part = (name: string, args: string[], environment: Record<string, string>) =>
    startPart({
      name,
      args,
      environment,
      logFile: path('logs', `${name}.log`),
      onRestart: (why) => say(`${name} was started again: ${why}`),
      onGivenUp: (why) => say(`${name} could not be kept running: ${why}; see its log`),
    })
  return {
    simulator: () =>
      part('simulator', ['simulate', '--hand-over', path('demo')], {
        TILLWAY_PORT: String(addresses.simulatorPort),
        TILLWAY_DATA_DIR: path('simulator'),
        TILLWAY_SEED: options.seed,
        TILLWAY_SPEED: String(options.speed),
        TILLWAY_IS_PAUSED: 'true',
        TILLWAY_INSTALL_SECRET: secrets.installSecret,
        TILLWAY_AGENT_URLS: JSON.stringify(addresses.agentUrls),
        ...(options.transactionsFile && { TILLWAY_TRANSACTIONS_FILE: options.transactionsFile }),
      }),
    hub: () =>
      part('hub', ['hub'], {
        TILLWAY_PORT: String(options.port),
        TILLWAY_HOST: '127.0.0.1',
        DATABASE_URL: addresses.database,
        ...(process.env.DATABASE_URL !== undefined && {
          TILLWAY_DATABASE_PREFIX: `tillway_${secrets.installationId}`,
        }),
        TILLWAY_APP_ROLE_PASSWORD_FILE: secretFile('app-role.password'),
        TILLWAY_SESSION_KEY_FILE: secretFile('session.key'),
        TILLWAY_LEDGER_KEY_FILE: secretFile('ledger.pem'),
        TILLWAY_OPERATOR_TOKEN_FILE: secretFile('operator.token'),
        TILLWAY_ORGANISATION_FILE: path('demo', organisationFileName),
        TILLWAY_DEMO_SIGN_IN: 'true',
        TILLWAY_CONSOLE_DIR: consoleDir,
        TILLWAY_LOG_LEVEL: 'warn',
      }),
    agent: (agentId: string, index: number, hubUrl: string) =>
      part(agentId, ['agent'], {
        TILLWAY_AGENT_ID: agentId,
        TILLWAY_HOST: '127.0.0.1',
        TILLWAY_HUB_URL: hubUrl,
        TILLWAY_ENROLMENT_CODE: secrets.enrolmentCodes[agentId] ?? '',
        TILLWAY_DATA_DIR: path('agents', agentId),
        TILLWAY_PORT: String(addresses.agentPorts[index]),
        TILLWAY_CONNECTIONS_FILE: path('demo', connectionsFileName(agentId)),
        TILLWAY_TOKEN_KEY_FILE: secretFile(`tokens-${agentId.slice(4, 6)}.key`),
        TILLWAY_VAULT_KEY_FILE: path('agents', `${agentId}.vault.key`),
        TILLWAY_SWEEP_EVERY_SECONDS: '60',
        TILLWAY_LOG_LEVEL: 'warn',
      }),
  }
}
