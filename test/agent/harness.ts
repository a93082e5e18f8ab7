/** An agent on a real port with its own data directory, and hands to send it what vendors send. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Agent, startAgent } from '../../src/agent/agent.ts'
import type { AgentConfig } from '../../src/agent/config.ts'
import { silentLog } from '../../src/base/log.ts'
import { hmacSha256 } from '../../src/base/signature.ts'
import type { Connector } from '../../src/connectors/connector.ts'
import { type CornerApi, type CornerSale, corner, startCornerApi, webhookSecret } from './corner.ts'
import { enrolmentCode, startHub, type TestHub } from './hub.ts'

export const companionSecret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
export const questionSecret = 'question-secret-of-the-tests'

export const findCorner = (vendor: string) =>
  vendor === 'corner' ? (corner as Connector) : undefined

export interface World {
  readonly hub: TestHub
  readonly api: CornerApi
  readonly dataDir: string
  readonly config: AgentConfig
  agent: Agent
  restart(changes?: Partial<AgentConfig>): Promise<void>
  close(): Promise<void>
}

export function configFor(dataDir: string, hubUrl: string, apiBaseUrl: string): AgentConfig {
  return {
    agentId: 'agt_test',
    hubUrl,
    enrolmentCode,
    dataDir,
    port: 0,
    tokenKeyFile: join(dataDir, 'token.key'),
    vaultKeyFile: join(dataDir, 'vault.key'),
    logLevel: 'silent',
    connections: [
      {
        connectionId: 'con_corner',
        vendor: 'corner',
        chainId: 'chn_test',
        regionId: 'eu',
        apiBaseUrl,
        webhookUrl: 'https://agent.test/webhooks/con_corner',
        secrets: { webhook: webhookSecret, companion: companionSecret, question: questionSecret },
        credentials: { accessToken: 'corner-token' },
        startsAt: '2026-01-01T00:00:00.000Z',
        stores: [
          {
            storeId: 'str_berlin',
            externalId: 'B1',
            currency: 'EUR',
            timeZone: 'Europe/Berlin',
            registers: { till1: 'reg_berlin_1' },
          },
        ],
      },
    ],
  }
}

/** How an agent and its hub are linked: what is set at the agent, and what is to be undone. */
export type SetUpLink = (
  hub: TestHub,
) => Promise<{ readonly settings: Partial<AgentConfig>; close(): Promise<void> }>

export const byHttps: SetUpLink = async () => ({ settings: {}, close: async () => {} })

export async function startWorld(
  changes: Partial<AgentConfig> = {},
  setUpLink = byHttps,
): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tillway-agent-'))
  writeFileSync(join(dataDir, 'token.key'), Buffer.alloc(32, 5).toString('hex'))
  const [hub, api] = await Promise.all([startHub(), startCornerApi()])
  const link = await setUpLink(hub)
  const config = { ...configFor(dataDir, hub.url, api.url), ...link.settings, ...changes }
  const deps = { findConnector: findCorner, log: silentLog }
  const world: World = {
    hub,
    api,
    dataDir,
    config,
    agent: await startAgent(config, deps),
    async restart(more = {}) {
      await world.agent.close()
      world.agent = await startAgent({ ...config, ...more }, deps)
    },
    async close() {
      await world.agent.close()
      await Promise.all([hub.close(), api.close(), link.close()])
      rmSync(dataDir, { recursive: true })
    },
  }
  return world
}

/** Waits for something that other parts bring about; the test's own time limit ends it. */
/** Gives up after 20 s: what has not come about by then does not come about. */
export async function until<Value>(find: () => Value | undefined | false): Promise<Value> {
  const untilMs = Date.now() + 20_000
  for (;;) {
    const value = find()
    if (value !== undefined && value !== false) return value
    if (Date.now() > untilMs) throw new Error(`it did not come about in 20 s: ${find}`)
    await sleep(5)
  }
}

export function saleOf(id: string, changes: Partial<CornerSale> = {}): CornerSale {
  return {
    id,
    store: 'B1',
    at: new Date(Date.now() - 60_000).toISOString(),
    total: 1999,
    lines: [{ sku: 'A-1', name: 'Teapot', price: 1999 }],
    ...changes,
  }
}

export interface Answer {
  readonly status: number
  readonly body: { outcome?: string; code?: string; [key: string]: unknown }
}

export async function post(
  url: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
  return { status: response.status, body: (await response.json()) as Answer['body'] }
}

/** A webhook as Corner signs it. */
export function sendWebhook(agentUrl: string, payload: unknown, path = 'con_corner') {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload)
  return post(`${agentUrl}/webhooks/${path}`, body, signed(body))
}

export function signed(body: string): Record<string, string> {
  return { 'x-corner-signature': hmacSha256(webhookSecret, body, 'hex') }
}
