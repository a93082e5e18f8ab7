/**
 * What is left of taking webhooks when nothing is kept: Fastify, the vendor's signature, and the
 * body parsed. No events, no tokens, no duplicates found, no disk.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { serve } from '../parts/helper.ts'

export interface BareConnection {
  readonly connectionId: string
  readonly vendor: string
  readonly webhookUrl: string
  readonly secret: string
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

const hmac = (secret: string, body: Buffer, before = '') =>
  createHmac('sha256', secret).update(before).update(body)

/** What the signature header must be. */
const signatures: Readonly<
  Record<string, { header: string; wanted: (connection: BareConnection, body: Buffer) => string }>
> = {
  shopify: {
    header: 'x-shopify-hmac-sha256',
    wanted: ({ secret }, body) => hmac(secret, body).digest('base64'),
  },
  square: {
    header: 'x-square-hmacsha256-signature',
    wanted: ({ secret, webhookUrl }, body) => hmac(secret, body, webhookUrl).digest('base64'),
  },
  clover: { header: 'x-clover-auth', wanted: ({ secret }) => secret },
  lightspeed: {
    header: 'x-signature',
    wanted: ({ secret }, body) =>
      `signature=${hmac(secret, body).digest('hex')},algorithm=HMAC-SHA256`,
  },
}

function isGenuine(connection: BareConnection, headers: Headers, body: Buffer): boolean {
  const signature = signatures[connection.vendor]
  if (signature === undefined) return false
  const given = Buffer.from(String(headers[signature.header] ?? ''))
  const wanted = Buffer.from(signature.wanted(connection, body))
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

function parse(vendor: string, body: Buffer): unknown {
  const text = body.toString('utf8')
  return JSON.parse(
    vendor === 'lightspeed' ? (new URLSearchParams(text).get('payload') ?? '') : text,
  )
}

async function listen(connections: readonly BareConnection[]): Promise<number> {
  const byId = new Map(connections.map((connection) => [connection.connectionId, connection]))
  const app = Fastify({ logger: false })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.post<{ Params: { connectionId: string }; Body: Buffer }>(
    '/webhooks/:connectionId',
    async ({ params, headers, body }, reply) => {
      const connection = byId.get(params.connectionId)
      if (connection === undefined) return reply.code(404).send()
      if (!isGenuine(connection, headers, body)) return reply.code(401).send()
      const payload = parse(connection.vendor, body)
      return { outcome: payload === null ? 'empty' : 'accepted' }
    },
  )
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as AddressInfo).port
}

const methods = { listen }
export type BareHandler = typeof methods

serve(methods)
