/** Two hub processes on one PostgreSQL: whichever is asked knows what the other did, and what is due is done once. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { toCloudEvent } from '../../src/retail/cloudevents.ts'
import { enrolAgent, organisationFile, sale } from '../hub/harness.ts'
import { until } from '../scenario/fleet.ts'
import type { HubProcess } from './hub-process.ts'
import { prepareHubs } from './hubs.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field here
type Body = Record<string, any>

const codes = {
  agt_us: randomBytes(24).toString('base64url'),
  agt_eu: randomBytes(24).toString('base64url'),
}
const hubs = await prepareHubs({ organisation: organisationFile(codes) })

// At the same moment and on an empty server: each would make the databases and run the migrations.
const [a, b] = (await Promise.all([hubs.start('a'), hubs.start('b')])) as [HubProcess, HubProcess]
/** Where the hand-made agent sends next. */
const at = { hub: { url: a.url }, codes }
const agent = await enrolAgent(at, 'agt_us')
const local = { alreadyReturnedLinesCount: 0, employeeReturnsCount: 0, customerReturnsCount: 0 }

async function signIn(personId: string): Promise<string> {
  const response = await fetch(`${a.url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ personId }),
  })
  return response.headers.get('set-cookie')?.split(';')[0] ?? ''
}

/** A return that is too large for the store alone, so that its manager has to decide. */
async function holdReturn(returnId: string): Promise<Body> {
  const event = agent.event('return.requested', 'str_boston', {
    returnId,
    currency: 'USD',
    amountMinor: 30_000,
    lines: [{ sku: 'SKU-1', quantity: '1', amountMinor: 30_000 }],
  })
  equal((await agent.send([event])).status, 200)
  const answer = await agent.ask('POST', '/v1/decisions', { event: toCloudEvent(event), local })
  equal((answer.body as Body).verdict, 'held')
  return answer.body
}

/** What expired is told to the register by commands; they are taken, so that none is waiting. */
async function takeWaiting(): Promise<void> {
  for (let received: string[] = []; ; ) {
    const { body } = await agent.ask('POST', '/v1/commands/poll', { received, waitMs: 0 })
    received = (body as Body).commands.map((command: Body) => command.commandId)
    if (received.length === 0) return
  }
}

async function membersOf(group: string): Promise<{ owner: string; partitions: number }[]> {
  return await hubs.query(
    'us',
    `select owner, count(*)::int as partitions from event_lease
      where group_name = $1 and expires_at > clock_timestamp() group by owner order by owner`,
    [group],
  )
}

test('both came up on an empty server, by an owner that is no superuser', async () => {
  for (const hub of [a, b]) equal((await fetch(`${hub.url}/readyz`)).status, 200)
  const [role] = await hubs.query<Body>(
    'us',
    "select rolsuper, rolbypassrls from pg_roles where rolname = 'tillway_app'",
  )
  deepEqual(role, { rolsuper: false, rolbypassrls: false })
})

test('an agent that enrolled at one is known at the other, and a batch sent to both counts once', async () => {
  const batch = [agent.event('sale.completed', 'str_boston', sale('sal_two.1', 1234))]
  equal(((await agent.send(batch)).body as Body).appended, 1)
  at.hub = { url: b.url }
  const { status, body } = await agent.send(batch)
  deepEqual([status, (body as Body).appended, (body as Body).duplicates], [200, 0, 1])
})

test('their workers share the partitions evenly', async () => {
  for (const group of ['projections', 'workflows', 'reports'])
    await until(`${group} are shared`, 10, async () => {
      const members = await membersOf(group)
      return members.length === 2 && members.every(({ partitions }) => partitions === 4)
    })
})

test('who signed in at one is signed in at the other, and sees there live what that one took', async () => {
  const cookie = await signIn('per_boston')
  const leaving = new AbortController()
  const stream = await fetch(`${b.url}/v1/feed/stream`, {
    headers: { cookie },
    signal: leaving.signal,
  })
  equal(stream.status, 200)
  at.hub = { url: a.url }
  await agent.send([agent.event('sale.completed', 'str_boston', sale('sal_two.live', 555))])
  let seen = ''
  const decoder = new TextDecoder()
  for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>) {
    seen += decoder.decode(chunk)
    if (seen.includes('sal_two.live')) break
  }
  leaving.abort()
  ok(seen.includes('sal_two.live'))
})

test('what a person approves at one goes at once to an agent that waits at the other', async () => {
  const { proposalId } = await holdReturn('ret-two')
  const headers = {
    cookie: await signIn('per_boston'),
    'x-tillway-request': '1',
    'content-type': 'application/json',
  }
  const { items } = (await (await fetch(`${b.url}/v1/approvals`, { headers })).json()) as Body
  const item = items.find((one: Body) => one.proposal.proposalId === proposalId)
  const polling = agent.ask('POST', '/v1/commands/poll', { received: [], waitMs: 20_000 })
  await sleep(300)
  const approvedAtMs = performance.now()
  const approved = await fetch(`${b.url}/v1/approvals/${item.approval.approvalId}/decision`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ decision: 'approve', reason: 'seen' }),
  })
  equal(approved.status, 200, await approved.text())
  const { commands } = (await polling).body as Body
  deepEqual(
    commands.map((command: Body) => command.proposalId),
    [proposalId],
  )
  ok(performance.now() - approvedAtMs < 2_000)
  const [{ commandId }] = commands
  await agent.ask('POST', '/v1/commands/poll', { received: [commandId], waitMs: 0 })
})

test('what is due is done by one of them: each approval expires once, each command too', async () => {
  for (let index = 0; index < 12; index += 1) await holdReturn(`ret-late-${index}`)
  await hubs.query('us', "update approval set expires_at = now() where state = 'open'")
  await until('all have expired', 15, async () => {
    const open = await hubs.query('us', "select from approval where state = 'open'")
    return open.length === 0
  })
  // Both look every two seconds: a second one would have done it by now.
  await sleep(2_500)
  const entries = await hubs.query<{ subject: string; times: number }>(
    'us',
    `select subject_id as subject, count(*)::int as times from ledger_entry
      where kind = 'approval.expired' group by subject_id`,
  )
  equal(entries.length, 12)
  deepEqual(
    entries.filter(({ times }) => times !== 1),
    [],
  )
})

test('one is killed: its partitions are read on within seconds, and a command it could tell nobody of is found', async () => {
  await holdReturn('ret-untold')
  await takeWaiting()
  at.hub = { url: b.url }
  const polling = agent.ask('POST', '/v1/commands/poll', { received: [], waitMs: 25_000 })
  await sleep(500)
  // As its transaction would have left it, had it died before its note to the others.
  await hubs.query(
    'us',
    `insert into command (chain_id, command_id, store_id, proposal_id, action, input, state,
       traceparent, trace_id, causation_id, expires_at)
     select chain_id, 'cmd_untold', store_id, proposal_id, 'return.refuse', input, 'queued',
       '00-' || trace_id || '-0000000000000001-01', trace_id, event_id, now() + interval '1 hour'
     from proposal where not exists (select from command c where c.chain_id = proposal.chain_id
       and c.proposal_id = proposal.proposal_id) order by proposed_at desc limit 1`,
  )
  const killedAtMs = performance.now()
  await a.kill()
  for (const group of ['projections', 'workflows', 'reports'])
    await until(`${group} are taken over`, 10, async () => {
      const members = await membersOf(group)
      return members.length === 1 && members[0]?.partitions === 8
    })
  ok(performance.now() - killedAtMs < 12_000, `${performance.now() - killedAtMs} ms`)
  const { commands } = (await polling).body as Body
  equal(commands[0]?.commandId, 'cmd_untold')
  ok(performance.now() - killedAtMs < 15_000, `${performance.now() - killedAtMs} ms`)
})
