/** The OpenAPI 3.1 document, made from the routes' own schemas. */
import { z } from 'zod'
import { faults } from '../../base/fault.ts'
import type { Route } from './route.ts'

const faultSchema = {
  type: 'object',
  required: ['code', 'status', 'says'],
  properties: {
    code: { type: 'string', enum: Object.keys(faults) },
    status: { type: 'integer' },
    says: { type: 'string' },
    field: { type: 'string' },
    expected: { type: 'string' },
    detail: { type: 'object', additionalProperties: true },
  },
}

type Schemas = Record<string, unknown>

export function openApiOf(routes: readonly Route[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  const schemas: Schemas = { Fault: faultSchema }
  for (const route of routes) {
    const operations = paths[route.path] ?? {}
    paths[route.path] = operations
    operations[route.method.toLowerCase()] = operationOf(route, schemas)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tillway hub',
      version,
      summary: 'The governed AI layer of a retail chain',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [{ name: 'agents' }, { name: 'people' }, { name: 'operation' }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        agent: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        session: { type: 'apiKey', in: 'cookie', name: 'tillway_session' },
        operator: { type: 'http', scheme: 'bearer' },
      },
    },
  }
}

function operationOf(route: Route, schemas: Schemas): Record<string, unknown> {
  const security = {
    anyone: [],
    agent: [{ agent: [] }],
    person: [{ session: [] }, { operator: [] }],
  }[route.by]
  return {
    operationId: operationId(route),
    summary: route.summary,
    tags: [route.tag],
    security,
    parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
    ...(route.body !== undefined && {
      requestBody: {
        required: true,
        content: {
          [route.bodyType ?? 'application/json']: {
            schema: lift(schemaOf(route.body, 'input'), `${operationId(route)}_request`, schemas),
          },
        },
      },
    }),
    responses: {
      ...successOf(route, schemas),
      default: {
        description: 'A fault, by its code',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Fault' } } },
      },
    },
  }
}

function operationId({ method, path }: Route): string {
  const words = path
    .replace(/^\/(v1\/)?/, '')
    .split(/[/.{}-]+/)
    .filter((word) => word !== '')
  return [method.toLowerCase(), ...words].join('_')
}

function successOf(route: Route, schemas: Schemas): Record<string, unknown> {
  const { answers } = route
  if (answers === undefined) return { '204': { description: 'Done' } }
  if (typeof answers === 'string')
    return { '200': { description: 'OK', content: { [answers]: { schema: { type: 'string' } } } } }
  const schema = lift(schemaOf(answers, 'output'), `${operationId(route)}_answer`, schemas)
  return { '200': { description: 'OK', content: { 'application/json': { schema } } } }
}

function parametersOf(schema: z.ZodType | undefined, where: 'path' | 'query'): unknown[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, unknown>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: property,
  }))
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

/** A schema's own definitions become components: references in the document count from its root. */
function lift(node: unknown, name: string, schemas: Schemas): unknown {
  if (Array.isArray(node)) return node.map((inner) => lift(inner, name, schemas))
  if (node === null || typeof node !== 'object') return node
  const { $defs = {}, ...rest } = node as { $defs?: Record<string, unknown> }
  for (const [key, definition] of Object.entries($defs))
    schemas[`${name}_${key}`] = lift(definition, name, schemas)
  return Object.fromEntries(
    Object.entries(rest).map(([key, inner]) => [
      key,
      key === '$ref'
        ? String(inner).replace('#/$defs/', `#/components/schemas/${name}_`)
        : lift(inner, name, schemas),
    ]),
  )
}
