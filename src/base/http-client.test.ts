/**
 * The HTTP client against a real server: what it retries and what it never does, and what it
 * refuses to read. Asserted on numbers and order of requests, never on durations.
 */
import { deepEqual, equal, rejects } from 'node:assert/strict'
import test from 'node:test'
import { type Answer, json, serve } from '../../test/http-server.ts'
import type { HttpRequest } from './http-client.ts'

const read: HttpRequest = { method: 'GET', path: '/', isRepeatable: true }
const write: HttpRequest = { method: 'POST', path: '/', json: { a: 1 }, isRepeatable: false }

/** Each status in turn, the last one ever after; asks to be called again at once. */
const inTurn =
  (...statuses: number[]): Answer =>
  (_request, response, ordinal) =>
    json(
      response,
      statuses[Math.min(ordinal, statuses.length - 1)] ?? 200,
      {},
      { 'retry-after': '0' },
    )

test('a request carries method, path, JSON, and headers asked for anew each time', async (context) => {
  let token = 0
  const { seen, client } = await serve(
    context,
    (_q, response) => json(response, 200, { ok: true }),
    {
      headers: async () => ({ authorization: `Bearer ${++token}` }),
    },
  )
  const answer = await client.request({
    ...write,
    path: '/orders?limit=2',
    headers: { 'x-own': 'y' },
  })
  await client.request({
    method: 'POST',
    path: '/token',
    form: { a: '1 &', b: 'é' },
    isRepeatable: true,
  })
  deepEqual([answer.status, answer.body], [200, { ok: true }])
  deepEqual(
    seen.map(({ method, path, body, headers }) => [method, path, body, headers.authorization]),
    [
      ['POST', '/orders?limit=2', '{"a":1}', 'Bearer 1'],
      ['POST', '/token', 'a=1+%26&b=%C3%A9', 'Bearer 2'],
    ],
  )
  equal(seen[0]?.headers['content-type'], 'application/json')
  equal(seen[0]?.headers['x-own'], 'y')
})

const outcomes = [
  {
    why: 'a failure is tried again',
    request: read,
    statuses: [500, 502, 200],
    gives: 200,
    attempts: 3,
  },
  {
    why: 'until attempts run out',
    request: read,
    statuses: [500],
    gives: 'vendor_unreachable',
    attempts: 4,
  },
  {
    why: 'what is not repeatable is sent once',
    request: write,
    statuses: [500, 200],
    gives: 'vendor_unreachable',
    attempts: 1,
  },
  {
    why: 'a throttled request was not carried out, so any may go again',
    request: write,
    statuses: [429, 200],
    gives: 200,
    attempts: 2,
  },
  {
    why: 'throttled for good',
    request: write,
    statuses: [429],
    gives: 'vendor_throttled',
    attempts: 4,
  },
  {
    why: 'a refusal is for the caller to read',
    request: read,
    statuses: [422, 200],
    gives: 422,
    attempts: 1,
  },
  {
    why: 'a redirect is not followed',
    request: read,
    statuses: [302, 200],
    gives: 302,
    attempts: 1,
  },
  {
    why: '401 without a way to new credentials',
    request: read,
    statuses: [401, 200],
    gives: 401,
    attempts: 1,
  },
]
for (const { why, request, statuses, gives, attempts } of outcomes)
  test(why, async (context) => {
    const { seen, client } = await serve(context, inTurn(...statuses))
    if (typeof gives === 'number') equal((await client.request(request)).status, gives)
    else await rejects(client.request(request), { code: gives, status: 503 })
    equal(seen.length, attempts)
  })

test('attempts are bounded as asked', async (context) => {
  const { seen, client } = await serve(context, inTurn(503), { attemptsMax: 2 })
  await rejects(client.request(read), { detail: { attempts: 2, status: 503 } })
  equal(seen.length, 2)
})

for (const form of ['seconds', 'a date'])
  test(`Retry-After in ${form} is waited for: one refusal, then success`, async (context) => {
    let openAtMs = 0
    const { seen, client } = await serve(context, (_request, response) => {
      if (openAtMs === 0)
        openAtMs =
          form === 'a date' ? Math.ceil(Date.now() / 1000) * 1000 + 1000 : Date.now() + 1000
      // A timer may fire a moment early; a client that guesses comes far earlier.
      const isOpen = Date.now() > openAtMs - 50
      const wait = form === 'a date' ? new Date(openAtMs).toUTCString() : '1'
      json(response, isOpen ? 200 : 429, {}, isOpen ? {} : { 'retry-after': wait })
    })
    equal((await client.request(read)).status, 200)
    equal(seen.length, 2)
  })

test('a wait that makes no sense is no reason to fail, nor is a date gone by', async (context) => {
  const { seen, client } = await serve(context, (_request, response, ordinal) => {
    const wait = ordinal === 0 ? 'soon' : 'Thu, 01 Jan 1970 00:00:00 GMT'
    json(response, ordinal < 2 ? 429 : 200, {}, { 'retry-after': wait })
  })
  equal((await client.request(read)).status, 200)
  equal(seen.length, 3)
})

test('after 401 new credentials are asked for once', async (context) => {
  let [asked, token] = [0, 'old']
  const { seen, client } = await serve(
    context,
    (request, response) => json(response, request.headers.authorization === 'new' ? 200 : 401, {}),
    {
      attemptsMax: 1,
      headers: () => ({ authorization: token }),
      reauthorise: async () => {
        asked += 1
        token = 'new'
        return true
      },
    },
  )
  equal((await client.request(write)).status, 200)
  deepEqual([asked, seen.length], [1, 2])
})

test('credentials that are refused again end with that answer, and so does having none', async (context) => {
  for (const [given, attempts] of [
    [true, 2],
    [false, 1],
  ] as const) {
    const { seen, client } = await serve(context, inTurn(401), { reauthorise: async () => given })
    equal((await client.request(read)).status, 401)
    equal(seen.length, attempts)
  }
})

test('a vendor that never answers meets the deadline of each attempt', async (context) => {
  const never: Answer = () => {}
  const { seen, client } = await serve(context, never, { attemptDeadlineMs: 250, attemptsMax: 2 })
  await rejects(client.request(read), { code: 'vendor_unreachable' })
  equal(seen.length, 2)
  await rejects(client.request(write), {
    code: 'vendor_unreachable',
    detail: { attempts: 1, status: 0 },
  })
})

test('a body that stalls half way meets the same deadline', async (context) => {
  const stalls: Answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
    response.write('{"a":')
  }
  const { client } = await serve(context, stalls, { attemptDeadlineMs: 250, attemptsMax: 1 })
  await rejects(client.request(read), { code: 'vendor_unreachable' })
})

test('a connection cut off is tried again where that is safe', async (context) => {
  const { seen, client } = await serve(context, (_request, response, ordinal) => {
    if (ordinal === 0) response.destroy()
    else json(response, 200, {})
  })
  equal((await client.request(read)).status, 200)
  equal(seen.length, 2)
})

test('an answer too large is not read to its end, nor asked for again', async (context) => {
  const { seen, client } = await serve(
    context,
    (_request, response) => json(response, 200, { text: 'x'.repeat(5000) }),
    { bodyBytesMax: 1000 },
  )
  await rejects(client.request(read), {
    code: 'vendor_answer_malformed',
    detail: { expected: '<= 1000 bytes' },
  })
  equal(seen.length, 1)
})

const bodies = [
  { why: 'text is text', type: 'text/plain', status: 200, text: '{"a":1}', wants: '{"a":1}' },
  {
    why: 'any JSON type',
    type: 'application/problem+json',
    status: 422,
    text: '{"a":1}',
    wants: { a: 1 },
  },
  { why: 'nothing at all', type: 'application/json', status: 200, text: '', wants: '' },
  {
    why: 'an error that calls itself JSON',
    type: 'application/json',
    status: 400,
    text: '<html>',
    wants: '<html>',
  },
]
for (const { why, type, status, text, wants } of bodies)
  test(`body: ${why}`, async (context) => {
    const { client } = await serve(context, (_request, response) => {
      response.writeHead(status, { 'content-type': type })
      response.end(text)
    })
    deepEqual((await client.request(read)).body, wants)
  })

test('a success that calls itself JSON and is none is a fault of the vendor', async (context) => {
  const { seen, client } = await serve(context, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end('{"a":')
  })
  await rejects(client.request(read), { code: 'vendor_answer_malformed' })
  equal(seen.length, 1)
})
