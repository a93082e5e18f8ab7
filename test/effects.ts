/** A database with a table of effects, as the suites of the log want it. */
import { sql } from 'kysely'
import pg from 'pg'
import type { Tx } from '../src/base/postgres.ts'
import { streamMigrations } from '../src/stream/postgres-log.ts'
import { startTestPostgres, type TestDatabase } from './postgres.ts'

export async function asOwner(
  database: TestDatabase,
  text: string,
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  const { rows } = await client.query(text)
  await client.end()
  return rows
}

export async function addEffectIn(tx: Tx, chainId: string, what: string): Promise<void> {
  await sql`insert into effect (chain_id, what) values (${chainId}, ${what})`.execute(tx)
}

export async function createEffects(): Promise<TestDatabase> {
  const postgres = await startTestPostgres()
  const database = await postgres.createDatabase([streamMigrations])
  await asOwner(
    database,
    `create table effect (n bigint generated always as identity, chain_id text, what text);
     grant select, insert on effect to ${database.appRole}`,
  )
  return database
}

export async function createWithEffects() {
  const database = await createEffects()
  return {
    database,
    addEffect: addEffectIn,
    async effects(chainId: string): Promise<string[]> {
      const { rows } = await sql<{ what: string }>`
        select what from effect where chain_id = ${chainId} order by n`.execute(database.db)
      return rows.map(({ what }) => what)
    },
  }
}
