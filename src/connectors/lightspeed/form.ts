/**
 * The body of a webhook: a form whose `payload` is JSON. Only `payload` is promised; `type`,
 * `retailer_id` and `domain_prefix` come along in practice, and the type also shows in the shape.
 */
import { Fault } from '../../base/fault.ts'
import { parseJson } from '../../base/json.ts'
import type { LightspeedSettings } from './settings.ts'

export const hookTypes = [
  'sale.update',
  'inventory.update',
  'product.update',
  'customer.update',
  'register_closure.create',
  'consignment.send',
  'consignment.receive',
] as const
export type HookType = (typeof hookTypes)[number]

/** A field that only this type's payload has. */
const tellTales: readonly (readonly [string, HookType])[] = [
  ['register_sale_products', 'sale.update'],
  ['register_open_time', 'register_closure.create'],
  ['consignment_id', 'consignment.receive'],
  ['customer_code', 'customer.update'],
  ['price_book_entries', 'product.update'],
  ['attributed_cost', 'inventory.update'],
]

export interface Hook {
  readonly type: HookType
  readonly payload: unknown
}

/** @throws Fault body_malformed | body_too_deep | body_hostile | payload_malformed | store_unknown */
export function readHook(body: Buffer, settings: LightspeedSettings): Hook {
  const text = body.toString('utf8')
  const encoded = fieldOf(text, 'payload')
  if (encoded === undefined)
    throw new Fault('body_malformed', { field: 'payload', expected: 'a form with a payload' })
  const payload = parseJson(decoded(encoded))
  if (payload === null || typeof payload !== 'object' || Array.isArray(payload))
    throw new Fault('payload_malformed', { field: 'payload', expected: 'a JSON object' })
  checkTenant(text, payload, settings)
  return { type: typeOf(text, payload), payload }
}

/** The body's own words for whose it is; a signature only says which app it came through. */
function checkTenant(text: string, payload: object, settings: LightspeedSettings): void {
  const named = fieldOf(text, 'retailer_id') ?? (payload as { retailer_id?: unknown }).retailer_id
  if (typeof named === 'string' && named !== settings.retailerId)
    throw new Fault('store_unknown', { field: 'retailer_id', externalId: named })
  const prefix = fieldOf(text, 'domain_prefix')
  if (prefix !== undefined && prefix !== settings.domainPrefix)
    throw new Fault('store_unknown', { field: 'domain_prefix', externalId: prefix })
}

function typeOf(text: string, payload: object): HookType {
  const named = fieldOf(text, 'type')
  if (named !== undefined) {
    const type = hookTypes.find((known) => known === named)
    if (type === undefined)
      throw new Fault('payload_malformed', { field: 'type', expected: hookTypes.join(' | ') })
    return type
  }
  for (const [field, type] of tellTales) if (field in payload) return type
  throw new Fault('payload_malformed', { field: 'type', expected: hookTypes.join(' | ') })
}

/** One field of the form, still encoded; looked for from the end, where the short ones are. */
function fieldOf(text: string, name: string): string | undefined {
  const key = `${name}=`
  const start = text.startsWith(key) ? 0 : text.lastIndexOf(`&${key}`) + 1
  if (start === 0 && !text.startsWith(key)) return undefined
  const from = start + key.length
  const end = text.indexOf('&', from)
  return text.slice(from, end === -1 ? undefined : end)
}

function decoded(encoded: string): string {
  try {
    return decodeURIComponent(encoded.includes('+') ? encoded.replaceAll('+', ' ') : encoded)
  } catch (cause) {
    throw new Fault('body_malformed', { field: 'payload', expected: 'URL encoding' }, cause)
  }
}
