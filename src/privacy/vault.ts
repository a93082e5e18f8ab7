/**
 * The vault: raw values behind tokens, encrypted, one row a token. Values kept since the last commit
 * wait in memory; whoever commits next takes them along, so that a token and its value are durable
 * together.
 */
import { LRUCache } from 'lru-cache'
import type { TokenKind } from '../retail/tokens.ts'
import type { Seal } from './seal.ts'

export interface VaultRow {
  readonly token: string
  readonly kind: TokenKind
  readonly sealed: Buffer
}

/** Where rows lie; the agent's database. Saving a token twice keeps the first. */
export interface VaultRows {
  save(row: VaultRow): void
  find(token: string): Uint8Array | undefined
}

export interface Vault {
  /** What the tokeniser calls for every value it sees. */
  keep(token: string, kind: TokenKind, raw: string): void
  /** Inside a transaction: saves what was kept since the last. */
  savePending(): void
  /** After the transaction: true when it held, false when it was rolled back. */
  settle(isCommitted: boolean): void
  reveal(token: string): string | undefined
}

const knownMax = 100_000

export function createVault(seal: Seal, rows: VaultRows): Vault {
  const known = new LRUCache<string, true>({ max: knownMax })
  const pending = new Map<string, { kind: TokenKind; raw: string }>()
  let saving: string[] = []

  return {
    keep(token, kind, raw) {
      if (known.get(token) === undefined) pending.set(token, { kind, raw })
    },
    savePending() {
      saving = [...pending.keys()]
      for (const [token, { kind, raw }] of pending)
        rows.save({ token, kind, sealed: seal.seal(token, raw) })
    },
    settle(isCommitted) {
      if (isCommitted)
        for (const token of saving) {
          known.set(token, true)
          pending.delete(token)
        }
      saving = []
    },
    reveal(token) {
      const sealed = rows.find(token)
      return sealed === undefined ? undefined : seal.open(token, sealed).toString('utf8')
    },
  }
}
