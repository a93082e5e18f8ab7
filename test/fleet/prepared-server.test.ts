/** A server that an administrator prepared by deploy/postgres/prepare.sql: the hub's owner may create nothing. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import pg from 'pg'
import { organisationFile } from '../hub/harness.ts'
import { startTestPostgres } from '../postgres.ts'
import { prepareHubs } from './hubs.ts'

const { adminUrl } = await startTestPostgres()
const ownerPassword = randomBytes(16).toString('hex')
const appPassword = randomBytes(16).toString('hex')
await prepareServer()
const owner = new URL(adminUrl)
owner.username = 'tillway_setup'
owner.password = ownerPassword
owner.pathname = '/tillway_control'
const hubs = await prepareHubs({
  organisation: organisationFile({}),
  server: { ownerUrl: owner.href, databasePrefix: 'tillway', appPassword },
})

/** Statement by statement, as psql does: a database cannot be made inside a transaction. */
async function prepareServer(): Promise<void> {
  const text = readFileSync(new URL('../../deploy/postgres/prepare.sql', import.meta.url), 'utf8')
  const statements = text
    .replaceAll(/^--.*$/gm, '')
    .match(/do \$\$[\s\S]*?end \$\$;|create [^;]+;/g)
  equal(statements?.length, 4)
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  await admin.query('select set_config($1, $2, false)', ['tillway.owner_password', ownerPassword])
  await admin.query('select set_config($1, $2, false)', ['tillway.app_password', appPassword])
  for (const statement of statements ?? []) await admin.query(statement)
  await admin.end()
}

test('a hub comes up there, by an owner that can create neither databases nor roles', async () => {
  const hub = await hubs.start('a')
  equal((await fetch(`${hub.url}/readyz`)).status, 200)
  const roles = await hubs.query(
    'us',
    `select rolname as name from pg_roles where rolname like 'tillway_%'
      and (rolsuper or rolcreatedb or rolcreaterole or rolbypassrls)`,
  )
  deepEqual(
    roles.filter((row) => (row as { name: string }).name !== new URL(adminUrl).username),
    [],
  )
  equal(await hub.stop(), 0)
  // And again, when everything is there already.
  const again = await hubs.start('a')
  equal((await fetch(`${again.url}/readyz`)).status, 200)
  await again.stop()
})

test('what the application connects as sees no chain but the one it names, and owns nothing', async () => {
  const url = new URL(adminUrl)
  url.username = 'tillway_app'
  url.password = appPassword
  url.pathname = '/tillway_us'
  const app = new pg.Client({ connectionString: url.href })
  await app.connect()
  equal((await app.query('select from agent_epoch')).rowCount, 0)
  await rejects(app.query('create table mine (id int)'), { code: '42501' })
  await rejects(app.query('drop table event'), { code: '42501' })
  await app.end()
})

test('with another password the hub says what is wrong, since it may not change it', async () => {
  const wrong = await prepareHubs({
    organisation: organisationFile({}),
    server: { ownerUrl: owner.href, databasePrefix: 'tillway', appPassword: 'x'.repeat(20) },
  })
  await rejects(wrong.start('b'), (error: Error) => {
    ok(error.message.includes('DATABASE_URL'), error.message)
    return true
  })
})
