/** The hub's HTTP API, as far as the console uses it: the only file that fetches. */
import type {
  ApprovalDecision,
  ApprovalItem,
  DeadLetterView,
  FeedItem,
  HourlySales,
  Persona,
  Session,
  StoreView,
  Thread,
} from '../hub/views.ts'

/** What a person is shown when something fails; what the hub answers, or what stands for no answer. */
export interface FaultView {
  readonly code: string
  readonly status: number
  readonly says: string
  readonly field?: string
  readonly expected?: string
}

export class HubFault extends Error {
  override readonly name = 'HubFault'
  readonly fault: FaultView

  constructor(fault: FaultView) {
    super(fault.says)
    this.fault = fault
  }
}

const unreachable: FaultView = {
  code: 'hub_unreachable',
  status: 0,
  says: 'The hub does not answer. Your view may be old.',
}

const deadlineMs = 15_000

export const getSession = () => get<Session>('/v1/session')
export const signIn = (personId: string) => send<Session>('POST', '/v1/session', { personId })
export const signOut = () => send<void>('DELETE', '/v1/session')
export const getPersonas = () => getItems<Persona>('/v1/personas')
export const getThread = (traceId: string) =>
  get<Thread>(`/v1/threads/${encodeURIComponent(traceId)}`)
export const getOpenApprovals = () => getItems<ApprovalItem>('/v1/approvals?state=open')
export const decideApproval = (approvalId: string, decision: ApprovalDecision) =>
  send<ApprovalItem>('POST', `/v1/approvals/${encodeURIComponent(approvalId)}/decision`, decision)
export const getStores = () => getItems<StoreView>('/v1/stores')
export const getDeadLetters = () => getItems<DeadLetterView>('/v1/dead-letters')
export const documentUrl = (documentId: string) => `/v1/documents/${encodeURIComponent(documentId)}`

export function getHourlySales(hours: number, storeId?: string): Promise<HourlySales[]> {
  return getItems<HourlySales>(`/v1/sales/hourly?${query({ hours: String(hours), storeId })}`)
}

/** The hub filters by one type at a time, so several types are several questions. */
export async function getFeed(types: readonly string[], storeId?: string): Promise<FeedItem[]> {
  const asked = types.length === 0 ? [undefined] : types
  const pages = await Promise.all(
    asked.map((type) => getItems<FeedItem>(`/v1/feed?${query({ limit: '50', type, storeId })}`)),
  )
  return pages.flat()
}

/** Calls back for every new event. The browser reconnects by itself, except after a refusal. */
export function openFeedStream(on: {
  item: (item: FeedItem) => void
  state: (state: 'live' | 'reconnecting' | 'refused') => void
}): () => void {
  const source = new EventSource('/v1/feed/stream')
  source.addEventListener('open', () => on.state('live'))
  source.addEventListener('item', ({ data }) => on.item(JSON.parse(data) as FeedItem))
  source.addEventListener('error', () =>
    on.state(source.readyState === EventSource.CLOSED ? 'refused' : 'reconnecting'),
  )
  return () => source.close()
}

async function getItems<Item>(path: string): Promise<Item[]> {
  const answer = await get<{ items: Item[] }>(path)
  return answer.items
}

const get = <Answer>(path: string) => ask<Answer>(path, {})

function send<Answer>(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<Answer> {
  return ask<Answer>(path, {
    method,
    // A form on a foreign page cannot set this header: it proves that the console asks.
    headers: {
      'x-tillway-request': '1',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

async function ask<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const signal = AbortSignal.timeout(deadlineMs)
  const response = await fetch(path, { credentials: 'same-origin', signal, ...init }).catch(() => {
    throw new HubFault(unreachable)
  })
  const text = await response.text().catch(() => '')
  if (!response.ok) throw new HubFault(faultOf(response.status, text))
  return (text === '' ? undefined : parse(text, response.status)) as Answer
}

function parse(text: string, status: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new HubFault({ code: 'answer_malformed', status, says: 'The hub sent no valid answer.' })
  }
}

function faultOf(status: number, text: string): FaultView {
  try {
    const body = JSON.parse(text) as Partial<FaultView>
    if (typeof body.code === 'string' && typeof body.says === 'string')
      return { ...body, code: body.code, says: body.says, status }
  } catch {
    // A proxy in between may answer with a page instead of a fault.
  }
  return { code: `http_${status}`, status, says: `The hub answered with status ${status}.` }
}

function query(parts: Record<string, string | undefined>): string {
  const given = Object.entries(parts).filter((part): part is [string, string] => !!part[1])
  return new URLSearchParams(given).toString()
}
