/** The referee between connector and emulator: Clover's own field tables and list of calls. */
import { readFileSync } from 'node:fs'

interface Field {
  readonly t: string
  readonly rules?: readonly string[]
}

const here = new URL('.', import.meta.url)
const { objects, enums } = JSON.parse(readFileSync(new URL('fields.json', here), 'utf8')) as {
  objects: Record<string, Record<string, Field>>
  enums: Record<string, readonly string[]>
}
const endpoints = JSON.parse(readFileSync(new URL('endpoints.json', here), 'utf8')) as {
  _about: { limits: { expandMax: number; limitMax: number } }
} & Record<'GET' | 'POST', Record<string, Endpoint>>

interface Endpoint {
  readonly list?: string
  readonly object?: string
  readonly body?: string
  readonly filters?: readonly string[]
  readonly expands?: readonly string[]
}

/** Answered by REST (samples on docs.clover.com and community.clover.com), not in the classes. */
const restOnly: Readonly<Record<string, readonly string[]>> = {
  '*': ['href'],
  'order.LineItem': ['orderRef'],
}

/** Every way in which a value departs from its type; none when it fits. */
export function departures(type: string, value: unknown, at = type): string[] {
  if (value === null || type === '?') return []
  const inner = /^List<(.+)>$/.exec(type)?.[1]
  if (inner !== undefined) return listDepartures(inner, value, at)
  if (type === 'Long' || type === 'Integer')
    return Number.isSafeInteger(value) ? [] : [`${at}: not a whole number`]
  if (type === 'Double') return typeof value === 'number' ? [] : [`${at}: not a number`]
  if (type === 'Boolean') return typeof value === 'boolean' ? [] : [`${at}: not a boolean`]
  if (type === 'String') return typeof value === 'string' ? [] : [`${at}: not a text`]
  const names = enums[type]
  if (names !== undefined) return names.includes(String(value)) ? [] : [`${at}: not of ${type}`]
  return objectDepartures(type, value, at)
}

function listDepartures(inner: string, value: unknown, at: string): string[] {
  const collection = value as { elements?: unknown; href?: unknown }
  if (Array.isArray(collection?.elements))
    return collection.elements.flatMap((one, index) => departures(inner, one, `${at}[${index}]`))
  return typeof collection?.href === 'string' ? [] : [`${at}: neither elements nor href`]
}

function objectDepartures(type: string, value: unknown, at: string): string[] {
  if (value === null || typeof value !== 'object') return [`${at}: not an object`]
  const fields = type === 'base.Reference' ? { id: { t: 'String' } } : objects[type]
  if (fields === undefined) return [`${at}: no table for ${type}`]
  const also = [...(restOnly['*'] ?? []), ...(restOnly[type] ?? [])]
  return Object.entries(value).flatMap(([name, inner]) => {
    const field: Field | undefined = fields[name as keyof typeof fields]
    if (field === undefined) return also.includes(name) ? [] : [`${at}.${name}: no such field`]
    return [
      ...departures(field.t, inner, `${at}.${name}`),
      ...ruleDepartures(field.rules ?? [], inner, `${at}.${name}`),
    ]
  })
}

function ruleDepartures(rules: readonly string[], value: unknown, at: string): string[] {
  return rules.flatMap((rule) => {
    const lengthMax = /^Length\((\d+)\)$/.exec(rule)?.[1]
    if (lengthMax !== undefined && typeof value === 'string' && value.length > Number(lengthMax))
      return [`${at}: longer than ${lengthMax}`]
    const min = /^Min\((-?\d+)L?\)$/.exec(rule)?.[1]
    if (min !== undefined && typeof value === 'number' && value < Number(min))
      return [`${at}: less than ${min}`]
    const max = /^Max\((-?\d+)L?\)$/.exec(rule)?.[1]
    if (max !== undefined && typeof value === 'number' && value > Number(max))
      return [`${at}: more than ${max}`]
    return []
  })
}

export interface Exchange {
  readonly method: string
  /** Below `/v3/merchants/{mId}`, with its query. */
  readonly path: string
  readonly json?: unknown
  readonly status: number
  readonly body: unknown
}

/** A call and its answer, both against the tables. */
export function exchangeDepartures({ method, path, json, status, body }: Exchange): string[] {
  const [bare = '', query = ''] = path.split('?')
  const shape = bare
    .split('/')
    .map((part, index) => (index > 1 && index % 2 === 0 ? '{id}' : part))
    .join('/')
  const endpoint = endpoints[method as 'GET' | 'POST']?.[shape]
  if (endpoint === undefined) return [`${method} ${shape}: no such call`]
  return [
    ...queryDepartures(endpoint, new URLSearchParams(query)),
    ...(endpoint.body === undefined ? [] : departures(endpoint.body, json)),
    ...(status === 200 ? answerDepartures(endpoint, body) : []),
  ]
}

function answerDepartures({ list, object }: Endpoint, body: unknown): string[] {
  if (object !== undefined) return departures(object, body)
  return list === undefined ? [] : listDepartures(list, body, list)
}

function queryDepartures(endpoint: Endpoint, query: URLSearchParams): string[] {
  const { expandMax, limitMax } = endpoints._about.limits
  const expands = query.getAll('expand').flatMap((text) => text.split(','))
  const filters = query.getAll('filter').map((text) => text.split(/>=|<=|=/)[0] ?? '')
  return [
    ...expands.filter((name) => !endpoint.expands?.includes(name)).map((name) => `expand ${name}`),
    ...filters.filter((name) => !endpoint.filters?.includes(name)).map((name) => `filter ${name}`),
    ...(expands.length > expandMax ? ['too many expands'] : []),
    ...(Number(query.get('limit') ?? 0) > limitMax ? ['limit too high'] : []),
  ]
}
