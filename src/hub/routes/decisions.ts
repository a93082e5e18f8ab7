/** Finding a thread by any id of it, and running past decisions again. */
import { sql } from 'kysely'
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { inChain } from '../../base/postgres.ts'
import { defaultSchema } from '../../governance/defaults.ts'
import { createPolicyEngine } from '../../governance/policy.ts'
import { replayDecisions } from '../decisions/replay.ts'
import { defineRoute } from '../http/route.ts'

const reference = defineRoute({
  method: 'GET',
  path: '/v1/references/{id}',
  summary: 'The thread that an event, a proposal, an approval or a command belongs to',
  tag: 'people',
  by: 'person',
  params: z.object({ id: z.string().regex(/^[0-9a-z_-]{1,80}$/i) }),
  answers: z.object({ traceId: z.string() }),
  async handle({ context, principal, gate, params: { id } }) {
    const stores = gate.storesWith(principal, 'events.read')
    const { chainId } = principal
    for (const { db, log } of context.cells.values()) {
      if (z.uuid().safeParse(id).success) {
        const event = (await log.byId(chainId, id))?.event
        if (event !== undefined && stores.has(event.storeId))
          return { traceId: event.traceparent.slice(3, 35) }
        continue
      }
      const { rows } = await inChain(db, chainId, (tx) =>
        sql<{ trace_id: string; store_id: string }>`
          select p.trace_id, p.store_id from proposal p
          left join approval a using (chain_id, proposal_id)
          left join command c using (chain_id, proposal_id)
          where p.chain_id = ${chainId}
            and (p.proposal_id = ${id} or a.approval_id = ${id} or c.command_id = ${id})`.execute(
          tx,
        ),
      )
      const row = rows.find(({ store_id }) => stores.has(store_id))
      if (row !== undefined) return { traceId: row.trace_id }
    }
    throw new Fault('not_found', { field: 'id', id })
  },
})

const policiesBytesMax = 200_000

const replay = defineRoute({
  method: 'POST',
  path: '/v1/replays',
  summary: 'Which past decisions would differ with other policies, or with today’s workflows',
  tag: 'people',
  by: 'person',
  body: z.object({
    /** Cedar text; the policies in force when it is left out. */
    policies: z.string().max(policiesBytesMax).optional(),
    limit: z.int().min(1).max(5000).default(500),
  }),
  answers: z.object({
    items: z.array(
      z.object({
        regionId: z.string(),
        decisionsCount: z.int(),
        changed: z.array(
          z.object({
            proposalId: z.string(),
            storeId: z.string(),
            workflow: z.string(),
            action: z.string(),
            was: z.string(),
            wouldBe: z.string(),
            isProposalChanged: z.boolean(),
          }),
        ),
      }),
    ),
  }),
  async handle({ context, principal, gate, body }) {
    gate.require(principal, 'policies.read', { type: 'Chain', id: principal.chainId })
    const engine =
      body.policies === undefined
        ? context.policies.engine
        : createPolicyEngine(body.policies, defaultSchema)
    const items = []
    for (const { regionId, db, log } of context.cells.values()) {
      const result = await replayDecisions({ db, log }, context.organisation, engine, body.limit)
      items.push({ regionId, decisionsCount: result.decisionsCount, changed: [...result.changed] })
    }
    return { items }
  },
})

export const decisionRoutes = [reference, replay]
