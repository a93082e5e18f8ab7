/** What a field of a JSON schema may hold, in words. */
import type { z } from 'zod'
import { code } from './markdown.ts'

export type JsonSchema = z.core.JSONSchema.BaseSchema

export function kindOf(field: JsonSchema): string {
  if (field.title !== undefined) return field.title
  if (field.enum !== undefined)
    return `one of ${field.enum.map((one) => code(String(one))).join(', ')}`
  if (field.format === 'uuid') return 'UUID'
  if (field.pattern !== undefined) return `text like ${code(field.pattern)}`
  if (field.const !== undefined) return code(JSON.stringify(field.const))
  if (field.oneOf !== undefined) return `one of ${field.oneOf.length} shapes`
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
function boundsOf(field: JsonSchema): string {
  const { minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below } = field
  const isWhole = field.type === 'integer'
  const parts: string[] = []
  if (typeof above === 'number')
    parts.push(isWhole ? `, at least ${above + 1}` : `, above ${above}`)
  else if (minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER)
    parts.push(`, at least ${minimum}`)
  if (typeof below === 'number') parts.push(isWhole ? `, at most ${below - 1}` : `, below ${below}`)
  else if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER)
    parts.push(`, at most ${maximum}`)
  return parts.join('')
}
