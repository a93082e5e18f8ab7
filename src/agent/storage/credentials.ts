/** Credentials at vendors, sealed. What an operator newly configured wins over what was refreshed. */
import type { Credentials } from '../../connectors/connector.ts'
import type { Seal } from '../../privacy/seal.ts'
import type { Database } from './database.ts'

export interface CredentialStore {
  /** `configured` as the configuration gives them now. */
  load(connectionId: string, configured: Credentials | undefined): Credentials | undefined
  save(connectionId: string, configured: Credentials | undefined, current: Credentials): void
}

export function createCredentialStore(database: Database, seal: Seal): CredentialStore {
  const select = database.prepare(
    'select configured, sealed from credentials where connectionId = ?',
  )
  const upsert = database.prepare(`
    insert into credentials (connectionId, configured, sealed) values (?, ?, ?)
    on conflict do update set configured = excluded.configured, sealed = excluded.sealed`)
  const nameOf = (connectionId: string) => `credentials:${connectionId}`
  const printOf = (configured: Credentials | undefined) =>
    configured === undefined ? '' : seal.fingerprint(JSON.stringify(configured))

  return {
    load(connectionId, configured) {
      const row = select.get(connectionId) as { configured: string; sealed: Uint8Array } | undefined
      if (row === undefined) return configured
      if (configured !== undefined && row.configured !== printOf(configured)) return configured
      return JSON.parse(seal.open(nameOf(connectionId), row.sealed).toString('utf8'))
    },
    save(connectionId, configured, current) {
      const sealed = seal.seal(nameOf(connectionId), JSON.stringify(current))
      upsert.run(connectionId, printOf(configured), sealed)
    },
  }
}
