/**
 * Shopify's schema of 2026-07 as referee: of what the connector asks, and of the part of the
 * schema that the emulator answers with (graphql-js checks its answers against that part).
 */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import {
  buildClientSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLSchema,
  getVariableValues,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  validate,
} from 'graphql'

const read = (name: string) => readFileSync(new URL(name, import.meta.url))

export const shopifySchema = buildClientSchema(
  JSON.parse(gunzipSync(read('admin-2026-07.introspection.json.gz')).toString()).data,
)

const topics = JSON.parse(read('webhook-topics-2026-10.json').toString()).topics as Record<
  string,
  { topic: string }
>
export const topicNames = new Set(Object.values(topics).map(({ topic }) => topic))

/** The document and its variables, as Shopify would check them. */
export function checkRequest(query: string, variables: Record<string, unknown>): void {
  const document = parse(query)
  deepEqual(
    validate(shopifySchema, document).map(({ message }) => message),
    [],
  )
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  ok(operation?.kind === Kind.OPERATION_DEFINITION)
  const definitions = operation.variableDefinitions ?? []
  const values = getVariableValues(shopifySchema, definitions, variables)
  equal('errors' in values ? String(values.errors) : '', '')
}

/** Every type, field, argument and enum value of `part` is Shopify's, with the same type. */
export function checkPart(part: GraphQLSchema): void {
  for (const type of Object.values(part.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    const whole = shopifySchema.getType(type.name)
    ok(whole, `${type.name} is Shopify's`)
    equal(whole.constructor.name, type.constructor.name)
    if (isEnumType(type) && isEnumType(whole))
      deepEqual(
        type.getValues().map(({ name }) => name),
        whole.getValues().map(({ name }) => name),
      )
    if (isInputObjectType(type) && isInputObjectType(whole))
      for (const [name, field] of Object.entries(type.getFields()))
        equal(String(field.type), String(whole.getFields()[name]?.type), `${type.name}.${name}`)
    if (!(isObjectType(type) || isInterfaceType(type))) continue
    ok(isObjectType(whole) || isInterfaceType(whole))
    for (const [name, field] of Object.entries(type.getFields())) {
      const found: GraphQLField<unknown, unknown> | undefined = whole.getFields()[name]
      equal(String(field.type), String(found?.type), `${type.name}.${name}`)
      checkArguments(`${type.name}.${name}`, field.args, found?.args ?? [])
    }
  }
}

function checkArguments(
  where: string,
  part: readonly GraphQLArgument[],
  whole: readonly GraphQLArgument[],
): void {
  for (const argument of part) {
    const found = whole.find(({ name }) => name === argument.name)
    equal(String(argument.type), String(found?.type), `${where}(${argument.name})`)
  }
}
