/** Cash drawer shifts: listed by opening time, told in full one at a time. */
import type { FastifyInstance } from 'fastify'
import { of } from './account.ts'
import { limitOf, pageByTime, timeOf } from './paging.ts'
import type { Whose } from './routes.ts'
import { badRequest, type Json, notFound } from './wire.ts'

const summary = [
  'id',
  'state',
  'opened_at',
  'ended_at',
  'closed_at',
  'opened_cash_money',
  'expected_cash_money',
  'closed_cash_money',
  'created_at',
  'updated_at',
  'location_id',
]

const limits = { usual: 200, max: 1000 }

interface Asked {
  Querystring: Json
  Params: { id: string }
}

export function drawerRoutes(app: FastifyInstance, whose: Whose): void {
  app.get<Asked>('/v2/cash-drawers/shifts', (request) => {
    const account = whose(request)
    const { query } = request
    const range = {
      fromMs: timeOf(query.begin_time, 'begin_time', 0),
      // The end is exclusive.
      toMs: timeOf(query.end_time, 'end_time', Number.MAX_SAFE_INTEGER) - 1,
    }
    const collection = of(account).drawers(locationOf(query))
    const limit = limitOf(query.limit, limits)
    const { rows, cursor } = pageByTime<Json>(account.documents, collection, range, query, limit)
    return {
      cash_drawer_shifts: rows.map(({ value }) =>
        Object.fromEntries(summary.flatMap((key) => (key in value ? [[key, value[key]]] : []))),
      ),
      ...(cursor !== undefined && { cursor }),
    }
  })

  app.get<Asked>('/v2/cash-drawers/shifts/:id', (request) => {
    const account = whose(request)
    const collection = of(account).drawers(locationOf(request.query))
    const shift = account.documents.get<Json>(collection, request.params.id)?.value
    if (shift === undefined) throw notFound('No cash drawer shift has that id.')
    const { eventsCount: _ours, ...cash_drawer_shift } = shift
    return { cash_drawer_shift }
  })

  app.get<Asked>('/v2/cash-drawers/shifts/:id/events', (request) => {
    const account = whose(request)
    const { query, params } = request
    const { documents } = account
    if (documents.get(of(account).drawers(locationOf(query)), params.id) === undefined)
      throw notFound('No cash drawer shift has that id.')
    const range = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }
    const collection = of(account).drawerEvents(params.id)
    const limit = limitOf(query.limit, limits)
    const { rows, cursor } = pageByTime<Json>(documents, collection, range, query, limit)
    return {
      cash_drawer_shift_events: rows.map(({ value }) => value),
      ...(cursor !== undefined && { cursor }),
    }
  })
}

function locationOf(query: Json): string {
  if (query.location_id === undefined)
    throw badRequest('MISSING_REQUIRED_PARAMETER', 'location_id is required.', 'location_id')
  return String(query.location_id)
}
