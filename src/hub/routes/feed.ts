/** What happens, live and by thread. */
import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { idSchema } from '../../base/ids.ts'
import { inChain } from '../../base/postgres.ts'
import { EventTypeSchema } from '../../retail/events.ts'
import { readProposals, viewEvent, viewFeed } from '../feed/views.ts'
import { defineRoute } from '../http/route.ts'
import { FeedItem, Thread } from '../views.ts'

const Limit = z.coerce.number().int().min(1).max(200).default(50)

const feed = defineRoute({
  method: 'GET',
  path: '/v1/feed',
  summary: 'The newest events and what became of them',
  tag: 'people',
  by: 'person',
  query: z.object({
    limit: Limit,
    type: EventTypeSchema.optional(),
    storeId: idSchema('store').optional(),
  }),
  answers: z.object({ items: z.array(FeedItem) }),
  async handle({ context, principal, gate, query }) {
    const stores = gate.storesWith(principal, 'events.read')
    const found = await Promise.all(
      [...context.cells.values()].map(async ({ db, log }) => {
        // Those that this person may not see are left out after reading, so some more are read.
        const newest = await log.newest(principal.chainId, {
          limit: stores.size === context.organisation.stores.length ? query.limit : 500,
          ...(query.type !== undefined && { type: query.type }),
          ...(query.storeId !== undefined && { storeId: query.storeId }),
        })
        const visible = newest
          .filter(({ event }) => stores.has(event.storeId))
          .slice(0, query.limit)
        return await inChain(db, principal.chainId, (tx) =>
          viewFeed(tx, principal.chainId, context.organisation, visible),
        )
      }),
    )
    const items = found
      .flat()
      .sort((a, b) => b.event.recordedAt.localeCompare(a.event.recordedAt))
      .slice(0, query.limit)
    return { items }
  },
})

const keepAliveMs = 15_000
/** A reader too slow for this much is let go; it comes back and reads the newest. */
const bufferedBytesMax = 1_000_000

const stream = defineRoute({
  method: 'GET',
  path: '/v1/feed/stream',
  summary: 'Events as they are recorded, and threads as they change, as server-sent events',
  tag: 'people',
  by: 'person',
  answers: 'text/event-stream',
  async handle({ context, principal, gate, signal, reply }) {
    const stores = gate.storesWith(principal, 'events.read')
    reply.hijack()
    const out = reply.raw
    out.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    const onItem = (item: FeedItem): void => {
      if (!stores.has(item.event.storeId)) return
      if (out.writableLength > bufferedBytesMax) return void out.destroy()
      out.write(`event: item\ndata: ${JSON.stringify(item)}\n\n`)
    }
    const watching = await Promise.allSettled(
      [...context.cells.values()].map(({ feed }) => feed.watch(onItem)),
    )
    // A cell that cannot be watched ends the stream; the reader comes back by itself.
    if (watching.every(({ status }) => status === 'fulfilled')) {
      out.write(': connected\n\n')
      await untilClosed(out, signal)
    }
    for (const one of watching) if (one.status === 'fulfilled') one.value()
    out.end()
  },
})

async function untilClosed(out: ServerResponse, signal: AbortSignal): Promise<void> {
  const timer = setInterval(() => out.write(': still here\n\n'), keepAliveMs)
  await new Promise<void>((resolve) => {
    if (signal.aborted || out.destroyed) return resolve()
    out.once('close', resolve)
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  clearInterval(timer)
}

const thread = defineRoute({
  method: 'GET',
  path: '/v1/threads/{traceId}',
  summary: 'One thread, from the first event to the last outcome',
  tag: 'people',
  by: 'person',
  params: z.object({ traceId: z.string().regex(/^[0-9a-f]{32}$/) }),
  answers: Thread,
  async handle({ context, principal, gate, params: { traceId } }) {
    const stores = gate.storesWith(principal, 'events.read')
    const { chainId } = principal
    for (const { regionId, db, log, ledger } of context.cells.values()) {
      const events = (await log.byTrace(chainId, traceId)).filter(({ event }) =>
        stores.has(event.storeId),
      )
      if (events.length === 0) continue
      const proposals = await inChain(db, chainId, (tx) =>
        readProposals(tx, chainId, context.organisation, { traceIds: [traceId] }),
      )
      const entries = await ledger.entries(chainId, { traceId, limit: 200 })
      return {
        traceId,
        regionId,
        events: events.map((logged) => viewEvent(logged, context.organisation)),
        proposals: proposals.filter(({ storeId }) => stores.has(storeId)),
        ledger: entries.map((entry) => ({
          sequence: entry.sequence,
          at: entry.at,
          kind: entry.kind,
          actor: `${entry.actor.type}:${entry.actor.id}`,
          subject: entry.subjectId,
          hash: entry.hash,
        })),
      }
    }
    throw new Fault('not_found', { field: 'traceId', traceId })
  },
})

export const feedRoutes = [feed, stream, thread]
