/** Bad input at the hub's door: each gets its documented fault, and nothing else stops. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import test from 'node:test'
import { limits } from '../../src/link/protocol.ts'
import { batchMediaType, type CloudEvent, toCloudEvent } from '../../src/retail/cloudevents.ts'
import { enrolAgent, eventually, sale, startTestHub } from './harness.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field here
type Body = Record<string, any>
const hub = await startTestHub()
const agent = await enrolAgent(hub, 'agt_us')
const it = await hub.as('per_it')
const local = { alreadyReturnedLinesCount: 0, employeeReturnsCount: 0, customerReturnsCount: 0 }
let sales = 0

const newSale = (more: { occurredAt?: string } = {}, storeId = 'str_boston') =>
  agent.event('sale.completed', storeId, sale(`sal_f.${++sales}`, 100), more)
const wireSale = (change: Partial<Record<keyof CloudEvent, unknown>> = {}) => ({
  ...toCloudEvent(newSale()),
  ...change,
})

async function post(body: string, contentType = 'application/json', path = '/v1/events') {
  const response = await fetch(hub.hub.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${agent.token}`, 'content-type': contentType },
    body,
  })
  return { status: response.status, body: (await response.json()) as Body }
}

const wholeBatch = (count: number) => JSON.stringify(Array.from({ length: count }, () => ({})))
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)

const requests = [
  { why: 'not JSON', body: '[{]', wants: [400, 'body_malformed'] },
  { why: 'cut short', body: '[{"specversion":"1.', wants: [400, 'body_malformed'] },
  { why: 'no body', body: '', wants: [400, 'request_malformed', '(whole)'] },
  { why: 'nested 65 deep', body: deep(65), wants: [400, 'body_too_deep'] },
  { why: 'nested 20,000 deep', body: deep(20_000), wants: [400, 'body_too_deep'] },
  { why: '64 deep is only wrong', body: deep(64), wants: [400, 'request_malformed', 'sequence'] },
  { why: '__proto__', body: '[{"__proto__":{}}]', wants: [400, 'body_hostile', '__proto__'] },
  {
    why: '__proto__ written with an escape',
    body: '[{"\\u005f_proto__":{}}]',
    wants: [400, 'body_hostile', '__proto__'],
  },
  {
    why: 'constructor, deep within',
    body: '[{"data":[{"constructor":{"prototype":{}}}]}]',
    wants: [400, 'body_hostile', 'constructor'],
  },
  {
    why: 'larger than a batch may be',
    body: ' '.repeat(limits.batchBytesMax + 1),
    wants: [413, 'body_too_large'],
  },
  {
    why: 'larger than any other body may be',
    path: '/v1/decisions',
    body: ' '.repeat(256_001),
    wants: [413, 'body_too_large'],
  },
  {
    why: 'another content type',
    body: '[]',
    type: 'text/plain',
    wants: [400, 'request_malformed', 'content-type'],
  },
  { why: 'an unknown route', body: '{}', path: '/v1/nothing', wants: [404, 'not_found'] },
  { why: 'not a list', body: '{}', wants: [400, 'request_malformed', '(whole)'] },
  { why: 'an empty batch', body: '[]', wants: [400, 'request_malformed', '(whole)'] },
  {
    why: 'a batch too long',
    body: wholeBatch(limits.eventsPerBatchMax + 1),
    wants: [400, 'request_malformed', '(whole)'],
  },
  { why: 'no epoch', body: wholeBatch(1), wants: [400, 'request_malformed', 'sequence'] },
  { why: 'nothing in the list', body: '[null]', wants: [400, 'request_malformed', 'sequence'] },
  {
    why: 'a sequence below the first',
    body: '[{"epoch":"e","sequence":"-3"}]',
    wants: [400, 'request_malformed', 'sequence'],
  },
  {
    why: 'an epoch that no database keeps',
    body: '[{"epoch":"\\u0000","sequence":"1"}]',
    wants: [400, 'request_malformed', 'sequence'],
  },
  {
    why: 'two epochs',
    body: '[{"epoch":"a","sequence":"1"},{"epoch":"b","sequence":"2"}]',
    wants: [400, 'request_malformed', 'sequence'],
  },
  {
    why: 'a gap within',
    body: '[{"epoch":"a","sequence":"1"},{"epoch":"a","sequence":"3"}]',
    wants: [400, 'request_malformed', 'sequence'],
  },
  {
    why: 'a decision about nothing',
    path: '/v1/decisions',
    body: JSON.stringify({ local }),
    wants: [400, 'request_malformed', 'event'],
  },
] as const

for (const { why, body, wants, ...more } of requests)
  test(`refused: ${why}`, async () => {
    const { path, type } = more as { path?: string; type?: string }
    const answer = await post(body, type, path)
    const [status, code, field] = wants
    deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body))
    if (field !== undefined) equal(answer.body.field, field)
    equal(answer.body.status, status)
    ok(answer.body.says.length > 10)
  })

test('a gap before the batch names the sequence that is wanted', async () => {
  const events = [newSale(), newSale(), newSale(), newSale()]
  equal((await agent.send(events.slice(0, 1))).status, 200)
  const { status, body } = await agent.send(events.slice(2))
  deepEqual(
    [status, (body as Body).code, (body as Body).field, (body as Body).expected],
    [409, 'sequence_gap', 'sequence', String(events[1]?.sequence)],
  )
  const whole = (await agent.send(events.slice(1))).body as Body
  deepEqual([whole.appended, whole.rejected], [3, []])
})

/** Each is wrong on its own; `wants` is what the agent is told. */
const day = 24 * 3600_000
const wrongEvents: readonly { why: string; wire: () => Body; wants: readonly string[] }[] = [
  {
    why: 'malformed',
    wire: () => wireSale({ data: { saleId: 'sal_x.1' } }),
    wants: ['event_malformed', 'data.number'],
  },
  {
    why: 'not a CloudEvent',
    wire: () => wireSale({ specversion: '0.3' }),
    wants: ['event_malformed', 'specversion'],
  },
  {
    why: 'of an unknown type',
    wire: () => wireSale({ type: 'sale.dreamt' }),
    wants: ['event_malformed', 'type'],
  },
  {
    why: 'of another store of the region',
    wire: () => wireSale({ partitionkey: 'str_salem', source: '/stores/str_salem' }),
    wants: ['forbidden'],
  },
  {
    why: 'of another region',
    wire: () =>
      wireSale({ regionid: 'eu', partitionkey: 'str_berlin', source: '/stores/str_berlin' }),
    wants: ['event_malformed', 'regionid'],
  },
  {
    why: 'of another region, said to be of this one',
    wire: () => wireSale({ partitionkey: 'str_berlin', source: '/stores/str_berlin' }),
    wants: ['forbidden'],
  },
  {
    why: 'of another chain',
    wire: () => wireSale({ chainid: 'chn_other' }),
    wants: ['event_malformed', 'regionid'],
  },
  {
    why: 'from the future',
    wire: () => wireSale({ time: new Date(Date.now() + 3600_000).toISOString() }),
    wants: ['event_in_future', 'occurredAt'],
  },
  {
    why: 'years late',
    wire: () => wireSale({ time: new Date(Date.now() - 800 * day).toISOString() }),
    wants: ['event_too_late', 'occurredAt'],
  },
  {
    why: 'of an unknown currency',
    wire: () => wireSale({ data: { ...sale('sal_x.2', 100), currency: 'XBT' } }),
    wants: ['event_malformed', 'data.currency'],
  },
  {
    why: 'holding what jsonb does not take',
    wire: () => wireSale({ source: 'nul \u0000 and half a pair \ud800' }),
    wants: ['event_malformed', 'source'],
  },
  {
    why: 'of a store whose name no column takes',
    wire: () => wireSale({ partitionkey: 'str_\u0000' }),
    wants: ['event_malformed', 'storeId'],
  },
]

const letterOf = async (code: string, field?: string) => {
  const { items } = (await it('GET', '/v1/dead-letters')).body as Body
  return items.filter((one: Body) => one.code === code && one.field === field)
}

test('in one batch the good are appended, and each wrong one becomes a dead letter', async () => {
  // A store that the region has and this agent does not serve.
  changeOrganisation((file) => {
    file.stores.push({ ...file.stores[0], storeId: 'str_salem', name: 'salem' })
  })
  await hub.restart()
  const batch: Body[] = [toCloudEvent(newSale())]
  const places: number[] = []
  for (const { wire } of wrongEvents) {
    const wrong = wire()
    places.push(Number(wrong.sequence))
    batch.push(wrong, toCloudEvent(newSale()))
  }
  const answer = await post(JSON.stringify(batch), batchMediaType)
  equal(answer.status, 200, JSON.stringify(answer.body))
  equal(answer.body.appended, wrongEvents.length + 1)
  equal(answer.body.acceptedThrough, Number(batch.at(-1)?.sequence))
  deepEqual(
    answer.body.rejected.map((one: Body) => one.sequence),
    places,
  )
  wrongEvents.forEach(({ why, wants }, index) => {
    const { code, field } = answer.body.rejected[index]
    deepEqual([code, ...(field === undefined ? [] : [field])], wants, why)
  })
  const { items } = (await it('GET', '/v1/dead-letters')).body as Body
  equal(items.length, wrongEvents.length)
  for (const { why, wants } of wrongEvents) {
    const [code, field] = wants
    const found = items.find((one: Body) => one.code === code && one.field === field)
    ok(found?.regionId === 'us' && found.source === 'ingest' && found.says.length > 10, why)
  }
})

test('the same batch again: duplicates, and no second dead letter', async () => {
  const before = ((await it('GET', '/v1/dead-letters')).body as Body).items.length
  const wrong = wireSale({ specversion: '0.3' })
  const batch = JSON.stringify([wrong, toCloudEvent(newSale())])
  const first = await post(batch, batchMediaType)
  const second = await post(batch, batchMediaType)
  deepEqual([first.body.appended, second.body.appended, second.body.duplicates], [1, 0, 1])
  equal(((await it('GET', '/v1/dead-letters')).body as Body).items.length, before + 1)
})

const replay = (id: string) => it('POST', `/v1/dead-letters/us/${id}/replay`)

test('replayed while still wrong, a dead letter says the same again and stays', async () => {
  const { items } = (await it('GET', '/v1/dead-letters')).body as Body
  for (const letter of items) {
    const answer = await replay(letter.deadLetterId)
    equal((answer.body as Body).code, letter.code, letter.deadLetterId)
    equal((answer.body as Body).field, letter.field)
  }
  const { items: after } = (await it('GET', '/v1/dead-letters')).body as Body
  ok(after.every((one: Body) => one.replayedAt === undefined))
})

test('replayed once its cause is gone, an event is taken in, and only once', async () => {
  changeOrganisation((file) => {
    file.agents.find(({ agentId }) => agentId === 'agt_us')?.storeIds.push('str_salem')
  })
  await hub.restart()
  const [berlin, salem] = (await letterOf('forbidden')).sort((a: Body, b: Body) =>
    a.storeId.localeCompare(b.storeId),
  )
  deepEqual([berlin.storeId, salem.storeId], ['str_berlin', 'str_salem'])
  equal((await replay(salem.deadLetterId)).status, 204)
  equal((await replay(salem.deadLetterId)).status, 409)
  const still = await replay(berlin.deadLetterId)
  deepEqual([still.status, (still.body as Body).code], [403, 'forbidden'])
  await eventually(async () => {
    const { items } = (await it('GET', '/v1/sales/totals')).body as Body
    return items.find((one: Body) => one.storeId === 'str_salem')?.salesMinor === 100
  })
  const letters = await letterOf('forbidden')
  ok(letters.find((one: Body) => one.storeId === 'str_salem').replayedAt !== undefined)
})

test('what does not exist cannot be replayed', async () => {
  equal((await replay('ingest.999999')).status, 404)
  equal((await it('POST', '/v1/dead-letters/mars/ingest.1/replay')).status, 404)
  equal((await replay('ingest.1;drop')).status, 400)
})

test('a question about a store that the agent does not serve is forbidden', async () => {
  const event = agent.event('return.requested', 'str_berlin', {
    returnId: 'ret-b',
    currency: 'USD',
    amountMinor: 100,
    lines: [{ sku: 'SKU-1', quantity: '1', amountMinor: 100 }],
  })
  const asked = (wire: Body) => agent.ask('POST', '/v1/decisions', { event: wire, local })
  const wire = toCloudEvent(event)
  equal((await asked(wire)).status, 403)
  const elsewhere = await asked({ ...wire, regionid: 'eu' })
  equal(elsewhere.status, 403)
  const late = { ...wire, partitionkey: 'str_boston', source: '/stores/str_boston' }
  const foreign = await asked({ ...late, chainid: 'chn_other' })
  deepEqual([foreign.status, (foreign.body as Body).field], [422, 'regionid'])
  const answer = await asked({ ...late, time: new Date(Date.now() + day).toISOString() })
  deepEqual([answer.status, (answer.body as Body).code], [422, 'event_in_future'])
})

test('after all that a good batch goes in, and nothing lags behind', async () => {
  const fresh = await agent.send([agent.event('sale.completed', 'str_albany', sale('sal_g.1', 1))])
  // The sequence that the refused question used up is wanted first.
  equal(fresh.status, 409)
  const wanted = Number((fresh.body as Body).expected)
  const good = { ...toCloudEvent(newSale()), sequence: String(wanted) }
  const { status, body } = await post(JSON.stringify([good]), batchMediaType)
  deepEqual([status, body.appended, body.rejected], [200, 1, []])
  await eventually(async () => {
    const { cells } = (await it('GET', '/readyz')).body as Body
    return Object.values(cells.us.lag).every((lag) => lag === 0)
  })
})

function changeOrganisation(change: (file: Body & { agents: Body[] }) => void): void {
  const path = hub.config.organisationFile
  const file = JSON.parse(readFileSync(path, 'utf8'))
  change(file)
  writeFileSync(path, JSON.stringify(file))
}
