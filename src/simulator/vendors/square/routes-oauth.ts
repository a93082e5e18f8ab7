/** OAuth at Square: the seller's consent, codes, tokens and their renewal. */
import type { FastifyInstance } from 'fastify'
import type { Account } from './account.ts'
import { type Tokens, tokenLifeMs } from './tokens.ts'
import { badRequest, type Json, SquareError, time } from './wire.ts'

export function oauthRoutes(
  app: FastifyInstance,
  accounts: ReadonlyMap<string, Account>,
  tokens: Tokens,
): void {
  /** The simulator need not say what the merchant's application is called: then any id will do. */
  const mine = ({ facts }: Account, clientId: unknown): boolean =>
    facts.secrets.clientId === undefined
      ? /^sq0idp-./.test(String(clientId))
      : clientId === facts.secrets.clientId

  /** `merchant_id` stands in for the page on which the seller would sign in; Square has none such. */
  app.get<{ Querystring: Record<string, string> }>('/oauth2/authorize', (request, reply) => {
    const { client_id, redirect_uri, state, merchant_id } = request.query
    const account = [...accounts.values()].find(
      (candidate) =>
        mine(candidate, client_id) &&
        (merchant_id === undefined || candidate.facts.accountId === merchant_id),
    )
    if (account === undefined || redirect_uri === undefined)
      throw badRequest('BAD_REQUEST', 'Unknown client_id or missing redirect_uri.')
    const query = new URLSearchParams({
      code: tokens.issueCode(account.facts.accountId),
      response_type: 'code',
      ...(state !== undefined && { state }),
    })
    return reply.redirect(`${redirect_uri}?${query}`)
  })

  app.post('/oauth2/token', (request) => {
    const body = (request.body ?? {}) as Json
    const accountId = grantedTo(body, tokens)
    const account = accountId === undefined ? undefined : accounts.get(accountId)
    const isRight =
      account !== undefined &&
      mine(account, body.client_id) &&
      body.client_secret === account.facts.secrets.clientSecret
    if (account === undefined || accountId === undefined || !isRight)
      throw new SquareError(
        401,
        'AUTHENTICATION_ERROR',
        'UNAUTHORIZED',
        'The client, its secret or the grant is not valid.',
      )
    const isShort = body.short_lived === true
    const issued = tokens.issue(accountId, isShort ? tokenLifeMs.short : tokenLifeMs.usual)
    return {
      access_token: issued.accessToken,
      token_type: 'bearer',
      expires_at: time(issued.expiresAtMs),
      merchant_id: accountId,
      refresh_token: tokens.first(accountId).refreshToken,
      short_lived: isShort,
    }
  })
}

function grantedTo(body: Json, tokens: Tokens): string | undefined {
  if (body.grant_type === 'authorization_code') return tokens.takeCode(String(body.code))
  if (body.grant_type === 'refresh_token')
    return tokens.accountOfRefresh(String(body.refresh_token))
  throw badRequest('INVALID_VALUE', 'Unknown grant_type.', 'grant_type')
}
