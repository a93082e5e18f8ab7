/** Access tokens: 30 days of simulated time; the refresh token of the code flow does not expire. */
import { randomBytes } from 'node:crypto'
import type { DocumentStore } from '../../document-store.ts'
import { idFrom } from './wire.ts'

interface Token {
  readonly accountId: string
  readonly expiresAtMs: number
}

export interface Tokens {
  /** What a connection of the account starts with; the same however often it is asked for. */
  first(accountId: string): { accessToken: string; refreshToken: string }
  issue(accountId: string, lifeMs: number): { accessToken: string; expiresAtMs: number }
  find(accessToken: string): Token | undefined
  /** A code for one use within five minutes. */
  issueCode(accountId: string): string
  takeCode(code: string): string | undefined
  accountOfRefresh(refreshToken: string): string | undefined
}

export const tokenLifeMs = { usual: 30 * 24 * 3600_000, short: 24 * 3600_000 } as const

const [access, refresh, codes] = ['square/tokens', 'square/refresh_tokens', 'square/codes']

export function createTokens(documents: DocumentStore, nowMs: () => number): Tokens {
  const put = (accessToken: string, accountId: string, lifeMs: number): number => {
    const expiresAtMs = nowMs() + lifeMs
    documents.put(access, accessToken, { accountId, expiresAtMs }, nowMs())
    return expiresAtMs
  }
  return {
    first(accountId) {
      const accessToken = `EAAA${idFrom('access', accountId)}`
      const refreshToken = `EQAA${idFrom('refresh', accountId)}`
      if (documents.get(access, accessToken) === undefined) {
        put(accessToken, accountId, tokenLifeMs.usual)
        documents.put(refresh, refreshToken, { accountId }, nowMs())
      }
      return { accessToken, refreshToken }
    },
    issue(accountId, lifeMs) {
      const accessToken = `EAAA${randomBytes(24).toString('base64url')}`
      return { accessToken, expiresAtMs: put(accessToken, accountId, lifeMs) }
    },
    find: (accessToken) => documents.get<Token>(access, accessToken)?.value,
    issueCode(accountId) {
      const code = `sq0cgp-${randomBytes(16).toString('base64url')}`
      documents.put(codes, code, { accountId, expiresAtMs: nowMs() + 5 * 60_000 }, nowMs())
      return code
    },
    takeCode(code) {
      const token = documents.get<Token>(codes, code)?.value
      documents.remove(codes, code)
      return token !== undefined && token.expiresAtMs >= nowMs() ? token.accountId : undefined
    },
    accountOfRefresh: (refreshToken) =>
      documents.get<{ accountId: string }>(refresh, refreshToken)?.value.accountId,
  }
}
