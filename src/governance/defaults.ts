/** The policies a chain starts with, and the schema that all policies fit. */
import { readFileSync } from 'node:fs'

export const defaultPolicies = readFileSync(
  new URL('./default-policies.cedar', import.meta.url),
  'utf8',
)
export const defaultSchema = readFileSync(new URL('./schema.cedarschema', import.meta.url), 'utf8')
