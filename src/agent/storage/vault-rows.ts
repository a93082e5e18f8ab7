/** The vault's table. */
import type { VaultRows } from '../../privacy/vault.ts'
import type { Database } from './database.ts'

export function createVaultRows(database: Database): VaultRows {
  const insert = database.prepare(
    'insert or ignore into vault (token, kind, sealed) values (?, ?, ?)',
  )
  const select = database.prepare('select sealed from vault where token = ?')
  return {
    save: ({ token, kind, sealed }) => void insert.run(token, kind, sealed),
    find: (token) => (select.get(token) as { sealed: Uint8Array } | undefined)?.sealed,
  }
}
