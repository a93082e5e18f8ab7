/**
 * OAuth of X-Series: codes and refresh tokens are exchanged at `/api/1.0/token`, form-encoded.
 * Refresh tokens rotate (since March 2025): the answer's is the only one that still works.
 */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import type { HttpClient } from '../../base/http-client.ts'
import { parse } from '../../base/parse.ts'
import { instantFromMs } from '../../base/time.ts'
import type { Connection, Connector, Credentials, Secrets } from '../connector.ts'
import type { LightspeedSettings } from './settings.ts'

const TokenAnswer = z.object({
  access_token: z.string().min(1),
  token_type: z.string(),
  /** Seconds since 1970, by Lightspeed's clock. */
  expires: z.number().optional(),
  refresh_token: z.string().optional(),
})

async function askToken(
  api: HttpClient,
  secrets: Secrets,
  grant: Record<string, string>,
): Promise<Credentials> {
  const { status, body } = await api.request({
    method: 'POST',
    path: '/api/1.0/token',
    form: { client_id: secrets.clientId ?? '', client_secret: secrets.webhook ?? '', ...grant },
    // The old refresh token is spent by the first try, whether or not its answer arrives.
    isRepeatable: false,
  })
  if (status !== 200) throw new Fault('vendor_unauthorised', { status })
  const answer = parse(TokenAnswer, body, 'vendor_answer_malformed')
  return {
    accessToken: answer.access_token,
    ...(answer.refresh_token !== undefined && { refreshToken: answer.refresh_token }),
    ...(answer.expires !== undefined && { expiresAt: instantFromMs(answer.expires * 1000) }),
  }
}

export const auth: Connector<LightspeedSettings>['auth'] = {
  headers: ({ accessToken }) => ({
    authorization: `Bearer ${accessToken}`,
    'user-agent': 'Tillway (agent)',
  }),
  exchange: (api, { settings }: Connection<LightspeedSettings>, secrets, { code }) =>
    askToken(api, secrets, {
      grant_type: 'authorization_code',
      code,
      ...(settings.redirectUri !== undefined && { redirect_uri: settings.redirectUri }),
    }),
  refresh(api, _connection, secrets, current) {
    if (current.refreshToken === undefined)
      throw new Fault('vendor_unauthorised', { expected: 'a refresh token' })
    return askToken(api, secrets, {
      grant_type: 'refresh_token',
      refresh_token: current.refreshToken,
    })
  },
}
