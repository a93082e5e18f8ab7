/** What could not be taken or handled, kept whole, and the way to try it again. */
import { sql } from 'kysely'
import { z } from 'zod'
import { Fault, type FaultBody } from '../../base/fault.ts'
import { parseJson } from '../../base/json.ts'
import { inChain, type Tx } from '../../base/postgres.ts'
import type { CellServices } from '../context.ts'
import { defineRoute } from '../http/route.ts'
import type { Gate } from '../identity/gate.ts'
import { actorOf, type PersonPrincipal } from '../identity/principal.ts'
import { checkEvent } from '../ingest.ts'
import { appendWithLeaf } from '../leaf-entries.ts'
import { DeadLetterView } from '../views.ts'

const list = defineRoute({
  method: 'GET',
  path: '/v1/dead-letters',
  summary: 'Events that could not be taken in or handled, newest first',
  tag: 'people',
  by: 'person',
  answers: z.object({ items: z.array(DeadLetterView) }),
  async handle({ context, principal, gate }) {
    gate.require(principal, 'dead_letters.read', { type: 'Chain', id: principal.chainId })
    const found = await Promise.all(
      [...context.cells.values()].map((cell) => readAll(cell, principal.chainId)),
    )
    return { items: found.flat().sort((a, b) => b.at.localeCompare(a.at)) }
  },
})

async function readAll(cell: CellServices, chainId: string): Promise<DeadLetterView[]> {
  const { regionId } = cell
  const taken = await inChain(cell.db, chainId, (tx) => readIngest(tx, chainId))
  const handled = await cell.log.deadLetters(chainId, { limit: 200 })
  return [
    ...taken.map((row) => ({ ...row, regionId })),
    ...handled.map((letter) => ({
      deadLetterId: `consumer.${letter.deadLetterId}`,
      regionId,
      storeId: letter.storeId,
      source: 'consumer' as const,
      code: letter.fault.code,
      says: letter.fault.says,
      at: letter.diedAt,
      attemptsCount: letter.attemptsCount,
      ...(letter.state === 'resolved' && { replayedAt: letter.diedAt }),
    })),
  ]
}

async function readIngest(tx: Tx, chainId: string): Promise<Omit<DeadLetterView, 'regionId'>[]> {
  const { rows } = await sql<{
    dead_letter_id: number
    store_id: string | null
    fault: FaultBody
    received_at: string
    attempts: number
    replayed_at: string | null
  }>`select dead_letter_id, store_id, fault, received_at, attempts, replayed_at
    from ingest_dead_letter where chain_id = ${chainId}
    order by replayed_at is not null, dead_letter_id desc limit 200`.execute(tx)
  return rows.map((row) => ({
    deadLetterId: `ingest.${row.dead_letter_id}`,
    ...(row.store_id !== null && { storeId: row.store_id }),
    source: 'ingest',
    code: row.fault.code,
    says: row.fault.says,
    ...(row.fault.field !== undefined && { field: row.fault.field }),
    at: row.received_at,
    attemptsCount: row.attempts,
    ...(row.replayed_at !== null && { replayedAt: row.replayed_at }),
  }))
}

const replay = defineRoute({
  method: 'POST',
  path: '/v1/dead-letters/{regionId}/{deadLetterId}/replay',
  summary: 'Try a dead letter once more, with the code and the limits of today',
  tag: 'people',
  by: 'person',
  params: z.object({
    regionId: z.string(),
    deadLetterId: z.string().regex(/^(ingest|consumer)\.[0-9a-zA-Z_-]{1,64}$/),
  }),
  answers: undefined,
  async handle({ context, principal, gate, params: { regionId, deadLetterId } }) {
    gate.require(principal, 'dead_letters.replay', { type: 'Chain', id: principal.chainId })
    const cell = context.cells.get(regionId)
    if (cell === undefined) throw new Fault('not_found', { field: 'regionId', regionId })
    const [source, id = ''] = deadLetterId.split('.')
    if (source === 'ingest') await replayIngest(cell, gate, principal, id)
    else await cell.log.replay(principal.chainId, id)
    await inChain(cell.db, principal.chainId, (tx) =>
      cell.ledger.record(tx, [
        {
          chainId: principal.chainId,
          regionId,
          at: new Date().toISOString(),
          kind: 'dead_letter.replayed',
          actor: { type: 'person', id: actorOf(principal).id },
          subjectId: deadLetterId,
          body: {},
        },
      ]),
    )
  },
})

interface LetterRow {
  readonly agent_id: string
  readonly store_ids: string[] | null
  readonly event: string
  readonly replayed_at: string | null
}

/** @throws Fault not_found | conflict | what is still wrong with the event */
async function replayIngest(
  cell: CellServices,
  gate: Gate,
  { chainId }: PersonPrincipal,
  id: string,
): Promise<void> {
  await inChain(cell.db, chainId, async (tx) => {
    const { rows } = await sql<LetterRow>`
      select agent_id, store_ids, event, replayed_at
      from ingest_dead_letter left join agent using (chain_id, agent_id)
      where chain_id = ${chainId} and dead_letter_id::text = ${id}
      for update of ingest_dead_letter`.execute(tx)
    const row = rows[0]
    if (row === undefined) throw new Fault('not_found', { field: 'deadLetterId', id })
    if (row.replayed_at !== null) throw new Fault('conflict', { field: 'deadLetterId', id })
    // As when it first came, for the agent as it is listed now.
    const { regionId } = cell
    const storeIds = row.store_ids ?? []
    const agent = { kind: 'agent' as const, chainId, regionId, agentId: row.agent_id, storeIds }
    const event = checkEvent({ regionId, gate }, agent, parseJson(row.event))
    await appendWithLeaf(tx, cell, row.agent_id, [event])
    await sql`update ingest_dead_letter set replayed_at = now(), attempts = attempts + 1
      where chain_id = ${chainId} and dead_letter_id::text = ${id}`.execute(tx)
  })
}

export const deadLetterRoutes = [list, replay]
