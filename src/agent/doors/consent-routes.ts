/** GET /oauth/:connectionId/callback — where a vendor's consent page sends the operator back to. */
import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { Fault } from '../../base/fault.ts'
import { isSame } from '../../base/signature.ts'
import type { Connections } from '../connections.ts'
import { assertLocal } from './local.ts'

export interface Consents {
  /** The `state` to send along to the vendor; good once, for ten minutes, for this connection. */
  begin(connectionId: string): string
  /** True once for a state that was begun. */
  end(connectionId: string, state: string): boolean
}

const goodForMs = 10 * 60_000
const openMax = 1_000

export function createConsents(): Consents {
  const open = new Map<string, { state: string; untilMs: number }>()
  return {
    begin(connectionId) {
      if (open.size >= openMax) open.clear()
      const state = randomBytes(24).toString('base64url')
      open.set(connectionId, { state, untilMs: Date.now() + goodForMs })
      return state
    },
    end(connectionId, state) {
      const begun = open.get(connectionId)
      if (begun === undefined || !isSame(begun.state, state)) return false
      open.delete(connectionId)
      return begun.untilMs > Date.now()
    },
  }
}

export function consentRoutes(
  app: FastifyInstance,
  connections: Connections,
  consents: Consents,
): void {
  // Whoever connects a store asks here for the `state` that the vendor sends back with the consent.
  app.post<{ Params: { connectionId: string } }>('/oauth/:connectionId/begin', async (request) => {
    assertLocal(request)
    const { connectionId } = request.params
    if (!connections.byId.has(connectionId))
      throw new Fault('connection_unknown', { field: 'connectionId' })
    return { connectionId, state: consents.begin(connectionId) }
  })
  app.get<{
    Params: { connectionId: string }
    Querystring: Record<string, string>
  }>('/oauth/:connectionId/callback', async ({ params, query }) => {
    const live = connections.byId.get(params.connectionId)
    if (live === undefined) throw new Fault('connection_unknown', { field: 'connectionId' })
    if (typeof query.code !== 'string' || query.code === '')
      throw new Fault('request_malformed', { field: 'code', expected: 'the code of the vendor' })
    if (!consents.end(params.connectionId, String(query.state ?? '')))
      throw new Fault('forbidden', { field: 'state', expected: 'the state this agent gave out' })
    await live.authorise({ code: query.code, query })
    return { outcome: 'authorised', connectionId: params.connectionId }
  })
}
