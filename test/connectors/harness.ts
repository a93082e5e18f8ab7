/** An emulator on a real port, its webhooks caught by a real server, and a connector's context. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { createHttpClient } from '../../src/base/http-client.ts'
import type {
  ApiContext,
  Connection,
  Connector,
  Credentials,
  Reference,
  ReferenceBook,
  WebhookRequest,
} from '../../src/connectors/connector.ts'
import { createTokeniser } from '../../src/privacy/keyed-tokeniser.ts'
import { openDocumentStore } from '../../src/simulator/document-store.ts'
import type { Emulator, EmulatorFactory } from '../../src/simulator/emulator.ts'
import { createFaults, type FaultRates, noFaults } from '../../src/simulator/faults.ts'
import { createRandom } from '../../src/simulator/random.ts'
import { createWebhookSender } from '../../src/simulator/webhook-sender.ts'

export interface EmulatedVendor {
  readonly emulator: Emulator
  readonly apiBaseUrl: string
  readonly webhookUrl: string
  /** What the catcher received, in order. It answers 200 unless `answer` says otherwise. */
  readonly caught: (WebhookRequest & { path: string })[]
  answer: (request: WebhookRequest, count: number) => number
  /** Waits until all webhooks are delivered or given up, then takes them. */
  takeWebhooks(): Promise<(WebhookRequest & { path: string })[]>
  close(): Promise<void>
}

/** Simulated time stands still at this instant unless a test gives its own clock. */
export const emulatedNowMs = Date.parse('2026-11-20T15:00:00.000Z')

export async function startEmulator(
  factory: EmulatorFactory,
  options: { nowMs?: () => number; faults?: FaultRates } = {},
): Promise<EmulatedVendor> {
  const caught: (WebhookRequest & { path: string })[] = []
  const catcher = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const got = {
        path: request.url ?? '/',
        headers: request.headers,
        body: Buffer.concat(chunks),
      }
      caught.push(got)
      response.writeHead(vendor.answer(got, caught.length)).end()
    })
  })
  await new Promise<void>((resolve) => catcher.listen(0, '127.0.0.1', resolve))

  const random = createRandom('harness')
  const webhooks = createWebhookSender({
    faults: createFaults(options.faults ?? noFaults, random),
    speed: 100_000,
    concurrentMax: 8,
    waitingMax: 10_000,
  })
  const documents = openDocumentStore(':memory:')
  const emulator = factory({ documents, webhooks, nowMs: options.nowMs ?? (() => emulatedNowMs) })
  const app = Fastify()
  await app.register(async (scope) => emulator.routes(scope), { prefix: `/${emulator.vendor}` })
  await app.listen({ port: 0, host: '127.0.0.1' })

  const vendor: EmulatedVendor = {
    emulator,
    apiBaseUrl: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/${emulator.vendor}`,
    webhookUrl: `http://127.0.0.1:${(catcher.address() as AddressInfo).port}/webhooks/con_test`,
    caught,
    answer: () => 200,
    async takeWebhooks() {
      await webhooks.idle()
      return caught.splice(0)
    },
    async close() {
      await webhooks.close()
      await app.close()
      await new Promise((resolve) => catcher.close(resolve))
      documents.close()
    },
  }
  return vendor
}

/** A reference book in memory, as the agent keeps one in SQLite. */
export function createReferenceBook(): ReferenceBook & {
  remember(references: readonly Reference[]): void
} {
  const known: Reference[] = []
  return {
    remember: (references) => void known.push(...references),
    find: (kind, externalId) =>
      known.findLast((entry) => entry.kind === kind && entry.externalId === externalId)?.value,
    externalIds: (kind, value) => [
      ...new Set(
        known
          .filter((entry) => entry.kind === kind && entry.value === value)
          .map((e) => e.externalId),
      ),
    ],
  }
}

export function contextFor<Settings>(
  connector: Connector<Settings>,
  connection: Connection<Settings>,
  credentials: Credentials,
): ApiContext<Settings> & { references: ReturnType<typeof createReferenceBook> } {
  return {
    connection,
    tokens: createTokeniser({
      key: Buffer.alloc(32, 7),
      keep: () => undefined,
      connectionId: connection.connectionId,
    }),
    references: createReferenceBook(),
    credentials: () => credentials,
    api: createHttpClient({
      baseUrl: connection.apiBaseUrl,
      budget: connector.budget,
      headers: () => connector.auth.headers(credentials),
    }),
  }
}
