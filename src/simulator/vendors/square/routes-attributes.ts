/** Order custom attributes (beta): defined once for an application, then set on orders. */
import type { FastifyInstance } from 'fastify'
import { of } from './account.ts'
import { once } from './idempotency.ts'
import type { Whose } from './routes.ts'
import { badRequest, type Json, notFound, SquareError, time } from './wire.ts'

interface OfOrder {
  Params: { id: string; key: string }
}

const base = '/v2/orders/custom-attribute-definitions'

export function attributeRoutes(app: FastifyInstance, whose: Whose): void {
  app.post(base, (request) => {
    const account = whose(request)
    const body = request.body as { idempotency_key?: string; custom_attribute_definition?: Json }
    return once(account, body.idempotency_key, body, () => {
      const given = body.custom_attribute_definition
      if (typeof given?.key !== 'string' || given.schema === undefined)
        throw badRequest('MISSING_REQUIRED_PARAMETER', 'Missing key or schema.', 'key')
      const { definitions } = of(account)
      if (account.documents.get(definitions, given.key) !== undefined)
        throw new SquareError(
          409,
          'INVALID_REQUEST_ERROR',
          'CONFLICT',
          'A custom attribute definition with this key already exists.',
        )
      const at = time(account.nowMs())
      const definition = { ...given, version: 1, created_at: at, updated_at: at }
      account.documents.put(definitions, given.key, definition, account.nowMs())
      return { custom_attribute_definition: definition }
    })
  })

  app.get<OfOrder>(`${base}/:key`, (request) => {
    const account = whose(request)
    const found = account.documents.get<Json>(of(account).definitions, request.params.key)
    if (found === undefined) throw notFound('No custom attribute definition has that key.')
    return { custom_attribute_definition: found.value }
  })

  app.post<OfOrder>('/v2/orders/:id/custom-attributes/:key', (request) => {
    const account = whose(request)
    const { id, key } = request.params
    const body = request.body as { idempotency_key?: string; custom_attribute?: Json }
    const { definitions, attributes, orders } = of(account)
    return once(account, body.idempotency_key, { id, key, ...body }, () => {
      const { documents } = account
      const definition = documents.get<Json>(definitions, key)?.value
      if (definition === undefined) throw notFound('No custom attribute definition has that key.')
      if (documents.get(orders, id) === undefined) throw notFound(`Order not found for id ${id}`)
      const value = body.custom_attribute?.value
      if (typeof value !== 'string')
        throw badRequest('INVALID_VALUE', 'Does not fit the schema.', 'custom_attribute.value')
      const before = documents.get<Json>(attributes, `${id}/${key}`)?.value
      const at = time(account.nowMs())
      const attribute = {
        key,
        value,
        version: Number(before?.version ?? 0) + 1,
        visibility: definition.visibility,
        created_at: before?.created_at ?? at,
        updated_at: at,
      }
      documents.put(attributes, `${id}/${key}`, attribute, account.nowMs())
      return { custom_attribute: attribute }
    })
  })

  app.get<OfOrder>('/v2/orders/:id/custom-attributes/:key', (request) => {
    const account = whose(request)
    const { id, key } = request.params
    const found = account.documents.get<Json>(of(account).attributes, `${id}/${key}`)
    if (found === undefined) throw notFound('The order has no such custom attribute.')
    return { custom_attribute: found.value }
  })
}
