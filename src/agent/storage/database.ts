/** The agent's one SQLite file: opened for this process alone, made durable commit by commit. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../base/fault.ts'
import { migrations } from './migrations.ts'

export type Database = DatabaseSync

/** @throws Fault data_dir_unusable | data_dir_busy */
export function openDatabase(dataDir: string): Database {
  const database = openFile(dataDir)
  try {
    // Exclusive: a second agent on the same directory would hand out the same sequences.
    database.exec('pragma locking_mode = exclusive; pragma journal_mode = wal')
    database.exec('pragma synchronous = full; pragma wal_autocheckpoint = 16000')
    database.exec(
      'pragma cache_size = -32000; pragma temp_store = memory; pragma foreign_keys = on',
    )
    migrate(database)
    return database
  } catch (cause) {
    database.close()
    const isBusy = String(cause).includes('locked')
    throw new Fault(isBusy ? 'data_dir_busy' : 'data_dir_unusable', { field: 'dataDir' }, cause)
  }
}

function openFile(dataDir: string): Database {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    return new DatabaseSync(join(dataDir, 'agent.sqlite'), { timeout: 200 })
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
  // Takes the exclusive lock now rather than at the first write.
  database.exec('begin immediate; commit')
}
