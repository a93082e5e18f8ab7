/** The fields of a schema as rows of a table: path, whether it must be there, what it holds. */
import { z } from 'zod'
import { Currency } from '../../src/base/money.ts'
import { Quantity } from '../../src/base/quantity.ts'
import { Instant } from '../../src/base/time.ts'
import { FaultCodeSchema } from '../../src/retail/fault-code.ts'
import { code } from './markdown.ts'
import { type JsonSchema, kindOf } from './schema-kind.ts'

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
