/**
 * OAuth v2 of Clover: a code for tokens of one merchant; access for 30 minutes; a refresh token works
 * once, and only the last few of an app and merchant are alive.
 */
import { randomUUID } from 'node:crypto'
import type { DocumentStore } from '../../document-store.ts'

const accessMs = 30 * 60_000
const refreshMs = 365 * 24 * 3600_000
const aliveMax = 5
const codesMax = 100

interface Pair {
  readonly access: string
  readonly accessEndsMs: number
  readonly refresh: string
  readonly refreshEndsMs: number
  /** Once used, its access token still lives to its end. */
  readonly isRefreshed?: boolean
}

export interface TokenAnswer {
  readonly access_token: string
  /** Unix seconds, unlike all other times of Clover. */
  readonly access_token_expiration: number
  readonly refresh_token: string
  readonly refresh_token_expiration: number
}

export interface Grants {
  /** The newest tokens of a merchant; made when there are none. */
  current(merchantId: string): TokenAnswer
  authorise(merchantId: string): string
  exchange(code: string): TokenAnswer | undefined
  refresh(refreshToken: string): TokenAnswer | undefined
  /** Whose token it is, while it lives. */
  merchantOf(accessToken: string): string | undefined
}

export function createGrants(
  documents: DocumentStore,
  appId: string,
  merchantIds: () => readonly string[],
  nowMs: () => number,
): Grants {
  const collection = `clover/${appId}/grants`
  const codes = new Map<string, string>()
  const pairs = new Map<string, readonly Pair[]>()

  function pairsOf(merchantId: string): readonly Pair[] {
    let known = pairs.get(merchantId)
    if (known === undefined) {
      known = documents.get<readonly Pair[]>(collection, merchantId)?.value ?? []
      pairs.set(merchantId, known)
    }
    return known
  }

  function issue(merchantId: string, replaces?: Pair): TokenAnswer {
    const pair: Pair = {
      access: randomUUID(),
      accessEndsMs: nowMs() + accessMs,
      refresh: `clvroar-${randomUUID()}`,
      refreshEndsMs: nowMs() + refreshMs,
    }
    const kept = pairsOf(merchantId).map((old) =>
      old === replaces ? { ...old, isRefreshed: true } : old,
    )
    const alive = [...kept, pair].slice(-aliveMax)
    pairs.set(merchantId, alive)
    documents.put(collection, merchantId, alive, nowMs())
    return answerOf(pair)
  }

  return {
    current(merchantId) {
      const newest = pairsOf(merchantId).at(-1)
      return newest === undefined ? issue(merchantId) : answerOf(newest)
    },
    authorise(merchantId) {
      const code = randomUUID()
      codes.set(code, merchantId)
      const oldest = codes.keys().next().value
      if (codes.size > codesMax && oldest !== undefined) codes.delete(oldest)
      return code
    },
    exchange(code) {
      const merchantId = codes.get(code)
      if (merchantId === undefined) return undefined
      codes.delete(code)
      return issue(merchantId)
    },
    refresh(refreshToken) {
      for (const merchantId of merchantIds()) {
        const pair = pairsOf(merchantId).find(({ refresh }) => refresh === refreshToken)
        if (pair === undefined) continue
        return pair.isRefreshed || pair.refreshEndsMs <= nowMs()
          ? undefined
          : issue(merchantId, pair)
      }
      return undefined
    },
    merchantOf: (accessToken) =>
      merchantIds().find((merchantId) =>
        pairsOf(merchantId).some(
          ({ access, accessEndsMs }) => access === accessToken && accessEndsMs > nowMs(),
        ),
      ),
  }
}

function answerOf({ access, accessEndsMs, refresh, refreshEndsMs }: Pair): TokenAnswer {
  return {
    access_token: access,
    access_token_expiration: Math.floor(accessEndsMs / 1000),
    refresh_token: refresh,
    refresh_token_expiration: Math.floor(refreshEndsMs / 1000),
  }
}
