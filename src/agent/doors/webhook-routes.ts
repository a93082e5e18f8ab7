/** POST /webhooks/:connectionId — where vendors send what happened. */
import type { FastifyInstance } from 'fastify'
import { Fault } from '../../base/fault.ts'
import type { Connections } from '../connections.ts'
import type { WebhookReceiver } from '../webhooks.ts'
import { bodyOf } from './door.ts'

const json = 'application/json; charset=utf-8'
/** Said thousands of times a second, so written once. */
const plain = {
  accepted: '{"outcome":"accepted"}',
  duplicate: '{"outcome":"duplicate"}',
} as const

export function webhookRoutes(
  app: FastifyInstance,
  connections: Connections,
  receiver: WebhookReceiver,
): void {
  app.post<{ Params: { connectionId: string } }>(
    '/webhooks/:connectionId',
    async (request, reply) => {
      const live = connections.byId.get(request.params.connectionId)
      if (live === undefined) throw new Fault('connection_unknown', { field: 'connectionId' })
      const result = await receiver.receive(live, {
        headers: request.headers,
        body: bodyOf(request.body),
      })
      if (result.outcome === 'handshake')
        return reply.code(result.reply.status).send(result.reply.body)
      reply.header('content-type', json)
      return result.outcome === 'dead_lettered' ? JSON.stringify(result) : plain[result.outcome]
    },
  )
}
