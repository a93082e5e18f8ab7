/**
 * The agent's one SQLite file, made durable commit by commit. It is checkpointed by a thread of its
 * own (see `checkpointer.ts`), so that no commit has to wait for one.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../base/fault.ts'
import { migrations } from './migrations.ts'

export type Database = DatabaseSync

/** @throws Fault data_dir_unusable */
export function openDatabase(dataDir: string): Database {
  const database = openFile(dataDir)
  try {
    database.exec('pragma journal_mode = wal; pragma synchronous = full')
    database.exec('pragma wal_autocheckpoint = 0')
    database.exec(
      'pragma cache_size = -32000; pragma temp_store = memory; pragma foreign_keys = on',
    )
    migrate(database)
    return database
  } catch (cause) {
    database.close()
    throw new Fault('data_dir_unusable', { field: 'dataDir' }, cause)
  }
}

export function databasePath(dataDir: string): string {
  return join(dataDir, 'agent.sqlite')
}

function openFile(dataDir: string): Database {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    return new DatabaseSync(databasePath(dataDir), { timeout: 1000 })
  } catch (cause) {
    throw new Fault('data_dir_unusable', { field: 'dataDir' }, cause)
  }
}

function migrate(database: Database): void {
  const row = database.prepare('pragma user_version').get() as { user_version: number }
  if (row.user_version > migrations.length)
    throw new Fault('data_dir_unusable', {
      field: 'dataDir',
      expected: `a database of version ${migrations.length} or older`,
    })
  for (let version = row.user_version; version < migrations.length; version += 1) {
    database.exec('begin immediate')
    database.exec(migrations[version] ?? '')
    database.exec(`pragma user_version = ${version + 1}`)
    database.exec('commit')
  }
}
