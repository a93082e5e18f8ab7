/** Calls to v3 REST, each with its merchant's own token and within that token's limits. */
import type { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import type { HttpClient, HttpRequest, HttpResponse } from '../../base/http-client.ts'
import type { ConnectedStore } from '../connector.ts'
import { tokensByMerchant } from './auth.ts'
import { createGate, type Gate } from './gate.ts'
import { List, read } from './payloads.ts'
import type { CloverContext } from './settings.ts'

/** A margin below 16, since what counts is when the calls arrive. */
const tokenLimits = { perSecond: 14, concurrentMax: 5 } as const

const gates = new WeakMap<HttpClient, Map<string, Gate>>()

function gateOf(api: HttpClient, merchantId: string): Gate {
  let ofApi = gates.get(api)
  if (ofApi === undefined) {
    ofApi = new Map()
    gates.set(api, ofApi)
  }
  let gate = ofApi.get(merchantId)
  if (gate === undefined) {
    gate = createGate(tokenLimits)
    ofApi.set(merchantId, gate)
  }
  return gate
}

/** @throws Fault store_unknown */
export function storeOf(context: CloverContext, merchantId: string): ConnectedStore {
  const store = context.connection.stores.find((store) => store.externalId === merchantId)
  if (store === undefined) throw new Fault('store_unknown', { field: 'merchantId', merchantId })
  return store
}

/** @param request its path is below the merchant's: `/orders/…`
 *  @throws Fault vendor_unauthorised, and what the client throws */
export async function call(
  context: CloverContext,
  merchantId: string,
  request: HttpRequest,
): Promise<HttpResponse> {
  const first = tokenOf(context, merchantId)
  let response = await send(context, merchantId, request, first)
  // The client may have renewed the credentials on the 401; this request still had the old token.
  if (response.status === 401 && tokenOf(context, merchantId) !== first)
    response = await send(context, merchantId, request, tokenOf(context, merchantId))
  if (response.status === 401 || response.status === 403)
    throw new Fault('vendor_unauthorised', { merchantId, path: pathOnly(request) })
  return response
}

function send(
  { api }: CloverContext,
  merchantId: string,
  request: HttpRequest,
  token: string,
): Promise<HttpResponse> {
  return gateOf(api, merchantId).run(() =>
    api.request({
      ...request,
      path: `/v3/merchants/${encodeURIComponent(merchantId)}${request.path}`,
      headers: { ...request.headers, authorization: `Bearer ${token}` },
    }),
  )
}

function tokenOf(context: CloverContext, merchantId: string): string {
  const token = tokensByMerchant(context.credentials().accessToken)[merchantId]
  if (token === undefined) throw new Fault('vendor_unauthorised', { merchantId })
  return token
}

/** Nothing when the vendor has no such object (any more). */
export async function getObject<Schema extends z.ZodType>(
  context: CloverContext,
  merchantId: string,
  path: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  const request = { method: 'GET', path, isRepeatable: true } as const
  const response = await call(context, merchantId, request)
  if (response.status === 404) return undefined
  if (response.status !== 200) throw refusal(response, request)
  return read(schema, response.body)
}

export interface Listed<Element> {
  readonly elements: Element[]
  /** The vendor's clock when it answered: ours may tell another time. */
  readonly atMs: number | undefined
}

export async function getList<Schema extends z.ZodType>(
  context: CloverContext,
  merchantId: string,
  path: string,
  query: Query,
  schema: Schema,
): Promise<Listed<z.infer<Schema>>> {
  const request = { method: 'GET', path: path + queryText(query), isRepeatable: true } as const
  const response = await call(context, merchantId, request)
  if (response.status !== 200) throw refusal(response, request)
  const atMs = Date.parse(response.headers.get('date') ?? '')
  return {
    elements: read(List, response.body).elements.map((element) => read(schema, element)),
    atMs: Number.isNaN(atMs) ? undefined : atMs,
  }
}

export interface Query {
  readonly filters?: readonly string[]
  /** Clover takes three at most. */
  readonly expand?: string
  readonly limit: number
  readonly offset?: number
}

function queryText({ filters = [], expand, limit, offset = 0 }: Query): string {
  const parts = filters.map((filter) => `filter=${encodeURIComponent(filter)}`)
  if (expand !== undefined) parts.push(`expand=${encodeURIComponent(expand)}`)
  parts.push(`limit=${limit}`, `offset=${offset}`)
  return `?${parts.join('&')}`
}

function refusal(response: HttpResponse, request: HttpRequest): Fault {
  return new Fault('vendor_refused', { status: response.status, path: pathOnly(request) })
}

function pathOnly({ path }: HttpRequest): string {
  return path.split('?')[0] ?? path
}
