/** A cell's database and the role the application uses in it: made when missing, else left alone. */
import pg from 'pg'
import { Fault } from './fault.ts'
import { codeOf } from './postgres.ts'
import { connectOrFault } from './postgres-migrations.ts'

export interface CellOptions {
  /**
   * The owner of the database, who runs the migrations. Where database or role are missing it must be
   * one that may create them; where an administrator made both before, it needs no such right.
   */
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
    await createRole(admin, options)
    await createDatabase(admin, database, appRole)
  } catch (cause) {
    if (codeOf(cause) === '42501')
      throw new Fault(
        'config_invalid',
        {
          field: 'DATABASE_URL',
          expected:
            'a role that may create databases and roles, or both made and with this password',
        },
        cause,
      )
    throw cause
  } finally {
    await admin.end()
  }
  return { ownerUrl, appUrl: withRole(ownerUrl, appRole, appPassword) }
}

function withRole(url: string, role: string, password: string): string {
  const changed = new URL(url)
  changed.username = encodeURIComponent(role)
  changed.password = encodeURIComponent(password)
  return changed.href
}

async function createRole(
  admin: pg.Client,
  { adminUrl, appRole: role, appPassword: password }: CellOptions,
): Promise<void> {
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
  if (rows.length > 0 && (await canSignIn(adminUrl, role, password))) return
  const verb = rows.length === 0 ? 'create' : 'alter'
  await admin.query(`${verb} role ${name} with login password ${admin.escapeLiteral(password)}`)
}

/** Not being let into this very database also says that the password is right: it is checked before. */
async function canSignIn(url: string, role: string, password: string): Promise<boolean> {
  const connectionString = withRole(url, role, password)
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch (error) {
    if (codeOf(error) === '42501') return true
    if (codeOf(error).startsWith('28')) return false
    throw error
  } finally {
    await client.end().catch(() => {})
  }
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
