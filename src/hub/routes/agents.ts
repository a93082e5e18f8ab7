/** What agents call: enrol, token, events, decisions, commands, bundle, state. */
import { sql } from 'kysely'
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { inChain } from '../../base/postgres.ts'
import {
  AgentState,
  Bundle,
  CommandBatch,
  CommandPoll,
  DecisionRequest,
  DecisionResponse,
  EnrolRequest,
  EnrolResponse,
  IngestResponse,
  limits,
  TokenRequest,
  TokenResponse,
} from '../../link/protocol.ts'
import { batchMediaType, fromCloudEvent } from '../../retail/cloudevents.ts'
import { assertTimely } from '../../retail/event.ts'
import type { CellServices, HubContext } from '../context.ts'
import { pollCommands } from '../dispatch/deliver.ts'
import { defineRoute } from '../http/route.ts'
import { agentTokenSeconds } from '../identity/keys.ts'
import type { AgentPrincipal } from '../identity/principal.ts'
import { assertOwn, ingest } from '../ingest.ts'

function cellOf(context: HubContext, { regionId }: AgentPrincipal): CellServices {
  const cell = context.cells.get(regionId)
  if (cell === undefined) throw new Fault('not_found', { field: 'regionId', regionId })
  return cell
}

const enrol = defineRoute({
  method: 'POST',
  path: '/v1/agents/enrol',
  summary: 'Give an agent its identity, once',
  tag: 'agents',
  by: 'anyone',
  body: EnrolRequest,
  answers: EnrolResponse,
  async handle({ context, body }) {
    for (const cell of context.cells.values()) {
      const isHere = await cell.agents.isListed(body.agentId)
      if (!isHere) continue
      await cell.agents.enrol(body)
      const { chainId } = context.organisation.chain
      return { agentId: body.agentId, chainId, regionId: cell.regionId }
    }
    throw new Fault('enrolment_refused', { field: 'agentId' })
  },
})

const token = defineRoute({
  method: 'POST',
  path: '/v1/token',
  summary: 'A short token for a signed assertion (RFC 7523)',
  tag: 'agents',
  by: 'anyone',
  body: TokenRequest,
  answers: TokenResponse,
  async handle({ context, body }) {
    for (const cell of context.cells.values()) {
      if (!(await cell.agents.isListed(cell.agents.subjectOf(body.client_assertion)))) continue
      const claims = await cell.agents.claimsFor(body.client_assertion)
      const access_token = await context.keys.signAgent(claims)
      return { access_token, token_type: 'Bearer' as const, expires_in: agentTokenSeconds }
    }
    throw new Fault('unauthenticated', { field: 'client_assertion' })
  },
})

const events = defineRoute({
  method: 'POST',
  path: '/v1/events',
  summary: 'Append a run of an outbox, as a CloudEvents batch',
  tag: 'agents',
  by: 'agent',
  body: z.array(z.unknown()).min(1).max(limits.eventsPerBatchMax),
  bodyType: batchMediaType,
  bodyBytesMax: limits.batchBytesMax,
  answers: IngestResponse,
  async handle({ context, principal, gate, body }) {
    const { regionId, db, log, ledger } = cellOf(context, principal)
    // Each event is asked about by its own store; this holds even for a batch without a valid one.
    gate.require(principal, 'agent.report', { type: 'Chain', id: principal.chainId })
    return await ingest({ regionId, db, log, ledger, gate }, principal, body)
  },
})

const decisions = defineRoute({
  method: 'POST',
  path: '/v1/decisions',
  summary: 'Decide a return while the register waits',
  tag: 'agents',
  by: 'agent',
  body: DecisionRequest,
  answers: DecisionResponse,
  async handle({ context, principal, gate, body, signal }) {
    const event = fromCloudEvent(body.event)
    if (event.type !== 'return.requested')
      throw new Fault('request_malformed', { field: 'event.type', expected: 'return.requested' })
    gate.require(principal, 'returns.decide', { type: 'Store', id: event.storeId })
    const cell = cellOf(context, principal)
    assertOwn(cell, principal, event)
    assertTimely(event.occurredAt, Date.now())
    return await cell.answerReturn({ event, local: body.local }, signal)
  },
})

const commands = defineRoute({
  method: 'POST',
  path: '/v1/commands/poll',
  summary: 'Wait for commands, and say which are safe',
  tag: 'agents',
  by: 'agent',
  body: CommandPoll,
  answers: CommandBatch,
  async handle({ context, principal, gate, body, signal }) {
    for (const storeId of principal.storeIds)
      gate.require(principal, 'commands.poll', { type: 'Store', id: storeId })
    const { regionId, db, ledger, changes } = cellOf(context, principal)
    return {
      commands: await pollCommands({ db, ledger, changes, regionId }, principal, body, signal),
    }
  },
})

const bundle = defineRoute({
  method: 'GET',
  path: '/v1/bundle',
  summary: 'What an agent needs to decide alone',
  tag: 'agents',
  by: 'agent',
  answers: Bundle,
  async handle({ context, principal, gate, reply }) {
    const { chainId } = context.organisation.chain
    gate.require(principal, 'bundle.read', { type: 'Chain', id: chainId })
    const stores = context.organisation.stores.filter((s) => principal.storeIds.includes(s.storeId))
    const etag = `"${context.policies.engine.hash.slice(0, 32)}-${stores.length}"`
    void reply.header('etag', etag)
    if (reply.request.headers['if-none-match'] === etag) return reply.code(304).send()
    return {
      chainId,
      regionId: principal.regionId,
      stores,
      registers: context.organisation.registers.filter((r) =>
        principal.storeIds.includes(r.storeId),
      ),
      policies: context.policies.text,
      policyHash: context.policies.engine.hash,
      issuedAt: new Date().toISOString(),
    }
  },
})

const state = defineRoute({
  method: 'POST',
  path: '/v1/agents/state',
  summary: 'How an agent is, and what its tills can do',
  tag: 'agents',
  by: 'agent',
  body: AgentState,
  bodyBytesMax: 2_000_000,
  answers: undefined,
  async handle({ context, principal, gate, body }) {
    gate.require(principal, 'agent.report', { type: 'Chain', id: principal.chainId })
    const { db } = cellOf(context, principal)
    await inChain(db, principal.chainId, (tx) =>
      sql`update agent set state = ${JSON.stringify(body)}::jsonb, seen_at = now()
        where chain_id = ${principal.chainId} and agent_id = ${principal.agentId}`.execute(tx),
    )
  },
})

export const agentRoutes = [enrol, token, events, decisions, commands, bundle, state]
