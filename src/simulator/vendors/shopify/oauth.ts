/**
 * Tokens of the app in a shop: offline access tokens that expire, and refresh tokens that rotate,
 * where the old one stays good until the new one is used. Lifetimes go by the real clock, since
 * the agent's do; the goods in the shop go by the simulated one.
 */
import { randomBytes } from 'node:crypto'
import type { EmulatorDeps } from '../../emulator.ts'

export interface TokenPair {
  readonly accessToken: string
  readonly refreshToken: string
}

interface AccessRecord {
  readonly accountId: string
  readonly expiresMs: number
}
interface RefreshRecord extends TokenPair {
  readonly accountId: string
  readonly replaces: string | null
}

const access = 'shopify/access_tokens'
const refresh = 'shopify/refresh_tokens'
const current = 'shopify/current_tokens'
const codes = 'shopify/codes'

export function createTokens(deps: EmulatorDeps, lifetimeSeconds: number, realNowMs: () => number) {
  const { documents } = deps

  function issue(accountId: string, replaces: string | null): TokenPair {
    const pair: TokenPair = {
      accessToken: `shpat_${randomBytes(16).toString('hex')}`,
      refreshToken: `shprt_${randomBytes(16).toString('hex')}`,
    }
    const nowMs = realNowMs()
    const record: RefreshRecord = { ...pair, accountId, replaces }
    documents.transaction(() => {
      const granted: AccessRecord = { accountId, expiresMs: nowMs + lifetimeSeconds * 1000 }
      documents.put(access, pair.accessToken, granted, nowMs)
      documents.put(refresh, pair.refreshToken, record, nowMs)
      documents.put(current, accountId, pair, nowMs)
    })
    return pair
  }

  return {
    lifetimeSeconds,
    issue,
    current: (accountId: string) => documents.get<TokenPair>(current, accountId)?.value,
    /** The account that a request may speak for. */
    accountOf(accessToken: string): string | undefined {
      const found = documents.get<AccessRecord>(access, accessToken)?.value
      return found !== undefined && found.expiresMs > realNowMs() ? found.accountId : undefined
    },
    refreshed(refreshToken: string): TokenPair | undefined {
      const found = documents.get<RefreshRecord>(refresh, refreshToken)?.value
      if (found === undefined) return undefined
      if (found.replaces !== null) {
        const replaced = documents.get<RefreshRecord>(refresh, found.replaces)?.value
        if (replaced !== undefined) documents.remove(access, replaced.accessToken)
        documents.remove(refresh, found.replaces)
      }
      return issue(found.accountId, refreshToken)
    },
    accountOfRefresh: (refreshToken: string) =>
      documents.get<RefreshRecord>(refresh, refreshToken)?.value.accountId,
    newCode(accountId: string): string {
      const code = randomBytes(16).toString('hex')
      documents.put(codes, code, { accountId }, realNowMs())
      return code
    },
    /** A code is good once. */
    accountOfCode(code: string): string | undefined {
      const found = documents.get<{ accountId: string }>(codes, code)?.value
      documents.remove(codes, code)
      return found?.accountId
    },
  }
}
export type Tokens = ReturnType<typeof createTokens>
