/** The hub's HTTP server: routes, the OpenAPI document, the console's files, and faults as answers. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import cookie from '@fastify/cookie'
import fastifyStatic from '@fastify/static'
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify'
import { Fault } from '../base/fault.ts'
import { parseJson } from '../base/json.ts'
import { batchMediaType } from '../retail/cloudevents.ts'
import type { HubContext } from './context.ts'
import { mountRoutes } from './http/mount.ts'
import { openApiOf } from './http/openapi.ts'
import { routes } from './routes/index.ts'

const bodyBytesMax = 256_000

export async function createServer(context: HubContext): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: bodyBytesMax,
    logger: false,
    // Polls are long; what they wait for is bounded by the routes themselves.
    requestTimeout: 30_000,
    // What was begun before the hub stops is answered: see http/finish.ts.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    ['application/json', batchMediaType],
    { parseAs: 'string' },
    (_, body, done) => {
      try {
        done(null, body === '' ? undefined : parseJson(body as string))
      } catch (error) {
        done(error as Error)
      }
    },
  )
  await app.register(cookie)
  app.addHook('onSend', async (_, reply) => {
    void reply.headers(securityHeaders)
    // From the first moment of a stop each answer is a connection's last: when the idle ones are closed,
    // no request is on its way on one of them.
    if (!context.isReady()) void reply.header('connection', 'close')
  })
  app.setErrorHandler((error, request, reply) => {
    const fault = faultOf(error)
    // Whoever went away without an answer missed nothing.
    if (fault.status >= 500 && !reply.raw.destroyed)
      context.log.error({ err: error, route: request.routeOptions.url }, 'a request failed')
    return reply.code(fault.status).send(fault.toBody())
  })
  mountRoutes(app, context, routes)
  const document = openApiOf(routes, context.version)
  app.get('/openapi.json', async () => document)
  await serveConsole(app, context.config.consoleDir)
  return app
}

const securityHeaders = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
}

/** What the framework itself refuses, in our words. */
function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error
  const { code, statusCode } = error as FastifyError
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Fault('body_too_large', {}, error)
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new Fault('request_malformed', { field: 'content-type', expected: 'application/json' })
  if (statusCode !== undefined && statusCode < 500)
    return new Fault('request_malformed', { field: 'body' }, error)
  return Fault.from(error)
}

async function serveConsole(app: FastifyInstance, directory: string | undefined): Promise<void> {
  const page = directory === undefined ? undefined : join(directory, 'index.html')
  const isBuilt = page !== undefined && existsSync(page)
  if (isBuilt)
    await app.register(fastifyStatic, {
      root: directory as string,
      wildcard: false,
      setHeaders: (reply, path) => {
        const isHashed = path.includes('/assets/')
        reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && !request.url.startsWith('/v1/')
    if (isPage && isBuilt && request.headers.accept?.includes('text/html'))
      return reply.sendFile('index.html')
    const fault = new Fault('not_found', { path: request.url.split('?')[0] })
    return reply.code(404).send(fault.toBody())
  })
}
