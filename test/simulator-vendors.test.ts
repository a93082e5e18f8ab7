/** The demo chain on the four real emulators, and what its connectors are told. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import test, { after } from 'node:test'
import { ConnectionEntry } from '../src/agent/config.ts'
import { clover } from '../src/connectors/clover/connector.ts'
import { lightspeed } from '../src/connectors/lightspeed/connector.ts'
import { shopify } from '../src/connectors/shopify/connector.ts'
import { square } from '../src/connectors/square/connector.ts'
import { type SimulatorParts, startSimulator } from '../src/simulator/simulator.ts'
import { createBench, installSecret } from './simulator-harness.ts'

const bench = await createBench()
after(() => bench.remove())
const connectors = { shopify, square, clover, lightspeed }

function start(parts: SimulatorParts = {}) {
  const { directory: dataDir, transactionsFile } = bench
  return startSimulator(
    { port: 0, dataDir, transactionsFile, installSecret, isPaused: true },
    { realClock: { nowMs: () => Date.parse('2026-11-20T12:00:00Z') }, ...parts },
  )
}

test('four vendors take everything that happens at their tills, and again after a restart', async () => {
  for (const expected of [40, 80]) {
    const simulator = await start()
    const { salesCount, failuresCount } = await simulator.control({ step: 40 })
    equal(failuresCount, 0)
    equal(salesCount, expected)
    const { stores } = simulator.tally()
    const rang = simulator
      .chain()
      .stores.filter(({ storeId }) =>
        stores.some((store) => store.storeId === storeId && store.salesCount > 0),
      )
    equal(new Set(rang.map(({ vendor }) => vendor)).size, 4)
    await simulator.close()
  }
})

test('each connection is one that its agent and connector accept', async () => {
  const simulator = await start()
  for (const { agentId } of simulator.chain().agents) {
    for (const connection of simulator.connectionsOf(agentId)) {
      const entry = ConnectionEntry.parse(connection)
      const { settings, secrets } = connectors[connection.vendor]
      ok(settings.safeParse(entry.settings).success, connection.connectionId)
      const missing = Object.keys(secrets).filter((name) => !(name in connection.secrets))
      deepEqual(missing, [], connection.connectionId)
      ok(connection.credentials.accessToken.length > 8)
    }
  }
  await simulator.close()
})
