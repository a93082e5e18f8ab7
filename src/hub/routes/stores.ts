/** Stores with their agent's state, sales by the hour, stock, and exported documents. */
import { sql } from 'kysely'
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { idSchema } from '../../base/ids.ts'
import { inChain, type Tx } from '../../base/postgres.ts'
import { instantFromMs } from '../../base/time.ts'
import type { AgentState } from '../../link/protocol.ts'
import type { Store } from '../../retail/organisation.ts'
import { defineRoute } from '../http/route.ts'
import type { Organisation } from '../organisation/organisation.ts'
import { businessDayOf } from '../projections/business-day.ts'
import { HourlySales, StoreView } from '../views.ts'

/** Agents report every five seconds. */
const seenMs = { online: 15_000, late: 60_000 } as const

interface AgentRow {
  readonly agent_id: string
  readonly store_ids: string[]
  readonly state: AgentState | null
  readonly seen_at: string | null
}

const stores = defineRoute({
  method: 'GET',
  path: '/v1/stores',
  summary: 'Stores: agent, today, open approvals, what the till can do',
  tag: 'people',
  by: 'person',
  answers: z.object({ items: z.array(StoreView) }),
  async handle({ context, principal, gate }) {
    const visible = gate.storesWith(principal, 'stores.read')
    const { organisation } = context
    const found = await Promise.all(
      [...context.cells.values()].map(({ regionId, db }) => {
        const here = organisation.stores.filter(
          (store) => store.regionId === regionId && visible.has(store.storeId),
        )
        return inChain(db, principal.chainId, (tx) => viewStores(tx, organisation, here))
      }),
    )
    return { items: found.flat() }
  },
})

async function viewStores(
  tx: Tx,
  organisation: Organisation,
  here: readonly Store[],
): Promise<StoreView[]> {
  const storeIds = here.map(({ storeId }) => storeId)
  const { chainId } = organisation.chain
  const agents = await sql<AgentRow>`select agent_id, store_ids, state, seen_at from agent
    where chain_id = ${chainId} and store_ids && ${storeIds}::text[]`.execute(tx)
  const approvals = await sql<{ store_id: string; open: number }>`
    select store_id, count(*) as open from approval
    where chain_id = ${chainId} and state = 'open' and expires_at > now()
      and store_id = any(${storeIds}::text[]) group by store_id`.execute(tx)
  // A replayed store lives in its own time: its day is the latest one it has told of.
  const days = await sql<DayRow>`
    select distinct on (store_id) store_id, business_day, sum(sales_minor)::bigint as sales_minor,
      sum(refunds_minor)::bigint as refunds_minor, sum(sales_count) as sales_count,
      sum(refunds_count) as refunds_count
    from sales_hour where chain_id = ${chainId} and store_id = any(${storeIds}::text[])
    group by store_id, business_day order by store_id, business_day desc`.execute(tx)
  const openOf = new Map(approvals.rows.map(({ store_id, open }) => [store_id, open]))
  const dayOf = new Map(days.rows.map((row) => [row.store_id, row]))
  return here.map((store) => {
    const agent = agents.rows.find(({ store_ids }) => store_ids.includes(store.storeId))
    const connection = agent?.state?.connections.find(({ storeIds }) =>
      storeIds.includes(store.storeId),
    )
    return {
      storeId: store.storeId,
      name: store.name,
      regionId: store.regionId,
      districtId: store.districtId,
      districtName: organisation.districtName(store.districtId),
      currency: store.currency,
      timeZone: store.timeZone,
      ...(connection !== undefined && {
        pointOfSale: connection.label,
        connection: viewConnection(connection, store.storeId),
      }),
      ...(agent !== undefined && { agent: viewAgent(agent) }),
      today: viewDay(store, dayOf.get(store.storeId)),
      openApprovalsCount: openOf.get(store.storeId) ?? 0,
      actions: Object.entries(connection?.actions ?? {}).map(([action, { by, says }]) => ({
        action,
        by,
        says,
      })),
    }
  })
}

interface DayRow {
  readonly store_id: string
  readonly business_day: string
  readonly sales_minor: number
  readonly refunds_minor: number
  readonly sales_count: number
  readonly refunds_count: number
}

function viewDay(store: Store, row: DayRow | undefined): StoreView['today'] {
  return {
    businessDay: row?.business_day ?? businessDayOf(store, instantFromMs(Date.now())),
    salesMinor: row?.sales_minor ?? 0,
    refundsMinor: row?.refunds_minor ?? 0,
    salesCount: row?.sales_count ?? 0,
    refundsCount: row?.refunds_count ?? 0,
  }
}

function viewConnection(
  { storesToConsent, isReachable }: AgentState['connections'][number],
  storeId: string,
): NonNullable<StoreView['connection']> {
  if (storesToConsent.includes(storeId)) return 'consent_needed'
  return isReachable ? 'connected' : 'unreachable'
}

function viewAgent({ agent_id, state, seen_at }: AgentRow): NonNullable<StoreView['agent']> {
  const silentMs = seen_at === null ? Number.POSITIVE_INFINITY : Date.now() - Date.parse(seen_at)
  const status =
    seen_at === null
      ? 'never_seen'
      : silentMs < seenMs.online
        ? 'online'
        : silentMs < seenMs.late
          ? 'late'
          : 'offline'
  return {
    agentId: agent_id,
    status,
    ...(seen_at !== null && { seenAt: seen_at }),
    ...(state !== null && {
      version: state.version,
      outboxCount: state.outboxCount,
      deadLettersCount: state.deadLettersCount,
    }),
  }
}

const hourly = defineRoute({
  method: 'GET',
  path: '/v1/sales/hourly',
  summary: 'Sales and refunds by store and hour',
  tag: 'people',
  by: 'person',
  query: z.object({
    /** Back from the newest hour that has sales, since a replay lives in its own time. */
    hours: z.coerce
      .number()
      .int()
      .min(1)
      .max(24 * 35)
      .default(48),
    storeId: idSchema('store').optional(),
  }),
  answers: z.object({ items: z.array(HourlySales) }),
  async handle({ context, principal, gate, query }) {
    const visible = [...gate.storesWith(principal, 'events.read')].filter(
      (storeId) => query.storeId === undefined || storeId === query.storeId,
    )
    const found = await Promise.all(
      [...context.cells.values()].map(({ db }) =>
        inChain(db, principal.chainId, (tx) =>
          readHours(tx, principal.chainId, visible, query.hours),
        ),
      ),
    )
    return { items: found.flat() }
  },
})

async function readHours(
  tx: Tx,
  chainId: string,
  storeIds: readonly string[],
  hours: number,
): Promise<HourlySales[]> {
  const { rows } = await sql<HourlySales>`
    select store_id as "storeId", hour, currency, sum(sales_minor)::bigint as "salesMinor",
      sum(refunds_minor)::bigint as "refundsMinor", sum(sales_count)::int as "salesCount",
      sum(refunds_count)::int as "refundsCount"
    from sales_hour where chain_id = ${chainId} and store_id = any(${[...storeIds]}::text[])
      and hour > (select max(hour) from sales_hour where chain_id = ${chainId})
        - make_interval(hours => ${hours})
    group by store_id, hour, currency order by hour, store_id`.execute(tx)
  return rows
}

const totals = defineRoute({
  method: 'GET',
  path: '/v1/sales/totals',
  summary: 'All sales and refunds so far, by store and currency',
  tag: 'people',
  by: 'person',
  answers: z.object({ items: z.array(HourlySales.omit({ hour: true })) }),
  async handle({ context, principal, gate }) {
    const visible = [...gate.storesWith(principal, 'events.read')]
    const found = await Promise.all(
      [...context.cells.values()].map(({ db }) =>
        inChain(db, principal.chainId, async (tx) => {
          const { rows } = await sql<Omit<HourlySales, 'hour'>>`
            select store_id as "storeId", currency, sum(sales_minor)::bigint as "salesMinor",
              sum(refunds_minor)::bigint as "refundsMinor", sum(sales_count)::int as "salesCount",
              sum(refunds_count)::int as "refundsCount"
            from sales_hour where chain_id = ${principal.chainId}
              and store_id = any(${visible}::text[])
            group by store_id, currency order by store_id, currency`.execute(tx)
          return rows
        }),
      ),
    )
    return { items: found.flat() }
  },
})

const StockRow = z.object({ sku: z.string(), name: z.string().nullable(), onHand: z.string() })

const stock = defineRoute({
  method: 'GET',
  path: '/v1/stores/{storeId}/stock',
  summary: 'Stock on hand, the lowest first',
  tag: 'people',
  by: 'person',
  params: z.object({ storeId: idSchema('store') }),
  query: z.object({ limit: z.coerce.number().int().min(1).max(1000).default(200) }),
  answers: z.object({ items: z.array(StockRow) }),
  async handle({ context, principal, gate, params: { storeId }, query }) {
    gate.require(principal, 'stores.read', { type: 'Store', id: storeId })
    const cell = context.cells.get(context.organisation.store(storeId).regionId)
    if (cell === undefined) throw new Fault('not_found', { field: 'storeId', storeId })
    return await inChain(cell.db, principal.chainId, async (tx) => {
      const { rows } = await sql<z.infer<typeof StockRow>>`
        select s.sku, p.name, s.on_hand::text as "onHand"
        from stock s left join product p using (chain_id, store_id, sku)
        where s.chain_id = ${principal.chainId} and s.store_id = ${storeId}
        order by s.on_hand, s.sku limit ${query.limit}`.execute(tx)
      return { items: rows }
    })
  },
})

const Document = z.object({
  documentId: idSchema('document'),
  storeId: idSchema('store'),
  commandId: idSchema('command'),
  kind: z.string(),
  title: z.string(),
  createdAt: z.string(),
  body: z.record(z.string(), z.unknown()),
})

const document = defineRoute({
  method: 'GET',
  path: '/v1/documents/{documentId}',
  summary: 'A document exported where a point of sale has no such thing',
  tag: 'people',
  by: 'person',
  params: z.object({ documentId: idSchema('document') }),
  answers: Document,
  async handle({ context, principal, gate, params: { documentId } }) {
    for (const { db } of context.cells.values()) {
      const row = await inChain(db, principal.chainId, async (tx) => {
        const { rows } = await sql<z.infer<typeof Document>>`
          select document_id as "documentId", store_id as "storeId", command_id as "commandId",
            kind, title, created_at as "createdAt", body
          from document where chain_id = ${principal.chainId}
            and document_id = ${documentId}`.execute(tx)
        return rows[0]
      })
      if (row === undefined) continue
      gate.require(principal, 'documents.read', { type: 'Store', id: row.storeId })
      return row
    }
    throw new Fault('not_found', { field: 'documentId', documentId })
  },
})

export const storeRoutes = [stores, hourly, totals, stock, document]
