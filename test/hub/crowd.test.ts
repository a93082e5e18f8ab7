/** Many registers ask at once: shared transactions, one decision each, and none for who went away. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import pg from 'pg'
import { toCloudEvent } from '../../src/retail/cloudevents.ts'
import type { AnyEvent } from '../../src/retail/event.ts'
import { enrolAgent, eventually, startTestHub } from './harness.ts'

const test1 = await startTestHub()
const agent = await enrolAgent(test1, 'agt_us')
const local = { alreadyReturnedLinesCount: 0, employeeReturnsCount: 0, customerReturnsCount: 0 }
const cell = new URL(test1.adminUrl)
cell.pathname = `/${test1.config.databasePrefix}_us`
const owner = new pg.Client({ connectionString: cell.href })
// It ends with the server.
owner.on('error', () => undefined)
await owner.connect()

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field here
type Body = Record<string, any>

const returnOf = (returnId: string, amountMinor: number, storeId = 'str_boston') =>
  agent.event('return.requested', storeId, {
    returnId,
    currency: 'USD',
    amountMinor,
    lines: [{ sku: 'SKU-1', quantity: '1', amountMinor }],
  })
const bodyOf = (event: AnyEvent) => JSON.stringify({ event: toCloudEvent(event), local })
const ask = async (event: AnyEvent, signal?: AbortSignal): Promise<Body> => {
  const response = await fetch(`${test1.hub.url}/v1/decisions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${agent.token}`, 'content-type': 'application/json' },
    body: bodyOf(event),
    ...(signal && { signal }),
  })
  return (await response.json()) as Body
}
const rowsOf = async (events: readonly AnyEvent[]) => {
  const ids = events.map(({ id }) => id)
  const { rows } = await owner.query<{ event_id: string; ordinal: number; xid: string }>(
    `select event_id, ordinal, xmin::text as xid from proposal where event_id = any($1)`,
    [ids],
  )
  return rows
}

test('a crowd is decided in few transactions, each return once and by itself', async () => {
  const events = Array.from({ length: 60 }, (_, index) =>
    // Every third is for the manager, and two stores ask.
    returnOf(
      `crowd-${index}`,
      index % 3 === 0 ? 30_000 : 1_000,
      index % 2 ? 'str_albany' : undefined,
    ),
  )
  // Each is asked twice at once, as a companion that lost its connection does.
  const answers = await Promise.all([...events, ...events].map((event) => ask(event)))
  const verdicts = events.map((_, index) => (index % 3 === 0 ? 'held' : 'accepted'))
  deepEqual(
    answers.map(({ verdict }) => verdict),
    [...verdicts, ...verdicts],
  )
  events.forEach((event, index) => {
    const [first, second] = [answers[index], answers[index + events.length]]
    equal(first?.returnId, event.type === 'return.requested' && event.data.returnId)
    equal(first?.proposalId, second?.proposalId)
    const commands = [...(first?.commands ?? []), ...(second?.commands ?? [])]
    equal(commands.length, index % 3 === 0 ? 0 : 1)
  })
  const rows = await rowsOf(events)
  equal(rows.length, events.length)
  const transactions = new Set(rows.map(({ xid }) => xid)).size
  ok(transactions < events.length / 2, `${transactions} transactions`)
  const manager = await test1.as('per_us')
  const { items } = (await manager('GET', '/v1/approvals')).body as Body
  equal(items.length, 20)
})

test('who went away before the turn came is not decided, and may ask again', async () => {
  const [first, second, gone] = ['a', 'b', 'gone'].map((name) => returnOf(name, 500)) as [
    AnyEvent,
    AnyEvent,
    AnyEvent,
  ]
  await owner.query('begin; lock table proposal in access exclusive mode')
  const busy = [ask(first), ask(second)]
  const waiting = await eventually(async () => {
    const { rows } = await owner.query(
      `select count(*) as n from pg_locks where not granted and relation = 'proposal'::regclass`,
    )
    return Number(rows[0]?.n) === 2
  })
  ok(waiting)
  const leaving = new AbortController()
  const unheard = ask(gone, leaving.signal).catch((error: Error) => error.name)
  await new Promise((resolve) => setTimeout(resolve, 100))
  leaving.abort()
  equal(await unheard, 'AbortError')
  await new Promise((resolve) => setTimeout(resolve, 100))
  await owner.query('rollback')
  for (const answer of await Promise.all(busy)) equal(answer.verdict, 'accepted')
  deepEqual(await rowsOf([gone]), [])
  equal((await ask(gone)).verdict, 'accepted')
})
