/**
 * OAuth 2 at Square: developer.squareup.com/docs/oauth-api. Access tokens live 30 days; the refresh
 * token of the code flow stays the same and does not expire. The API's version goes with each call.
 */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import type { HttpClient } from '../../base/http-client.ts'
import { parse } from '../../base/parse.ts'
import { instantFrom } from '../../base/time.ts'
import type { Credentials, Grant, Secrets } from '../connector.ts'
import { errorOf } from './calls.ts'
import { maybe } from './resources.ts'
import type { SquareConnection } from './settings.ts'

const squareVersion = '2026-09-16'

const Tokens = z.looseObject({
  access_token: z.string().min(1).max(1024),
  expires_at: maybe(z.string()),
  merchant_id: z.string(),
  refresh_token: maybe(z.string().max(1024)),
})

export const auth = {
  headers: ({ accessToken }: Credentials) => ({
    authorization: `Bearer ${accessToken}`,
    'square-version': squareVersion,
  }),
  exchange(api: HttpClient, connection: SquareConnection, secrets: Secrets, { code }: Grant) {
    const { redirectUri } = connection.settings
    return obtain(api, connection, secrets, {
      grant_type: 'authorization_code',
      code,
      ...(redirectUri !== undefined && { redirect_uri: redirectUri }),
    })
  },
  async refresh(
    api: HttpClient,
    connection: SquareConnection,
    secrets: Secrets,
    current: Credentials,
  ): Promise<Credentials> {
    if (current.refreshToken === undefined)
      throw new Fault('vendor_unauthorised', { field: 'refreshToken', expected: 'a refresh token' })
    const renewed = await obtain(api, connection, secrets, {
      grant_type: 'refresh_token',
      refresh_token: current.refreshToken,
    })
    return { refreshToken: current.refreshToken, ...renewed }
  },
}

async function obtain(
  api: HttpClient,
  { settings }: SquareConnection,
  secrets: Secrets,
  grant: Record<string, string>,
): Promise<Credentials> {
  const response = await api.request({
    method: 'POST',
    path: '/oauth2/token',
    json: { client_id: settings.clientId, client_secret: secrets.clientSecret ?? '', ...grant },
    // A code can be used once, so an answer lost on the way must not be asked for again.
    isRepeatable: grant.grant_type === 'refresh_token',
  })
  if (response.status >= 300)
    throw new Fault('vendor_unauthorised', { status: response.status, ...errorOf(response) })
  const tokens = parse(Tokens, response.body, 'vendor_answer_malformed')
  if (tokens.merchant_id !== settings.merchantId)
    throw new Fault('vendor_unauthorised', {
      field: 'merchant_id',
      expected: settings.merchantId,
    })
  return {
    accessToken: tokens.access_token,
    ...(tokens.refresh_token !== undefined && { refreshToken: tokens.refresh_token }),
    ...(tokens.expires_at !== undefined && {
      expiresAt: instantFrom(tokens.expires_at, 'expires_at'),
    }),
  }
}
