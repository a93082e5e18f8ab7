/** How many webhooks a second an agent verifies, translates, tokenises and makes durable before it says 200. */
import { join } from 'node:path'
import type { OpenConnection } from '../../src/simulator/simulator.ts'
import type { Generator, LoadResult } from '../load/generator.ts'
import { saveRequests } from '../load/requests.ts'
import type { BenchContext, Measurement } from '../measurement.ts'
import { readMemory } from '../memory/readings.ts'
import { startAgentProcess } from '../parts/agent-process.ts'
import { startBusyVendor } from '../parts/busy-vendor.ts'
import { startHelper } from '../parts/helper.ts'
import { benchPorts } from '../parts/ports.ts'
import { processorSeconds } from '../parts/processor-time.ts'
import { whole } from '../parts/table.ts'
import type { BareHandler } from './bare-handler.ts'
import { openDemoChain } from './demo-webhooks.ts'
import { connectionsCount, findingOf, type Measured, type Prepared, perRound } from './finding.ts'
import { readKept } from './kept.ts'

const rounds = 7
const warmUp = 6_000
const nowhere = 'http://127.0.0.1:9'
const markers = ['"accepted"', '"duplicate"', '"dead_lettered"']

export const durableWebhooks: Measurement = {
  name: 'webhooks',
  title: 'Webhooks made durable per second, all four vendors',
  async run(context) {
    const prepared = await prepare(context)
    await weighOneStore(context, prepared)
    return findingOf(prepared, await measure(context, prepared))
  },
}

/** The agent first learns catalogue and stock from the vendors' APIs, as after any installation. */
async function prepare({ folder, say }: BenchContext): Promise<Prepared> {
  const [port = 0] = await benchPorts(1)
  say('webhooks: opening the demo chain at four emulated vendors')
  const chain = await openDemoChain(folder, `http://127.0.0.1:${port}`)
  const { connections } = chain
  try {
    say('webhooks: the agent sweeps catalogue and stock')
    const agent = await start(folder, port, connections)
    await agent.quiet()
    await agent.stop()
    say('webhooks: ringing real sales; the vendors sign what they would send')
    return { connections, port, ...(await chain.ring(warmUp + rounds * perRound)) }
  } finally {
    await chain.close()
  }
}

function start(folder: string, port: number, connections: readonly OpenConnection[], name = 'all') {
  return startAgentProcess({
    folder: join(folder, `agent-${name}`),
    port,
    agentId: 'agt_bench',
    connections,
    hubUrl: nowhere,
  })
}

async function measure(context: BenchContext, prepared: Prepared): Promise<Measured> {
  const { folder, say } = context
  const { port, connections, webhooks } = prepared
  const vendor = await startBusyVendor()
  const away = connections.map((one) => ({ ...one, apiBaseUrl: vendor.url }))
  const agent = await start(folder, port, away)
  const bare = startHelper<BareHandler>(new URL('./bare-handler.ts', import.meta.url))
  const generator = startHelper<Generator>(new URL('../load/generator.ts', import.meta.url))
  try {
    const file = join(folder, 'webhooks.bin')
    saveRequests(file, webhooks)
    await generator.ask('load', file)
    const barePort = await bare.ask('listen', connections.map(bareConnection))
    const fire = (target: number, from: number, count: number) =>
      generator.ask('fire', { port: target, from, count, connections: connectionsCount, markers })
    const before = await agent.state()
    await fire(port, 0, warmUp)
    await fire(barePort, 0, warmUp)
    const results: { agent: LoadResult[]; bare: LoadResult[] } = { agent: [], bare: [] }
    const worked = [agent.pid, bare.pid].map(workOf)
    for (let round = 0; round < rounds; round += 1) {
      const from = warmUp + round * perRound
      // In turn, so that whatever else the machine does falls on both.
      results.bare.push(await fire(barePort, from, perRound))
      results.agent.push(await fire(port, from, perRound))
      say(`webhooks: round ${round + 1} of ${rounds}: ${perSecond(results.agent.at(-1))}/s durable`)
    }
    const [agentMicros = Number.NaN, bareMicros = Number.NaN] = worked.map((since) => since())
    const stores = connections.flatMap((one) => one.stores).length
    context.memory.push(readMemory('agent, after the webhooks', stores, agent.pid))
    await agent.stop()
    const database = join(folder, 'agent-all', 'data', 'agent.sqlite')
    return {
      ...results,
      agentMicros,
      bareMicros,
      kept: readKept(database, connections, before.outboxCount),
    }
  } finally {
    await Promise.all([agent.stop(), bare.stop(), generator.stop()])
    vendor.close()
  }
}

function workOf(pid: number): () => number {
  const before = processorSeconds(pid) ?? Number.NaN
  return () => (((processorSeconds(pid) ?? Number.NaN) - before) * 1e6) / (rounds * perRound)
}

function bareConnection({ connectionId, vendor, webhookUrl, secrets }: OpenConnection) {
  return { connectionId, vendor, webhookUrl, secret: secrets.webhook ?? '' }
}

/** The same load on an agent of one store, for what an agent weighs by itself. */
async function weighOneStore(context: BenchContext, { connections, webhooks, port }: Prepared) {
  const { folder, memory } = context
  const one = connections.find(({ vendor, stores }) => vendor === 'lightspeed' && !stores[1])
  if (one === undefined) throw new Error('the demo chain has no connection with a single store')
  const vendor = await startBusyVendor()
  const agent = await start(folder, port, [{ ...one, apiBaseUrl: vendor.url }], 'one')
  const generator = startHelper<Generator>(new URL('../load/generator.ts', import.meta.url))
  const file = join(folder, 'webhooks-of-one.bin')
  saveRequests(
    file,
    webhooks.filter(({ connectionId }) => connectionId === one.connectionId),
  )
  const count = await generator.ask('load', file)
  memory.push(readMemory('agent, idle after its start', 1, agent.pid))
  await generator.ask('fire', { port, from: 0, count, connections: 8, markers })
  memory.push(readMemory('agent, after the webhooks', 1, agent.pid))
  await Promise.all([agent.stop(), generator.stop()])
  vendor.close()
}

function perSecond(result: LoadResult | undefined): string {
  return result === undefined ? '-' : whole(perRound / result.seconds)
}
