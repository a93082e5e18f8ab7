/** Opens the data directory: its lock, its database, and the keys that it began with. */
import { mkdirSync } from 'node:fs'
import { lockDirectory } from '../base/directory-lock.ts'
import { Fault } from '../base/fault.ts'
import { createSeal } from '../privacy/seal.ts'
import type { AgentSettings } from './config.ts'
import { readKeyFile, readOrMakeKeyFile } from './keys.ts'
import { startCheckpointer } from './storage/checkpointer.ts'
import { databasePath, openDatabase } from './storage/database.ts'
import { createMeta, type Meta } from './storage/meta.ts'
import { createStorage } from './storage/storage.ts'

/** @throws Fault config_invalid | data_dir_unusable | data_dir_busy */
export function openStorage(settings: AgentSettings) {
  const { dataDir } = settings
  const tokenKey = readKeyFile(settings.tokenKeyFile, 'tokenKeyFile')
  // A second agent on the same directory would hand out the same sequences.
  const lock = lockData(dataDir)
  try {
    const database = openDatabase(dataDir)
    try {
      const meta = createMeta(database)
      // A key made anew beside old data would leave that data closed for ever.
      const isFirstStart = meta.get('vaultKeyCheck') === undefined
      const vaultKey = readOrMakeKeyFile(settings.vaultKeyFile, 'vaultKeyFile', isFirstStart)
      const seal = createSeal(vaultKey)
      assertSame(meta, 'vaultKey', seal.fingerprint('vaultKey'))
      assertSame(meta, 'tokenKey', seal.fingerprint(`tokenKey:${tokenKey.toString('base64')}`))
      const storage = createStorage(database, seal)
      const checkpointer = startCheckpointer(database, databasePath(dataDir))
      return {
        tokenKey,
        storage,
        async close() {
          await checkpointer.stop()
          database.close()
          lock.release()
        },
      }
    } catch (error) {
      database.close()
      throw error
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

function lockData(dataDir: string) {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new Fault('data_dir_unusable', { field: 'dataDir', folder: dataDir }, cause)
  }
  return lockDirectory(dataDir)
}
function assertSame(meta: Meta, name: string, check: string): void {
  const known = meta.get(`${name}Check`)
  if (known === undefined) meta.set(`${name}Check`, check)
  else if (known !== check)
    throw new Fault('config_invalid', {
      field: `${name}File`,
      expected: 'the key that this data directory began with',
    })
}
