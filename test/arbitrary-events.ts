/** Random events of any type, made from the schemas themselves, so that a new event is covered too. */
import fc from 'fast-check'
import { z } from 'zod'
import { currencyExponents } from '../src/base/currencies.ts'
import { Currency } from '../src/base/money.ts'
import { Instant, instantFromMs } from '../src/base/time.ts'
import { type AnyEvent, Envelope } from '../src/retail/event.ts'
import { type EventType, events } from '../src/retail/events.ts'

type JsonSchema = z.core.JSONSchema.BaseSchema

const safe = Number.MAX_SAFE_INTEGER

export function anyEvent(type: EventType): fc.Arbitrary<AnyEvent> {
  const envelope = arbitraryOf(Envelope.omit({ type: true })) as fc.Arbitrary<object>
  const data = arbitraryOf(events[type].data)
  return fc
    .record({ envelope, data })
    .map((made) => ({ ...made.envelope, type, data: made.data }) as AnyEvent)
}

/** Of a schema as far as JSON Schema tells it; what only code checks is told here. */
export function arbitraryOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  const told = z.toJSONSchema(schema, {
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === Currency) jsonSchema.enum = Object.keys(currencyExponents)
      if (zodSchema === Instant) jsonSchema.format = 'instant'
    },
  })
  return fromJsonSchema(told)
}

function fromJsonSchema(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.type === 'object') return objectOf(schema)
  if (schema.type === 'array')
    return fc.array(fromJsonSchema(schema.items as JsonSchema), {
      minLength: schema.minItems ?? 0,
      maxLength: Math.min(schema.maxItems ?? 3, 3),
    })
  if (schema.type === 'string') return stringOf(schema)
  if (schema.type === 'boolean') return fc.boolean()
  if (schema.type === 'integer') return wholeOf(schema)
  if (schema.type === 'number')
    return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true })
  throw new Error(`no arbitrary for ${JSON.stringify(schema)}`)
}

function wholeOf({ minimum, exclusiveMinimum, maximum }: JsonSchema): fc.Arbitrary<number> {
  const least = typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : minimum
  return fc.integer({ min: Math.max(least ?? -safe, -safe), max: Math.min(maximum ?? safe, safe) })
}

function objectOf({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<unknown> {
  const members = Object.entries(properties).map(([key, member]) => [
    key,
    fromJsonSchema(member as JsonSchema),
  ])
  return fc.record(Object.fromEntries(members), {
    requiredKeys: required as never[],
    noNullPrototype: true,
  })
}

function stringOf({ format, pattern, minLength, maxLength }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid()
  if (format === 'instant') return fc.integer({ min: 0, max: 4e12 }).map(instantFromMs)
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern))
  const most = Math.min(maxLength ?? 20, 20)
  // The schema counts UTF-16 units, of which one grapheme may have several.
  return fc
    .string({ minLength: minLength ?? 0, maxLength: most, unit: 'grapheme' })
    .filter((text) => text.length <= most)
}
