/**
 * The HTTP surface: OAuth v2, v3 REST of a merchant, and the dashboard's button that tries a webhook
 * URL. Updates are POSTs of single fields. A wrong merchant, a missing permission and a dead token
 * are all answered 401, as at the vendor; the texts of other errors are not documented.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { find, type StoredItem, type StoredOrder, save } from './documents.ts'
import { cloverId } from './ids.ts'
import { createLimits } from './limits.ts'
import { BadQuery, expandsFrom, list, queryFrom } from './lists.ts'
import { oauthRoutes } from './oauth-routes.ts'
import { resources } from './resources.ts'
import { changeOrder } from './selling.ts'
import { type Shop, storeOf, taxRateOf, tendersOf } from './shop.ts'
import { writeStock } from './stock.ts'
import type { Viewer } from './views.ts'

type Raw = Record<string, string | string[] | undefined>

interface Entered {
  readonly shop: Shop
  readonly merchantId: string
  readonly token: string
}

export function routes(
  app: FastifyInstance,
  shops: ReadonlyMap<string, Shop>,
  nowMs: () => number,
): void {
  oauthRoutes(app, shops)
  void app.register(async (scope) => merchantRoutes(scope, shops, nowMs), {
    prefix: '/v3/merchants/:mId',
  })
}

function merchantRoutes(
  scope: FastifyInstance,
  shops: ReadonlyMap<string, Shop>,
  nowMs: () => number,
): void {
  const entered = new WeakMap<FastifyRequest, Entered>()
  const limits = createLimits(nowMs)

  scope.addHook('onRequest', async (request, reply) => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const { mId = '' } = request.params as { mId?: string }
    const shop = [...shops.values()].find((shop) => shop.grants.merchantOf(token) === mId)
    if (shop === undefined || mId === '') return refuse(reply, 401, '401 Unauthorized')
    reply.header('date', new Date(shop.nowMs()).toUTCString())
    const refusal = limits.enter(token, shop.appId)
    if (refusal !== undefined) {
      reply.header(refusal.header, refusal.value)
      if (refusal.retryAfterSeconds !== undefined)
        reply.header('retry-after', String(refusal.retryAfterSeconds))
      return refuse(reply, 429, 'Too Many Requests')
    }
    entered.set(request, { shop, merchantId: mId, token })
  })
  scope.addHook('onResponse', async (request) => {
    const entry = entered.get(request)
    if (entry !== undefined) limits.leave(entry.token, entry.shop.appId)
  })
  scope.setErrorHandler((error, _request, reply) => {
    if (error instanceof BadQuery) return refuse(reply, 400, error.message)
    throw error
  })

  const viewerOf = (request: FastifyRequest, expands: ReadonlySet<string>): Viewer => {
    const { shop, merchantId } = entryOf(entered, request)
    const path = request.url.slice(0, request.url.indexOf('/v3/'))
    const baseUrl = `${request.protocol}://${request.host}${path}/v3/merchants/${merchantId}`
    return { shop, merchantId, baseUrl, expands }
  }
  const listed = (name: string, request: FastifyRequest, also: Raw = {}) => {
    const resource = resources[name]
    if (resource === undefined) throw new BadQuery(`unknown list ${name}`)
    const raw = request.query as Raw
    const filter = [raw.filter ?? [], also.filter ?? []].flat()
    const query = queryFrom(resource, { ...raw, filter })
    const viewer = viewerOf(request, query.expands)
    return { elements: list(viewer.shop, name, query, viewer), href: `${viewer.baseUrl}/${name}` }
  }

  for (const [name, resource] of Object.entries(resources)) {
    scope.get(`/${name}`, (request) => listed(name, request))
    if (name === 'cash_events') continue
    scope.get(`/${name}/:id`, (request, reply) => {
      const { id } = request.params as { id: string }
      const viewer = viewerOf(request, expandsFrom(resource, request.query as Raw))
      const { shop, merchantId } = viewer
      const object = find<Record<string, unknown>>(shop.documents, merchantId, resource.kind, id)
      return object === undefined ? refuse(reply, 404, 'Not Found') : resource.view(viewer, object)
    })
  }
  scope.get('/devices/:id/cash_events', (request) => {
    const { id } = request.params as { id: string }
    return listed('cash_events', request, { filter: [`device.id=${id}`] })
  })
  const enter = (request: FastifyRequest) => entryOf(entered, request)
  merchantObjects(scope, enter)
  orderWrites(scope, enter, viewerOf)
  itemWrites(scope, enter)
}

type Enter = (request: FastifyRequest) => Entered

function entryOf(entered: WeakMap<FastifyRequest, Entered>, request: FastifyRequest): Entered {
  const entry = entered.get(request)
  if (entry === undefined) throw new RangeError('a route outside its hook')
  return entry
}

function refuse(reply: FastifyReply, status: number, message: string) {
  return reply.code(status).send({ message })
}

function merchantObjects(scope: FastifyInstance, enter: Enter): void {
  scope.get('/', (request) => {
    const { shop, merchantId } = enter(request)
    return {
      id: merchantId,
      name: storeOf(shop, merchantId).name,
      defaultCurrency: shop.account.currency,
    }
  })
  scope.get('/properties', (request) => {
    const { shop, merchantId } = enter(request)
    const { timeZone, taxesIncluded } = storeOf(shop, merchantId)
    return {
      merchantRef: { id: merchantId },
      defaultCurrency: shop.account.currency,
      timezone: timeZone,
      vat: taxesIncluded,
      trackStock: true,
      updateStock: true,
    }
  })
  scope.get('/tenders', (request) => ({ elements: tendersOf(enter(request).merchantId) }))
  scope.get('/tax_rates', (request) => {
    const { shop, merchantId } = enter(request)
    return { elements: [taxRateOf(storeOf(shop, merchantId))] }
  })
}

function orderWrites(
  scope: FastifyInstance,
  enter: Enter,
  viewerOf: (request: FastifyRequest, expands: ReadonlySet<string>) => Viewer,
): void {
  const noExpands: ReadonlySet<string> = new Set()
  const show = (request: FastifyRequest, order: StoredOrder) =>
    resources.orders?.view(viewerOf(request, noExpands), order)

  scope.post('/orders', (request) => {
    const { shop, merchantId } = enter(request)
    const body = (request.body ?? {}) as { state?: string; currency?: string; title?: string }
    const atMs = shop.nowMs()
    const order: StoredOrder = {
      id: cloverId(
        'api_order',
        merchantId,
        String(shop.documents.count(`clover/${merchantId}/orders`)),
      ),
      currency: body.currency ?? shop.account.currency,
      total: 0,
      ...(body.title !== undefined && { title: body.title }),
      paymentState: 'OPEN',
      // Without a state the order stays hidden in the vendor's own screens.
      state: body.state ?? null,
      isVat: storeOf(shop, merchantId).taxesIncluded,
      createdTime: atMs,
      modifiedTime: atMs,
      ...{ lines: [], customerIds: [], paymentIds: [], voidIds: [] },
      ...{ refundIds: [], creditIds: [] },
    }
    save(shop.documents, merchantId, 'orders', order, atMs)
    shop.bundler.add(merchantId, `O:${order.id}`, 'CREATE', atMs)
    shop.bundler.flush()
    return show(request, order)
  })
  scope.post('/orders/:id', (request, reply) => {
    const { shop, merchantId } = enter(request)
    const { id } = request.params as { id: string }
    const order = find<StoredOrder>(shop.documents, merchantId, 'orders', id)
    if (order === undefined) return refuse(reply, 404, 'Not Found')
    const { note, title } = (request.body ?? {}) as { note?: unknown; title?: unknown }
    if (!fitsText(note, 2047) || !fitsText(title, 127)) return refuse(reply, 400, 'Bad Request')
    const changed = changeOrder(shop, merchantId, order, shop.nowMs(), {
      ...(note !== undefined && { note }),
      ...(title !== undefined && { title }),
    })
    shop.bundler.flush()
    return show(request, changed)
  })
}

function fitsText(value: unknown, lengthMax: number): value is string | undefined {
  return value === undefined || (typeof value === 'string' && value.length <= lengthMax)
}

function itemWrites(scope: FastifyInstance, enter: Enter): void {
  const itemOf = (request: FastifyRequest) => {
    const { shop, merchantId } = enter(request)
    const { id } = request.params as { id: string }
    return { shop, merchantId, item: find<StoredItem>(shop.documents, merchantId, 'items', id) }
  }
  scope.post('/items/:id', (request, reply) => {
    const { shop, merchantId, item } = itemOf(request)
    if (item === undefined) return refuse(reply, 404, 'Not Found')
    const { price, available, hidden, autoManage } = request.body as Partial<StoredItem>
    const changed = {
      ...item,
      ...(price !== undefined && { price }),
      ...(available !== undefined && { available }),
      ...(hidden !== undefined && { hidden }),
      ...(autoManage !== undefined && { autoManage }),
      modifiedTime: shop.nowMs(),
    }
    save(shop.documents, merchantId, 'items', changed, changed.modifiedTime)
    shop.bundler.add(merchantId, `I:${item.id}`, 'UPDATE', changed.modifiedTime)
    shop.bundler.flush()
    return { ...changed, itemStock: undefined }
  })
  scope.get('/item_stocks/:id', (request, reply) => {
    const { item } = itemOf(request)
    return item === undefined ? refuse(reply, 404, 'Not Found') : item.itemStock
  })
  scope.post('/item_stocks/:id', (request, reply) => {
    const { shop, merchantId, item } = itemOf(request)
    if (item === undefined) return refuse(reply, 404, 'Not Found')
    const { quantity } = (request.body ?? {}) as { quantity?: unknown }
    if (typeof quantity !== 'number') return refuse(reply, 400, 'Bad Request')
    const written = writeStock(shop, merchantId, item, quantity, shop.nowMs())
    shop.bundler.flush()
    return written.itemStock
  })
}
