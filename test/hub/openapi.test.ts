/** The document at /openapi.json says what the hub does: its routes, who may, and what is answered. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { z } from 'zod'
import { silentLog } from '../../src/base/log.ts'
import { defaultPolicies, defaultSchema } from '../../src/governance/defaults.ts'
import { createPolicyEngine } from '../../src/governance/policy.ts'
import type { HubContext } from '../../src/hub/context.ts'
import { mountRoutes } from '../../src/hub/http/mount.ts'
import { defineRoute } from '../../src/hub/http/route.ts'
import { createGate } from '../../src/hub/identity/gate.ts'
import { createKeys } from '../../src/hub/identity/keys.ts'
import { createOrganisation } from '../../src/hub/organisation/organisation.ts'
import { routes } from '../../src/hub/routes/index.ts'
import { createServer } from '../../src/hub/server.ts'
import { toCloudEvent } from '../../src/retail/cloudevents.ts'
import { enrolAgent, eventually, organisationFile, sale, startTestHub } from './harness.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field here
type Body = Record<string, any>
const hub = await startTestHub()
const document = (await (await fetch(`${hub.hub.url}/openapi.json`)).json()) as Body
const operations = Object.entries(document.paths as Body).flatMap(([path, methods]) =>
  Object.entries(methods as Body).map(([method, operation]) => ({ path, method, operation })),
)

/** OpenAPI's own schema of documents; where it comes from stands in openapi/README.md. */
const metaSchema = JSON.parse(
  readFileSync(new URL('./openapi/openapi-3.1.schema.json', import.meta.url), 'utf8'),
)

test('it is a valid OpenAPI 3.1 document', () => {
  const ajv = newAjv()
  const isValid = ajv.compile(metaSchema)
  ok(isValid(document), ajv.errorsText(isValid.errors))
  equal(document.openapi, '3.1.0')
  // The schema does see what is wrong, and each schema in the document is one of JSON Schema 2020-12.
  ok(!isValid({ ...document, info: {} }) && !isValid({ ...document, paths: { noSlash: {} } }))
  const ids = operations.map(({ operation }) => operation.operationId)
  equal(new Set(ids).size, ids.length, 'each operation has an id of its own')
  for (const { path, operation } of operations) {
    const inPath = operation.parameters.filter((one: Body) => one.in === 'path')
    deepEqual(
      inPath.map((one: Body) => `{${one.name}}`).toSorted(),
      (path.match(/\{\w+\}/g) ?? []).toSorted(),
      path,
    )
    for (const { schema } of operation.parameters) ok(ajv.validateSchema(schema), path)
    for (const content of contentsOf(operation)) ok(ajv.validateSchema(content.schema), path)
  }
})

function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  return ajv
}

const contentsOf = ({ requestBody, responses }: Body): Body[] =>
  [requestBody, ...Object.values(responses)].flatMap((one) => Object.values(one?.content ?? {}))

test('every reference in it leads somewhere', () => {
  const at = (pointer: string): unknown =>
    pointer
      .slice(2)
      .split('/')
      .reduce<Body | undefined>(
        (node, key) => node?.[key.replaceAll('~1', '/').replaceAll('~0', '~')],
        document,
      )
  const walk = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return
    const { $ref } = node as { $ref?: unknown }
    if (typeof $ref === 'string') ok($ref.startsWith('#/') && at($ref) !== undefined, $ref)
    for (const inner of Object.values(node)) walk(inner)
  }
  walk(document)
})

/** A server without a port or a database: enough to ask which routes it has and who may. */
function bareContext(): HubContext {
  const organisation = createOrganisation(organisationFile({}))
  const engine = createPolicyEngine(defaultPolicies, defaultSchema)
  return {
    config: { ...hub.config, consoleDir: undefined },
    version: '0.0.0',
    organisation,
    policies: { text: defaultPolicies, engine },
    gate: createGate(engine, organisation),
    keys: createKeys(hub.config.sessionKey),
    cells: new Map(),
    log: silentLog,
    isReady: () => true,
    stopping: new AbortController().signal,
  }
}

/** Served and not described, and why. */
const undescribed = new Set(['GET /openapi.json: the document itself'])

test('every route that the server has is in it, and no other', async () => {
  const app = await createServer(bareContext())
  await app.ready()
  const served = routesOf(app.printRoutes({ commonPrefix: false }))
  const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`)
  const known = [...undescribed].map((one) => one.split(':')[0])
  deepEqual(served.toSorted(), [...described, ...known].toSorted())
  equal(routes.length, described.length)
  await app.close()
})

/** Fastify's tree as lines `GET /v1/threads/{traceId}`; a HEAD comes with each GET by itself. */
function routesOf(tree: string): string[] {
  const segments: string[] = []
  const found: string[] = []
  for (const line of tree.split('\n')) {
    const match = /^((?:[│ ] {3})*)[├└]── (\S*?)(?: \(([A-Z, ]+)\))?$/.exec(line)
    if (match === null) continue
    const [, indent = '', segment = '', methods] = match
    segments.length = indent.length / 4
    segments.push(segment)
    const path = segments.join('').replace(/:(\w+)/g, '{$1}')
    for (const method of methods?.split(', ') ?? [])
      if (method !== 'HEAD') found.push(`${method} ${path}`)
  }
  return found
}

/** Open to everyone; a new one is added here on purpose or not at all. */
const open = [
  'delete /v1/session',
  'get /healthz',
  'get /readyz',
  'get /v1/personas',
  'get /v1/session',
  'post /v1/agents/enrol',
  'post /v1/session',
  'post /v1/token',
]

test('every route that is not for anyone says who may, and refuses whoever does not say who', async () => {
  const schemes = Object.keys(document.components.securitySchemes)
  const without = operations.filter(({ operation }) => operation.security.length === 0)
  deepEqual(without.map(({ method, path }) => `${method} ${path}`).toSorted(), open)
  for (const { method, path, operation } of operations) {
    if (operation.security.length === 0) continue
    for (const entry of operation.security) ok(schemes.includes(Object.keys(entry)[0] as string))
    const response = await fetch(hub.hub.url + path.replace(/\{\w+\}/g, 'x'), {
      method: method.toUpperCase(),
      ...(method === 'post' && { headers: { 'content-type': 'application/json' }, body: '{}' }),
    })
    deepEqual(
      [response.status, ((await response.json()) as Body).code],
      [401, 'unauthenticated'],
      `${method} ${path}`,
    )
  }
})

test('a route that forgets the gate answers with a fault and no data', async () => {
  const secret = { items: ['the chain’s whole turnover'] }
  const answers = z.object({ items: z.array(z.string()) })
  const forgetful = (by: 'person' | 'agent' | 'anyone', path: string) =>
    defineRoute({
      method: 'GET',
      path,
      summary: 'Forgets to ask',
      tag: 'people',
      by,
      answers,
      handle: async () => secret,
    })
  const asks = defineRoute({
    method: 'GET',
    path: '/v1/asks',
    summary: 'Asks',
    tag: 'people',
    by: 'person',
    answers,
    async handle({ gate, principal, context }) {
      gate.require(principal, 'policies.read', {
        type: 'Chain',
        id: context.organisation.chain.chainId,
      })
      return secret
    },
  })
  const context = bareContext()
  const app = await createServer(context)
  mountRoutes(app, context, [forgetful('person', '/v1/forgets'), asks])
  const headers = { authorization: `Bearer ${hub.config.operatorToken}` }
  const forgot = await app.inject({ url: '/v1/forgets', headers })
  deepEqual([forgot.statusCode, forgot.json().code], [500, 'internal'])
  ok(!forgot.body.includes('turnover'))
  equal((await app.inject({ url: '/v1/forgets' })).statusCode, 401)
  const asked = await app.inject({ url: '/v1/asks', headers })
  deepEqual([asked.statusCode, asked.json()], [200, secret])
  await app.close()
})

test('what the hub really answers fits what the document says', async () => {
  const agent = await enrolAgent(hub, 'agt_us')
  const traceId = await fill(agent)
  const it = await hub.as('per_it')
  const manager = await hub.as('per_boston')
  const { items } = (await manager('GET', '/v1/approvals')).body as Body
  const { proposalId } = items[0].proposal
  const ajv = newAjv()
  const real: [path: string, url: string, ask: typeof it][] = [
    ['/healthz', '/healthz', it],
    ['/readyz', '/readyz', it],
    ['/v1/personas', '/v1/personas', it],
    ['/v1/session', '/v1/session', it],
    ['/v1/feed', '/v1/feed?limit=200', it],
    ['/v1/feed', '/v1/feed?type=sale.completed&storeId=str_boston', manager],
    ['/v1/threads/{traceId}', `/v1/threads/${traceId}`, it],
    ['/v1/approvals', '/v1/approvals', manager],
    ['/v1/stores', '/v1/stores', it],
    ['/v1/sales/hourly', '/v1/sales/hourly?hours=100', it],
    ['/v1/sales/totals', '/v1/sales/totals', it],
    ['/v1/stores/{storeId}/stock', '/v1/stores/str_boston/stock', it],
    ['/v1/references/{id}', `/v1/references/${proposalId}`, it],
    ['/v1/ledger/{regionId}/entries', '/v1/ledger/us/entries?limit=1000', it],
    ['/v1/ledger/{regionId}/checkpoints', '/v1/ledger/us/checkpoints', it],
    ['/v1/ledger/{regionId}/verification', '/v1/ledger/us/verification', it],
    ['/v1/dead-letters', '/v1/dead-letters', it],
    ['/v1/bundle', '/v1/bundle', agent.ask],
  ]
  for (const [path, url, ask] of real) {
    const { status, body } = await ask('GET', url)
    equal(status, 200, `${url} ${JSON.stringify(body)}`)
    if (Array.isArray((body as Body).items) && !url.endsWith('checkpoints'))
      ok((body as Body).items.length > 0, `${url}: empty`)
    const { schema } = document.paths[path].get.responses[200].content['application/json']
    const fits = ajv.compile({ ...schema, components: document.components })
    ok(fits(body), `${url}: ${ajv.errorsText(fits.errors)}`)
  }
  const described = operations.filter(
    ({ method, operation }) =>
      method === 'get' && operation.responses[200]?.content['application/json'],
  )
  const tried = new Set(real.map(([path]) => path))
  const missed = described.map(({ path }) => path).filter((path) => !tried.has(path))
  deepEqual(missed, ['/v1/documents/{documentId}'], 'each GET is tried, save those named here')

  const fault = ajv.compile(document.components.schemas.Fault)
  for (const url of ['/v1/nothing', '/v1/feed?limit=0', '/v1/threads/xyz', '/v1/documents/doc_x']) {
    const { status, body } = await it('GET', url)
    ok(status >= 400 && fault(body), `${url}: ${ajv.errorsText(fault.errors)}`)
    equal((body as Body).status, status)
  }
})

async function fill(agent: Awaited<ReturnType<typeof enrolAgent>>): Promise<string> {
  const local = { alreadyReturnedLinesCount: 0, employeeReturnsCount: 0, customerReturnsCount: 0 }
  const asked = agent.event('return.requested', 'str_boston', {
    returnId: 'ret-o',
    saleId: 'sal_o.1',
    currency: 'USD',
    amountMinor: 30_000,
    lines: [{ sku: 'SKU-1', quantity: '1', amountMinor: 30_000 }],
  })
  const { body } = await agent.send([
    asked,
    agent.event('sale.completed', 'str_boston', sale('sal_o.1', 30_000)),
    agent.event('inventory.changed', 'str_boston', {
      sku: 'SKU-1',
      onHand: '2.5',
      cause: 'unknown',
    }),
    agent.event('sale.completed', 'str_boston', sale('not an id', 1)),
  ])
  deepEqual([(body as Body).appended, (body as Body).rejected.length], [3, 1])
  equal(
    (await agent.ask('POST', '/v1/decisions', { event: toCloudEvent(asked), local })).status,
    200,
  )
  const it = await hub.as('per_it')
  await eventually(async () => {
    const stock = (await it('GET', '/v1/stores/str_boston/stock')).body as Body
    const { items: letters } = (await it('GET', '/v1/dead-letters')).body as Body
    return stock.items.length > 0 && letters.length > 0
  })
  return asked.traceparent.slice(3, 35)
}
