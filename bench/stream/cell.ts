/** A cell's database with the hub's own tables, and a table for an effect that costs next to nothing. */
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../src/base/embedded-postgres.ts'
import { prepareCell } from '../../src/base/postgres-cell.ts'
import { runMigrations } from '../../src/base/postgres-migrations.ts'
import { appRole } from '../../src/hub/cells.ts'
import { ledgerMigrations } from '../../src/ledger/postgres-ledger.ts'
import { streamMigrations } from '../../src/stream/postgres-log.ts'
import { serverPid } from '../parts/server-pid.ts'

export interface BenchCell {
  /** As the application. */
  readonly url: string
  readonly owner: pg.Client
  readonly ownerUrl: string
  readonly serverPid: number
  stop(): Promise<void>
}

export async function openBenchCell(folder: string): Promise<BenchCell> {
  const dataDir = join(folder, 'stream-postgres')
  const postgres = await startEmbeddedPostgres({ dataDir })
  const { ownerUrl, appUrl } = await prepareCell({
    adminUrl: postgres.adminUrl,
    database: 'bench_stream',
    appRole,
    appPassword: 'only-for-this-measurement',
  })
  const hub = new URL('../../src/hub/migrations/cell/', import.meta.url)
  await runMigrations(ownerUrl, [hub, streamMigrations, ledgerMigrations], { appRole })
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  await owner.query(`
    create table bench_effect (chain_id text, partition int, count bigint,
      primary key (chain_id, partition));
    grant select, insert, update on bench_effect to ${owner.escapeIdentifier(appRole)};
    create table bench_raw (id bigint primary key, body text not null)`)
  return {
    url: appUrl,
    ownerUrl,
    owner,
    serverPid: serverPid(dataDir),
    async stop() {
      await owner.end()
      await postgres.stop()
    },
  }
}
