/** Customers, team members, timecards, locations and devices. */
import type { FastifyInstance } from 'fastify'
import { type Account, of } from './account.ts'
import { limitOf, pageByTime, pageOf, readCursor, timeOf, writeCursor } from './paging.ts'
import type { Whose } from './routes.ts'
import { badRequest, idFrom, type Json, notFound, time } from './wire.ts'

export function peopleRoutes(app: FastifyInstance, whose: Whose): void {
  app.get<{ Params: { id: string } }>('/v2/customers/:id', (request) => {
    const account = whose(request)
    const customer = account.documents.get<Json>(of(account).customers, request.params.id)?.value
    if (customer === undefined)
      throw notFound(`Customer with ID \`${request.params.id}\` not found.`)
    return { customer }
  })

  app.post('/v2/customers/bulk-retrieve', (request) => {
    const account = whose(request)
    const { customer_ids = [] } = request.body as { customer_ids?: string[] }
    if (customer_ids.length < 1 || customer_ids.length > 100)
      throw badRequest('INVALID_VALUE', 'Give 1 to 100 ids.', 'customer_ids')
    const responses = Object.fromEntries(
      customer_ids.map((id) => {
        const found = account.documents.get<Json>(of(account).customers, id)
        const missing = notFound(`Customer with ID \`${id}\` not found.`)
        return [id, found === undefined ? missing.body : { customer: found.value }]
      }),
    )
    return { responses }
  })

  app.post('/v2/customers/search', (request) => {
    const account = whose(request)
    const body = (request.body ?? {}) as Json
    const filter = (body.query as { filter?: { updated_at?: Json } } | undefined)?.filter
    const range = {
      fromMs: timeOf(filter?.updated_at?.start_at, 'query.filter.updated_at.start_at', 0),
      toMs: timeOf(filter?.updated_at?.end_at, 'query.filter.updated_at.end_at', 2 ** 52),
    }
    const limit = limitOf(body.limit, { usual: 100, max: 100 })
    const { customers } = of(account)
    const { rows, cursor } = pageByTime<Json>(account.documents, customers, range, body, limit)
    return {
      ...(rows.length > 0 && { customers: rows.map(({ value }) => value) }),
      ...(cursor !== undefined && { cursor }),
    }
  })

  app.post('/v2/team-members/search', (request) => {
    const account = whose(request)
    const body = (request.body ?? {}) as Json
    const limit = limitOf(body.limit, { usual: 100, max: 200 })
    const range = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }
    const { team } = of(account)
    const { rows, cursor } = pageByTime<Json>(account.documents, team, range, body, limit)
    return {
      team_members: rows.map(({ value }) => value),
      ...(cursor !== undefined && { cursor }),
    }
  })

  app.post('/v2/labor/timecards/search', (request) =>
    timecards(whose(request), (request.body ?? {}) as Json),
  )

  app.get('/v2/locations', (request) => {
    const account = whose(request)
    const locations = account.facts.stores.map((store) => ({
      id: store.externalId,
      name: store.name,
      timezone: store.timeZone,
      country: store.country,
      currency: account.facts.currency,
      merchant_id: account.facts.accountId,
      status: 'ACTIVE',
    }))
    return { locations }
  })

  app.get<{ Querystring: Json }>('/v2/devices', (request) => {
    const account = whose(request)
    const { location_id } = request.query
    const all = account.facts.stores
      .filter(({ externalId }) => location_id === undefined || externalId === location_id)
      .flatMap((store) =>
        store.registers.map((register) => device(account, store.externalId, register)),
      )
    const limit = limitOf(request.query.limit, { usual: 100, max: 100 })
    const { rows, cursor } = pageOf(all, request.query, limit)
    return { devices: rows, ...(cursor !== undefined && { cursor }) }
  })
}

/** Last changed first; the page is counted from the end, to which changed ones move. */
function timecards(account: Account, body: Json): Json {
  const query = body.query as
    | { filter?: { location_ids?: string[] }; sort?: { field?: string; order?: string } }
    | undefined
  if (query?.sort?.field !== 'UPDATED_AT' || query.sort.order !== 'DESC')
    throw badRequest('INVALID_VALUE', 'The emulator sorts by UPDATED_AT, DESC only.', 'query.sort')
  const limit = limitOf(body.limit, { usual: 200, max: 200 })
  const { documents } = account
  const collection = of(account).timecards
  const seen = readCursor(body)?.skip ?? 0
  const end = Math.max(documents.count(collection) - seen, 0)
  const start = Math.max(end - limit, 0)
  const rows = documents.between<Json>(collection, 0, 2 ** 52, start, end - start).reverse()
  const locationIds = query.filter?.location_ids
  return {
    timecards: rows
      .map(({ value }) => value)
      .filter((timecard) => locationIds?.includes(String(timecard.location_id)) ?? true),
    ...(start > 0 && { cursor: writeCursor(body, { fromMs: 0, skip: seen + rows.length }) }),
  }
}

const hourMs = 3600_000

/** Each register is a Square Register that tells of itself once an hour. */
function device(
  account: Account,
  locationId: string,
  { externalId, name }: { externalId: string; name: string },
): Json {
  const updatedMs = Math.floor(account.nowMs() / hourMs) * hourMs
  const chance = Number.parseInt(idFrom(externalId, String(updatedMs)).slice(0, 3), 36) || 0
  return {
    id: `device:${externalId}`,
    attributes: {
      type: 'TERMINAL',
      manufacturer: 'SQUARE',
      model: 'T2',
      name,
      version: '9.9.3',
      updated_at: time(updatedMs),
      merchant_token: account.facts.accountId,
    },
    components: [
      {
        type: 'APPLICATION',
        application_details: { application_type: 'TERMINAL_API', session_location: locationId },
      },
      { type: 'BATTERY', battery_details: { visible_percent: 40 + (chance % 61) } },
    ],
    status: { category: chance % 97 === 0 ? 'OFFLINE' : 'AVAILABLE' },
  }
}
