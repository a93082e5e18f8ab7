/** The event log in PostgreSQL: the suite of all logs, then what is its own. */
import { deepEqual, equal, rejects } from 'node:assert/strict'
import test from 'node:test'
import { sql } from 'kysely'
import { asOwner, createEffects, createWithEffects } from '../../test/effects.ts'
import { postgresOutages, startTestPostgres } from '../../test/postgres.ts'
import { newId } from '../base/ids.ts'
import { inChain, openDatabase } from '../base/postgres.ts'
import type { AnyEvent } from '../retail/event.ts'
import { checkEventLog } from './conformance.ts'
import { eventually, sampleEvent } from './conformance-subject.ts'
import type { Delivery } from './log.ts'
import { dropEventsBefore } from './postgres-days.ts'
import { createPostgresLog } from './postgres-log.ts'

const postgres = await startTestPostgres()

const subject = createWithEffects()

checkEventLog(async () => {
  const { database, ...rest } = await subject
  const { db, appUrl: url } = database
  return { ...rest, db, open: () => createPostgresLog({ db, url }) }
}, postgresOutages(postgres))

test('a reader that lost its lease cannot commit', async () => {
  const database = await createEffects()
  const chainId = newId('chain')
  const url = database.appUrl
  const log = await createPostgresLog({ db: database.db, url, partitionsCount: 1 })
  await log.append([sampleEvent(chainId, 'str_1', 1)])
  let isStolen = false
  const handler = async ({ tx, events }: Delivery) => {
    await sql`insert into effect (what) select ${events[0]?.event.id}`.execute(tx)
    if (isStolen) return
    isStolen = true
    await asOwner(
      database,
      `update event_lease set owner = 'another', token = token + 1,
      expires_at = now() + interval '1 second'`,
    )
  }
  await log.consume({ chainId, group: 'one', handler })
  await eventually(async () => (await log.lag(chainId, 'one')) === 0)
  equal((await asOwner(database, 'select * from effect')).length, 1)
  await log.close()
})

test('a process that dies is replaced when its lease ends', async () => {
  const database = await createEffects()
  const chainId = newId('chain')
  const url = database.appUrl
  const log = await createPostgresLog({ db: database.db, url, partitionsCount: 2 })
  await log.append([sampleEvent(chainId, 'str_1', 1), sampleEvent(chainId, 'str_2', 2)])
  await asOwner(
    database,
    `insert into event_member values
    ('${chainId}', 'one', 'dead', now() + interval '2 seconds');
    insert into event_lease (chain_id, group_name, partition, position, owner, token, expires_at)
    select '${chainId}', 'one', n, 0, 'dead', 1, now() + interval '2 seconds'
    from generate_series(0, 1) n`,
  )
  await log.consume({ chainId, group: 'one', handler: async () => {} })
  await eventually(async () => (await log.lag(chainId, 'one')) === 0)
  await log.close()
})

test('an id that two stores use at the same moment is kept once', async () => {
  const database = await createEffects()
  const chainId = newId('chain')
  const log = await createPostgresLog({ db: database.db, url: database.appUrl })
  for (let round = 0; round < 10; round += 1) {
    const { id, ...event } = sampleEvent(chainId, 'str_0', round + 1)
    const twins = ['str_0', 'str_1', 'str_2', 'str_3'].map((storeId) => ({ ...event, id, storeId }))
    const outcomes = await Promise.allSettled(twins.map((twin) => log.append([twin])))
    const appended = outcomes.map((one) => (one.status === 'fulfilled' ? one.value.appended : 0))
    equal(Math.max(...appended), 1)
    for (const one of outcomes)
      if (one.status === 'rejected') equal(one.reason.code, 'stream_unreachable')
    for (const twin of twins) equal((await log.append([twin])).duplicates, 1)
  }
  const rows = await asOwner(database, 'select count(*)::int as count from event')
  equal(rows[0]?.count, 10)
  await log.close()
})

test('a reader survives the loss of all its connections', async () => {
  const database = await createEffects()
  const chainId = newId('chain')
  const log = await createPostgresLog({ db: database.db, url: database.appUrl })
  let count = 0
  await log.append([sampleEvent(chainId, 'str_1', 1)])
  await log.consume({
    chainId,
    group: 'one',
    handler: async ({ events }) => {
      count += events.length
    },
  })
  await eventually(() => count === 1)
  await asOwner(
    database,
    `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`,
  )
  await eventually(() =>
    log.append([sampleEvent(chainId, 'str_1', 2)]).then(
      () => true,
      () => false,
    ),
  )
  await eventually(() => count === 2)
  await log.close()
})

test('row-level security binds the application, also where a check was forgotten', async () => {
  const database = await createEffects()
  const chainId = newId('chain')
  const log = await createPostgresLog({ db: database.db, url: database.appUrl })
  await log.append([sampleEvent(chainId, 'str_1', 1)])
  const count = sql<{ count: number }>`select count(*) from event`
  equal((await count.execute(database.db)).rows[0]?.count, 0)
  equal((await inChain(database.db, chainId, (tx) => count.execute(tx))).rows[0]?.count, 1)
  const other = newId('chain')
  equal((await inChain(database.db, other, (tx) => count.execute(tx))).rows[0]?.count, 0)
  await rejects(
    inChain(database.db, other, (tx) => log.append([sampleEvent(chainId, 'str_1', 2)], { tx })),
    { code: 'request_malformed' },
  )
  await rejects(
    inChain(database.db, chainId, (tx) => sql`delete from event`.execute(tx)),
    /denied/,
  )
  const unbound = await asOwner(
    database,
    `select relname from pg_class
    where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace and not relispartition
      and relname like 'event%' and not (relrowsecurity and relforcerowsecurity)`,
  )
  equal(unbound.length, 0)
  await log.close()
})

test('an event that nobody can read is laid aside, and the list of the others stays readable', async () => {
  const database = await createEffects()
  const chainId = newId('chain')
  const log = await createPostgresLog({ db: database.db, url: database.appUrl })
  const events = [1, 2, 3].map((sequence) => sampleEvent(chainId, 'str_1', sequence))
  await log.append(events)
  const [unreadable, unwanted] = events as [AnyEvent, AnyEvent]
  await asOwner(
    database,
    `update event set body = jsonb_set(body::jsonb, '{data}', '1')::text
      where event_id = '${unreadable.id}'`,
  )
  const handler = async (delivery: Delivery) => {
    if (delivery.events.some(({ event }) => event.id === unwanted.id)) throw new Error('no')
  }
  await log.consume({ chainId, group: 'one', handler, attemptsMax: 2, backoffMs: 2 })
  await eventually(async () => (await log.lag(chainId, 'one')) === 0)
  const letters = await log.deadLetters(chainId)
  deepEqual(
    letters
      .sort((one, other) => one.position - other.position)
      .map(({ event, fault }) => [event?.id, fault.code]),
    [
      [undefined, 'event_malformed'],
      [unwanted.id, 'internal'],
    ],
  )
  await log.close()
})

test('retention drops whole days and keeps the rest readable and known', async () => {
  const database = await createEffects()
  const chainId = newId('chain')
  let nowMs = Date.parse('2026-03-01T10:00:00.000Z')
  const clock = { nowMs: () => nowMs }
  const db = openDatabase({ url: database.appUrl, applicationName: 'test' })
  const log = await createPostgresLog({ db, url: database.appUrl, clock })
  const old = sampleEvent(chainId, 'str_1', 1)
  await log.append([old])
  nowMs += 24 * 3600_000
  const young = sampleEvent(chainId, 'str_1', 2)
  await log.append([young])
  equal(await dropEventsBefore(database.ownerUrl, '2026-03-02'), 1)
  equal(await log.byId(chainId, old.id), undefined)
  equal((await log.byId(chainId, young.id))?.position, 2)
  equal((await log.append([old])).duplicates, 1)
  await log.close()
  await db.destroy()
})
