/** The API's frame: who asks, how often, in which version; and errors in Square's shape. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Account } from './account.ts'
import { attributeRoutes } from './routes-attributes.ts'
import { catalogueRoutes } from './routes-catalogue.ts'
import { drawerRoutes } from './routes-drawers.ts'
import { oauthRoutes } from './routes-oauth.ts'
import { orderRoutes } from './routes-orders.ts'
import { peopleRoutes } from './routes-people.ts'
import type { Tokens } from './tokens.ts'
import { SquareError } from './wire.ts'

/** The merchant whose token a request carries. */
export type Whose = (request: FastifyRequest) => Account

export function registerRoutes(
  app: FastifyInstance,
  accounts: ReadonlyMap<string, Account>,
  tokens: Tokens,
): void {
  const limiter = createLimiter()
  const whose: Whose = (request) => {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const token = tokens.find(bearer)
    const account = token && accounts.get(token.accountId)
    if (token === undefined || account === undefined)
      throw unauthorised('UNAUTHORIZED', 'This request could not be authorized.')
    if (token.expiresAtMs < account.nowMs())
      throw unauthorised('ACCESS_TOKEN_EXPIRED', 'The access token has expired.')
    if (!limiter.admits(token.accountId))
      throw new SquareError(429, 'RATE_LIMIT_ERROR', 'RATE_LIMITED', 'Too many requests.')
    return account
  }

  app.addHook('onRequest', async (request) => {
    const version = request.headers['square-version']
    if (version !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(String(version)))
      throw new SquareError(
        400,
        'INVALID_REQUEST_ERROR',
        'INVALID_SQUARE_VERSION_FORMAT',
        'The Square-Version header must look like 2026-09-16.',
      )
  })
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof SquareError) return reply.code(error.status).send(error.body)
    const status = (error as { statusCode?: number }).statusCode ?? 500
    const [category, code] =
      status < 500
        ? ['INVALID_REQUEST_ERROR', 'BAD_REQUEST']
        : ['API_ERROR', 'INTERNAL_SERVER_ERROR']
    const detail = error instanceof Error ? error.message : 'An internal error has occurred.'
    return reply.code(status).send(new SquareError(status, category, code, detail).body)
  })
  app.setNotFoundHandler((_request, reply) => {
    const detail = 'Resource not found.'
    const body = new SquareError(404, 'INVALID_REQUEST_ERROR', 'NOT_FOUND', detail).body
    return reply.code(404).send(body)
  })

  oauthRoutes(app, accounts, tokens)
  orderRoutes(app, whose)
  catalogueRoutes(app, whose)
  peopleRoutes(app, whose)
  drawerRoutes(app, whose)
  attributeRoutes(app, whose)
}

const unauthorised = (code: string, detail: string): SquareError =>
  new SquareError(401, 'AUTHENTICATION_ERROR', code, detail)

/** Square publishes no limits. These are ours, by the wall clock: a run may be faster than life. */
const limits = { perSecond: 40, burst: 80 } as const

function createLimiter() {
  const buckets = new Map<string, { tokens: number; filledAtMs: number }>()
  return {
    admits(accountId: string): boolean {
      const nowMs = performance.now()
      const bucket = buckets.get(accountId) ?? { tokens: limits.burst, filledAtMs: nowMs }
      const refill = ((nowMs - bucket.filledAtMs) / 1000) * limits.perSecond
      bucket.tokens = Math.min(limits.burst, bucket.tokens + refill)
      bucket.filledAtMs = nowMs
      buckets.set(accountId, bucket)
      if (bucket.tokens < 1) return false
      bucket.tokens -= 1
      return true
    },
  }
}
