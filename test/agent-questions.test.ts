/** What a register is told: by the hub in time, by the agent alone when the hub is away, and again on asking. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import type { Agent } from '../src/agent/agent.ts'
import { newId } from '../src/base/ids.ts'
import { signWebhook } from '../src/base/standard-webhooks.ts'
import {
  companionSecret,
  post,
  questionSecret,
  saleOf,
  sendWebhook,
  signed,
  startWorld,
  until,
  type World,
} from './agent/harness.ts'

async function inWorld(run: (world: World) => Promise<void>, changes = {}): Promise<void> {
  const world = await startWorld({ decisionDeadlineMs: 2_000, ...changes })
  try {
    await run(world)
  } finally {
    await world.close()
  }
}

function questionOf(questionId: string, amountMinor: number, changes = {}) {
  return {
    questionId,
    type: 'return.requested',
    connectionId: 'con_corner',
    storeExternalId: 'B1',
    registerExternalId: 'till1',
    employeeExternalId: 'e7',
    occurredAt: new Date(Date.now() - 1000).toISOString(),
    customer: { email: 'ann@example.com' },
    currency: 'EUR',
    amountMinor,
    lines: [{ sku: 'A-1', name: 'Teapot', quantity: '1', amountMinor }],
    ...changes,
  }
}

function sign(body: string, id = newId('run')): Record<string, string> {
  return { ...signWebhook(companionSecret, id, Math.floor(Date.now() / 1000), body) }
}

function ask({ url }: Agent, question: unknown) {
  const body = JSON.stringify(question)
  return post(`${url}/registers/reg_berlin_1/questions`, body, sign(body))
}

async function answerNow({ url }: Agent, questionId: string) {
  const path = `${url}/registers/reg_berlin_1/questions/${questionId}`
  return (await fetch(path, { headers: sign('', `${questionId}.1`) })).json()
}

const heldByHub = async () => ({
  verdict: 'held' as const,
  why: 'The manager has to look.',
  proposalId: 'prp_1',
  policyHash: 'abc',
  commands: [],
})

test('the hub decides, and a person frees what was held', () =>
  inWorld(async ({ agent, hub }) => {
    await sendWebhook(agent.url, { event: 'sale', sale: saleOf('s1') })
    hub.decide = heldByHub
    const question = questionOf('q1', 9000, { externalSaleId: 's1' })
    const held = { verdict: 'held', why: 'The manager has to look.', decidedBy: 'hub' }
    deepEqual((await ask(agent, question)).body, held)
    deepEqual((await ask(agent, question)).body, held)
    deepEqual(await answerNow(agent, 'q1'), held)
    equal(hub.counts['/v1/decisions'], 1)

    const asked = await until(() => hub.events.find(({ type }) => type === 'return.requested'))
    const answered = await until(() => hub.events.find(({ type }) => type === 'return.answered'))
    equal(answered.causationId, asked.id)
    equal(answered.traceparent.slice(3, 35), asked.traceparent.slice(3, 35))
    equal(asked.registerId, 'reg_berlin_1')

    hub.commands.push({
      commandId: 'cmd_accept',
      proposalId: 'prp_1',
      chainId: 'chn_test',
      regionId: 'eu',
      storeId: 'str_berlin',
      action: 'return.accept',
      input: {
        returnId: 'ret_corner.q1',
        currency: 'EUR',
        amountMinor: 9000,
        riskPermille: 10,
        hasReceipt: true,
        isStatutory: false,
      },
      traceparent: asked.traceparent,
      causationId: asked.id,
      issuedAt: new Date().toISOString(),
      expiresAt: new Date(Date.now() + 900_000).toISOString(),
    })
    await until(() => hub.events.find(({ type }) => type === 'command.reported'))
    equal((await answerNow(agent, 'q1')).verdict, 'accepted')
    equal((await ask(agent, question)).body.verdict, 'accepted')

    const [accept] = hub.commands
    ok(accept)
    const input = { returnId: 'ret_corner.q1', why: 'The manager saw the goods.' }
    hub.commands.push({ ...accept, commandId: 'cmd_refuse', action: 'return.refuse', input })
    await until(() => hub.received.includes('cmd_refuse'))
    await until(() => hub.events.filter(({ type }) => type === 'command.reported').length === 2)
    const refused = { verdict: 'refused', why: 'The manager saw the goods.', decidedBy: 'hub' }
    deepEqual(await answerNow(agent, 'q1'), refused)
  }))

const alone = [
  { why: 'small and plain', amountMinor: 1500, verdict: 'accepted' },
  { why: 'for the manager', amountMinor: 15_000, verdict: 'held' },
  { why: 'too much for an agent alone', amountMinor: 50_000, verdict: 'refused' },
]

test('without the hub the agent decides by its cached policies, says so and tells it later', () =>
  inWorld(async (world) => {
    const { hub } = world
    await until(() => hub.counts['/v1/bundle'])
    await until(() => world.agent.state().webhooksCount === 0)
    for (let index = 0; index < 10; index += 1)
      await sendWebhook(world.agent.url, { event: 'sale', sale: saleOf(`s${index}`) })
    await until(() => hub.events.length === 10)
    hub.isAway = true
    // Policies come from disk.
    await world.restart()
    for (const { why, amountMinor, verdict } of alone) {
      const question = questionOf(`alone-${amountMinor}`, amountMinor, { externalSaleId: 's1' })
      const { status, body } = await ask(world.agent, question)
      deepEqual([status, body.verdict, body.decidedBy], [200, verdict, 'agent'], why)
    }
    equal(world.agent.state().localAnswersCount, alone.length)
    hub.isAway = false
    await until(() => hub.events.filter(({ type }) => type === 'return.answered').length === 3)
    const told = hub.events.filter((event) => event.type === 'return.answered')
    ok(told.every(({ data }) => data.decidedBy === 'agent' && data.policyHash?.length === 64))
  }))

test('a hub that is late does not keep the register waiting', () =>
  inWorld(
    async ({ agent, hub }) => {
      let free = () => {}
      const late = new Promise<void>((resolve) => {
        free = resolve
      })
      hub.decide = async () => {
        await late
        return heldByHub()
      }
      const { body } = await ask(agent, questionOf('slow', 1500))
      equal(body.decidedBy, 'agent')
      free()
    },
    { decisionDeadlineMs: 50 },
  ))

test('an agent that never had policies holds the return for a person', () =>
  inWorld(
    async (world) => {
      const { body } = await ask(world.agent, questionOf('q', 100))
      deepEqual([body.verdict, body.decidedBy], ['held', 'agent'])
    },
    { hubUrl: 'http://127.0.0.1:9' },
  ))

const refused = [
  { why: 'another register', changes: { registerExternalId: 'till2' }, code: 'register_unknown' },
  { why: 'another store', changes: { storeExternalId: 'B2' }, code: 'store_unknown' },
  { why: 'another connection', changes: { connectionId: 'con_b' }, code: 'connection_unknown' },
  { why: 'no lines', changes: { lines: [] }, code: 'payload_malformed' },
  { why: 'no such currency', changes: { currency: 'XXX' }, code: 'payload_malformed' },
  {
    why: 'a card number as a name',
    changes: { lines: [{ name: '4111 1111 1111 1111', quantity: '1', amountMinor: 1 }] },
    code: 'event_carries_personal_data',
  },
]

test('a companion that asks wrongly gets its fault', () =>
  inWorld(async ({ agent }) => {
    for (const { why, changes, code } of refused) {
      const { body } = await ask(agent, questionOf('q', 100, changes))
      equal(body.code, code, why)
    }
    const body = JSON.stringify(questionOf('q', 100))
    const url = `${agent.url}/registers/reg_berlin_1/questions`
    equal((await post(url, body)).body.code, 'signature_missing')
    equal((await post(url, `${body} `, sign(body))).body.code, 'signature_wrong')
    const elsewhere = `${agent.url}/registers/reg_other/questions`
    equal((await post(elsewhere, body, sign(body))).body.code, 'register_unknown')
    equal((await answerNow(agent, 'never-asked')).code, 'not_found')
  }))

test("the vendor's own hook asks with its secret and is answered its way", () =>
  inWorld(async ({ agent, hub }) => {
    hub.decide = heldByHub
    const at = new Date(Date.now() - 1000).toISOString()
    const send = (question: string, secret: string) => {
      const body = JSON.stringify({ question, id: `${question}-1`, store: 'B1', at, total: 900 })
      return post(`${agent.url}/questions/con_corner/${secret}`, body, signed(body))
    }
    equal((await send('return', questionSecret)).body.verdict, 'held')
    equal((await send('cart', questionSecret)).body.verdict, 'accepted')
    deepEqual((await send('return', 'a guess')).body.code, 'connection_unknown')
    await until(() => hub.events.some(({ type }) => type === 'cart.ready_for_payment'))
  }))
