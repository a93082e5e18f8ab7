/**
 * Calls of the REST API, pinned to the dated version 2026-07; shifts by API 2.0, where they are
 * documented. Lists are change feeds: rows after a version, ascending, and only an empty page ends
 * them. Stock is the exception: a POST that reads, answering a bare array.
 */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import type { HttpClient, HttpRequest } from '../../base/http-client.ts'
import { parse } from '../../base/parse.ts'
import type { Instant } from '../../base/time.ts'
import { instantOfDate } from './goods.ts'

export const dated = '/api/2026-07'
export const undated = '/api/2.0'

const Data = z.object({ data: z.unknown() })
const Page = z.object({
  data: z.array(z.unknown()),
  version: z.object({ max: z.int().nullable() }).nullish(),
})
const Rows = z.array(z.unknown())
const Versioned = z.union([
  z.object({ version: z.int() }).transform(({ version }) => version),
  z
    .looseObject({ _metadata: z.object({ version: z.int() }) })
    .transform(({ _metadata }) => _metadata.version),
])

const pageRows = 200
const stockPageRows = 1000

export interface Answer {
  readonly status: number
  readonly body: unknown
  /** By the vendor's clock. */
  readonly at: Instant | undefined
}

/**
 * Nothing when there is no such thing (404).
 * @throws Fault vendor_unauthorised | vendor_refused and those of the client
 */
export async function ask(
  api: HttpClient,
  request: HttpRequest,
  alsoFine: readonly number[] = [],
): Promise<Answer | undefined> {
  const { status, body, headers } = await api.request(request)
  if (status === 404) return undefined
  if (status === 401 || status === 403) throw new Fault('vendor_unauthorised', { status })
  if ((status < 200 || status > 299) && !alsoFine.includes(status))
    throw new Fault('vendor_refused', { status, path: request.path.split('?')[0] })
  return { status, body, at: instantOfDate(headers.get('date')) }
}

/** The `data` of one thing, or nothing when there is none. */
export async function getOne<Schema extends z.ZodType>(
  api: HttpClient,
  path: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  const answer = await ask(api, { method: 'GET', path, isRepeatable: true })
  return answer === undefined ? undefined : dataOf(answer, schema)
}

/** @throws Fault vendor_answer_malformed */
export function dataOf<Schema extends z.ZodType>(answer: Answer, schema: Schema): z.infer<Schema> {
  const { data } = parse(Data, answer.body, 'vendor_answer_malformed')
  return parse(schema, data, 'vendor_answer_malformed')
}

export interface Rows {
  readonly rows: readonly { readonly version: number; readonly row: unknown }[]
  readonly at: Instant | undefined
}

/** All pages of a list after a version. */
export async function* pagesAfter(
  api: HttpClient,
  path: string,
  after: number,
): AsyncGenerator<Rows> {
  for (let position = after; ; ) {
    const query = `${path.includes('?') ? '&' : '?'}after=${position}&page_size=${pageRows}`
    const answer = await ask(api, { method: 'GET', path: path + query, isRepeatable: true })
    const page = parse(Page, answer?.body ?? { data: [] }, 'vendor_answer_malformed')
    if (page.data.length === 0) return
    const rows = page.data.map((row) => versioned(row, page.version?.max ?? 0))
    yield { rows, at: answer?.at }
    position = nextAfter(position, Math.max(...rows.map(({ version }) => version)))
  }
}

/** Stock levels after a version, or all of one product. */
export async function* stockAfter(api: HttpClient, after: number): AsyncGenerator<Rows> {
  for (let position = after; ; ) {
    const page = await stockPage(api, { after: position, size: stockPageRows })
    if (page.rows.length === 0) return
    yield page
    position = nextAfter(position, Math.max(...page.rows.map(({ version }) => version)))
  }
}

export async function stockPage(api: HttpClient, query: Record<string, unknown>): Promise<Rows> {
  const answer = await ask(api, {
    method: 'POST',
    path: `${dated}/inventory`,
    json: { ...query, sort_direction: 'asc' },
    isRepeatable: true,
  })
  const rows = parse(Rows, answer?.body ?? [], 'vendor_answer_malformed')
  return { rows: rows.map((row) => versioned(row, 0)), at: answer?.at }
}

/** A list that does not move on would be walked for ever. */
function nextAfter(position: number, max: number): number {
  if (max <= position)
    throw new Fault('vendor_answer_malformed', { field: 'version', expected: `> ${position}` })
  return max
}

/** Sales keep their version in `_metadata`; suppliers have none, only their page does. */
function versioned(row: unknown, pageMax: number): { version: number; row: unknown } {
  const own = Versioned.safeParse(row)
  return { version: own.success ? own.data : pageMax, row }
}
