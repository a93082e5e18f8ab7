/**
 * Clover's OAuth v2 (docs.clover.com, "OAuth v2 flow"): one token is good for one merchant, so the
 * credentials of a connection (an app in several merchants) are JSON texts of merchant id to token:
 *   accessToken   {"<merchant id>":"<token>", …}
 *   refreshToken  {"<merchant id>":"<token>", …}
 * A refresh token works once; both tokens are replaced. `expiresAt` is the earliest of them all.
 */
import { Fault } from '../../base/fault.ts'
import type { HttpClient } from '../../base/http-client.ts'
import { type Instant, instantFromMs } from '../../base/time.ts'
import type { Connection, Credentials, Grant, Secrets } from '../connector.ts'
import { read, TokenAnswer } from './payloads.ts'
import type { CloverSettings } from './settings.ts'

export type TokensByMerchant = Readonly<Record<string, string>>

/** @throws Fault vendor_unauthorised when the text is not a map of merchants to tokens */
export function tokensByMerchant(text: string | undefined): TokensByMerchant {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      if (Object.values(value).every((token) => typeof token === 'string'))
        return value as TokensByMerchant
  } catch {
    // Said below, without the text: it may hold a token.
  }
  throw new Fault('vendor_unauthorised', {
    field: 'credentials',
    expected: 'JSON of merchant ids to tokens',
  })
}

/** Adds what `added` holds; of a merchant in both, the added one is kept. */
export function mergeCredentials(current: Credentials, added: Credentials): Credentials {
  const access = {
    ...tokensByMerchant(current.accessToken),
    ...tokensByMerchant(added.accessToken),
  }
  const refresh = {
    ...tokensByMerchant(current.refreshToken),
    ...tokensByMerchant(added.refreshToken),
  }
  const expiresAt = earliest([current.expiresAt, added.expiresAt])
  const granted = tokensByMerchant(added.accessToken)
  const refused = (current.refusedStores ?? []).filter((merchantId) => !(merchantId in granted))
  return {
    accessToken: JSON.stringify(access),
    refreshToken: JSON.stringify(refresh),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(refused.length > 0 && { refusedStores: refused }),
  }
}

function earliest(instants: readonly (Instant | undefined)[]): Instant | undefined {
  return instants.filter((instant) => instant !== undefined).sort()[0]
}

/**
 * @param code `<merchant id>:<code>`, both from the query of Clover's callback, since the answer does
 *   not say whose token it is.
 * @param current what the connection holds already; without it the result is that merchant's alone
 * @throws Fault vendor_unauthorised
 */
export async function exchange(
  api: HttpClient,
  connection: Connection<CloverSettings>,
  secrets: Secrets,
  { code, query, current }: Grant,
): Promise<Credentials> {
  // The token's answer does not say whose it is; the callback does.
  const merchantId = query.merchant_id
  if (merchantId === undefined || !/^[0-9A-Za-z]{1,64}$/.test(merchantId))
    throw new Fault('vendor_unauthorised', { field: 'merchant_id', expected: 'in the callback' })
  const granted = await askForTokens(api, '/oauth/v2/token', merchantId, {
    client_id: connection.settings.appId,
    client_secret: secrets.client_secret,
    code,
  })
  return current === undefined ? granted : mergeCredentials(current, granted)
}

/**
 * Renews every merchant's tokens. What could be renewed is kept at once and returned even when
 * another merchant's failed, since the old refresh tokens are already void.
 * @throws Fault vendor_unauthorised | vendor_unreachable when none could be renewed
 */
export async function refresh(
  api: HttpClient,
  connection: Connection<CloverSettings>,
  _secrets: Secrets,
  current: Credentials,
  keep: (soFar: Credentials) => Promise<void>,
): Promise<Credentials> {
  const client_id = connection.settings.appId
  const { accessToken, refreshToken } = current
  const before = { accessToken, ...(refreshToken !== undefined && { refreshToken }) }
  let renewed: Credentials | undefined
  let failure: unknown
  const refusedStores: string[] = []
  for (const [merchantId, refresh_token] of Object.entries(tokensByMerchant(current.refreshToken)))
    try {
      const tokens = await askForTokens(api, '/oauth/v2/refresh', merchantId, {
        client_id,
        refresh_token,
      })
      renewed = mergeCredentials(renewed ?? before, tokens)
      await keep(renewed)
    } catch (error) {
      failure = error
      if (Fault.from(error).code === 'vendor_unauthorised') refusedStores.push(merchantId)
    }
  if (renewed === undefined)
    throw failure ?? new Fault('vendor_unauthorised', { field: 'refreshToken' })
  return refusedStores.length > 0 ? { ...renewed, refusedStores } : renewed
}

async function askForTokens(
  api: HttpClient,
  path: string,
  merchantId: string,
  json: Record<string, string | undefined>,
): Promise<Credentials> {
  const response = await api.request({ method: 'POST', path, json, isRepeatable: false })
  if (response.status !== 200)
    throw new Fault('vendor_unauthorised', { merchantId, status: response.status })
  const answer = read(TokenAnswer, response.body)
  return {
    accessToken: JSON.stringify({ [merchantId]: answer.access_token }),
    refreshToken: JSON.stringify(
      answer.refresh_token == null ? {} : { [merchantId]: answer.refresh_token },
    ),
    expiresAt: instantFromMs(
      inOurTimeMs(answer.access_token_expiration * 1000, response.headers.get('date')),
    ),
  }
}

/** The end of a token is told by the vendor's clock, which may tell another time than ours. */
function inOurTimeMs(endsAtMs: number, vendorDate: string | null): number {
  const vendorNowMs = Date.parse(vendorDate ?? '')
  return Number.isNaN(vendorNowMs) ? endsAtMs : Date.now() + (endsAtMs - vendorNowMs)
}
