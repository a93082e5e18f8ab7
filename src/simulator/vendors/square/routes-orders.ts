/** Orders, payments and refunds. */
import type { FastifyInstance } from 'fastify'
import { type Account, of } from './account.ts'
import { limitOf, pageByTime, timeOf } from './paging.ts'
import type { Whose } from './routes.ts'
import { badRequest, type Json, notFound } from './wire.ts'

export function orderRoutes(app: FastifyInstance, whose: Whose): void {
  app.get<{ Params: { id: string } }>('/v2/orders/:id', (request) => {
    const account = whose(request)
    const order = account.documents.get<Json>(of(account).orders, request.params.id)?.value
    if (order === undefined) throw notFound(`Order not found for id ${request.params.id}`)
    if (!account.late.delete(request.params.id)) return { order }
    const { line_items: _lines, closed_at: _closed, ...early } = order
    return { order: { ...early, state: 'OPEN', version: 3 } }
  })

  app.post('/v2/orders/batch-retrieve', (request) => {
    const account = whose(request)
    const { order_ids } = (request.body ?? {}) as { order_ids?: string[] }
    if (order_ids === undefined || order_ids.length === 0 || order_ids.length > 100)
      throw badRequest('INVALID_VALUE', 'Give 1 to 100 ids.', 'order_ids')
    const orders = order_ids.flatMap((id) => {
      const found = account.documents.get<Json>(of(account).orders, id)
      return found === undefined ? [] : [found.value]
    })
    return { orders }
  })

  app.get<{ Params: { id: string } }>('/v2/payments/:id', (request) => {
    const account = whose(request)
    for (const { externalId } of account.facts.stores) {
      const found = account.documents.get<Json>(of(account).payments(externalId), request.params.id)
      if (found !== undefined) return { payment: found.value }
    }
    throw notFound(`Could not find payment with id: ${request.params.id}`)
  })

  app.get<{ Querystring: Json }>('/v2/payments', (request) => {
    const account = whose(request)
    const locationId = request.query.location_id ?? account.facts.stores[0]?.externalId
    return listed(account, 'payments', of(account).payments(String(locationId)), request.query)
  })

  app.get<{ Params: { id: string } }>('/v2/refunds/:id', (request) => {
    const account = whose(request)
    const refund = account.documents.get<Json>(of(account).refunds, request.params.id)?.value
    if (refund === undefined) throw notFound(`Could not find refund with id ${request.params.id}`)
    return { refund }
  })

  app.get<{ Querystring: Json }>('/v2/refunds', (request) => {
    const account = whose(request)
    const { location_id } = request.query
    const answer = listed(account, 'refunds', of(account).refunds, request.query)
    if (location_id === undefined) return answer
    const refunds = (answer.refunds as Json[]).filter((each) => each.location_id === location_id)
    return { ...answer, refunds }
  })
}

/** By time of change and oldest first, which is all of the orders of listing that is emulated. */
function listed(account: Account, name: string, collection: string, query: Json): Json {
  if (query.sort_field !== 'UPDATED_AT' || query.sort_order !== 'ASC')
    throw badRequest('INVALID_VALUE', 'The emulator lists by UPDATED_AT, ASC only.', 'sort_field')
  const range = {
    fromMs: timeOf(query.updated_at_begin_time, 'updated_at_begin_time', 0),
    toMs: timeOf(query.updated_at_end_time, 'updated_at_end_time', Number.MAX_SAFE_INTEGER),
  }
  const limit = limitOf(query.limit, { usual: 100, max: 100 })
  const { rows, cursor } = pageByTime<Json>(account.documents, collection, range, query, limit)
  return { [name]: rows.map(({ value }) => value), ...(cursor !== undefined && { cursor }) }
}
