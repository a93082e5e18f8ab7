/**
 * The one HTTP client for calls to vendors: a deadline on every attempt, bounded retries with
 * jitter, a budget of requests per second and at once, and a circuit that opens on repeated failure.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from './fault.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Appended to the base URL; begins with a slash and may carry a query. */
  readonly path: string
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** True when the vendor gives the same result for the same request: then it may be retried. */
  readonly isRepeatable: boolean
}

export interface HttpResponse {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON where the answer is JSON, else its text. */
  readonly body: unknown
}

export interface HttpBudget {
  readonly perSecond: number
  /** How many may go at once after a quiet time. */
  readonly burst: number
  readonly concurrentMax: number
}

export interface HttpClientOptions {
  readonly baseUrl: string
  readonly budget: HttpBudget
  readonly attemptDeadlineMs?: number
  readonly attemptsMax?: number
  readonly bodyBytesMax?: number
  /** Asked before every attempt, since tokens change. */
  readonly headers?: () =>
    | Readonly<Record<string, string>>
    | Promise<Readonly<Record<string, string>>>
  /** Called once after a 401; true when new credentials are in place and the call may go again. */
  readonly reauthorise?: () => Promise<boolean>
}

export interface HttpClient {
  /**
   * Any answer below 500 except 429 is returned for the caller to read.
   * @throws Fault vendor_unreachable | vendor_throttled | circuit_open | vendor_answer_malformed
   */
  request(request: HttpRequest): Promise<HttpResponse>
}

const backoffMs = { first: 200, max: 10_000 } as const
const circuit = { failuresMax: 8, openMs: 10_000 } as const

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const attemptsMax = options.attemptsMax ?? 4
  const limiter = createLimiter(options.budget)
  let failuresInRow = 0
  let closedAgainAtMs = 0

  async function attempt(request: HttpRequest): Promise<HttpResponse> {
    await limiter.enter()
    try {
      return await send(options, request)
    } finally {
      limiter.leave()
    }
  }

  async function request(request: HttpRequest): Promise<HttpResponse> {
    let reauthorised = false
    for (let attemptNumber = 1; ; attemptNumber += 1) {
      if (Date.now() < closedAgainAtMs)
        throw new Fault('circuit_open', { retryAfterMs: closedAgainAtMs - Date.now() })
      let response: HttpResponse | undefined
      let cause: unknown
      try {
        response = await attempt(request)
      } catch (error) {
        if (error instanceof Fault) throw error
        cause = error
      }
      if (response?.status === 401 && options.reauthorise !== undefined && !reauthorised) {
        reauthorised = true
        if (await options.reauthorise()) continue
      }
      if (response !== undefined && response.status < 500 && response.status !== 429) {
        failuresInRow = 0
        return response
      }
      const isThrottled = response?.status === 429
      if (!isThrottled) {
        failuresInRow += 1
        if (failuresInRow >= circuit.failuresMax) closedAgainAtMs = Date.now() + circuit.openMs
      }
      // A throttled request was not carried out, so even one that is not repeatable may go again.
      const mayRepeat = (request.isRepeatable || isThrottled) && attemptNumber < attemptsMax
      if (!mayRepeat) throw failureOf(response, cause, attemptNumber)
      await sleep(waitMs(attemptNumber, response))
    }
  }

  return { request }
}

async function send(options: HttpClientOptions, request: HttpRequest): Promise<HttpResponse> {
  const body =
    request.json !== undefined
      ? JSON.stringify(request.json)
      : request.form !== undefined
        ? new URLSearchParams(request.form).toString()
        : undefined
  const response = await fetch(options.baseUrl + request.path, {
    method: request.method,
    redirect: 'manual',
    signal: AbortSignal.timeout(options.attemptDeadlineMs ?? 10_000),
    headers: {
      accept: 'application/json',
      ...(request.json !== undefined && { 'content-type': 'application/json' }),
      ...(request.form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(await options.headers?.()),
      ...request.headers,
    },
    ...(body !== undefined && { body }),
  })
  const text = await readBounded(response, options.bodyBytesMax ?? 20_000_000)
  return { status: response.status, headers: response.headers, body: parseBody(response, text) }
}

async function readBounded(response: Response, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > bytesMax)
      throw new Fault('vendor_answer_malformed', { expected: `<= ${bytesMax} bytes` })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseBody(response: Response, text: string): unknown {
  if (!response.headers.get('content-type')?.includes('json') || text === '') return text
  try {
    return JSON.parse(text)
  } catch (cause) {
    if (response.status >= 400) return text
    throw new Fault('vendor_answer_malformed', { expected: 'JSON' }, cause)
  }
}

function failureOf(response: HttpResponse | undefined, cause: unknown, attempts: number): Fault {
  if (response?.status === 429) return new Fault('vendor_throttled', { attempts })
  return new Fault('vendor_unreachable', { attempts, status: response?.status ?? 0 }, cause)
}

/** What the vendor asks for (seconds, or a date), else exponential with full jitter. */
function waitMs(attemptNumber: number, response: HttpResponse | undefined): number {
  const asked = response?.headers.get('retry-after')
  if (asked) {
    const seconds = Number(asked)
    // A date is read against the answer's own: the vendor's clock need not be ours.
    const answeredMs = Date.parse(response?.headers.get('date') ?? '') || Date.now()
    const ms = Number.isNaN(seconds) ? Date.parse(asked) - answeredMs : seconds * 1000
    if (Number.isFinite(ms)) return Math.min(Math.max(ms, 0), 60_000)
  }
  const ceiling = Math.min(backoffMs.first * 2 ** (attemptNumber - 1), backoffMs.max)
  return ceiling / 2 + Math.random() * (ceiling / 2)
}

/** A token bucket and a cap on what runs at once; callers wait in the order they came. */
function createLimiter(budget: HttpBudget) {
  let tokens = budget.burst
  let filledAtMs = Date.now()
  let running = 0
  const waiting: (() => void)[] = []
  let timer: NodeJS.Timeout | undefined

  function admit(): void {
    const nowMs = Date.now()
    tokens = Math.min(budget.burst, tokens + ((nowMs - filledAtMs) / 1000) * budget.perSecond)
    filledAtMs = nowMs
    while (waiting.length > 0 && running < budget.concurrentMax && tokens >= 1) {
      tokens -= 1
      running += 1
      waiting.shift()?.()
    }
    if (waiting.length > 0 && running < budget.concurrentMax && timer === undefined) {
      const untilNextMs = Math.ceil(((1 - tokens) / budget.perSecond) * 1000)
      timer = setTimeout(
        () => {
          timer = undefined
          admit()
        },
        Math.max(untilNextMs, 1),
      )
    }
  }

  return {
    enter: () =>
      new Promise<void>((resolve) => {
        waiting.push(resolve)
        admit()
      }),
    leave: () => {
      running -= 1
      admit()
    },
  }
}
