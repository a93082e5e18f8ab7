/** Calls to Square's API: answers checked against their shapes, errors turned into faults. */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import type { HttpClient, HttpRequest, HttpResponse } from '../../base/http-client.ts'
import { parse } from '../../base/parse.ts'
import { maybe } from './resources.ts'

const Errors = z.looseObject({
  errors: z.array(z.looseObject({ code: z.string().max(100), field: maybe(z.string().max(200)) })),
})

/** Square's code and field of the first error; its `detail` may repeat what we sent, so it stays out. */
export function errorOf(response: HttpResponse): { code: string; field?: string } {
  const [first] = Errors.safeParse(response.body).data?.errors ?? []
  return {
    code: first?.code ?? 'unknown',
    ...(first?.field !== undefined && { field: first.field }),
  }
}

/** @throws Fault vendor_unauthorised | vendor_refused | payload_malformed, and those of the client */
export async function ask<Schema extends z.ZodType>(
  api: HttpClient,
  request: HttpRequest,
  answer: Schema,
): Promise<z.infer<Schema>> {
  const response = await api.request(request)
  if (response.status < 300) return parse(answer, response.body, 'payload_malformed')
  const detail = { status: response.status, ...errorOf(response) }
  if (response.status === 401 || response.status === 403)
    throw new Fault('vendor_unauthorised', detail)
  throw new Fault('vendor_refused', detail)
}

export async function askIfThere<Schema extends z.ZodType>(
  api: HttpClient,
  request: HttpRequest,
  answer: Schema,
): Promise<z.infer<Schema> | undefined> {
  try {
    return await ask(api, request, answer)
  } catch (error) {
    if (error instanceof Fault && error.code === 'vendor_refused' && error.detail.status === 404)
      return undefined
    throw error
  }
}

export function get(path: string, query: Readonly<Record<string, string>> = {}): HttpRequest {
  const search = new URLSearchParams(query).toString()
  return { method: 'GET', path: search === '' ? path : `${path}?${search}`, isRepeatable: true }
}

/** A search or a batch read: a POST that changes nothing. */
export function search(path: string, json: unknown): HttpRequest {
  return { method: 'POST', path, json, isRepeatable: true }
}

const Paged = z.looseObject({ cursor: maybe(z.string()) })

/** Every page of a listing. Square's cursors live five minutes, so they are never kept. */
export async function* pages<Schema extends z.ZodType>(
  api: HttpClient,
  request: (cursor: string | undefined) => HttpRequest,
  answer: Schema,
): AsyncGenerator<{ page: z.infer<Schema>; isLast: boolean }> {
  let cursor: string | undefined
  do {
    const body = await ask(api, request(cursor), z.unknown())
    const page = parse(answer, body, 'payload_malformed')
    cursor = parse(Paged, body, 'payload_malformed').cursor
    if (cursor === '') cursor = undefined
    yield { page, isLast: cursor === undefined }
  } while (cursor !== undefined)
}

/** Adds Square's cursor to a query or a body, where there is one. */
export function at<Query extends object>(query: Query, cursor: string | undefined) {
  return cursor === undefined ? query : { ...query, cursor }
}
