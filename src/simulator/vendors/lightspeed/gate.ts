/**
 * The door of the API: bearer token, scope, and the rate limit of 300 requests per register and 50
 * more in five minutes (of simulated time), told in `X-RateLimit-*` and by 429 with a date.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { tokenBehind } from './oauth.ts'
import { type Account, accountOf, type World } from './world.ts'

const windowMs = 5 * 60_000

export interface Call {
  readonly account: Account
  readonly query: Readonly<Record<string, string | undefined>>
  readonly params: Readonly<Record<string, string>>
  readonly body: unknown
}

/** An error as the API tells it. */
export class Refusal {
  readonly status: number
  readonly error: string
  readonly message: string

  constructor(status: number, error: string, message: string = error) {
    this.status = status
    this.error = error
    this.message = message
  }
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  /** None where any token will do. */
  readonly scope?: string
  /** Of a good answer; 200 unless told. */
  readonly status?: number
  readonly handle: (call: Call) => unknown
}

interface Window {
  startMs: number
  count: number
}

export function createGate(world: World) {
  const windows = new Map<string, Window>()

  function admitted({ id, simulated }: Account, reply: FastifyReply): boolean {
    const nowMs = world.deps.nowMs()
    const registers = simulated.stores.reduce((sum, store) => sum + store.registers.length, 0)
    const limit = 300 * registers + 50
    let window = windows.get(id)
    if (window === undefined || nowMs - window.startMs >= windowMs) {
      window = { startMs: nowMs, count: 0 }
      windows.set(id, window)
    }
    window.count += 1
    reply.header('x-ratelimit-limit', limit)
    reply.header('x-ratelimit-remaining', Math.max(0, limit - window.count))
    if (window.count <= limit) return true
    reply.header('retry-after', new Date(window.startMs + windowMs).toUTCString())
    return false
  }

  async function pass(route: Route, request: FastifyRequest, reply: FastifyReply) {
    reply.header('date', new Date(world.deps.nowMs()).toUTCString())
    const token = tokenBehind(world, request.headers.authorization)
    if (token === undefined || !world.accounts.has(token.accountId))
      return refuse(reply, new Refusal(401, 'Unauthorized', 'The access token is not valid.'))
    const account = accountOf(world, token.accountId)
    if (!admitted(account, reply))
      return refuse(reply, new Refusal(429, 'Too Many Requests', 'Rate limiting enforced'))
    if (route.scope !== undefined && !token.scope.split(' ').includes(route.scope))
      return refuse(reply, new Refusal(403, 'Forbidden', `Missing scope ${route.scope}`))
    const { query, params, body } = request as unknown as Call
    const answer = await route.handle({ account, query, params, body })
    if (answer instanceof Refusal) return refuse(reply, answer)
    if (answer === undefined) return reply.code(204).send()
    return reply.code(route.status ?? 200).send(answer)
  }

  return {
    add(app: FastifyInstance, prefix: string, routes: readonly Route[]): void {
      for (const route of routes)
        app.route({
          method: route.method,
          url: prefix + route.path,
          handler: (request, reply) => pass(route, request, reply),
        })
    },
  }
}

function refuse(reply: FastifyReply, { status, error, message }: Refusal) {
  return reply.code(status).send({ error, message })
}
