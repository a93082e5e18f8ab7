/**
 * The emulated Lightspeed in a process of its own: keeps its webhooks for the load generator, and
 * notes when an order that was placed through its API is sent to the supplier.
 */
import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyRequest } from 'fastify'
import { openDocumentStore } from '../../src/simulator/document-store.ts'
import { lightspeedEmulator } from '../../src/simulator/vendors/lightspeed/emulator.ts'
import type { Delivery } from '../../src/simulator/webhook-sender.ts'
import { saveRequests } from '../load/requests.ts'
import { serve } from '../parts/helper.ts'
import { monotonicMs } from '../parts/monotonic.ts'
import { type BenchStore, benchStores, products } from './chain.ts'
import { createTills, type Receipt } from './tills.ts'

export interface PlacedOrder {
  readonly productId: string
  /** On the machine's monotonic clock: the API call that makes the order, and the end of the one that sends it. */
  readonly begunAtMs: number
  readonly sentAtMs: number
}

export interface LowStock {
  /** Place in the stream. */
  readonly index: number
  readonly storeId: string
  readonly sku: string
  readonly productId: string
}

const counts = { calls: 0, throttled: 0 }
const placed: PlacedOrder[] = []
const begun = new Map<string, { atMs: number; productId?: string }>()
let sent: Delivery[] = []

const webhooks = {
  send: (delivery: Delivery) => void sent.push(delivery),
  idle: () => Promise.resolve(),
  close: () => Promise.resolve(),
  counts: { sent: 0, acknowledged: 0, retried: 0, dropped: 0, duplicated: 0, given_up: 0 },
}
const emulator = lightspeedEmulator({
  documents: openDocumentStore(':memory:'),
  webhooks,
  nowMs: Date.now,
})

let stores: readonly BenchStore[] = []
let tills = createTills(emulator, stores)

type Call = FastifyRequest<{ Params: { id?: string } }>

/** An order's life in three calls: made, given its product, marked as sent. */
function note(request: Call, status: number, payload: unknown): void {
  const route = `${request.method} ${request.routeOptions.url?.replace(/^\/api\/[^/]+/, '')}`
  const id = request.params.id ?? ''
  if (status === 429) counts.throttled += 1
  if (status >= 300) return
  if (route === 'POST /consignments') {
    const { data } = JSON.parse(String(payload)) as { data: { id: string } }
    begun.set(data.id, { atMs: monotonicMs() })
  } else if (route === 'POST /consignments/:id/bulk') {
    const [line] = request.body as { product_id: string }[]
    const order = begun.get(id)
    if (order !== undefined && line !== undefined) order.productId = line.product_id
  } else if (route === 'PUT /consignments/:id') {
    const { atMs, productId } = begun.get(id) ?? {}
    if (atMs !== undefined && productId !== undefined)
      placed.push({ productId, begunAtMs: atMs, sentAtMs: monotonicMs() })
  }
}

async function open(agentUrl: string) {
  stores = benchStores(agentUrl)
  tills = createTills(emulator, stores)
  for (const { account } of stores) emulator.open(account, products, () => 10_000)
  const app = Fastify({ logger: false, forceCloseConnections: true })
  app.addHook('onSend', async (request, reply, payload) => {
    counts.calls += 1
    note(request as Call, reply.statusCode, payload)
  })
  await emulator.routes(app)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return {
    apiBaseUrl: `http://127.0.0.1:${port}`,
    credentials: stores.map(({ account }) => emulator.credentials(account.accountId)),
  }
}

/** Days of sales, which the agent finds when it sweeps. */
function history(days: number): Receipt[] {
  const receipts = tills.history(days)
  sent = []
  return receipts
}

interface StreamInput {
  readonly file: string
  readonly count: number
  /** One webhook in so many tells of a shelf that is nearly empty. */
  readonly lowEvery: number
}

/** Sales with the stock they move, and in between a shelf that is nearly empty; written down as signed. */
function stream({ file, count, lowEvery }: StreamInput): LowStock[] {
  const lows: LowStock[] = []
  const deliveries: Delivery[] = []
  let queue: Delivery[] = []
  const caught = (work: () => void): Delivery[] => {
    sent = []
    work()
    return sent
  }
  for (let index = 0; index < count; index += 1) {
    if (index % lowEvery === lowEvery / 2) {
      const { store, sku } = tills.nextShelf()
      const [delivery] = caught(() => tills.empty(store, sku))
      if (delivery === undefined) throw new Error('the emulator told of no level')
      lows.push({ index, storeId: store.storeId, sku, productId: productIn(delivery) })
      deliveries.push(delivery)
      continue
    }
    while (queue.length === 0) queue = caught(() => tills.sell())
    const delivery = queue.shift()
    if (delivery !== undefined) deliveries.push(delivery)
  }
  saveRequests(
    file,
    deliveries.map(({ url, body, headers }) => ({
      method: 'POST',
      path: new URL(url).pathname,
      headers: headers(1, undefined),
      body,
    })),
  )
  return lows
}

function productIn({ body }: Delivery): string {
  const payload = new URLSearchParams(body).get('payload') ?? ''
  return (JSON.parse(payload) as { product_id: string }).product_id
}

const methods = {
  open,
  history,
  stream,
  placed: (_: undefined) => placed,
  calls: (_: undefined) => counts,
}
export type EmulatedLightspeed = typeof methods

serve(methods)
