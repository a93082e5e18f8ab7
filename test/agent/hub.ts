/** A small hub by the protocol's schemas: real HTTP, real tokens, everything it got kept in memory. */

import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLocalJWKSet, type JWK, jwtVerify } from 'jose'
import type { Command } from '../../src/actions/command.ts'
import { Fault } from '../../src/base/fault.ts'
import { sha256Hex } from '../../src/base/signature.ts'
import {
  AgentState,
  type Bundle,
  CommandPoll,
  DecisionRequest,
  type DecisionResponse,
  EnrolRequest,
  type IngestResponse,
  TokenRequest,
  tokenAudience,
} from '../../src/link/protocol.ts'
import { batchMediaType, fromCloudEvent } from '../../src/retail/cloudevents.ts'
import type { AnyEvent } from '../../src/retail/event.ts'

export const enrolmentCode = 'enrolment-code-of-the-tests'

export interface TestHub {
  readonly url: string
  /** In the order of their sequence, each once. */
  readonly events: AnyEvent[]
  readonly states: AgentState[]
  readonly received: string[]
  /** Sent at each poll until it is told that they arrived. */
  readonly commands: Command[]
  readonly counts: Record<string, number>
  decide: (event: AnyEvent) => Promise<Omit<DecisionResponse, 'returnId'>>
  /** Of the agent, once it enrolled. */
  readonly publicKey: JWK | undefined
  /** A batch, as POST /v1/events has it. @throws Fault sequence_gap */
  take(batch: readonly unknown[]): IngestResponse
  /** Answers 503 to everything while true. */
  isAway: boolean
  /** Loses track of how far each outbox was, as after a restore from a backup. */
  forgetPlaces(): void
  close(): Promise<void>
}

const policies = readFileSync(
  new URL('../../src/governance/default-policies.cedar', import.meta.url),
  'utf8',
)
const schema = readFileSync(
  new URL('../../src/governance/schema.cedarschema', import.meta.url),
  'utf8',
)

export async function startHub(): Promise<TestHub> {
  const server = createServer((request, response) => {
    handle(request, response).catch((error) => {
      const fault = Fault.from(error)
      if (fault.code === 'internal') console.error(error)
      send(response, fault.status, fault.toBody())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const byEpoch = new Map<string, number>()
  let publicKey: JWK | undefined
  const usedIds = new Set<string>()

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString('utf8')
    const path = request.url ?? '/'
    hub.counts[path] = (hub.counts[path] ?? 0) + 1
    if (hub.isAway) throw new Fault('not_ready')
    if (path === '/v1/agents/enrol') return enrol(text, response)
    if (path === '/v1/token') return token(text, response)
    if (request.headers.authorization !== 'Bearer good') throw new Fault('unauthenticated')
    if (path === '/v1/events') return ingest(request, text, response)
    if (path === '/v1/decisions') return decide(text, response)
    if (path === '/v1/commands/poll') return poll(text, request, response)
    if (path === '/v1/bundle') return bundle(request, response)
    if (path === '/v1/agents/state') {
      hub.states.push(AgentState.parse(JSON.parse(text)))
      return send(response, 200, {})
    }
    throw new Fault('not_found')
  }

  function enrol(text: string, response: ServerResponse): void {
    const request = EnrolRequest.parse(JSON.parse(text))
    if (request.enrolmentCode !== enrolmentCode || publicKey !== undefined)
      throw new Fault('enrolment_refused')
    publicKey = request.publicKey
    send(response, 200, { agentId: request.agentId, chainId: 'chn_test', regionId: 'eu' })
  }

  async function token(text: string, response: ServerResponse): Promise<void> {
    const { client_assertion } = TokenRequest.parse(JSON.parse(text))
    if (publicKey === undefined) throw new Fault('unauthenticated')
    const keys = createLocalJWKSet({ keys: [publicKey] })
    const { payload } = await jwtVerify(client_assertion, keys, {
      audience: tokenAudience,
      algorithms: ['ES256'],
      maxTokenAge: '60s',
    })
    if (usedIds.has(String(payload.jti))) throw new Fault('unauthenticated')
    usedIds.add(String(payload.jti))
    send(response, 200, { access_token: 'good', token_type: 'Bearer', expires_in: 300 })
  }

  function ingest(request: IncomingMessage, text: string, response: ServerResponse): void {
    if (request.headers['content-type'] !== batchMediaType) throw new Fault('request_malformed')
    send(response, 200, take(JSON.parse(text)))
  }

  function take(batch: readonly unknown[]): IngestResponse {
    const events = batch.map(fromCloudEvent)
    let through = byEpoch.get(events[0]?.epoch ?? '') ?? 0
    if ((events[0]?.sequence ?? 0) > through + 1)
      throw new Fault('sequence_gap', { field: 'sequence', expected: String(through + 1) })
    let appended = 0
    for (const event of events) {
      if (event.sequence <= through) continue
      if (event.sequence !== through + 1) throw new Fault('sequence_gap')
      through = event.sequence
      byEpoch.set(event.epoch, through)
      appended += 1
      hub.events.push(event)
    }
    const duplicates = events.length - appended
    return { acceptedThrough: through, appended, duplicates, rejected: [] }
  }

  async function decide(text: string, response: ServerResponse): Promise<void> {
    const event = fromCloudEvent(DecisionRequest.parse(JSON.parse(text)).event)
    const returnId = (event.data as { returnId: string }).returnId
    send(response, 200, { returnId, ...(await hub.decide(event)) })
  }

  async function poll(
    text: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { received, waitMs } = CommandPoll.parse(JSON.parse(text))
    hub.received.push(...received)
    const untilMs = Date.now() + waitMs
    while (Date.now() < untilMs && !request.socket.destroyed && !hub.isAway) {
      const commands = hub.commands.filter(({ commandId }) => !hub.received.includes(commandId))
      if (commands.length > 0) return send(response, 200, { commands })
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    send(response, 200, { commands: [] })
  }

  function bundle(request: IncomingMessage, response: ServerResponse): void {
    if (request.headers['if-none-match'] === '"1"') return void response.writeHead(304).end()
    const body: Bundle = {
      chainId: 'chn_test',
      regionId: 'eu',
      stores: [],
      registers: [],
      policies,
      policyHash: sha256Hex(`${policies}\u0000${schema}`),
      issuedAt: '2026-11-20T15:00:00.000Z',
    }
    response.setHeader('etag', '"1"')
    send(response, 200, body)
  }

  const hub: TestHub = {
    url,
    events: [],
    states: [],
    received: [],
    commands: [],
    counts: {},
    get publicKey() {
      return publicKey
    },
    take,
    isAway: false,
    forgetPlaces: () => byEpoch.clear(),
    decide: async () => {
      throw new Fault('not_ready')
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return hub
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
