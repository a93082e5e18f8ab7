/** The ledger, to be read and checked by whoever may. */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { LedgerEntry } from '../../ledger/entry.ts'
import { RegionId } from '../../retail/organisation.ts'
import { defineRoute } from '../http/route.ts'
import { readEventsOf } from '../leaf-entries.ts'

const Region = z.object({ regionId: RegionId })

const entries = defineRoute({
  method: 'GET',
  path: '/v1/ledger/{regionId}/entries',
  summary: 'Entries in their order, with all that their hashes are made of',
  tag: 'people',
  by: 'person',
  params: Region,
  query: z.object({
    after: z.coerce.number().int().min(0).default(0),
    limit: z.coerce.number().int().min(1).max(1000).default(500),
  }),
  answers: z.object({ items: z.array(LedgerEntry) }),
  async handle({ context, principal, gate, params: { regionId }, query }) {
    gate.require(principal, 'ledger.read', { type: 'Chain', id: principal.chainId })
    const cell = context.cells.get(regionId)
    if (cell === undefined) throw new Fault('not_found', { field: 'regionId', regionId })
    return { items: await cell.ledger.entries(principal.chainId, query) }
  },
})

const checkpoints = defineRoute({
  method: 'GET',
  path: '/v1/ledger/{regionId}/checkpoints',
  summary: 'Signed heads of the chain, newest first; keep them elsewhere',
  tag: 'people',
  by: 'person',
  params: Region,
  answers: z.object({
    items: z.array(z.object({ size: z.int(), note: z.string(), madeAt: z.string() })),
  }),
  async handle({ context, principal, gate, params: { regionId } }) {
    gate.require(principal, 'ledger.read', { type: 'Chain', id: principal.chainId })
    const cell = context.cells.get(regionId)
    if (cell === undefined) throw new Fault('not_found', { field: 'regionId', regionId })
    return { items: [...(await cell.ledger.checkpoints(principal.chainId, 100))] }
  },
})

const verification = defineRoute({
  method: 'GET',
  path: '/v1/ledger/{regionId}/verification',
  summary: 'Check the whole chain, and every batch of events against the log',
  tag: 'people',
  by: 'person',
  params: Region,
  answers: z.looseObject({ outcome: z.enum(['intact', 'broken']) }),
  async handle({ context, principal, gate, params: { regionId } }) {
    gate.require(principal, 'ledger.read', { type: 'Chain', id: principal.chainId })
    const cell = context.cells.get(regionId)
    if (cell === undefined) throw new Fault('not_found', { field: 'regionId', regionId })
    const readEvents = readEventsOf(cell.log)
    return { ...(await cell.ledger.verify(principal.chainId, { readEvents })) }
  },
})

export const ledgerRoutes = [entries, checkpoints, verification]
