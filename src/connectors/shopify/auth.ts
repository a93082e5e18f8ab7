/** OAuth of Shopify: a code for an expiring offline token, then refresh tokens that rotate. */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import type { HttpClient } from '../../base/http-client.ts'
import { parse } from '../../base/parse.ts'
import { instantFromMs } from '../../base/time.ts'
import type { Connection, Connector, Credentials, Secrets } from '../connector.ts'
import type { ShopifySettings } from './settings.ts'

const TokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  expires_in: z.number().optional(),
  refresh_token: z.string().min(1).optional(),
})

export const auth: Connector<ShopifySettings>['auth'] = {
  headers: ({ accessToken }) => ({ 'x-shopify-access-token': accessToken }),
  exchange: (api, connection, secrets, { code }) =>
    ask(api, connection, secrets, { code, expiring: '1' }),
  refresh(api, connection, secrets, { refreshToken }) {
    if (refreshToken === undefined)
      throw new Fault('vendor_unauthorised', { expected: 'a refresh token; install the app again' })
    const grant = { grant_type: 'refresh_token', refresh_token: refreshToken }
    return ask(api, connection, secrets, grant)
  },
}

async function ask(
  api: HttpClient,
  { settings }: Connection<ShopifySettings>,
  secrets: Secrets,
  grant: Readonly<Record<string, string>>,
): Promise<Credentials> {
  const { status, body } = await api.request({
    method: 'POST',
    path: '/admin/oauth/access_token',
    json: { client_id: settings.clientId, client_secret: secrets.webhook ?? '', ...grant },
    // The old refresh token stays good until the new one is used, so a lost answer may be asked again.
    isRepeatable: 'refresh_token' in grant,
  })
  if (status !== 200) throw new Fault('vendor_unauthorised', { status })
  const answer = parse(TokenAnswer, body, 'vendor_answer_malformed')
  return {
    accessToken: answer.access_token,
    ...(answer.refresh_token !== undefined && { refreshToken: answer.refresh_token }),
    ...(answer.expires_in !== undefined && {
      expiresAt: instantFromMs(Date.now() + answer.expires_in * 1000),
    }),
  }
}
