/** What a forgotten check cannot leak: row-level security on every table, and regions apart. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import test, { after } from 'node:test'
import pg from 'pg'
import { withDatabase } from '../../src/base/postgres-cell.ts'
import { appRole } from '../../src/hub/cells.ts'
import { toCloudEvent } from '../../src/retail/cloudevents.ts'
import { chainId, enrolAgent, eventually, sale, startTestHub } from './harness.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field here
type Body = Record<string, any>
type Row = Body

/** Tables that carry no chain, and why they need none. */
const withoutChain: Record<string, string> = {
  applied_migration: 'which migrations ran; the application has no right to it at all',
}

// Before the hub's own, since a server that stops waits for its clients.
const clients: pg.Client[] = []
after(async () => {
  for (const client of clients) await client.end()
})
const hub = await startTestHub()
const us = await enrolAgent(hub, 'agt_us')
const eu = await enrolAgent(hub, 'agt_eu')
const it = await hub.as('per_it')
await fill()

const parts = ['us', 'eu', 'control'] as const
const owners = {} as Record<(typeof parts)[number], pg.Client>
const apps = {} as Record<(typeof parts)[number], pg.Client>
for (const part of parts) {
  owners[part] = await connect(part)
  apps[part] = await connect(part, appRole)
}

async function connect(part: string, asRole?: string): Promise<pg.Client> {
  const url = new URL(withDatabase(hub.adminUrl, `${hub.config.databasePrefix}_${part}`))
  if (asRole !== undefined) {
    url.username = asRole
    url.password = hub.config.appRolePassword
  }
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  clients.push(client)
  return client
}

/** Some of everything in both regions: sales, decisions, approvals, commands, a dead letter. */
async function fill(): Promise<void> {
  const local = { alreadyReturnedLinesCount: 0, employeeReturnsCount: 0, customerReturnsCount: 0 }
  for (const [agent, storeId, name] of [
    [us, 'str_boston', 'us'],
    [eu, 'str_berlin', 'eu'],
  ] as const) {
    const saleId = `sal_only_${name}.1`
    const returned = (id: string, amountMinor: number) =>
      agent.event('return.requested', storeId, {
        returnId: `ret_only_${name}_${id}`,
        saleId,
        currency: 'USD',
        amountMinor,
        lines: [{ sku: `SKU-ONLY-${name}`, quantity: '1', amountMinor }],
      })
    const events = [
      agent.event('sale.completed', storeId, sale(saleId, 50_000, `SKU-ONLY-${name}`)),
      returned('small', 1000),
      returned('large', 40_000),
    ]
    await agent.send(events)
    for (const event of events.slice(1))
      equal(
        (await agent.ask('POST', '/v1/decisions', { event: toCloudEvent(event), local })).status,
        200,
      )
    const wrong = agent.event('sale.completed', storeId, sale('no id of a sale', 1))
    const { body } = await agent.send([wrong])
    equal((body as Body).rejected.length, 1)
  }
  await eventually(async () => {
    const { body } = await it('GET', '/v1/sales/totals')
    const { cells } = (await it('GET', '/readyz')).body as Body
    const lags = Object.values(cells as Row).flatMap((cell) => Object.values(cell.lag))
    return (body as Body).items.length === 2 && lags.every((lag) => lag === 0)
  })
}

const tablesOf = async (part: (typeof parts)[number]): Promise<Row[]> =>
  (
    await owners[part].query(
      `
      select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
        c.relispartition as "isPartition", pg_get_userbyid(c.relowner) as owner,
        (select count(*)::int from pg_policy where polrelid = c.oid) as policies,
        exists (select from pg_attribute where attrelid = c.oid and attname = 'chain_id'
          and attnotnull and not attisdropped) as "hasChain",
        has_table_privilege($1, c.oid, 'select') as "isReadable"
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not like 'pg\\_%'
        and n.nspname <> 'information_schema' order by 1`,
      [appRole],
    )
  ).rows

for (const part of parts) {
  test(`${part}: every table carries its chain and is bound to it`, async () => {
    const tables = await tablesOf(part)
    ok(tables.length > 5, 'it looks at real tables')
    for (const table of tables) {
      const why = `${part}.${table.name}`
      if (table.name in withoutChain) {
        equal(table.isReadable, false, why)
        continue
      }
      equal(table.hasChain, true, `${why} has chain_id, not null`)
      // A partition is reached through its parent, which is bound; on its own it is not readable.
      if (table.isPartition) equal(table.isReadable, false, why)
      else deepEqual([table.enabled, table.forced, table.policies > 0], [true, true, true], why)
    }
  })

  test(`${part}: without its chain, or with another, the application sees nothing`, async () => {
    const app = apps[part]
    const readable = (await tablesOf(part)).filter(({ isReadable }) => isReadable)
    let seen = 0
    for (const { name } of readable) {
      const count = async (chain: string | undefined): Promise<number> => {
        await app.query('begin')
        if (chain !== undefined)
          await app.query(`select set_config('tillway.chain', $1, true)`, [chain])
        const { rows } = await app.query(`select count(*)::int as count from ${quoted(name)}`)
        await app.query('rollback')
        return rows[0].count
      }
      for (const chain of [undefined, '', 'chn_other', '%', 'chn_tes_'])
        equal(await count(chain), 0, `${part}.${name} with ${chain}`)
      seen += await count(chainId)
    }
    ok(seen > 3, 'and with it, it sees what is there')
  })

  test(`${part}: a row of another chain is refused`, async () => {
    const app = apps[part]
    const names = (await tablesOf(part)).filter(({ isReadable }) => isReadable)
    let tried = 0
    for (const { name } of names) {
      const { rows } = await owners[part].query(
        `select attname from pg_attribute where attrelid = $1::regclass and attnum > 0
          and attidentity = '' and not attisdropped`,
        [quoted(name)],
      )
      // A copy of a real row, with the chain exchanged: nothing but the policy is in its way.
      const columns = rows.map((row) => quoted(row.attname))
      const values = columns.map((one) => (one === '"chain_id"' ? `'chn_other'` : one))
      const { rows: found } = await owners[part].query(`select 1 from ${quoted(name)} limit 1`)
      if (found.length === 0) continue
      tried += 1
      await app.query('begin')
      await app.query(`select set_config('tillway.chain', $1, true)`, [chainId])
      await rejects(
        app.query(`insert into ${quoted(name)} (${columns}) select ${values} from ${quoted(name)}`),
        (error: pg.DatabaseError) => error.code === '42501',
        `${part}.${name}`,
      )
      await app.query('rollback')
    }
    ok(tried > 2, `${tried} tables`)
  })

  test(`${part}: the application owns nothing and is bound by everything`, async () => {
    const { rows } = await owners[part].query(
      `select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
        (select count(*)::int from pg_auth_members where member = r.oid) as memberships,
        (select count(*)::int from pg_shdepend where refobjid = r.oid and deptype = 'o') as owned,
        has_schema_privilege(rolname, 'public', 'create') as "maySchema",
        has_database_privilege(rolname, current_database(), 'create') as "mayDatabase"
      from pg_roles r where rolname = $1`,
      [appRole],
    )
    deepEqual(rows, [
      {
        rolsuper: false,
        rolbypassrls: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolreplication: false,
        memberships: 0,
        owned: 0,
        maySchema: false,
        mayDatabase: false,
      },
    ])
    const { rows: loose } = await owners[part].query(
      `select proname, proconfig from pg_proc p join pg_namespace n on n.oid = pronamespace
        where nspname = 'public' and prosecdef
          and not coalesce(proconfig::text like '%search_path=%', false)`,
    )
    deepEqual(loose, [], 'what runs with the owner’s rights has a search path of its own')
  })
}

test('the application can neither change nor delete what the ledger and the log hold', async () => {
  const wrongs = [
    `update ledger_entry set body = '{}'`,
    'delete from ledger_entry',
    'truncate ledger_entry',
    `update ledger_checkpoint set note = ''`,
    'delete from ledger_checkpoint',
    `update event set body = '{}'`,
    'delete from event',
    'delete from event_identity',
    'delete from proposal',
    'delete from command',
    'delete from ingest_dead_letter',
    `set session_replication_role = replica`,
    'alter table ledger_entry disable trigger all',
    'drop table ledger_entry',
    `select event_drop_days('2100-01-01')`,
  ]
  for (const part of ['us', 'eu'] as const)
    for (const wrong of wrongs) {
      await apps[part].query('begin')
      await apps[part].query(`select set_config('tillway.chain', $1, true)`, [chainId])
      await rejects(
        apps[part].query(wrong),
        (error: pg.DatabaseError) => error.code === '42501',
        wrong,
      )
      await apps[part].query('rollback')
    }
})

test('even the owner is told that the ledger is append-only', async () => {
  await rejects(owners.us.query('delete from ledger_entry'), /append-only/)
  await rejects(owners.us.query('truncate ledger_entry'), /append-only/)
})

test('what is of one region is in no row of the other, nor of the control plane', async () => {
  const marks = {
    us: ['sal_only_us', 'ret_only_us', 'SKU-ONLY-us', 'str_boston', 'str_albany', 'agt_us'],
    eu: ['sal_only_eu', 'ret_only_eu', 'SKU-ONLY-eu', 'str_berlin', 'agt_eu'],
  }
  const textOf = async (part: (typeof parts)[number]): Promise<string> => {
    const texts: string[] = []
    for (const { name } of await tablesOf(part)) {
      const { rows } = await owners[part].query(`select t::text as row from ${quoted(name)} t`)
      texts.push(...rows.map(({ row }) => `${name}: ${row}`))
    }
    return texts.join('\n')
  }
  const texts = { us: await textOf('us'), eu: await textOf('eu'), control: await textOf('control') }
  for (const [here, there] of [
    ['us', 'eu'],
    ['eu', 'us'],
  ] as const) {
    for (const mark of marks[here]) ok(texts[here].includes(mark), `${mark} is in ${here}`)
    for (const mark of marks[there])
      deepEqual(linesWith(texts[here], mark), [], `${mark} in ${here}`)
    // The control plane knows the stores, and nothing that happened in them.
    for (const mark of marks[here].slice(0, 3)) deepEqual(linesWith(texts.control, mark), [])
  }
})

const linesWith = (text: string, mark: string): string[] =>
  text.split('\n').filter((line) => line.includes(mark))

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
