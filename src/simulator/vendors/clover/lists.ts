/** Lists of v3 REST: filters, expands, limit and offset; no count and no cursor. */
import { collectionOf } from './documents.ts'
import { type Resource, resources } from './resources.ts'
import type { Shop } from './shop.ts'
import type { Viewer } from './views.ts'

export class BadQuery extends Error {}

interface Filter {
  readonly field: string
  readonly operator: '=' | '>=' | '<='
  readonly value: string
}

export interface ListQuery {
  readonly filters: readonly Filter[]
  readonly expands: ReadonlySet<string>
  readonly limit: number
  readonly offset: number
}

type Raw = Record<string, string | string[] | undefined>

const expandsMax = 3
const limitMax = 1000
const boundMs = 90 * 24 * 3600_000
const chunkSize = 500

/** @throws BadQuery naming what is not known */
export function queryFrom(resource: Resource, raw: Raw): ListQuery {
  return {
    filters: many(raw.filter).map((text) => filterFrom(resource, text)),
    expands: expandsFrom(resource, raw),
    limit: wholeFrom(raw.limit, 100, limitMax, 'limit'),
    offset: wholeFrom(raw.offset, 0, Number.MAX_SAFE_INTEGER, 'offset'),
  }
}

export function expandsFrom(resource: Resource, raw: Raw): ReadonlySet<string> {
  const names = many(raw.expand).flatMap((text) => text.split(','))
  if (names.length > expandsMax) throw new BadQuery(`at most ${expandsMax} fields can be expanded`)
  const unknown = names.find((name) => !resource.expands.includes(name))
  if (unknown !== undefined) throw new BadQuery(`unknown expand ${unknown}`)
  return new Set(names)
}

function many(value: string | string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat()
}

function filterFrom(resource: Resource, text: string): Filter {
  const [, field, operator, value] = /^([A-Za-z_.]+)(>=|<=|=)(.*)$/s.exec(text) ?? []
  if (field === undefined || value === undefined || !resource.filters.includes(field))
    throw new BadQuery(`unknown filter ${text}`)
  return { field, operator: operator as Filter['operator'], value }
}

function wholeFrom(
  value: string | string[] | undefined,
  fallback: number,
  max: number,
  name: string,
): number {
  if (value === undefined) return fallback
  const number = Number(value)
  if (!Number.isInteger(number) || number < 0 || number > max) throw new BadQuery(`invalid ${name}`)
  return number
}

export function list(
  shop: Shop,
  name: string,
  query: ListQuery,
  viewer: Viewer,
): Record<string, unknown>[] {
  const resource = resources[name]
  if (resource === undefined) throw new BadQuery(`unknown list ${name}`)
  const { fromMs, toMs } = rangeOf(resource, query.filters, shop.nowMs())
  const wantsDeleted = query.filters.some(({ field }) => field === 'deleted')
  const found: Record<string, unknown>[] = []
  let toSkip = query.offset
  for (let offset = 0; found.length < query.limit; offset += chunkSize) {
    const collection = collectionOf(viewer.merchantId, resource.kind)
    const chunk = shop.documents.between<Record<string, unknown>>(
      collection,
      fromMs,
      toMs,
      offset,
      chunkSize,
    )
    for (const { value } of chunk) {
      if ((value.deletedTime !== undefined) !== wantsDeleted) continue
      if (!query.filters.every((filter) => fits(value, filter))) continue
      if (toSkip > 0) toSkip -= 1
      else if (found.length < query.limit) found.push(resource.view(viewer, value))
    }
    if (chunk.length < chunkSize) break
  }
  return found
}

/** Every time of an object is at most the one it is kept by, so any lower end narrows the search. */
function rangeOf(
  { timeField, isBounded }: Resource,
  filters: readonly Filter[],
  nowMs: number,
): { fromMs: number; toMs: number } {
  const lower = filters.filter(({ field, operator }) => operator === '>=' && isTime(field))
  const upper = filters.filter(({ field, operator }) => operator === '<=' && field === timeField)
  const toMs = Math.min(Number.MAX_SAFE_INTEGER, ...upper.map(({ value }) => Number(value)))
  if (!isBounded) return { fromMs: Math.max(0, ...lower.map(({ value }) => Number(value))), toMs }
  const floorMs = Math.min(toMs, nowMs) - boundMs
  const fromMs = lower.length === 0 ? floorMs : Math.max(...lower.map(({ value }) => Number(value)))
  return { fromMs, toMs: Math.min(toMs, fromMs + boundMs) }
}

function isTime(field: string): boolean {
  return /time/i.test(field) || field === 'customerSince'
}

function fits(object: Record<string, unknown>, { field, operator, value }: Filter): boolean {
  if (field === 'deleted') return true
  const held = valueAt(
    object,
    field === 'in_time' ? 'inTime' : field === 'out_time' ? 'outTime' : field,
  )
  if (held === undefined || held === null) return false
  if (operator === '=') return String(held) === value
  return operator === '>=' ? Number(held) >= Number(value) : Number(held) <= Number(value)
}

function valueAt(object: Record<string, unknown>, path: string): unknown {
  let value: unknown = object
  for (const part of path.split('.'))
    value = value === null || typeof value !== 'object' ? undefined : Reflect.get(value, part)
  return value
}
