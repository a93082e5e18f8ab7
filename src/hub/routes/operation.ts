/** Whether the hub lives, whether it is ready, and what it can be asked. */

import { sql } from 'kysely'
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { inChain } from '../../base/postgres.ts'
import { defineRoute } from '../http/route.ts'
import { groups } from '../metrics.ts'

const healthz = defineRoute({
  method: 'GET',
  path: '/healthz',
  summary: 'The process lives',
  tag: 'operation',
  by: 'anyone',
  answers: z.object({ status: z.literal('alive'), version: z.string() }),
  handle: async ({ context }) => ({ status: 'alive' as const, version: context.version }),
})

const readyz = defineRoute({
  method: 'GET',
  path: '/readyz',
  summary: 'Everything it needs answers',
  tag: 'operation',
  by: 'anyone',
  answers: z.object({
    status: z.literal('ready'),
    cells: z.record(z.string(), z.object({ lag: z.record(z.string(), z.int()) })),
  }),
  async handle({ context }) {
    if (!context.isReady()) throw new Fault('not_ready', { part: 'hub' })
    const { chainId } = context.organisation.chain
    const cells: Record<string, { lag: Record<string, number> }> = {}
    for (const { regionId, db, log } of context.cells.values()) {
      await inChain(db, chainId, (tx) => sql`select 1`.execute(tx))
      const lag: Record<string, number> = {}
      for (const group of groups) lag[group] = await log.lag(chainId, group)
      cells[regionId] = { lag }
    }
    return { status: 'ready' as const, cells }
  },
})

export const operationRoutes = [healthz, readyz]
