/** The vendor's OpenAPI as referee: its schemas, compiled on first use. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { datedSchemas } from './dated.ts'

interface OpenApi {
  readonly paths: Record<string, Record<string, unknown>>
  readonly components: { readonly schemas: Record<string, object> }
}

const file = new URL('./x-series-api-2.0.openapi.json.gz', import.meta.url)
const openApi = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as OpenApi

const ajv = new Ajv({ strict: false, allErrors: true })
addFormats.default(ajv)
for (const format of ['UUID', 'string', 'int64', 'double']) ajv.addFormat(format, true)
ajv.addSchema({ $id: 'spec', components: openApi.components })

const compiled = new Map<string, ValidateFunction>()

/** Throws with every violation. `name` is a schema of the specification, or of the dated dialect. */
export function assertFits(name: string, value: unknown): void {
  let validate = compiled.get(name)
  if (validate === undefined) {
    const dated = datedSchemas[name]
    if (dated === undefined && openApi.components.schemas[name] === undefined)
      throw new Error(`The specification has no schema ${name}.`)
    validate = ajv.compile(dated ?? { $ref: `spec#/components/schemas/${name}` })
    compiled.set(name, validate)
  }
  if (!validate(value))
    throw new Error(`Not a ${name}: ${ajv.errorsText(validate.errors, { separator: '\n' })}`)
}

/** `GET /sales/{sale_id}` for a path below the API's base; throws when there is no such operation. */
export function operationOf(method: string, path: string): string {
  for (const [template, operations] of Object.entries(openApi.paths)) {
    const shape = new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`)
    if (shape.test(path) && method.toLowerCase() in operations) return `${method} ${template}`
  }
  throw new Error(`The specification has no ${method} ${path}.`)
}
