/** The ledger in PostgreSQL: what writers see, what the sequencer does, what tampering leaves. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { startTestPostgres, type TestDatabase } from '../../test/postgres.ts'
import { newId } from '../base/ids.ts'
import { inChain } from '../base/postgres.ts'
import type { AnyEvent } from '../retail/event.ts'
import type { NewEntry } from './entry.ts'
import type { Ledger } from './ledger.ts'
import { createPostgresLedger, ledgerMigrations } from './postgres-ledger.ts'
import { recordedEvents } from './recorded-events.ts'

const postgres = await startTestPostgres()
const { privateKey } = generateKeyPairSync('ed25519')

interface Bench {
  database: TestDatabase
  ledger: Ledger
  chainId: string
}

async function open(): Promise<Bench> {
  const database = await postgres.createDatabase([ledgerMigrations])
  const ledger = createPostgresLedger({
    db: database.db,
    url: database.appUrl,
    signingKey: privateKey,
  })
  return { database, ledger, chainId: newId('chain') }
}

const at = '2026-11-20T15:02:05.831Z'
const traceId = 'a'.repeat(32)

function entry(chainId: string, subjectId: string): NewEntry {
  const actor = { type: 'hub', id: 'hub' } as const
  const body = { nested: { b: 1, a: [0.1, null, 'ö'] }, z: true }
  return { chainId, regionId: 'eu', at, kind: 'decision.made', traceId, actor, subjectId, body }
}

/** As somebody with every right, the triggers put out of the way. */
async function tamper({ database }: Bench, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  await client.query(`set session_replication_role = replica; ${text}`)
  await client.end()
}

async function fill({ database, ledger, chainId }: Bench, count: number): Promise<void> {
  for (let from = 0; from < count; from += 5)
    await inChain(database.db, chainId, (tx) =>
      ledger.record(
        tx,
        Array.from({ length: 5 }, (_, index) => entry(chainId, `prp_${from + index}`)),
      ),
    )
  await ledger.settle(chainId)
}

test('entries get their places in the order in which they were recorded', async () => {
  const bench = await open()
  const { ledger, chainId } = bench
  await fill(bench, 20)
  const entries = await ledger.entries(chainId)
  deepEqual(
    entries.map(({ sequence }) => sequence),
    entries.map((_, index) => index + 1),
  )
  deepEqual(
    entries.map(({ subjectId }) => subjectId),
    entries.map((_, index) => `prp_${index}`),
  )
  const { sequence, previousHash, hash, ...content } = entries[7] as (typeof entries)[number]
  deepEqual(content, entry(chainId, 'prp_7'))
  equal(previousHash, entries[6]?.hash)
  deepEqual(await ledger.head(chainId), { sequence: 20, hash: entries[19]?.hash })
  equal((await ledger.entries(chainId, { traceId, newestFirst: true, limit: 1 }))[0]?.sequence, 20)
  equal((await ledger.verify(chainId)).outcome, 'intact')
  ok(hash && sequence)
})

test('what is undone is not recorded, and a writer waits for no other', async () => {
  const { database, ledger, chainId } = await open()
  await inChain(database.db, chainId, async (tx) => {
    await ledger.record(tx, [entry(chainId, 'open')])
    await inChain(database.db, chainId, (other) => ledger.record(other, [entry(chainId, 'other')]))
    await rejects(
      inChain(database.db, chainId, async (third) => {
        await ledger.record(third, [entry(chainId, 'undone')])
        throw new Error('undo')
      }),
    )
    await ledger.settle(chainId)
    deepEqual(
      (await ledger.entries(chainId)).map(({ subjectId }) => subjectId),
      ['other'],
    )
  })
  await ledger.settle(chainId)
  deepEqual(
    (await ledger.entries(chainId)).map(({ subjectId }) => subjectId),
    ['other', 'open'],
  )
})

test('several sequencers and many writers make one chain', async () => {
  const bench = await open()
  const { database, ledger, chainId } = bench
  const second = createPostgresLedger({ db: database.db, url: database.appUrl })
  await Promise.all([ledger.startSequencer(), second.startSequencer()])
  await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      inChain(database.db, chainId, (tx) => ledger.record(tx, [entry(chainId, `prp_${n}`)])),
    ),
  )
  for (let tries = 0; (await ledger.head(chainId)).sequence < 40 && tries < 500; tries += 1)
    await sleep(10)
  await Promise.all([ledger.close(), second.close()])
  const found = await ledger.verify(chainId)
  ok(found.outcome === 'intact')
  equal(found.entriesCount, 40)
})

const forgeries = [
  {
    why: 'a changed body',
    text: `update ledger_entry set body = '{}' where sequence = 7`,
    wants: ['altered', 7],
  },
  {
    why: 'a changed time',
    text: `update ledger_entry set at = now() where sequence = 3`,
    wants: ['altered', 3],
  },
  {
    why: 'a removed entry',
    text: 'delete from ledger_entry where sequence = 5',
    wants: ['removed', 5],
  },
  {
    why: 'removed newest entries',
    text: 'delete from ledger_entry where sequence > 12',
    wants: ['removed', 13],
  },
  {
    why: 'two entries that changed places',
    text: `update ledger_entry set sequence = -1 where sequence = 8;
      update ledger_entry set sequence = 8 where sequence = 4;
      update ledger_entry set sequence = 4 where sequence = -1`,
    wants: ['reordered', 4],
  },
  {
    why: 'a forged checkpoint',
    text: `update ledger_checkpoint set note = replace(note, E'\\n20\\n', E'\\n21\\n')`,
    wants: ['checkpoint_wrong', 21],
  },
]
for (const { why, text, wants } of forgeries)
  test(`${why}: found, and named`, async () => {
    const bench = await open()
    await fill(bench, 20)
    await tamper(bench, text)
    const found = await bench.ledger.verify(bench.chainId)
    ok(found.outcome === 'broken')
    deepEqual([found.problem, found.sequence], wants)
  })

test('a checkpoint kept elsewhere proves a chain that was rewritten as a whole', async () => {
  const bench = await open()
  await fill(bench, 10)
  const kept = (await bench.ledger.checkpoints(bench.chainId)).map(({ note }) => note)
  equal(kept.length, 1)
  await tamper(bench, 'truncate ledger_entry, ledger_checkpoint')
  await fill(bench, 15)
  equal((await bench.ledger.verify(bench.chainId)).outcome, 'intact')
  const found = await bench.ledger.verify(bench.chainId, { checkpoints: kept })
  // Written anew with the same content it is the same chain, up to the very hash.
  equal(found.outcome, 'intact')
  await tamper(bench, `truncate ledger_entry, ledger_checkpoint`)
  await inChain(bench.database.db, bench.chainId, (tx) =>
    bench.ledger.record(tx, [entry(bench.chainId, 'another history')]),
  )
  await fill(bench, 15)
  const forged = await bench.ledger.verify(bench.chainId, { checkpoints: kept })
  ok(forged.outcome === 'broken')
  deepEqual([forged.problem, forged.sequence], ['checkpoint_wrong', 10])
})

test('the application can neither change nor remove an entry, and the owner is stopped too', async () => {
  const bench = await open()
  await fill(bench, 5)
  const asApplication = (text: string) =>
    inChain(bench.database.db, bench.chainId, (tx) => sql.raw(text).execute(tx))
  for (const text of [
    `update ledger_entry set body = '{}'`,
    'delete from ledger_entry',
    'truncate ledger_entry',
    'delete from ledger_checkpoint',
    'alter table ledger_entry disable trigger all',
  ])
    await rejects(asApplication(text), { code: '42501' })
  const owner = new pg.Client({ connectionString: bench.database.ownerUrl })
  await owner.connect()
  await rejects(owner.query('delete from ledger_entry'), /append-only/)
  await rejects(owner.query('truncate ledger_entry'), /append-only/)
  await owner.end()
})

test('one chain sees nothing of another, and an entry for another chain is refused', async () => {
  const { database, ledger, chainId } = await open()
  const other = newId('chain')
  await inChain(database.db, chainId, (tx) => ledger.record(tx, [entry(chainId, 'mine')]))
  await ledger.settle(chainId)
  deepEqual(await ledger.entries(other), [])
  await rejects(
    inChain(database.db, other, (tx) => ledger.record(tx, [entry(chainId, 'forged')])),
    { code: '42501' },
  )
  await rejects(
    inChain(database.db, chainId, (tx) => ledger.record(tx, [{ ...entry(chainId, ''), at }])),
    { code: 'request_malformed' },
  )
})

test('events behind an entry are compared with its root', async () => {
  const { database, ledger, chainId } = await open()
  const events = [1, 2, 3].map((n) => ({
    partition: n === 3 ? 5 : 2,
    position: n,
    event: { id: `e${n}`, chainId, regionId: 'eu', storeId: `str_${n}` } as AnyEvent,
  }))
  const recorded = recordedEvents(events, at, { type: 'hub', id: 'hub' })
  await inChain(database.db, chainId, (tx) => ledger.record(tx, [recorded]))
  await ledger.settle(chainId)
  const readFrom =
    (kept: typeof events) =>
    async (_: string, range: { partition: number; first: number; last: number }) =>
      kept
        .filter(
          (e) =>
            e.partition === range.partition &&
            e.position >= range.first &&
            e.position <= range.last,
        )
        .map(({ event }) => event)
  const intact = await ledger.verify(chainId, { readEvents: readFrom(events) })
  ok(intact.outcome === 'intact')
  equal(intact.batchesCount, 1)
  const found = await ledger.verify(chainId, { readEvents: readFrom(events.slice(1)) })
  ok(found.outcome === 'broken')
  deepEqual([found.problem, found.sequence], ['events_differ', 1])
  const dropped = await ledger.verify(chainId, { readEvents: async () => undefined })
  ok(dropped.outcome === 'intact')
  equal(dropped.batchesDroppedCount, 1)
})
