/**
 * Numbered SQL files, applied once each and never changed afterwards. In them `:"app_role"` stands
 * for the role that the application connects as, so that each file grants what that role needs.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'
import { Fault } from './fault.ts'

interface Migration {
  readonly name: string
  readonly text: string
  readonly checksum: string
}

/** Any constant number: what several starting processes take turns by. */
const lockKey = 7_462_001

/**
 * Brings the database to the state of all files of all directories, in the order of their numbers.
 * Give every directory that this database uses: a file that was applied and is gone is a fault.
 * @returns the names of the files applied now
 * @throws Fault config_invalid naming the file
 */
export async function runMigrations(
  ownerUrl: string,
  directories: readonly URL[],
  { appRole }: { readonly appRole: string },
): Promise<string[]> {
  const migrations = readMigrations(directories)
  const client = new pg.Client({
    connectionString: ownerUrl,
    application_name: 'tillway migrations',
    connectionTimeoutMillis: 10_000,
  })
  await connectOrFault(client)
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey])
    await client.query(`create table if not exists applied_migration (
      name text primary key, checksum text not null, applied_at timestamptz not null default now())`)
    const applied = await readApplied(client)
    assertUnchanged(migrations, applied)
    const missing = migrations.filter(({ name }) => !applied.has(name))
    for (const migration of missing) await apply(client, migration, appRole)
    return missing.map(({ name }) => name)
  } finally {
    // Closing the session also gives up the lock.
    await client.end()
  }
}

export async function connectOrFault(client: pg.Client): Promise<void> {
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (cause) {
    await client.end().catch(() => {})
    throw new Fault('database_unreachable', { says: (cause as Error).message }, cause)
  }
}

function readMigrations(directories: readonly URL[]): Migration[] {
  const migrations = directories.flatMap((directory) =>
    readdirSync(directory)
      .filter((name) => name.endsWith('.sql'))
      .map((name) => readMigration(directory, name)),
  )
  migrations.sort((one, other) => (one.name < other.name ? -1 : 1))
  const twice = migrations.find(({ name }, index) => {
    const next = migrations[index + 1]
    return next !== undefined && next.name.slice(0, 4) === name.slice(0, 4)
  })
  if (twice)
    throw new Fault('config_invalid', { field: twice.name, expected: 'a number of its own' })
  return migrations
}

function readMigration(directory: URL, name: string): Migration {
  if (!/^\d{4}_[a-z0-9_]+\.sql$/.test(name))
    throw new Fault('config_invalid', { field: name, expected: 'a name like 0100_event_log.sql' })
  // A checkout may turn line ends; that is no change.
  const text = readFileSync(new URL(name, slashed(directory)), 'utf8').replaceAll('\r\n', '\n')
  return { name, text, checksum: createHash('sha256').update(text).digest('hex') }
}

function slashed(directory: URL): URL {
  return directory.href.endsWith('/') ? directory : new URL(`${directory.href}/`)
}

async function readApplied(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from applied_migration',
  )
  return new Map(rows.map(({ name, checksum }) => [name, checksum]))
}

function assertUnchanged(migrations: Migration[], applied: Map<string, string>): void {
  const present = new Map(migrations.map(({ name, checksum }) => [name, checksum]))
  for (const [name, checksum] of applied) {
    const now = present.get(name)
    if (now === undefined)
      throw new Fault('config_invalid', { field: name, expected: 'the migration that was applied' })
    if (now !== checksum)
      throw new Fault('config_invalid', { field: name, expected: 'unchanged since it was applied' })
  }
}

async function apply(client: pg.Client, migration: Migration, appRole: string): Promise<void> {
  const text = migration.text.replaceAll(':"app_role"', client.escapeIdentifier(appRole))
  try {
    await client.query('begin')
    await client.query(text)
    await client.query('insert into applied_migration (name, checksum) values ($1, $2)', [
      migration.name,
      migration.checksum,
    ])
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback').catch(() => {})
    throw new Fault(
      'config_invalid',
      { field: migration.name, expected: 'SQL that runs', says: (cause as Error).message },
      cause,
    )
  }
}
