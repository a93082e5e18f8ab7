/** Exchanges with a hub: whole, late, given up, cut off, and over a connection that the hub had closed. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import test, { type TestContext } from 'node:test'
import { type Exchange, exchange } from './exchange.ts'

async function serve(context: TestContext, listener: RequestListener) {
  const sockets: Socket[] = []
  const server = createServer(listener)
  server.on('connection', (socket) => sockets.push(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  context.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const send = (changes: Partial<Exchange> = {}) =>
    exchange(`http://127.0.0.1:${port}/path`, { ...plain, ...changes })
  return { sockets, send }
}

const plain: Exchange = {
  method: 'POST',
  headers: { authorization: 'Bearer x' },
  body: '{"é":1}',
  deadlineMs: 5_000,
  signal: undefined,
}

const echo: RequestListener = async (request, response) => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  response.writeHead(409, { etag: '"1"' })
  response.end(`${request.method} ${request.headers.authorization} ${Buffer.concat(parts)}`)
}

test('an answer of any status is an answer, and the connection is kept', async (context) => {
  const { sockets, send } = await serve(context, echo)
  const { status, headers, text } = await send()
  deepEqual([status, headers.etag, text], [409, '"1"', 'POST Bearer x {"é":1}'])
  equal((await send({ method: 'GET', body: undefined })).text, 'GET Bearer x ')
  equal(sockets.length, 1)
})

test('late, given up, cut off or too long: it is rejected, and nothing is left open', async (context) => {
  const silent = await serve(context, () => undefined)
  await rejects(silent.send({ deadlineMs: 30 }), /deadline/)
  const leaving = new AbortController()
  const given = silent.send({ signal: leaving.signal })
  setTimeout(() => leaving.abort(), 20)
  await rejects(given, /stopped/)
  await rejects(silent.send({ signal: leaving.signal }), /stopped/)
  ok(silent.sockets.length <= 2)

  const half = await serve(context, (_request, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half')
    setTimeout(() => response.destroy(), 10)
  })
  await rejects(half.send())
  const slow = await serve(context, (_request, response) => void response.write('begun'))
  await rejects(slow.send({ deadlineMs: 40 }))
  const endless = await serve(context, (_request, response) => {
    const part = Buffer.alloc(1_000_000)
    const more = () => {
      while (!response.destroyed && response.write(part));
    }
    response.on('drain', more)
    more()
  })
  await rejects(endless.send(), /bytes/)
})

test('a hub that is not there is rejected at once', () =>
  rejects(exchange('http://127.0.0.1:9/', plain), { code: 'ECONNREFUSED' }))

test('a kept connection that the hub has closed in the meantime costs nothing but a second try', async (context) => {
  let count = 0
  const { sockets, send } = await serve(context, (request, response) => {
    count += 1
    if (count === 2) return void request.socket.resetAndDestroy()
    echo(request, response)
  })
  equal((await send()).status, 409)
  equal((await send()).status, 409)
  equal(sockets.length, 2)
  // The first try on a new connection is the hub's own failure.
  count = 1
  sockets.at(-1)?.destroy()
  await new Promise((resolve) => setTimeout(resolve, 20))
  await rejects(send(), { code: 'ECONNRESET' })
})
