/** Who a request comes from, by what it presents: an agent's token, an operator's, or a session. */
import type {} from '@fastify/cookie'
import type { FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { Fault } from '../../base/fault.ts'
import { isSame } from '../../base/signature.ts'
import type { HubContext } from '../context.ts'
import type { AgentClaims } from '../identity/keys.ts'
import type { AgentPrincipal, PersonPrincipal, Principal } from '../identity/principal.ts'
import type { Who } from './route.ts'

export const sessionCookie = 'tillway_session'
/** No other site can make a browser send it, so what carries it was meant. */
export const intentHeader = 'x-tillway-request'

/** Checking a signature costs more than a look-up, and an agent sends the same token for minutes. */
const agents = new LRUCache<string, { principal: AgentPrincipal; untilMs: number }>({ max: 20_000 })
const rememberedMs = 30_000

/** @throws Fault unauthenticated | forbidden */
export async function identify(
  context: HubContext,
  who: Who,
  request: FastifyRequest,
): Promise<Principal | undefined> {
  if (who === 'anyone') return undefined
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (who === 'agent') return await identifyAgent(context, bearer)
  if (bearer !== undefined) return identifyOperator(context, bearer)
  const cookie = request.cookies[sessionCookie]
  if (cookie === undefined) throw new Fault('unauthenticated')
  if (request.method !== 'GET' && request.headers[intentHeader] !== '1')
    throw new Fault('forbidden', { field: intentHeader, expected: '1' })
  return await readSession(context, cookie)
}

async function identifyAgent(
  context: HubContext,
  bearer: string | undefined,
): Promise<AgentPrincipal> {
  if (bearer === undefined) throw new Fault('unauthenticated', { field: 'authorization' })
  const known = agents.get(bearer)
  const principal =
    known !== undefined && known.untilMs > Date.now()
      ? known.principal
      : remember(bearer, await context.keys.readAgent(bearer))
  const cell = context.cells.get(principal.regionId)
  if (cell === undefined || !(await cell.agents.isActive(principal.agentId)))
    throw new Fault('unauthenticated', { agentId: principal.agentId })
  return principal
}

function remember(bearer: string, claims: AgentClaims): AgentPrincipal {
  const principal: AgentPrincipal = {
    kind: 'agent',
    chainId: claims.chain,
    regionId: claims.region,
    agentId: claims.sub,
    storeIds: claims.stores,
  }
  agents.set(bearer, { principal, untilMs: Date.now() + rememberedMs })
  return principal
}

export async function readSession(context: HubContext, cookie: string): Promise<PersonPrincipal> {
  const { sub, chain } = await context.keys.readSession(cookie)
  const person = context.organisation.person(sub)
  if (person === undefined || chain !== context.organisation.chain.chainId)
    throw new Fault('unauthenticated')
  return { kind: 'person', chainId: chain, person }
}

/** The command line of whoever runs the hub: what central IT and an auditor may, and no more. */
function identifyOperator(context: HubContext, bearer: string): PersonPrincipal {
  const { operatorToken } = context.config
  if (operatorToken === undefined || !isSame(bearer, operatorToken))
    throw new Fault('unauthenticated', { field: 'authorization' })
  const { chainId } = context.organisation.chain
  const at = { kind: 'chain', id: chainId }
  return {
    kind: 'person',
    chainId,
    person: {
      personId: 'per_operator',
      name: 'Operator',
      title: 'Command line of this hub',
      roles: [
        { role: 'central_it', at },
        { role: 'auditor', at },
      ],
    },
  }
}
