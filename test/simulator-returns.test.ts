/** Returns: asked about at the register first; money goes back only when the answer lets it. */
import { equal, ok } from 'node:assert/strict'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { after } from 'node:test'
import { verifyWebhook } from '../src/base/standard-webhooks.ts'
import type { CompanionQuestion } from '../src/simulator/companion.ts'
import { demoChain } from '../src/simulator/demo-chain.ts'
import type { TillRefund } from '../src/simulator/till.ts'
import { createBench, installSecret, startOn } from './simulator-harness.ts'
import type { Recorded } from './simulator-recorder.ts'

const bench = await createBench()
after(() => bench.remove())

const agentIds = ['agt_us_east', 'agt_us_west', 'agt_eu_north', 'agt_eu_south']
const chain = demoChain({ seed: 'harbour', installSecret, simulatorUrl: 'http://a', agentUrls: {} })

/** An agent's door that verifies as an agent does, and answers what it is told to. */
async function startDoor(verdictOf: (asked: number, question: string) => string) {
  const questions: CompanionQuestion[] = []
  const asked = new Map<string, number>()
  const server = createServer(async (request, response) => {
    const body = await textOf(request)
    const [, place, registerId, , questionId] = request.url?.split('/') ?? []
    if (place !== 'registers') return response.end('{}')
    const store = chain.stores.find((s) => s.registers.some((r) => r.registerId === registerId))
    const connection = chain.accounts.find((a) => a.connectionId === store?.connectionId)
    verifyWebhook(connection?.secrets.companion ?? '', request.headers, body, Date.now() / 1000)
    if (request.method === 'POST') questions.push(JSON.parse(body))
    const id = questionId ?? JSON.parse(body).questionId
    asked.set(id, (asked.get(id) ?? 0) + 1)
    const verdict = verdictOf(asked.get(id) ?? 1, id)
    return response.end(JSON.stringify({ verdict, why: 'because', decidedBy: 'agent' }))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const agentUrls = Object.fromEntries(agentIds.map((id) => [id, `http://127.0.0.1:${port}`]))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { questions, asked, agentUrls, close }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

async function run(name: string, verdictOf: (asked: number, question: string) => string) {
  const door = await startDoor(verdictOf)
  const seen: Recorded[] = []
  const { agentUrls } = door
  const simulator = await startOn(bench, name, { agentUrls }, (recorded) => seen.push(recorded))
  await simulator.control({ step: 320 })
  const { stores } = simulator.tally()
  const count = (field: 'returnsAsked' | 'returnsAccepted' | 'returnsRefused' | 'returnsHeld') =>
    stores.reduce((sum, store) => sum + store[field], 0)
  const refunds = seen.filter(({ verb }) => verb === 'refund').map(({ what }) => what as TillRefund)
  equal(simulator.state().failuresCount, 0)
  await simulator.close()
  door.close()
  return { ...door, refunds, count, simulator }
}

test('accepted: the refund gives back what the question named', async () => {
  const { questions, refunds, count } = await run('accepted', () => 'accepted')
  ok(refunds.length >= 5)
  equal(count('returnsAccepted'), refunds.length)
  for (const refund of refunds) {
    const question = questions.find(({ questionId }) => questionId === refund.refundKey)
    equal(question?.amountMinor, refund.totalMinor)
    equal(
      question?.lines.reduce((sum, line) => sum + line.amountMinor, 0),
      refund.totalMinor,
    )
    equal(question?.externalSaleId, refund.saleKey && `ext-${refund.saleKey}`)
    equal(refund.tender.amountMinor, refund.totalMinor)
    ok(question?.occurredAt !== undefined && Date.parse(question.occurredAt) < refund.atMs)
  }
  ok(
    refunds.some(({ saleKey }) => saleKey !== undefined),
    'some bring a receipt',
  )
})

test('refused: no money goes back', async () => {
  const { refunds, count } = await run('refused', () => 'refused')
  equal(refunds.length, 0)
  ok(count('returnsRefused') >= 5)
})

test('held: asked again later, and refunded once it is accepted', async () => {
  const { asked, questions, refunds, count } = await run('held', (times) =>
    times < 3 ? 'held' : 'accepted',
  )
  ok(refunds.length >= 5)
  ok(count('returnsHeld') >= refunds.length)
  for (const { refundKey } of refunds) equal(asked.get(refundKey), 3)
  equal(
    new Set(questions.map(({ questionId }) => questionId)).size,
    questions.length,
    'posted once',
  )
})
