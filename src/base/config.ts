/** Configuration from the environment: one zod object per process, read once at start. */
import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { Fault } from './fault.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads `TILLWAY_<KEY>` for each key of the schema; `TILLWAY_<KEY>_FILE` names a file that holds it.
 * `aliases` maps a key to a name that the world already uses (`databaseUrl` to `DATABASE_URL`).
 * @throws Fault config_invalid naming the variable
 */
export function readConfig<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment,
  aliases: Readonly<Record<string, string>> = {},
): z.infer<Schema> {
  const names = new Map<string, string>()
  const values: Record<string, string> = {}
  for (const key of Object.keys(schema.shape)) {
    const name = aliases[key] ?? `TILLWAY_${key.replace(/[A-Z]/g, '_$&').toUpperCase()}`
    names.set(key, name)
    const value = environment[name] || fromFile(environment, name)
    if (value !== undefined && value !== '') values[key] = value
  }
  const result = schema.safeParse(values)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const key = String(issue?.path[0])
  throw new Fault('config_invalid', {
    field: names.get(key) ?? key,
    expected: issue?.message ?? 'valid',
  })
}

function fromFile(environment: Environment, name: string): string | undefined {
  const path = environment[`${name}_FILE`]
  if (path === undefined) return undefined
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new Fault('config_invalid', { field: `${name}_FILE`, expected: 'a readable file' }, cause)
  }
}
