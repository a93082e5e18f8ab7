/** The doors of the emulated vendor: the Admin API and OAuth. Bodies are read as text, then parsed. */
import type { FastifyInstance } from 'fastify'
import { hmacSha256 } from '../../../base/signature.ts'
import type { EmulatorDeps } from '../../emulator.ts'
import { type Bucket, createBucket, type Plan } from './cost.ts'
import { answer } from './graphql.ts'
import type { Tokens } from './oauth.ts'
import { webhookVersion } from './outgoing.ts'
import type { Shop } from './shop.ts'

export interface RouteParts {
  readonly deps: EmulatorDeps
  readonly shops: ReadonlyMap<string, Shop>
  readonly tokens: Tokens
  readonly plan: Plan
  readonly realNowMs: () => number
  readonly scopes: ReadonlySet<string>
}

type Body = Readonly<Record<string, unknown>>

export function addRoutes(app: FastifyInstance, parts: RouteParts): void {
  const buckets = new Map<string, Bucket>()
  app.post<{ Params: { version: string } }>(
    '/admin/api/:version/graphql.json',
    async (request, reply) => {
      const accountId = parts.tokens.accountOf(String(request.headers['x-shopify-access-token']))
      const shop = accountId === undefined ? undefined : parts.shops.get(accountId)
      // The vendor's clock is the simulated one.
      reply.header('date', new Date(parts.deps.nowMs()).toUTCString())
      if (accountId === undefined || shop === undefined)
        return reply.code(401).send({
          errors: '[API] Invalid API key or access token (unrecognized login or wrong password)',
        })
      reply.header('x-shopify-api-version', webhookVersion)
      const { query, variables } = (request.body ?? {}) as Body
      if (typeof query !== 'string')
        return reply.code(400).send({ errors: { query: 'Required parameter missing or invalid' } })
      const bucket = buckets.get(accountId) ?? createBucket(parts.plan, parts.realNowMs)
      buckets.set(accountId, bucket)
      return answer(shop, bucket, {
        query,
        variables: (variables ?? {}) as Body,
        granted: parts.scopes,
      })
    },
  )
  app.post('/admin/oauth/access_token', async (request, reply) => {
    const grant = tokenGrant((request.body ?? {}) as Body, parts)
    return grant ?? reply.code(400).send({ error: 'invalid_request' })
  })
  // At Shopify the host names the shop; here all shops share one, so that `shop` is in the query.
  app.get<{ Querystring: Record<string, string | undefined> }>(
    '/admin/oauth/authorize',
    async (request, reply) => {
      const { shop: accountId = '', redirect_uri: uri, state = '' } = request.query
      const shop = parts.shops.get(accountId)
      if (shop === undefined || uri === undefined)
        return reply.code(400).send({ error: 'invalid_request' })
      const callback = new URLSearchParams({
        code: parts.tokens.newCode(accountId),
        host: Buffer.from(`${accountId}/admin`).toString('base64'),
        shop: accountId,
        state,
        timestamp: String(Math.floor(parts.realNowMs() / 1000)),
      })
      const signed = [...callback].map(([key, value]) => `${key}=${value}`).join('&')
      callback.set('hmac', hmacSha256(shop.account.secrets.webhook ?? '', signed, 'hex'))
      return reply.redirect(`${uri}?${callback}`)
    },
  )
}

/** An authorisation code or a refresh token for a new pair, from the app that holds the secret. */
function tokenGrant(body: Body, { shops, tokens, scopes }: RouteParts): object | undefined {
  const { client_id: clientId, client_secret: secret, code, refresh_token: old } = body
  const isRefresh = body.grant_type === 'refresh_token'
  const accountId = isRefresh
    ? tokens.accountOfRefresh(String(old))
    : tokens.accountOfCode(String(code))
  const shop = accountId === undefined ? undefined : shops.get(accountId)
  if (accountId === undefined || shop === undefined || typeof clientId !== 'string')
    return undefined
  if (secret !== shop.account.secrets.webhook) return undefined
  const pair = isRefresh ? tokens.refreshed(String(old)) : tokens.issue(accountId, null)
  if (pair === undefined) return undefined
  return {
    access_token: pair.accessToken,
    scope: [...scopes].join(','),
    expires_in: tokens.lifetimeSeconds,
    refresh_token: pair.refreshToken,
    refresh_token_expires_in: 90 * 24 * 3600,
  }
}
