/** The end of a server in order: who asks is answered, who waits is let go, who does not leave is cut off. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

const finishWithinMs = 8_000
const lookEveryMs = 50

/**
 * Takes no new connections from now on and resolves when the last request is answered, or after eight
 * seconds. Abort what requests wait for before.
 */
export async function finishRequests(app: FastifyInstance): Promise<void> {
  let isClosed = false
  const closing = app.close().finally(() => {
    isClosed = true
  })
  const untilMs = performance.now() + finishWithinMs
  while (!isClosed && performance.now() < untilMs) {
    // A connection that was busy when the closing began is idle only once it has its answer.
    app.server.closeIdleConnections()
    await Promise.race([closing, sleep(lookEveryMs)])
  }
  if (!isClosed) app.server.closeAllConnections()
  await closing
}
