/** A real HTTP server for tests of the HTTP client: it notes what it is asked and answers as told. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import {
  createHttpClient,
  type HttpClient,
  type HttpClientOptions,
} from '../src/base/http-client.ts'

export type Answer = (request: IncomingMessage, response: ServerResponse, ordinal: number) => void

export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  body: string
}

export const plenty = { perSecond: 1000, burst: 1000, concurrentMax: 100 } as const

/** Listens until the test is over. `client` speaks to it, with plenty of budget unless told else. */
export async function serve(
  context: TestContext,
  answer: Answer,
  options: Partial<HttpClientOptions> = {},
): Promise<{ seen: Seen[]; client: HttpClient }> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const ordinal = seen.length
    const { method = '', url: path = '', headers } = request
    const entry: Seen = { method, path, headers, body: '' }
    seen.push(entry)
    for await (const chunk of request) entry.body += chunk
    answer(request, response, ordinal)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  context.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { seen, client: createHttpClient({ baseUrl, budget: plenty, ...options }) }
}

export function json(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}
