/** A hub on a real PostgreSQL and a real port, with a small chain, and an agent that speaks by hand. */
import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { exportJWK, SignJWT } from 'jose'
import { deterministicUuid } from '../../src/base/ids.ts'
import { silentLog } from '../../src/base/log.ts'
import { HubConfig } from '../../src/hub/config.ts'
import { type Hub, startHub } from '../../src/hub/hub.ts'
import type { OrganisationFile } from '../../src/hub/organisation/file.ts'
import { tokenAudience } from '../../src/link/protocol.ts'
import { toCloudEvent } from '../../src/retail/cloudevents.ts'
import type { AnyEvent } from '../../src/retail/event.ts'
import type { EventData, EventType } from '../../src/retail/events.ts'
import { startTestPostgres } from '../postgres.ts'

export const chainId = 'chn_test'
const at = (kind: string, id: string) => ({ kind, id })

export function organisationFile(codes: Record<string, string>): OrganisationFile {
  const store = (storeId: string, regionId: string, districtId: string, currency: string) => ({
    storeId,
    chainId,
    regionId,
    districtId,
    name: storeId.slice(4),
    currency,
    timeZone: regionId === 'us' ? 'America/New_York' : 'Europe/Berlin',
    cutOverHour: 3,
  })
  const sha = (code: string) => createHash('sha256').update(code).digest('hex')
  return {
    chain: { chainId, name: 'Test chain' },
    districts: [
      { districtId: 'dis_us', chainId, regionId: 'us', name: 'US' },
      { districtId: 'dis_eu', chainId, regionId: 'eu', name: 'EU' },
    ],
    stores: [
      store('str_boston', 'us', 'dis_us', 'USD'),
      store('str_albany', 'us', 'dis_us', 'USD'),
      store('str_berlin', 'eu', 'dis_eu', 'EUR'),
    ],
    registers: [{ registerId: 'reg_boston_1', storeId: 'str_boston', name: 'Till 1' }],
    agents: Object.entries(codes).map(([agentId, code]) => ({
      agentId,
      name: agentId,
      regionId: agentId === 'agt_eu' ? 'eu' : 'us',
      storeIds: agentId === 'agt_eu' ? ['str_berlin'] : ['str_boston', 'str_albany'],
      enrolmentCodeSha256: sha(code),
    })),
    people: [
      {
        personId: 'per_it',
        name: 'Ines',
        title: 'Central IT',
        roles: [{ role: 'central_it', at: at('chain', chainId) }],
      },
      {
        personId: 'per_audit',
        name: 'Ada',
        title: 'Auditor',
        roles: [{ role: 'auditor', at: at('chain', chainId) }],
      },
      {
        personId: 'per_boston',
        name: 'Bo',
        title: 'Store manager',
        roles: [{ role: 'store_manager', at: at('store', 'str_boston') }],
      },
      {
        personId: 'per_albany',
        name: 'Al',
        title: 'Store manager',
        roles: [{ role: 'store_manager', at: at('store', 'str_albany') }],
      },
      {
        personId: 'per_us',
        name: 'Uma',
        title: 'Regional manager',
        roles: [{ role: 'regional_manager', at: at('district', 'dis_us') }],
      },
      {
        personId: 'per_eu',
        name: 'Eva',
        title: 'Regional manager',
        roles: [{ role: 'regional_manager', at: at('district', 'dis_eu') }],
      },
    ],
  }
}

export interface TestHub {
  readonly hub: Hub
  readonly config: HubConfig
  readonly adminUrl: string
  readonly codes: Record<string, string>
  restart(): Promise<void>
  /** As a person: the cookie of a sign-in. */
  as(personId: string): Promise<Asker>
}

export type Asker = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<{ status: number; body: never; headers: Headers }>

/** `agents`: more of them, all in the US and for both stores there. */
export async function startTestHub(
  changes: Partial<HubConfig> = {},
  agents: readonly string[] = [],
): Promise<TestHub> {
  const { adminUrl } = await startTestPostgres()
  const directory = mkdtempSync(join(tmpdir(), 'tillway-hub-'))
  const codes = Object.fromEntries(
    ['agt_us', 'agt_eu', ...agents].map((id) => [id, randomBytes(24).toString('base64url')]),
  )
  const path = join(directory, 'organisation.json')
  writeFileSync(path, JSON.stringify(organisationFile(codes)))
  const config = HubConfig.parse({
    port: 0,
    databaseUrl: adminUrl,
    databasePrefix: `t${randomBytes(6).toString('hex')}`,
    appRolePassword: randomBytes(24).toString('hex'),
    organisationFile: path,
    sessionKey: randomBytes(32).toString('base64'),
    ledgerKey: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
    operatorToken: randomBytes(32).toString('hex'),
    demoSignIn: 'true',
    logLevel: 'silent',
    ...changes,
  })
  let hub = await startHub(config, { log: silentLog })
  after(async () => {
    await hub.close()
    rmSync(directory, { recursive: true, force: true })
  })
  const ask =
    (headers: Record<string, string>): Asker =>
    async (method, path, body) => {
      const response = await fetch(hub.url + path, {
        method,
        headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return {
        status: response.status,
        headers: response.headers,
        body: (text && JSON.parse(text)) as never,
      }
    }
  return {
    get hub() {
      return hub
    },
    config,
    adminUrl,
    codes,
    async restart() {
      await hub.close()
      hub = await startHub(config, { log: silentLog })
    },
    async as(personId) {
      const response = await fetch(`${hub.url}/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ personId }),
      })
      const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? ''
      return ask({ cookie, 'x-tillway-request': '1' })
    },
  }
}

export interface HandAgent {
  readonly agentId: string
  ask: Asker
  /** Makes events of this agent's outbox, in its order. */
  event<Type extends EventType>(
    type: Type,
    storeId: string,
    data: EventData<Type>,
    more?: { occurredAt?: string; key?: string; traceId?: string },
  ): AnyEvent
  send(events: readonly AnyEvent[]): ReturnType<Asker>
  token: string
}

let keys = 0

/** Where an agent's hub is, asked anew at each call, and the codes that it may enrol with. */
interface AgentsHub {
  readonly hub: { readonly url: string }
  readonly codes: Readonly<Record<string, string>>
}

export async function enrolAgent(
  test: AgentsHub,
  agentId: string,
  privateKey: KeyObject = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
): Promise<HandAgent> {
  const publicKey = createPublicKey(privateKey)
  const post = async (path: string, body: unknown) => {
    const response = await fetch(test.hub.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: await response.json() }
  }
  const { kty, crv, x, y } = await exportJWK(publicKey)
  await post('/v1/agents/enrol', {
    agentId,
    enrolmentCode: test.codes[agentId],
    publicKey: { kty, crv, x, y },
  })
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(agentId)
    .setSubject(agentId)
    .setAudience(tokenAudience)
    .setIssuedAt()
    .setExpirationTime('60s')
    .setJti(randomBytes(12).toString('hex'))
    .sign(privateKey)
  const { body } = await post('/v1/token', {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  })
  const regionId = agentId === 'agt_eu' ? 'eu' : 'us'
  const epoch = randomBytes(6).toString('hex')
  let sequence = 0
  const token: string = body.access_token
  const ask: Asker = async (method, path, sent) => {
    const response = await fetch(test.hub.url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(sent !== undefined && { 'content-type': 'application/json' }),
      },
      ...(sent !== undefined && { body: JSON.stringify(sent) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: (text && JSON.parse(text)) as never,
    }
  }
  return {
    agentId,
    token,
    ask,
    event(type, storeId, data, more = {}) {
      sequence += 1
      keys += 1
      const traceId = more.traceId ?? randomBytes(16).toString('hex')
      return {
        id: deterministicUuid(agentId, type, more.key ?? String(keys)),
        type,
        chainId,
        regionId,
        storeId,
        occurredAt: more.occurredAt ?? new Date(Date.now() - 60_000).toISOString(),
        receivedAt: new Date().toISOString(),
        traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`,
        epoch,
        sequence,
        data,
      } as unknown as AnyEvent
    },
    send: (events) => ask('POST', '/v1/events', events.map(toCloudEvent)),
  }
}

export function sale(
  saleId: string,
  totalMinor: number,
  sku = 'SKU-1',
  quantity = '1',
): EventData<'sale.completed'> {
  return {
    saleId,
    number: saleId,
    currency: 'USD',
    lines: [
      {
        lineId: '1',
        sku,
        name: sku,
        quantity,
        unitPriceMinor: totalMinor,
        discountMinor: 0,
        taxMinor: 0,
        totalMinor,
      },
    ],
    discountMinor: 0,
    taxesIncluded: true,
    taxMinor: 0,
    tipMinor: 0,
    totalMinor,
    tenders: [{ kind: 'cash', amountMinor: totalMinor }],
  }
}

/** Waits for what an eventual part of the hub does; fails after five seconds. */
export async function eventually<Value>(
  look: () => Promise<Value | undefined | false>,
): Promise<Value> {
  const untilMs = Date.now() + 5_000
  for (;;) {
    const value = await look()
    if (value) return value
    if (Date.now() > untilMs) throw new Error('it did not happen in time')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
