/** GET /healthz, /readyz and /state. */
import type { FastifyInstance } from 'fastify'
import { Fault } from '../../base/fault.ts'
import type { AgentState } from '../../link/protocol.ts'

export function healthRoutes(
  app: FastifyInstance,
  isReady: () => boolean,
  state: () => AgentState,
): void {
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async () => {
    if (!isReady()) throw new Fault('not_ready', { field: 'outbox', expected: 'room for events' })
    return { status: 'ready' }
  })
  app.get('/state', async ({ ip, headers }) => {
    // The door stands open to vendors; what is behind it is for the machine itself.
    const isLocal =
      /^(127\.|::1$|::ffff:127\.)/.test(ip) && headers['x-forwarded-for'] === undefined
    if (!isLocal) throw new Fault('not_found', { field: 'path' })
    return state()
  })
}
