/** A cell's database and the role the application uses in it: made when missing, else left alone. */
import pg from 'pg'
import { Fault } from './fault.ts'
import { codeOf } from './postgres.ts'
import { connectOrFault } from './postgres-migrations.ts'

export interface CellOptions {
  /** A role that may create databases and roles; it owns what it creates and runs the migrations. */
  readonly adminUrl: string
  readonly database: string
  readonly appRole: string
  readonly appPassword: string
}

export interface Cell {
  readonly ownerUrl: string
  readonly appUrl: string
}

/** Any constant number: what several starting processes take turns by. */
const lockKey = 7_462_002

/** @throws Fault database_unreachable | config_invalid when the admin role lacks the rights */
export async function prepareCell(options: CellOptions): Promise<Cell> {
  const { adminUrl, database, appRole, appPassword } = options
  const ownerUrl = withDatabase(adminUrl, database)
  const admin = new pg.Client({ connectionString: adminUrl, application_name: 'tillway setup' })
  await connectOrFault(admin)
  try {
    await admin.query('select pg_advisory_lock($1)', [lockKey])
    await createRole(admin, appRole, appPassword)
    await createDatabase(admin, database, appRole)
  } catch (cause) {
    if (codeOf(cause) === '42501')
      throw new Fault(
        'config_invalid',
        { field: 'adminUrl', expected: 'a role that may create databases and roles' },
        cause,
      )
    throw cause
  } finally {
    await admin.end()
  }
  const appUrl = new URL(ownerUrl)
  appUrl.username = encodeURIComponent(appRole)
  appUrl.password = encodeURIComponent(appPassword)
  return { ownerUrl, appUrl: appUrl.href }
}

async function createRole(admin: pg.Client, role: string, password: string): Promise<void> {
  const name = admin.escapeIdentifier(role)
  const { rows } = await admin.query<{ isUnbound: boolean }>(
    'select rolsuper or rolbypassrls as "isUnbound" from pg_roles where rolname = $1',
    [role],
  )
  // Row-level security does not bind a superuser or a role with BYPASSRLS.
  if (rows[0]?.isUnbound)
    throw new Fault('config_invalid', {
      field: 'appRole',
      expected: 'a role that row-level security binds',
    })
  const verb = rows.length === 0 ? 'create' : 'alter'
  await admin.query(`${verb} role ${name} with login password ${admin.escapeLiteral(password)}`)
}

async function createDatabase(admin: pg.Client, database: string, appRole: string): Promise<void> {
  const name = admin.escapeIdentifier(database)
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [database])
  if (rowCount === 0)
    await admin.query(`create database ${name} template template0 encoding 'UTF8'`)
  await admin.query(`revoke connect, temporary on database ${name} from public`)
  await admin.query(`grant connect on database ${name} to ${admin.escapeIdentifier(appRole)}`)
}

export function withDatabase(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${encodeURIComponent(database)}`
  return changed.href
}
