/** Corner POS: a vendor that exists only in these tests; a whole instance of the contract, and its API. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import type { FaultCode } from '../../src/base/fault.ts'
import { Fault } from '../../src/base/fault.ts'
import { parseJson } from '../../src/base/json.ts'
import { parse } from '../../src/base/parse.ts'
import { hmacSha256, isSame } from '../../src/base/signature.ts'
import {
  type Connection,
  type DraftEvent,
  defineConnector,
  nothing,
  type Translation,
  type TranslationContext,
  type WebhookRequest,
} from '../../src/connectors/connector.ts'
import { externalSaleId, saleIdFrom } from '../../src/connectors/external-id.ts'

export const webhookSecret = 'corner-webhook-secret'

const Line = z.object({ sku: z.string(), name: z.string(), price: z.int() })
const CornerSale = z.object({
  id: z.string(),
  store: z.string(),
  at: z.string(),
  total: z.int(),
  email: z.string().optional(),
  lines: z.array(Line),
})
export type CornerSale = z.infer<typeof CornerSale>

const Payload = z.discriminatedUnion('event', [
  z.object({ event: z.literal('sale'), sale: CornerSale }),
  z.object({ event: z.literal('refund'), id: z.string(), sale: CornerSale }),
  z.object({ event: z.literal('order_changed'), orderId: z.string() }),
  z.object({
    event: z.literal('stock'),
    store: z.string(),
    at: z.string(),
    sku: z.string(),
    left: z.string(),
  }),
  z.object({ event: z.literal('device'), store: z.string(), at: z.string(), id: z.string() }),
])
export type CornerPayload = z.infer<typeof Payload>

function storeOf(connection: Connection, externalId: string) {
  const store = connection.stores.find((candidate) => candidate.externalId === externalId)
  if (store === undefined) throw new Fault('store_unknown', { field: 'store', externalId })
  return store
}

function saleEvent(sale: CornerSale, { connection, tokens }: TranslationContext): DraftEvent {
  const { storeId, currency } = storeOf(connection, sale.store)
  if (sale.email !== undefined) tokens.token('email', sale.email)
  return {
    type: 'sale.completed',
    key: sale.id,
    storeId,
    occurredAt: sale.at,
    data: {
      saleId: saleIdFrom(connection.connectionId, sale.id),
      number: sale.id,
      ...(sale.email !== undefined && {
        customer: tokens.customer({ email: sale.email, externalId: sale.email }),
      }),
      currency,
      lines: sale.lines.map(({ sku, name, price }, index) => ({
        lineId: String(index),
        sku,
        name,
        quantity: '1',
        unitPriceMinor: price,
        discountMinor: 0,
        taxMinor: 0,
        totalMinor: price,
      })),
      discountMinor: 0,
      taxesIncluded: true,
      taxMinor: 0,
      tipMinor: 0,
      totalMinor: sale.total,
      tenders: [{ kind: 'cash', amountMinor: sale.total }],
    },
  }
}

function translate({ body }: WebhookRequest, context: TranslationContext): Translation {
  const payload = parse(Payload, parseJson(body.toString('utf8')), 'payload_malformed')
  const { connection } = context
  switch (payload.event) {
    case 'sale':
      return { ...nothing, events: [saleEvent(payload.sale, context)] }
    case 'order_changed':
      return { ...nothing, lookups: [{ kind: 'order', externalId: payload.orderId }] }
    case 'refund': {
      const { sale, id } = payload
      const { storeId, currency } = storeOf(connection, sale.store)
      const data = {
        refundId: id,
        saleId: saleIdFrom(connection.connectionId, sale.id),
        currency,
        lines: sale.lines.map(({ sku, price }) => ({ sku, quantity: '1', amountMinor: price })),
        taxMinor: 0,
        totalMinor: sale.total,
        tenders: [],
      }
      return {
        ...nothing,
        events: [{ type: 'refund.completed', key: id, storeId, occurredAt: sale.at, data }],
      }
    }
    case 'stock': {
      const { storeId } = storeOf(connection, payload.store)
      const data = { sku: payload.sku, onHand: payload.left, cause: 'unknown' } as const
      const key = `${payload.sku}:${payload.at}`
      return {
        ...nothing,
        events: [{ type: 'inventory.changed', key, storeId, occurredAt: payload.at, data }],
      }
    }
    case 'device': {
      const { storeId } = storeOf(connection, payload.store)
      const data = { deviceId: payload.id, status: 'online' } as const
      const key = `${payload.id}:${payload.at}`
      return {
        ...nothing,
        events: [{ type: 'device.reported', key, storeId, occurredAt: payload.at, data }],
      }
    }
  }
}

const Question = z.object({
  question: z.enum(['return', 'cart']),
  id: z.string(),
  store: z.string(),
  at: z.string(),
  saleId: z.string().optional(),
  total: z.int(),
})
export type CornerQuestion = z.infer<typeof Question>

function verify({ headers, body }: WebhookRequest): ReturnType<typeof corner.verify> {
  const given = headers['x-corner-signature']
  const refused = (fault: Extract<FaultCode, 'signature_missing' | 'signature_wrong'>) =>
    ({ outcome: 'refused', fault }) as const
  if (headers['x-corner-hello'] !== undefined)
    return { outcome: 'handshake', says: 'hello', reply: { status: 202, body: { hi: true } } }
  if (typeof given !== 'string') return refused('signature_missing')
  return isSame(given, hmacSha256(webhookSecret, body, 'hex'))
    ? { outcome: 'genuine' }
    : refused('signature_wrong')
}

export const corner = defineConnector({
  vendor: 'corner',
  label: 'Corner POS',
  settings: z.unknown(),
  secrets: { webhook: 'what Corner signs its webhooks with' },
  capabilities: {
    actions: {
      'sale.flag': { by: 'vendor_api', says: 'a flag' },
      'purchase_order.place': { by: 'none', says: 'Corner has no purchase orders' },
    },
    facts: {} as never,
  },
  sweepEverySeconds: 3600,
  budget: { perSecond: 1000, burst: 1000, concurrentMax: 4 },
  auth: {
    headers: ({ accessToken }) => ({ authorization: `Bearer ${accessToken}` }),
    exchange: async (_api, _connection, _secrets, code) => ({ accessToken: `token-of-${code}` }),
  },
  verify,
  translate,
  async fetch({ externalId }, context) {
    const path = `/orders/${externalId}`
    const { status, body } = await context.api.request({ method: 'GET', path, isRepeatable: true })
    if (status === 404) throw new Fault('payload_malformed', { field: 'order' })
    if (status === 202) return { outcome: 'not_yet', why: 'still open' }
    const events = [saleEvent(CornerSale.parse(body), context)]
    return { outcome: 'translated', translation: { ...nothing, events } }
  },
  feeds: () => ['sales'],
  async *backfill(_feed, { cursor }, context) {
    for (let after = Number(cursor ?? 0); ; ) {
      const path = `/sales?after=${after}`
      const { body } = await context.api.request({ method: 'GET', path, isRepeatable: true })
      const sales = z.array(CornerSale).parse(body)
      if (sales.length === 0) return
      after += sales.length
      const events = sales.map((sale) => saleEvent(sale, context))
      yield { translation: { ...nothing, events }, cursor: String(after) }
    }
  },
  async execute({ commandId, input }, context) {
    const saleId = externalSaleId(context.connection.connectionId, String(input.saleId))
    const json = { saleId, key: commandId }
    const request = { method: 'POST', path: '/flags', json, isRepeatable: true } as const
    const { status } = await context.api.request(request)
    if (status === 409) return { outcome: 'refused', fault: 'vendor_refused', says: 'No.' }
    return { outcome: 'executed', reference: saleId, readBack: 'verified', says: 'Flagged.' }
  },
  questions: {
    verify,
    read({ body }, { connection }) {
      const asked = Question.parse(parseJson(body.toString('utf8')))
      const { storeId, currency } = storeOf(connection, asked.store)
      const envelope = { key: asked.id, storeId, occurredAt: asked.at }
      if (asked.question === 'cart')
        return {
          ...envelope,
          type: 'cart.ready_for_payment',
          data: { cartId: asked.id, currency, lines: [], totalMinor: asked.total },
        }
      return {
        ...envelope,
        type: 'return.requested',
        data: {
          returnId: asked.id,
          ...(asked.saleId !== undefined && {
            saleId: saleIdFrom(connection.connectionId, asked.saleId),
          }),
          currency,
          lines: [{ sku: 'A-1', quantity: '1', amountMinor: asked.total }],
          amountMinor: asked.total,
        },
      }
    },
    reply: (answer) => ({ status: 200, body: answer ?? {} }),
  },
})

export interface CornerApi {
  readonly url: string
  readonly sales: CornerSale[]
  readonly orders: Map<string, CornerSale>
  /** Every flag that was set, by the key of the command. */
  readonly flags: string[]
  /** Status to answer with in place of the right one. */
  failing: number | undefined
  /** Answers to flags wait for this. */
  holding: Promise<void> | undefined
  close(): Promise<void>
}

/** Corner's API over real HTTP. */
export async function startCornerApi(): Promise<CornerApi> {
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const url = new URL(request.url ?? '/', 'http://corner')
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (api.failing !== undefined) return answer(api.failing, {})
    if (url.pathname === '/sales') {
      const after = Number(url.searchParams.get('after'))
      return answer(200, api.sales.slice(after, after + 2))
    }
    if (url.pathname === '/flags') {
      api.flags.push(JSON.parse(Buffer.concat(chunks).toString()).key)
      await api.holding
      return answer(200, {})
    }
    const order = api.orders.get(url.pathname.slice('/orders/'.length))
    return order === undefined ? answer(404, {}) : answer(200, order)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const api: CornerApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sales: [],
    orders: new Map(),
    flags: [],
    failing: undefined,
    holding: undefined,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return api
}
