/**
 * One process per directory. The lock is SQLite's on a file there: the system itself drops it when
 * the process ends, however it ends, which no file with a process id in it can promise.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Fault } from './fault.ts'

export interface DirectoryLock {
  release(): void
}

/**
 * @param waitMs so long the thread stands still for a predecessor that is ending
 * @throws Fault data_dir_busy | data_dir_unusable
 */
export function lockDirectory(directory: string, waitMs = 0): DirectoryLock {
  let file: DatabaseSync | undefined
  try {
    file = new DatabaseSync(join(directory, 'lock'), { timeout: waitMs })
    file.exec('begin exclusive')
  } catch (cause) {
    file?.close()
    const isBusy = /locked|busy/.test((cause as Error).message)
    throw new Fault(isBusy ? 'data_dir_busy' : 'data_dir_unusable', { folder: directory }, cause)
  }
  return { release: () => file.close() }
}
