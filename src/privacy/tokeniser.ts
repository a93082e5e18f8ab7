/** What turns a personal value into a token, as connectors see it. The agent's vault is behind it. */
import type { TokenKind } from '../retail/tokens.ts'

export interface Tokeniser {
  /** The token of a value; the same for the same value in a region. The raw value goes to the vault. */
  token(kind: Exclude<TokenKind, 'customer'>, raw: string): string
  /**
   * One person across the chain: by e-mail where there is one, else by phone, else by the vendor's
   * own id within its connection.
   */
  customer(identity: { email?: string; phone?: string; externalId: string }): string
  /** An employee of one connection, as `emp_…`: vendors' staff ids are not joined across vendors. */
  employee(externalId: string): string
}
