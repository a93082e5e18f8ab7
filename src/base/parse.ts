/** Checks untrusted values against a schema; what does not fit becomes a fault that names the field. */
import type { z } from 'zod'
import { Fault, type FaultCode } from './fault.ts'

/** @throws Fault `code`, with `field` and `expected` of the first thing that does not fit. */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  code: FaultCode,
): z.infer<Schema> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new Fault(
    code,
    { field: issue?.path.map(String).join('.') || '(whole)', expected: issue?.message ?? 'valid' },
    result.error,
  )
}
