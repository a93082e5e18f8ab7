/** What the HTTP client spares a vendor: a circuit that opens, a cap at once, a rate over time. */
import { deepEqual, equal, rejects } from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import test from 'node:test'
import { json, plenty, serve } from '../../test/http-server.ts'
import type { HttpRequest } from './http-client.ts'

const read: HttpRequest = { method: 'GET', path: '/', isRepeatable: true }

test('the circuit opens after eight failures in a row, and closes again', async (context) => {
  context.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  let status = 500
  const { seen, client } = await serve(context, (_q, response) => json(response, status, {}), {
    attemptsMax: 1,
  })
  for (let index = 0; index < 7; index += 1)
    await rejects(client.request(read), { code: 'vendor_unreachable' })
  status = 404
  await client.request(read)
  status = 500
  for (let index = 0; index < 8; index += 1)
    await rejects(client.request(read), { code: 'vendor_unreachable' })
  equal(seen.length, 16, 'any answer below 500 begins the count anew')
  await rejects(client.request(read), { code: 'circuit_open', detail: { retryAfterMs: 10_000 } })
  equal(seen.length, 16, 'an open circuit asks nobody')
  context.mock.timers.tick(10_000)
  status = 200
  equal((await client.request(read)).status, 200)
  equal(seen.length, 17)
})

test('as many go at once as the budget allows, and never more', async (context) => {
  const open: ServerResponse[] = []
  let mostOpen = 0
  const { seen, client } = await serve(
    context,
    (_request, response) => {
      open.push(response)
      mostOpen = Math.max(mostOpen, open.length)
      // Held until three are open, so that a client that sends fewer at once never ends.
      const ends = open.length === 3 || seen.length >= 12 ? open.splice(0) : []
      setImmediate(() => {
        for (const held of ends) json(held, 200, {})
      })
    },
    { budget: { ...plenty, concurrentMax: 3 } },
  )
  await Promise.all(Array.from({ length: 12 }, () => client.request(read)))
  deepEqual([mostOpen, seen.length], [3, 12])
})

test('who waits goes in the order of coming', async (context) => {
  const { seen, client } = await serve(context, (_q, response) => json(response, 200, {}), {
    budget: { ...plenty, concurrentMax: 1 },
  })
  const paths = Array.from({ length: 12 }, (_, index) => `/${index}`)
  await Promise.all(paths.map((path) => client.request({ ...read, path })))
  deepEqual(
    seen.map(({ path }) => path),
    paths,
  )
})

test('after the burst one goes each time the clock has filled one in', async (context) => {
  context.mock.timers.enable({ apis: ['Date', 'setTimeout'], now: 1_000_000 })
  const { seen, client } = await serve(context, (_q, response) => json(response, 200, {}), {
    budget: { perSecond: 2, burst: 3, concurrentMax: 10 },
  })
  const calls = Array.from({ length: 5 }, () => client.request(read))
  await Promise.all(calls.slice(0, 3))
  equal(seen.length, 3)
  context.mock.timers.tick(500)
  await calls[3]
  equal(seen.length, 4)
  context.mock.timers.tick(500)
  await calls[4]
  equal(seen.length, 5)
})
