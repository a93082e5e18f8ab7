/** Puts routes on the server: who asks, does the request fit, was the gate asked, what is answered. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { parse } from '../../base/parse.ts'
import type { HubContext } from '../context.ts'
import type { Gate } from '../identity/gate.ts'
import { identify } from './identify.ts'
import type { Route } from './route.ts'

export function mountRoutes(
  app: FastifyInstance,
  context: HubContext,
  routes: readonly Route[],
): void {
  for (const route of routes)
    app.route({
      method: route.method,
      url: route.path.replace(/\{(\w+)\}/g, ':$1'),
      ...(route.bodyBytesMax !== undefined && { bodyLimit: route.bodyBytesMax }),
      handler: (request, reply) => answer(context, route, request, reply),
    })
}

async function answer(
  context: HubContext,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const principal = await identify(context, route.by, request)
  const counted = countGate(context.gate)
  const result = await route.handle({
    context,
    principal: principal as never,
    gate: counted.gate,
    params: check(route.params, request.params) as never,
    query: check(route.query, request.query) as never,
    body: check(route.body, request.body) as never,
    signal: AbortSignal.any([abortedWith(reply), context.stopping]),
    reply,
  })
  // A forgotten question is a defect, and a defect answers nothing.
  if (route.by !== 'anyone' && counted.asked() === 0)
    throw new Fault('internal', { route: route.path, why: 'the gate was not asked' })
  if (reply.sent || reply.raw.headersSent) return reply
  if (route.answers === undefined) return reply.code(204).send()
  return result
}

function check(schema: z.ZodType | undefined, value: unknown): unknown {
  return schema === undefined ? undefined : parse(schema, value, 'request_malformed')
}

function countGate(gate: Gate): { gate: Gate; asked: () => number } {
  let asked = 0
  return {
    asked: () => asked,
    gate: {
      policyHash: gate.policyHash,
      authorize(...question) {
        asked += 1
        return gate.authorize(...question)
      },
      require(...question) {
        asked += 1
        gate.require(...question)
      },
      storesWith(...question) {
        asked += 1
        return gate.storesWith(...question)
      },
    },
  }
}

/** The connection went away before the answer was whole. */
function abortedWith(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  return gone.signal
}
