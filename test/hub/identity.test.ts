/** Who may come in at all: enrolment, tokens, sessions, and what each opens. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import test from 'node:test'
import { SignJWT } from 'jose'
import pg from 'pg'
import { withDatabase } from '../../src/base/postgres-cell.ts'
import { tokenAudience } from '../../src/link/protocol.ts'
import { toCloudEvent } from '../../src/retail/cloudevents.ts'
import { chainId, enrolAgent, eventually, organisationFile, sale, startTestHub } from './harness.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field here
type Body = Record<string, any>
const hub = await startTestHub()
const codes = {
  agt_us: hub.codes.agt_us as string,
  agt_keys: randomBytes(24).toString('hex'),
  agt_race: randomBytes(24).toString('hex'),
}
writeFileSync(
  hub.config.organisationFile,
  JSON.stringify(organisationFile({ ...hub.codes, ...codes })),
)
await hub.restart()
const agent = await enrolAgent(hub, 'agt_us')

async function call(path: string, init: RequestInit & { json?: unknown } = {}) {
  const response = await fetch(hub.hub.url + path, {
    ...init,
    ...(init.json !== undefined && {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...init.headers },
      body: JSON.stringify(init.json),
    }),
  })
  const text = await response.text()
  return { status: response.status, body: (text && JSON.parse(text)) as Body }
}

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const publicOf = ({ publicKey }: ReturnType<typeof newKey>) => {
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' })
  return { kty, crv, x, y }
}
const key = newKey()
const enrol = (agentId: string, enrolmentCode: string, with_ = key) =>
  call('/v1/agents/enrol', { json: { agentId, enrolmentCode, publicKey: publicOf(with_) } })

const refused = [
  { why: 'a wrong code', agentId: 'agt_keys', code: 'x'.repeat(48), field: 'enrolmentCode' },
  {
    why: 'another agent’s code',
    agentId: 'agt_keys',
    code: codes.agt_race,
    field: 'enrolmentCode',
  },
  { why: 'a used code', agentId: 'agt_us', code: codes.agt_us, field: 'enrolmentCode' },
  { why: 'an unknown agent', agentId: 'agt_nobody', code: codes.agt_keys, field: 'agentId' },
]
for (const { why, agentId, code, field } of refused)
  test(`enrolment is refused: ${why}`, async () => {
    const { status, body } = await enrol(agentId, code)
    deepEqual([status, body.code, body.field], [401, 'enrolment_refused', field])
  })

test('a private key is not taken, only the public half is kept', async () => {
  const { status, body } = await call('/v1/agents/enrol', {
    json: {
      agentId: 'agt_keys',
      enrolmentCode: codes.agt_keys,
      publicKey: { ...publicOf(key), crv: 'P-384' },
    },
  })
  deepEqual([status, body.field], [400, 'publicKey.crv'])
  deepEqual((await enrol('agt_keys', codes.agt_keys)).status, 200)
})

test('of many that use one code at once, one is enrolled', async () => {
  const tries = Array.from({ length: 6 }, () => enrol('agt_race', codes.agt_race, newKey()))
  const statuses = (await Promise.all(tries)).map(({ status }) => status)
  deepEqual(statuses.sort(), [200, 401, 401, 401, 401, 401])
})

test('an agent that never heard the answer asks again with its key, and is the agent it was', async () => {
  const before = await askToken(await assertionOf())
  const again = await enrol('agt_keys', codes.agt_keys)
  deepEqual([again.status, again.body], [200, { agentId: 'agt_keys', chainId, regionId: 'us' }])
  deepEqual([before.status, (await askToken(await assertionOf())).status], [200, 200])
})

test('a used code stays used after a restart', async () => {
  await hub.restart()
  equal((await enrol('agt_keys', codes.agt_keys, newKey())).status, 401)
})

interface Claims {
  readonly iss?: string
  readonly sub?: string
  readonly aud?: string
  readonly jti?: string | undefined
  readonly issuedSecondsAgo?: number
  readonly lifeSeconds?: number
}

async function assertionOf(claims: Claims = {}, with_ = key): Promise<string> {
  const { iss = 'agt_keys', sub = 'agt_keys', aud = tokenAudience } = claims
  const issued = Math.floor(Date.now() / 1000) - (claims.issuedSecondsAgo ?? 0)
  const jti = 'jti' in claims ? claims.jti : randomBytes(8).toString('hex')
  return await new SignJWT({ iss, sub, aud, ...(jti !== undefined && { jti }) })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuedAt(issued)
    .setExpirationTime(issued + (claims.lifeSeconds ?? 60))
    .sign(with_.privateKey)
}

const askToken = (client_assertion: string) =>
  call('/v1/token', {
    json: {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
    },
  })

const unsigned = (claims: object) =>
  `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`

const assertions: readonly { why: string; make: () => Promise<string> | string }[] = [
  { why: 'signed with another key', make: () => assertionOf({}, newKey()) },
  { why: 'expired', make: () => assertionOf({ issuedSecondsAgo: 90 }) },
  {
    why: 'issued long ago, though it lives on',
    make: () => assertionOf({ issuedSecondsAgo: 600, lifeSeconds: 86_400 }),
  },
  { why: 'for another audience', make: () => assertionOf({ aud: 'https://elsewhere.example' }) },
  { why: 'without a jti', make: () => assertionOf({ jti: undefined }) },
  { why: 'issued by another', make: () => assertionOf({ iss: 'agt_us' }) },
  { why: 'for another agent', make: () => assertionOf({ iss: 'agt_us', sub: 'agt_us' }) },
  { why: 'of an unknown agent', make: () => assertionOf({ iss: 'agt_no', sub: 'agt_no' }) },
  {
    why: 'not signed',
    make: () =>
      unsigned({
        iss: 'agt_keys',
        sub: 'agt_keys',
        aud: tokenAudience,
        jti: 'u1',
        iat: Math.floor(Date.now() / 1000),
        exp: Math.floor(Date.now() / 1000) + 60,
      }),
  },
  { why: 'not a token', make: () => 'a.b.c' },
]
for (const { why, make } of assertions)
  test(`no token for an assertion that is ${why}`, async () => {
    const { status, body } = await askToken(await make())
    deepEqual([status, body.code], [401, 'unauthenticated'], JSON.stringify(body))
    equal(body.access_token, undefined)
  })

test('an assertion gives one token, and replayed none', async () => {
  const assertion = await assertionOf({ jti: 'once' })
  const first = await askToken(assertion)
  deepEqual([first.status, first.body.token_type], [200, 'Bearer'])
  const again = await askToken(assertion)
  deepEqual([again.status, again.body.field], [401, 'jti'])
  const both = await assertionOf({ jti: 'twice at once' })
  const statuses = (await Promise.all([askToken(both), askToken(both)])).map((one) => one.status)
  deepEqual(statuses.sort(), [200, 401])
})

const cookieOf = async (personId: string): Promise<string> => {
  const response = await fetch(`${hub.hub.url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ personId }),
  })
  return response.headers.get('set-cookie')?.split(';')[0] ?? ''
}
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

test('nobody comes in by the wrong door', async () => {
  const cookie = await cookieOf('per_it')
  const [name = '', session = ''] = cookie.split('=')
  const asPerson = { headers: { cookie } }
  equal((await call('/v1/stores', asPerson)).status, 200)
  equal((await call('/v1/bundle', bearer(agent.token))).status, 200)
  const closed: [string, RequestInit & { json?: unknown }][] = [
    ['/v1/stores', {}],
    ['/v1/bundle', {}],
    ['/v1/stores', bearer(agent.token)],
    ['/v1/stores', { headers: { cookie: `${name}=${agent.token}` } }],
    ['/v1/bundle', asPerson],
    ['/v1/bundle', bearer(session)],
    ['/v1/bundle', bearer(hub.config.operatorToken as string)],
    ['/v1/stores', bearer(`${hub.config.operatorToken}x`)],
    ['/v1/stores', { headers: { cookie: `${cookie}x` } }],
    ['/v1/session', { headers: { cookie: `${name}=${agent.token}` } }],
    ['/v1/commands/poll', { headers: { cookie }, json: { received: [], waitMs: 0 } }],
  ]
  for (const [path, init] of closed) {
    const { status, body } = await call(path, init)
    deepEqual([status, body.code], [401, 'unauthenticated'], `${path} ${JSON.stringify(init)}`)
  }
})

test('a cookie alone changes nothing: what another site makes a browser send is refused', async () => {
  const cookie = await cookieOf('per_it')
  for (const headers of [{ cookie }, { cookie, 'x-tillway-request': '0' }]) {
    const { status, body } = await call('/v1/replays', { headers, json: {} })
    deepEqual([status, body.code, body.field], [403, 'forbidden', 'x-tillway-request'])
  }
  const meant = { cookie, 'x-tillway-request': '1' }
  equal((await call('/v1/replays', { headers: meant, json: {} })).status, 200)
  const response = await fetch(`${hub.hub.url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ personId: 'per_it' }),
  })
  const set = response.headers.get('set-cookie') ?? ''
  ok(/HttpOnly/.test(set) && /SameSite=Strict/.test(set), set)
})

test('a person without the role is refused, and a persona that is not is not found', async () => {
  const manager = await hub.as('per_boston')
  for (const path of ['/v1/dead-letters', '/v1/ledger/us/entries', '/v1/stores/str_albany/stock']) {
    const { status, body } = await manager('GET', path)
    deepEqual([status, (body as Body).code], [403, 'forbidden'], path)
  }
  const auditor = await hub.as('per_audit')
  equal((await auditor('POST', '/v1/dead-letters/us/ingest.1/replay')).status, 403)
  const { status } = await call('/v1/session', { json: { personId: 'per_nobody' } })
  equal(status, 404)
})

test('an agent gets and acknowledges no command of a store that is not its own', async () => {
  const event = agent.event('return.requested', 'str_boston', {
    returnId: 'ret-own',
    saleId: 'sal_i.1',
    currency: 'USD',
    amountMinor: 500,
    lines: [{ sku: 'SKU-1', quantity: '1', amountMinor: 500 }],
  })
  const bought = agent.event('sale.completed', 'str_boston', sale('sal_i.1', 500))
  const wire = toCloudEvent(event)
  const local = { alreadyReturnedLinesCount: 0, employeeReturnsCount: 0, customerReturnsCount: 0 }
  equal((await agent.send([event, bought])).status, 200)
  const decided = (await agent.ask('POST', '/v1/decisions', { event: wire, local })).body as Body
  const commandId = decided.commands[0].commandId
  const other = await enrolAgent(hub, 'agt_eu')
  const poll = { received: [commandId], waitMs: 0 }
  deepEqual(((await other.ask('POST', '/v1/commands/poll', poll)).body as Body).commands, [])
  const asked = await other.ask('POST', '/v1/decisions', { event: wire, local })
  deepEqual([asked.status, (asked.body as Body).code], [403, 'forbidden'])
  // Its own comes once nothing was heard of it since it went along with the answer.
  await eventually(async () => {
    const own = (await agent.ask('POST', '/v1/commands/poll', { received: [], waitMs: 0 }))
      .body as Body
    return own.commands.some((one: Body) => one.commandId === commandId)
  })

  // A token that names a store beyond the organisation's knowledge opens nothing either.
  const unknown = toCloudEvent({ ...event, storeId: 'str_nowhere' as never })
  const nowhere = await agent.ask('POST', '/v1/decisions', { event: unknown, local })
  ok([403, 404, 422].includes(nowhere.status), String(nowhere.status))
})

test('a revoked agent is out within seconds, by its token and by its key', async () => {
  equal((await call('/v1/bundle', bearer(agent.token))).status, 200)
  const url = withDatabase(hub.adminUrl, `${hub.config.databasePrefix}_us`)
  const owner = new pg.Client({ connectionString: url })
  await owner.connect()
  const { rowCount } = await owner.query(
    `update agent set revoked_at = now() where chain_id = $1 and agent_id in ('agt_us', 'agt_keys')`,
    [chainId],
  )
  await owner.end()
  equal(rowCount, 2)
  equal((await askToken(await assertionOf())).status, 401)
  // An answer is remembered for five seconds.
  await new Promise((resolve) => setTimeout(resolve, 4_900))
  await eventually(async () => (await call('/v1/bundle', bearer(agent.token))).status === 401)
  const late = await agent.send([agent.event('sale.completed', 'str_boston', sale('sal_i.2', 1))])
  equal(late.status, 401)
})
