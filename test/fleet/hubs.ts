/** Several hub processes on one PostgreSQL, set up as in production: its owner is no superuser. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import pg from 'pg'
import { freePorts } from '../../src/cli/start/ports.ts'
import type { OrganisationFile } from '../../src/hub/organisation/file.ts'
import { startTestPostgres } from '../postgres.ts'
import { type Balancer, startBalancer } from './balancer.ts'
import { type HubProcess, startHubProcess } from './hub-process.ts'

export interface Hubs {
  readonly balancer: Balancer
  readonly operatorToken: string
  readonly databasePrefix: string
  readonly ownerUrl: string
  start(name: 'a' | 'b'): Promise<HubProcess>
  /** As the server's superuser, in a region's database: for looking, past row-level security. */
  query<Row>(regionId: string, text: string, values?: unknown[]): Promise<Row[]>
  /** What the hub at `url` tells the operator. */
  ask<Answer>(url: string, path: string): Promise<Answer>
}

export interface HubsOptions {
  readonly organisation: OrganisationFile
  readonly environment?: Readonly<Record<string, string>>
  /** A role and a prefix that are there already, made by whoever runs the server. */
  readonly server?: {
    readonly ownerUrl: string
    readonly databasePrefix: string
    readonly appPassword: string
  }
}

export async function prepareHubs({
  organisation,
  environment = {},
  server,
}: HubsOptions): Promise<Hubs> {
  const { adminUrl } = await startTestPostgres()
  const directory = mkdtempSync(join(tmpdir(), 'tillway-hubs-'))
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text, { mode: 0o600 })
    return join(directory, name)
  }
  const databasePrefix = server?.databasePrefix ?? `h${randomBytes(5).toString('hex')}`
  const ownerUrl = server?.ownerUrl ?? (await createOwner(adminUrl, databasePrefix))
  const operatorToken = randomBytes(32).toString('hex')
  const [portA = 0, portB = 0] = await freePorts(30_000 + Math.floor(Math.random() * 9_000), 2)
  const ports = { a: portA, b: portB }
  const balancer = await startBalancer()
  const running = new Set<HubProcess>()
  const pools = new Map<string, pg.Pool>()
  after(async () => {
    await Promise.all([...running].map((hub) => hub.kill()))
    await balancer.close()
    for (const pool of pools.values()) await pool.end()
    rmSync(directory, { recursive: true, force: true })
  })

  const told = {
    DATABASE_URL_FILE: file('database.url', ownerUrl),
    TILLWAY_DATABASE_PREFIX: databasePrefix,
    TILLWAY_APP_ROLE_PASSWORD_FILE: file(
      'app.password',
      server?.appPassword ?? randomBytes(24).toString('hex'),
    ),
    TILLWAY_SESSION_KEY_FILE: file('session.key', randomBytes(32).toString('base64')),
    TILLWAY_LEDGER_KEY_FILE: file('ledger.pem', newLedgerKey()),
    TILLWAY_OPERATOR_TOKEN_FILE: file('operator.token', operatorToken),
    TILLWAY_ORGANISATION_FILE: file('organisation.json', JSON.stringify(organisation)),
    TILLWAY_DEMO_SIGN_IN: 'true',
    TILLWAY_LOG_LEVEL: 'warn',
    ...environment,
  }

  return {
    balancer,
    operatorToken,
    databasePrefix,
    ownerUrl,
    async start(name) {
      const hub = await startHubProcess(name, ports[name], told)
      running.add(hub)
      return hub
    },
    async query(regionId, text, values) {
      let pool = pools.get(regionId)
      if (pool === undefined) {
        const url = new URL(adminUrl)
        url.pathname = `/${databasePrefix}_${regionId}`
        pool = new pg.Pool({ connectionString: url.href, max: 2 })
        pool.on('error', () => undefined)
        pools.set(regionId, pool)
      }
      return (await pool.query(text, values)).rows
    },
    async ask(url, path) {
      const response = await fetch(url + path, {
        headers: { authorization: `Bearer ${operatorToken}`, connection: 'close' },
        signal: AbortSignal.timeout(10_000),
      })
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return (await response.json()) as never
    },
  }
}

function newLedgerKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** May create databases and roles, and nothing else: row-level security binds it too. */
export async function createOwner(adminUrl: string, name: string): Promise<string> {
  const owner = `${name}_owner`
  const password = randomBytes(16).toString('hex')
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  await admin.query(`create role ${owner} login createdb createrole password '${password}'`)
  await admin.end()
  const url = new URL(adminUrl)
  url.username = owner
  url.password = password
  return url.href
}
