/** Tokens for SASL OAUTHBEARER: OAuth 2.0 client credentials (RFC 6749, 4.4), kept until they end. */
import { z } from 'zod'
import { Fault } from '../base/fault.ts'

const Answer = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive().default(300),
})

const deadlineMs = 10_000
/** Renewed when this share of its life is over. */
const freshRatio = 0.8

export interface TokenOptions {
  readonly url: string
  readonly clientId: string
  readonly secret: string
  readonly scope?: string | undefined
}

/** @returns gives a token that is still good; throws Fault stream_unreachable when none can be had */
export function createTokenSource(options: TokenOptions): () => Promise<string> {
  let token: { text: string; freshUntilMs: number } | undefined
  let asking: Promise<string> | undefined

  async function ask(): Promise<string> {
    const { access_token, expires_in } = await askToken(options)
    token = { text: access_token, freshUntilMs: Date.now() + expires_in * 1000 * freshRatio }
    return access_token
  }

  return () => {
    if (token !== undefined && token.freshUntilMs > Date.now()) return Promise.resolve(token.text)
    asking ??= ask().finally(() => {
      asking = undefined
    })
    return asking
  }
}

async function askToken({ url, clientId, secret, scope }: TokenOptions) {
  const credentials = [clientId, secret].map(encodeURIComponent).join(':')
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(deadlineMs),
      headers: {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        ...(scope !== undefined && { scope }),
      }).toString(),
    })
    if (!response.ok) throw new Error(`The token endpoint answered ${response.status}.`)
    return Answer.parse(await response.json())
  } catch (cause) {
    throw new Fault('stream_unreachable', { field: 'TILLWAY_KAFKA_TOKEN_URL' }, cause)
  }
}
