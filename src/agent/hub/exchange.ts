/**
 * One HTTP exchange with the hub over a connection that is kept. Node's own client: measured, `fetch`
 * takes four times as much of a core, for each question that a register asks.
 */
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import https from 'node:https'

export interface Exchange {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** From now until the answer is whole. */
  readonly deadlineMs: number
  readonly signal: AbortSignal | undefined
}

export interface HubAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** One of them waits for commands; the others are for questions, events and the rest. */
const pool = { keepAlive: true, maxSockets: 64 } as const
const agents = { http: new http.Agent(pool), https: new https.Agent(pool) } as const
const answerBytesMax = 20_000_000

/** Rejects with whatever went wrong on the way; an answer of any status is an answer. */
export async function exchange(url: string, given: Exchange): Promise<HubAnswer> {
  const again = Symbol('again')
  const first = await attempt(url, given, again)
  return first === again ? ((await attempt(url, given)) as HubAnswer) : first
}

/** @param again what comes of it when a kept connection turns out to have been closed by the hub */
function attempt<Again>(
  url: string,
  { method, headers, body, deadlineMs, signal }: Exchange,
  again?: Again,
): Promise<HubAnswer | Again> {
  const isSecure = url.startsWith('https:')
  const { promise, resolve, reject } = Promise.withResolvers<HubAnswer | Again>()
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
  const request = (isSecure ? https : http).request(url, {
    method,
    headers: { ...headers, ...length },
    agent: isSecure ? agents.https : agents.http,
  })
  const stop = () => void request.destroy(new Error('the deadline passed, or the caller stopped'))
  const timer = setTimeout(stop, deadlineMs)
  signal?.addEventListener('abort', stop, { once: true })
  request.once('response', (response) => readText(response).then(resolve, reject))
  request.once('error', (error: Error & { code?: string }) => {
    const isStale = request.reusedSocket && error.code === 'ECONNRESET' && again !== undefined
    if (isStale) resolve(again)
    else reject(error)
  })
  if (signal?.aborted) stop()
  else request.end(body)
  return promise.finally(() => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  })
}

async function readText(response: IncomingMessage): Promise<HubAnswer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > answerBytesMax) throw new Error(`the answer has more than ${answerBytesMax} bytes`)
    chunks.push(chunk)
  }
  const { statusCode = 0, headers } = response
  return { status: statusCode, headers, text: Buffer.concat(chunks).toString('utf8') }
}
