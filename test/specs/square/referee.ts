/**
 * Square's own OpenAPI as the referee between connector and emulator: each call, answer and webhook
 * must fit it, and an unknown field is an error too, so that a misspelt one does not pass.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { Ajv, type ValidateFunction } from 'ajv'

type Json = Record<string, unknown>
interface Operation {
  parameters?: { in: string; name: string; required?: boolean }[]
  requestBody?: { content: Record<string, { schema: Json }> }
  responses: Record<string, { content: Record<string, { schema: Json }> }>
}
interface Specification {
  paths: Record<string, Record<string, Operation>>
  'x-tillway-webhooks': Record<string, string>
  components: { schemas: Record<string, Json> }
}

const file = new URL('./openapi-2025-08-20.trimmed.json.gz', import.meta.url)
const specification = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Specification

/** Fields that Square has and this version of its specification does not name. */
const additions: Record<string, string[]> = {
  // Node SDK 46 (2026-09-16)
  CatalogItemVariation: ['vendor_information'],
  // In the webhook's own example, not in its schema
  PaymentRefund: ['version'],
  CatalogVersionUpdatedEventData: ['id'],
}

function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (value === null || typeof value !== 'object') return value
  const schema = value as Json
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.split('/').at(-1) ?? ''
    // One schema that the official file refers to and does not have.
    return name in specification.components.schemas ? { $ref: `square${schema.$ref}` } : {}
  }
  const rest = Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => !['nullable', 'format', 'readOnly'].includes(key) && !key.startsWith('x-'))
      .map(([key, inner]) => [key, key === 'properties' ? closedProperties(inner) : closed(inner)]),
  )
  return schema.properties === undefined ? rest : { ...rest, additionalProperties: false }
}

const closedProperties = (properties: unknown): Json =>
  Object.fromEntries(Object.entries(properties as Json).map(([name, inner]) => [name, closed(inner)]))

const schemas = Object.fromEntries(
  Object.entries(specification.components.schemas).map(([name, schema]) => {
    const strict = closed(schema) as Json
    for (const field of additions[name] ?? []) (strict.properties as Json)[field] = {}
    return [name, strict]
  }),
)
const ajv = new Ajv({ strict: false, allErrors: false })
ajv.addSchema({ $id: 'square', components: { schemas } })
const compiled = new Map<string, ValidateFunction>()

function check(schema: Json, value: unknown, what: string): void {
  const key = JSON.stringify(schema)
  const validate = compiled.get(key) ?? ajv.compile(closed(schema) as Json)
  compiled.set(key, validate)
  if (!validate(value))
    throw new Error(`${what}: ${ajv.errorsText(validate.errors)} ${JSON.stringify(validate.errors?.[0]?.params)}`)
}

const routes = Object.entries(specification.paths).map(([path, operations]) => ({
  pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`),
  path,
  operations,
}))

export function checkCall(
  request: { method: string; path: string; json?: unknown },
  response: { status: number; body: unknown },
): void {
  const [path = '', query = ''] = request.path.split('?')
  const method = request.method.toLowerCase()
  // The most exact path wins: /orders/batch-retrieve is no order id.
  const route = routes
    .filter(({ pattern, operations }) => pattern.test(path) && method in operations)
    .sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0]
  const operation = route?.operations[method]
  if (operation === undefined) throw new Error(`${request.method} ${path} is no operation of Square`)
  const what = `${request.method} ${route?.path}`
  const names = (operation.parameters ?? []).filter((each) => each.in === 'query')
  const given = new URLSearchParams(query)
  for (const name of given.keys())
    if (!names.some((each) => each.name === name)) throw new Error(`${what}: no parameter ${name}`)
  for (const { name, required } of names)
    if (required && !given.has(name) && response.status < 300)
      throw new Error(`${what}: parameter ${name} is missing`)
  const wants = operation.requestBody?.content['application/json']?.schema
  if (wants !== undefined) check(wants, request.json, `${what} request`)
  const answers =
    response.status < 300
      ? operation.responses['200']?.content['application/json']?.schema
      : { type: 'object', required: ['errors'], properties: { errors: { type: 'array', minItems: 1, items: { $ref: '#/components/schemas/Error' } } } }
  if (answers !== undefined) check(answers, response.body, `${what} answer ${response.status}`)
}

export function checkWebhook(body: Buffer): string {
  const event = JSON.parse(body.toString()) as { type: string }
  const name = specification['x-tillway-webhooks'][event.type]
  if (name === undefined) throw new Error(`${event.type} is no event of Square`)
  check({ $ref: `#/components/schemas/${name}` }, event, event.type)
  return event.type
}
