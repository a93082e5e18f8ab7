/** GET /healthz, /readyz and /state; POST /dead-letters/replay for the machine itself. */
import type { FastifyInstance } from 'fastify'
import { Fault } from '../../base/fault.ts'
import type { AgentState } from '../../link/protocol.ts'
import { assertLocal } from './local.ts'

export function healthRoutes(
  app: FastifyInstance,
  isReady: () => boolean,
  state: () => AgentState,
  replayDeadLetters: () => Promise<{ replayedCount: number; remainingCount: number }>,
): void {
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async () => {
    if (!isReady()) throw new Fault('not_ready', { field: 'outbox', expected: 'room for events' })
    return { status: 'ready' }
  })
  app.get('/state', async (request) => {
    assertLocal(request)
    return state()
  })
  app.post('/dead-letters/replay', async (request) => {
    assertLocal(request)
    return await replayDeadLetters()
  })
}
