/** The demo chain's own webhooks: real transactions, rung at four emulated vendors and signed by them. */
import { join } from 'node:path'
import type { EmulatorFactory } from '../../src/simulator/emulator.ts'
import { type OpenConnection, startSimulator } from '../../src/simulator/simulator.ts'
import { emulators } from '../../src/simulator/vendors/index.ts'
import type { Delivery } from '../../src/simulator/webhook-sender.ts'
import type { EmulatorList } from '../../src/simulator/world.ts'
import type { PlainRequest } from '../load/requests.ts'

export interface DemoWebhook extends PlainRequest {
  readonly vendor: string
  readonly connectionId: string
}

export interface DemoChain {
  /** Of all stores of the chain, for one agent. */
  readonly connections: readonly OpenConnection[]
  /** Rings sales until the vendors have sent so many webhooks. */
  ring(webhooksCount: number): Promise<{ webhooks: DemoWebhook[]; salesCount: number }>
  close(): Promise<void>
}

const salesPerStep = 100

export async function openDemoChain(folder: string, agentUrl: string): Promise<DemoChain> {
  const webhooks: DemoWebhook[] = []
  const agents = ['agt_us_east', 'agt_us_west', 'agt_eu_north', 'agt_eu_south']
  const simulator = await startSimulator(
    {
      port: 0,
      dataDir: join(folder, 'simulator'),
      seed: 'bench',
      installSecret: 'secret-of-a-benchmark-installation',
      isPaused: true,
      startDaysAgo: 90,
      agentUrls: Object.fromEntries(agents.map((agentId) => [agentId, agentUrl])),
    },
    { emulators: capturing((vendor, delivery) => webhooks.push(requestOf(vendor, delivery))) },
  )
  return {
    connections: agents.flatMap((agentId) => simulator.connectionsOf(agentId)),
    async ring(webhooksCount) {
      while (webhooks.length < webhooksCount) await simulator.control({ step: salesPerStep })
      const { salesCount } = simulator.state()
      return { webhooks: webhooks.slice(0, webhooksCount), salesCount }
    },
    close: () => simulator.close(),
  }
}

/** Each vendor's emulator as it is, but what it sends is kept in memory instead. */
function capturing(keep: (vendor: string, delivery: Delivery) => void): EmulatorList {
  const caught =
    (vendor: string, make: EmulatorFactory): EmulatorFactory =>
    (deps) =>
      make({
        ...deps,
        webhooks: { ...deps.webhooks, send: (delivery) => keep(vendor, delivery) },
      })
  const { shopify, square, clover, lightspeed } = emulators
  return {
    shopify: caught('shopify', shopify),
    square: caught('square', square),
    clover: caught('clover', clover),
    lightspeed: caught('lightspeed', lightspeed),
  }
}

function requestOf(vendor: string, { url, body, headers }: Delivery): DemoWebhook {
  const path = new URL(url).pathname
  return {
    vendor,
    connectionId: path.slice(path.lastIndexOf('/') + 1),
    method: 'POST',
    path,
    headers: headers(1, undefined),
    body,
  }
}
