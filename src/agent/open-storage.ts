/** Opens the data directory: its database, and the keys that it began with. */
import { Fault } from '../base/fault.ts'
import { createSeal } from '../privacy/seal.ts'
import type { AgentSettings } from './config.ts'
import { readKeyFile, readOrMakeKeyFile } from './keys.ts'
import { openDatabase } from './storage/database.ts'
import { createMeta, type Meta } from './storage/meta.ts'
import { createStorage } from './storage/storage.ts'

/** @throws Fault config_invalid | data_dir_unusable | data_dir_busy */
export function openStorage(settings: AgentSettings) {
  const tokenKey = readKeyFile(settings.tokenKeyFile, 'tokenKeyFile')
  const database = openDatabase(settings.dataDir)
  try {
    const meta = createMeta(database)
    // A key made anew beside old data would leave that data closed for ever.
    const isFirstStart = meta.get('vaultKeyCheck') === undefined
    const vaultKey = readOrMakeKeyFile(settings.vaultKeyFile, 'vaultKeyFile', isFirstStart)
    const seal = createSeal(vaultKey)
    assertSame(meta, 'vaultKey', seal.fingerprint('vaultKey'))
    assertSame(meta, 'tokenKey', seal.fingerprint(`tokenKey:${tokenKey.toString('base64')}`))
    return { tokenKey, storage: createStorage(database, seal), close: () => database.close() }
  } catch (error) {
    database.close()
    throw error
  }
}

/** Another token key would give people other tokens; another vault key opens nothing. */
function assertSame(meta: Meta, name: string, check: string): void {
  const known = meta.get(`${name}Check`)
  if (known === undefined) meta.set(`${name}Check`, check)
  else if (known !== check)
    throw new Fault('config_invalid', {
      field: `${name}File`,
      expected: 'the key that this data directory began with',
    })
}
