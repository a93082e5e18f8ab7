/** OAuth: codes for tokens, and refresh tokens that work once. Tokens are kept, so a restart keeps them. */
import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { type Account, accountOf, type World } from './world.ts'

const accessSeconds = 86_400
const tokens = 'lightspeed/tokens'
const grants = 'lightspeed/grants'
const current = 'lightspeed/current_tokens'

export interface TokenRow {
  readonly accountId: string
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresMs: number
  readonly scope: string
}

/** What the app of a demo chain asks for. */
export const allScopes = [
  'business_rules:read business_rules:write remote_rules:read remote_rules:write',
  'custom_fields:read custom_fields:write consignments:read consignments:write:stock_order',
  'customers:read inventory:read outlets:read payment_types:read products:read registers:read',
  'retailer:read sales:read sales:write suppliers:read suppliers:write users:read webhooks',
].join(' ')

export function issueToken(world: World, accountId: string, scope: string): TokenRow {
  const { documents, nowMs } = world.deps
  const atMs = nowMs()
  const row: TokenRow = {
    accountId,
    accessToken: `lsxs_at_${randomBytes(18).toString('base64url')}`,
    refreshToken: `lsxs_rt_${randomBytes(18).toString('base64url')}`,
    expiresMs: atMs + accessSeconds * 1000,
    scope,
  }
  documents.put(tokens, row.accessToken, row, atMs)
  documents.put(grants, row.refreshToken, row, atMs)
  documents.put(current, accountId, row, atMs)
  return row
}

export function currentToken(world: World, accountId: string): TokenRow | undefined {
  return world.deps.documents.get<TokenRow>(current, accountId)?.value
}

/** The token behind an `Authorization` header, unless it has expired or was replaced. */
export function tokenBehind(world: World, header: string | undefined): TokenRow | undefined {
  if (header === undefined || !header.startsWith('Bearer ')) return undefined
  const row = world.deps.documents.get<TokenRow>(tokens, header.slice('Bearer '.length))?.value
  return row !== undefined && row.expiresMs > world.deps.nowMs() ? row : undefined
}

type Fields = Readonly<Record<string, string | undefined>>

export function oauthRoutes(app: FastifyInstance, world: World): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )

  /** At the vendor a page where the retailer agrees; here whoever names an account agrees at once. */
  app.get<{ Querystring: Fields }>('/connect', (request, reply) => {
    const { redirect_uri, state, scope, domain_prefix } = request.query
    if (redirect_uri === undefined || !world.accounts.has(domain_prefix ?? ''))
      return reply.code(400).send({ error: 'invalid_request' })
    const code = randomBytes(12).toString('base64url')
    const grant = { accountId: domain_prefix, scope: scope ?? allScopes, redirectUri: redirect_uri }
    world.deps.documents.put(grants, code, grant, world.deps.nowMs())
    const query = new URLSearchParams({ code, domain_prefix: domain_prefix ?? '' })
    if (state !== undefined) query.set('state', state)
    return reply.redirect(`${redirect_uri}?${query}`)
  })

  app.post<{ Body: Fields }>('/api/1.0/token', (request, reply) => {
    const answer = grantToken(world, request.body ?? {})
    reply.header('date', new Date(world.deps.nowMs()).toUTCString())
    return 'error' in answer ? reply.code(400).send(answer) : answer
  })
}

function grantToken(world: World, body: Fields): object {
  const { documents } = world.deps
  const given = body.grant_type === 'refresh_token' ? body.refresh_token : body.code
  const grant = documents.get<Partial<TokenRow> & { redirectUri?: string }>(grants, given ?? '')
  const accountId = grant?.value.accountId
  if (grant === undefined || accountId === undefined || !world.accounts.has(accountId))
    return { error: 'invalid_grant', error_description: 'The grant is unknown or used.' }
  if (!isClient(accountOf(world, accountId), body))
    return { error: 'invalid_client', error_description: 'The client is not known.' }
  if (grant.value.redirectUri !== undefined && grant.value.redirectUri !== body.redirect_uri)
    return { error: 'invalid_grant', error_description: 'The redirect_uri differs.' }
  // Rotation: with the refresh token goes the access token that came with it.
  documents.remove(grants, grant.id)
  if (grant.value.accessToken !== undefined) documents.remove(tokens, grant.value.accessToken)
  const row = issueToken(world, accountId, grant.value.scope ?? allScopes)
  return {
    access_token: row.accessToken,
    token_type: 'Bearer',
    expires: Math.floor(row.expiresMs / 1000),
    expires_in: accessSeconds,
    refresh_token: row.refreshToken,
    domain_prefix: accountId,
    scope: row.scope,
  }
}

function isClient({ simulated }: Account, body: Fields): boolean {
  const { clientId, webhook } = simulated.secrets
  return (clientId === undefined || clientId === body.client_id) && webhook === body.client_secret
}
