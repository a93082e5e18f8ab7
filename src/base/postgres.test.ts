/** Databases, roles, migrations, transactions of a chain, and LISTEN. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { sql } from 'kysely'
import { startTestPostgres } from '../../test/postgres.ts'
import { afterCommit, inChain, isTransient, openDatabase } from './postgres.ts'
import { prepareCell } from './postgres-cell.ts'
import { listen } from './postgres-listen.ts'
import { runMigrations } from './postgres-migrations.ts'

const postgres = await startTestPostgres()
const folder = mkdtempSync(join(tmpdir(), 'tillway-sql-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const directory = pathToFileURL(folder)
const write = (name: string, text: string) => writeFileSync(join(folder, name), text)

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds() && tries < 1000; tries += 1) await sleep(10)
  ok(holds())
}

test('migrations run once, in order, and are never changed or lost', async () => {
  const { ownerUrl, appRole, db } = await postgres.createDatabase()
  write('0100_thing.sql', 'create table thing (n int); grant select on thing to :"app_role";')
  const starts = await Promise.all(
    [1, 2, 3].map(() => runMigrations(ownerUrl, [directory], { appRole })),
  )
  deepEqual(starts.flat(), ['0100_thing.sql'])
  write('0050_before.sql', 'select 1')
  deepEqual(await runMigrations(ownerUrl, [directory], { appRole }), ['0050_before.sql'])
  deepEqual((await sql`select * from thing`.execute(db)).rows, [])
  await rejects(sql`insert into thing values (1)`.execute(db), { code: '42501' })

  write('0101_bad.sql', 'create table half (n int); select nonsense;')
  const faultAt = (field: string) => (fault: { detail?: { field?: string } }) =>
    fault.detail?.field === field
  await rejects(runMigrations(ownerUrl, [directory], { appRole }), faultAt('0101_bad.sql'))
  await rejects(sql`select * from half`.execute(db), { code: '42P01' })
  rmSync(join(folder, '0101_bad.sql'))

  write('0100_thing.sql', 'create table thing (n bigint);')
  await rejects(runMigrations(ownerUrl, [directory], { appRole }), faultAt('0100_thing.sql'))
  rmSync(join(folder, '0100_thing.sql'))
  await rejects(runMigrations(ownerUrl, [directory], { appRole }), faultAt('0100_thing.sql'))
  write('0050_twice.sql', 'select 1')
  await rejects(runMigrations(ownerUrl, [directory], { appRole }), faultAt('0050_before.sql'))
})

test('a cell is prepared as often as one likes, also by several at once', async () => {
  const { adminUrl } = postgres
  const options = { adminUrl, database: 'cell_eu', appRole: 'cell_app', appPassword: 'p@ss/word' }
  const cells = await Promise.all([1, 2, 3].map(() => prepareCell(options)))
  const db = openDatabase({ url: cells[0]?.appUrl ?? '', applicationName: 'test' })
  const { rows } =
    await sql`select rolsuper or rolbypassrls as "isUnbound", current_database() as name
    from pg_roles where rolname = current_user`.execute(db)
  deepEqual(rows, [{ isUnbound: false, name: 'cell_eu' }])
  await rejects(sql`create table mine (n int)`.execute(db), { code: '42501' })
  await db.destroy()
  const user = decodeURIComponent(new URL(adminUrl).username)
  await rejects(prepareCell({ ...options, appRole: user }), { code: 'config_invalid' })
})

test('values come as the domain has them', async () => {
  const { db } = await postgres.createDatabase()
  const { rows } =
    await sql`select 9007199254740991::bigint as exact, 9007199254740993::bigint as large,
    '2026-11-20 16:02:05.831+01'::timestamptz as at, date '2026-11-20' as day`.execute(db)
  deepEqual(rows, [
    {
      exact: 9007199254740991,
      large: 9007199254740993n,
      at: '2026-11-20T15:02:05.831Z',
      day: '2026-11-20',
    },
  ])
})

test('a transaction of a chain knows its chain, and tells when it is committed', async () => {
  const { db } = await postgres.createDatabase()
  const calls: string[] = []
  const setting = sql<{
    chain: string | null
  }>`select current_setting('tillway.chain', true) as chain`
  await inChain(db, "chn_'; drop", async (tx) => {
    equal((await setting.execute(tx)).rows[0]?.chain, "chn_'; drop")
    ok(afterCommit(tx.withTables<{ thing: { n: number } }>(), () => calls.push('committed')))
    deepEqual(calls, [])
  })
  deepEqual(calls, ['committed'])
  await rejects(
    inChain(db, 'chn_1', async (tx) => {
      afterCommit(tx, () => calls.push('never'))
      throw new Error('undo')
    }),
  )
  deepEqual(calls, ['committed'])
  ok(!(await setting.execute(db)).rows[0]?.chain)
  await db.transaction().execute(async (tx) =>
    equal(
      afterCommit(tx, () => {}),
      false,
    ),
  )
})

test('a server that is not there is a fault, and one worth trying again', async () => {
  const db = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', applicationName: 'test' })
  const error = await inChain(db, 'chn_1', async () => {}).catch((thrown: unknown) => thrown)
  equal((error as { code: string }).code, 'database_unreachable')
  ok(isTransient(error))
  await db.destroy()
})

test('a listener comes back after its connection is cut, and says so', async () => {
  const { db, ownerUrl, appUrl } = await postgres.createDatabase()
  const heard: string[] = []
  const listener = await listen(appUrl, ['news'], (channel, payload) =>
    heard.push(`${channel}:${payload}`),
  )
  await sql`select pg_notify('news', 'one')`.execute(db)
  await until(() => heard.includes('news:one'))
  const owner = openDatabase({ url: ownerUrl, applicationName: 'test' })
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'tillway listener' and datname = current_database()`.execute(owner)
  await owner.destroy()
  await until(() => heard.includes('news:'))
  await sql`select pg_notify('news', 'two')`.execute(db)
  await until(() => heard.includes('news:two'))
  await listener.close()
})
