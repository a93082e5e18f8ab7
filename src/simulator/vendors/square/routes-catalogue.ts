/** Catalogue and inventory. */
import type { FastifyInstance } from 'fastify'
import { type Account, of } from './account.ts'
import {
  type CatalogDocument,
  findItem,
  findObject,
  type ItemDocument,
  putVariation,
} from './catalogue.ts'
import { once } from './idempotency.ts'
import { limitOf, pageByTime, pageOf, timeOf } from './paging.ts'
import type { Whose } from './routes.ts'
import { badRequest, type Json, notFound, time } from './wire.ts'

export function catalogueRoutes(app: FastifyInstance, whose: Whose): void {
  app.get<{ Params: { id: string } }>('/v2/catalog/object/:id', (request) => {
    const object = findObject(whose(request), request.params.id)
    if (object === undefined)
      throw notFound(`Catalog object with ID ${request.params.id} not found.`)
    return { object }
  })

  app.post('/v2/catalog/object', (request) => {
    const account = whose(request)
    const body = request.body as { idempotency_key?: string; object?: CatalogDocument }
    return once(account, body.idempotency_key, body, () => {
      const { object } = body
      const stored = object && findObject(account, object.id)
      if (object?.type !== 'ITEM_VARIATION' || stored === undefined)
        throw badRequest('INVALID_VALUE', 'The emulator writes known variations only.', 'object')
      if (object.version !== stored.version)
        throw badRequest(
          'VERSION_MISMATCH',
          'Object version does not match latest database version.',
          'version',
        )
      return { catalog_object: putVariation(account, object, account.nowMs()) }
    })
  })

  app.post('/v2/catalog/batch-retrieve', (request) => {
    const account = whose(request)
    const { object_ids = [], include_related_objects } = request.body as {
      object_ids?: string[]
      include_related_objects?: boolean
    }
    if (object_ids.length > 1000)
      throw badRequest('INVALID_VALUE', 'At most 1000 ids.', 'object_ids')
    const objects = object_ids.flatMap((id) => findObject(account, id) ?? [])
    return {
      objects,
      ...(include_related_objects && { related_objects: parents(account, objects) }),
    }
  })

  app.post('/v2/catalog/search', (request) => {
    const account = whose(request)
    const body = (request.body ?? {}) as Json
    const types = (body.object_types ?? ['ITEM', 'ITEM_VARIATION']) as string[]
    // Exclusive, says the documentation.
    const fromMs = timeOf(body.begin_time, 'begin_time', -1) + 1
    const limit = limitOf(body.limit, { usual: 100, max: 1000 })
    const range = { fromMs, toMs: Number.MAX_SAFE_INTEGER }
    const { items } = of(account)
    const page = pageByTime<ItemDocument>(account.documents, items, range, body, limit)
    const objects = page.rows
      .flatMap(({ value }) => [value as CatalogDocument, ...value.item_data.variations])
      .filter(({ type, version }) => types.includes(type) && version >= fromMs)
    return {
      objects,
      ...(body.include_related_objects === true && { related_objects: parents(account, objects) }),
      ...(page.cursor !== undefined && { cursor: page.cursor }),
      latest_time: time(page.rows.at(-1)?.modifiedMs ?? account.nowMs()),
    }
  })

  app.post('/v2/inventory/counts/batch-retrieve', (request) => {
    const account = whose(request)
    return counts(account, (request.body ?? {}) as Json)
  })
}

/** A variation brings its item along, without the item's list of variations. */
function parents(account: Account, objects: readonly CatalogDocument[]): Json[] {
  const ids = new Set(objects.filter(({ type }) => type === 'ITEM').map(({ id }) => id))
  const related = new Map<string, Json>()
  for (const { id, type } of objects) {
    const item = type === 'ITEM_VARIATION' ? findItem(account, id) : undefined
    if (item === undefined || ids.has(item.id)) continue
    const { variations: _variations, ...item_data } = item.item_data
    related.set(item.id, { ...item, item_data })
  }
  return [...related.values()]
}

/** Newest first. */
function counts(account: Account, body: Json): Json {
  const { catalog_object_ids, location_ids, states } = body as Record<string, string[] | undefined>
  const limit = limitOf(body.limit, { usual: 100, max: 1000 })
  const afterMs = timeOf(body.updated_after, 'updated_after', -1)
  const { documents } = account
  const collection = of(account).counts
  const asked = catalog_object_ids?.flatMap((id) =>
    (location_ids ?? account.facts.stores.map(({ externalId }) => externalId)).flatMap(
      (locationId) => documents.get<Json>(collection, `${locationId}/${id}`) ?? [],
    ),
  )
  const found =
    asked ??
    documents.between<Json>(
      collection,
      afterMs + 1,
      Number.MAX_SAFE_INTEGER,
      0,
      documents.count(collection),
    )
  const wanted = found
    .filter(({ modifiedMs }) => modifiedMs > afterMs)
    .map(({ value }) => value)
    .filter((count) => location_ids?.includes(String(count.location_id)) ?? true)
    .filter((count) => states?.includes(String(count.state)) ?? true)
    .reverse()
  const { rows, cursor } = pageOf(wanted, body, limit)
  return { counts: rows, ...(cursor !== undefined && { cursor }) }
}
