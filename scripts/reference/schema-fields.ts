/** The fields of a schema as rows of a table: path, whether it must be there, what it holds. */
import { z } from 'zod'
import { Currency } from '../../src/base/money.ts'
import { Quantity } from '../../src/base/quantity.ts'
import { Instant } from '../../src/base/time.ts'
import { FaultCodeSchema } from '../../src/retail/fault-code.ts'
import { code } from './markdown.ts'

type JsonSchema = z.core.JSONSchema.BaseSchema

/** What stands everywhere is named, not spelled out. */
const named = new Map<unknown, string>([
  [Currency, 'a currency code of ISO 4217'],
  [Instant, 'an instant in UTC with milliseconds'],
  [Quantity, 'a decimal as text, at most 5 decimals'],
  [FaultCodeSchema, 'a code of [faults](faults.md)'],
])

export function fieldRows(schema: z.ZodType): string[][] {
  const told = z.toJSONSchema(schema, {
    override: ({ zodSchema, jsonSchema }) => {
      const name = named.get(zodSchema)
      if (name !== undefined) jsonSchema.title = name
    },
  })
  return rowsOf(told, '')
}

function rowsOf({ properties = {}, required = [] }: JsonSchema, prefix: string): string[][] {
  return Object.entries(properties).flatMap(([key, member]) => {
    const field = member as JsonSchema
    const row = [code(prefix + key), required.includes(key) ? 'yes' : '', kindOf(field)]
    if (field.type !== 'array') return [row, ...rowsOf(field, `${prefix}${key}.`)]
    return [row, ...rowsOf(field.items as JsonSchema, `${prefix}${key}[].`)]
  })
}

function kindOf(field: JsonSchema): string {
  if (field.title !== undefined) return field.title
  if (field.enum !== undefined)
    return `one of ${field.enum.map((one) => code(String(one))).join(', ')}`
  if (field.format === 'uuid') return 'UUID'
  if (field.pattern !== undefined) return `text like ${code(field.pattern)}`
  if (field.type === 'boolean') return 'true or false'
  if (field.type === 'integer') return `whole number${boundsOf(field)}`
  if (field.type === 'number') return `number${boundsOf(field)}`
  if (field.type === 'array') return `list${rangeOf(field.minItems, field.maxItems, 'items')}`
  if (field.type === 'string')
    return `text${rangeOf(field.minLength, field.maxLength, 'characters')}`
  return String(field.type)
}

function rangeOf(least: number | undefined, most: number | undefined, what: string): string {
  if (most === undefined) return least === undefined ? '' : `, at least ${least} ${what}`
  return least === undefined ? `, at most ${most} ${what}` : `, ${least} to ${most} ${what}`
}

/** Left out where they are only what a double holds exactly. */
function boundsOf({ minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  const least = typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : minimum
  const parts = [
    least !== undefined && least > Number.MIN_SAFE_INTEGER ? `, at least ${least}` : '',
    maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? `, at most ${maximum}` : '',
  ]
  return parts.join('')
}
