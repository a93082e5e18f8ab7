/** A small real HTTP server that serves the built console and recorded answers, as the hub would. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Fault } from '../../src/base/fault.ts'
import { FeedItem, Session } from '../../src/hub/views.ts'
import * as recorded from './recorded-answers.ts'
import { createRecordedApprovals } from './recorded-approvals.ts'
import { serveConsoleFile } from './serve-console.ts'

export interface RecordedHub {
  readonly origin: string
  readonly approvals: ReturnType<typeof createRecordedApprovals>
  /** Sends it to everybody who listens. */
  push(item: FeedItem): void
  /** Forgets all sessions, as when a cookie runs out. */
  signOutAll(): void
  close(): Promise<void>
}

interface State {
  readonly listeners: Set<ServerResponse>
  readonly signedIn: Set<string>
  readonly approvals: ReturnType<typeof createRecordedApprovals>
}

export async function startRecordedHub(): Promise<RecordedHub> {
  const state: State = {
    listeners: new Set(),
    signedIn: new Set(),
    approvals: createRecordedApprovals(),
  }
  const server = createServer((request, response) => {
    answer(state, request, response).catch((error: unknown) => {
      const body = Fault.from(error).toBody()
      send(response, body, body.status)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    approvals: state.approvals,
    push(item) {
      const data = JSON.stringify(FeedItem.parse(item))
      for (const listener of state.listeners) listener.write(`event: item\ndata: ${data}\n\n`)
    },
    signOutAll() {
      state.signedIn.clear()
      for (const listener of state.listeners) listener.destroy()
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (!url.pathname.startsWith('/v1/')) return await serveConsoleFile(url.pathname, response)
  if (request.method !== 'GET' && request.headers['x-tillway-request'] !== '1')
    throw new Fault('forbidden')
  const route = `${request.method} ${url.pathname}`
  if (route === 'GET /v1/personas') return send(response, { items: recorded.personas })
  if (route === 'POST /v1/session') return await enter(state, request, response)
  const personId = personOf(state, request)
  if (route === 'GET /v1/session') return send(response, sessionOf(personId))
  if (route === 'DELETE /v1/session') {
    state.signedIn.delete(personId)
    return response.writeHead(204).end()
  }
  if (route === 'GET /v1/feed/stream') return listen(state, response)
  const approvalId = /^POST \/v1\/approvals\/(.+)\/decision$/.exec(route)?.[1]
  if (approvalId !== undefined)
    return send(response, state.approvals.decide(approvalId, await readJson(request)))
  const traceId = /^GET \/v1\/threads\/(.+)$/.exec(route)?.[1]
  if (traceId !== undefined) return send(response, recorded.thread(traceId))
  const items = listOf(state, route, url)
  if (items === undefined) throw new Fault('not_found')
  send(response, { items })
}

function listOf(state: State, route: string, { searchParams }: URL): unknown[] | undefined {
  const [type, storeId] = [searchParams.get('type'), searchParams.get('storeId')]
  const isOfStore = (id: string) => storeId === null || id === storeId
  if (route === 'GET /v1/approvals') return state.approvals.items()
  if (route === 'GET /v1/stores') return recorded.stores
  if (route === 'GET /v1/dead-letters') return recorded.deadLetters
  if (route === 'GET /v1/sales/hourly')
    return recorded.hourlySales.filter((row) => isOfStore(row.storeId))
  if (route === 'GET /v1/feed')
    return recorded.feed.filter(
      ({ event }) => (type === null || event.type === type) && isOfStore(event.storeId),
    )
  return undefined
}

function personOf({ signedIn }: State, request: IncomingMessage): string {
  const personId = /tillway_session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1]
  if (personId === undefined || !signedIn.has(personId)) throw new Fault('unauthenticated')
  return personId
}

async function enter({ signedIn }: State, request: IncomingMessage, response: ServerResponse) {
  const { personId } = (await readJson(request)) as { personId: string }
  const session = sessionOf(personId)
  signedIn.add(personId)
  const cookie = `tillway_session=${personId}; HttpOnly; SameSite=Strict; Path=/`
  response.setHeader('set-cookie', cookie)
  send(response, session)
}

function listen({ listeners }: State, response: ServerResponse) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.write(': connected\n\n')
  listeners.add(response)
  response.on('close', () => listeners.delete(response))
}

function sessionOf(personId: string): Session {
  const person = recorded.personas.find((persona) => persona.personId === personId)
  if (person === undefined) throw new Fault('not_found', { field: 'personId' })
  return Session.parse({ person, chain: recorded.chain, regions: ['us', 'eu'] })
}

function send(response: ServerResponse, body: unknown, status = 200) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}
