/**
 * A PostgreSQL for tests: one server per test process, a database of its own per test. Set
 * TILLWAY_TEST_DATABASE_URL (a superuser's) and that server is used instead of a new one.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import pg from 'pg'
import { startEmbeddedPostgres } from '../src/base/embedded-postgres.ts'
import { type Database, openDatabase } from '../src/base/postgres.ts'
import { prepareCell } from '../src/base/postgres-cell.ts'
import { runMigrations } from '../src/base/postgres-migrations.ts'

export interface TestDatabase {
  /** For migrations, and for looking behind row-level security. */
  readonly ownerUrl: string
  /** As the application connects. */
  readonly appUrl: string
  readonly appRole: string
  /** Open as the application; closed after the tests. */
  readonly db: Database
}

export interface TestPostgres {
  readonly adminUrl: string
  /** Absent where the server is not ours to stop. */
  readonly server?: OwnServer
  /** A new empty database, migrated by these directories. */
  createDatabase(migrations?: readonly URL[]): Promise<TestDatabase>
}

interface OwnServer {
  stop(): Promise<void>
  /** On the same port, with the same data. */
  start(): Promise<void>
}

/** For the suites: how this server goes away and comes back. */
export function postgresOutages({ server }: TestPostgres) {
  return server === undefined ? [] : [{ what: 'PostgreSQL is restarted', ...server }]
}

let started: Promise<TestPostgres> | undefined

/** Call at the top of a test file (or in `before`); everything is removed after its last test. */
export function startTestPostgres(): Promise<TestPostgres> {
  started ??= start()
  return started
}

async function start(): Promise<TestPostgres> {
  const closing: (() => Promise<void>)[] = []
  after(async () => {
    for (const close of closing.reverse()) await close()
  })
  const given = process.env.TILLWAY_TEST_DATABASE_URL
  const own = given === undefined ? await startOwn(closing) : undefined
  const adminUrl = own?.adminUrl ?? given ?? ''
  return {
    adminUrl,
    ...(own && { server: own.server }),
    createDatabase: (migrations = []) => create(adminUrl, migrations, closing),
  }
}

async function startOwn(closing: (() => Promise<void>)[]) {
  const dataDir = mkdtempSync(join(tmpdir(), 'tillway-test-'))
  let server = await startEmbeddedPostgres({ dataDir, isDurable: false }).catch((error) => {
    rmSync(dataDir, { recursive: true, force: true })
    throw error
  })
  const { adminUrl, port } = server
  closing.push(async () => {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return {
    adminUrl,
    server: {
      stop: () => server.stop(),
      async start() {
        server = await startEmbeddedPostgres({ dataDir, port, isDurable: false })
      },
    },
  }
}

async function create(
  adminUrl: string,
  migrations: readonly URL[],
  closing: (() => Promise<void>)[],
): Promise<TestDatabase> {
  const database = `test_${randomBytes(6).toString('hex')}`
  const appRole = `${database}_app`
  const cell = await prepareCell({ adminUrl, database, appRole, appPassword: database })
  if (migrations.length > 0) await runMigrations(cell.ownerUrl, migrations, { appRole })
  const db = openDatabase({ url: cell.appUrl, applicationName: 'tillway test' })
  closing.push(async () => {
    await db.destroy()
    // Our own server goes as a whole; dropping its databases one by one would only take time.
    if (process.env.TILLWAY_TEST_DATABASE_URL) await drop(adminUrl, database, appRole)
  })
  return { ...cell, appRole, db }
}

async function drop(adminUrl: string, database: string, appRole: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  await admin.query(`drop database if exists ${database} with (force)`)
  await admin.query(`drop role if exists ${appRole}`)
  await admin.end()
}
