/** What the scenarios of several hubs share: tills that ring all the while, and a look at who does what. */
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../scenario/fleet.ts'
import type { HubProcess } from './hub-process.ts'
import { type Hubs, prepareHubs } from './hubs.ts'
import { type Stores, startStores } from './stores.ts'

export const regions = ['us', 'eu'] as const

const ringEveryMs = 250

export interface UnderLoad {
  readonly stores: Stores
  readonly hubs: Hubs
  /** The two hubs; replace one that was started anew. */
  readonly pair: { a: HubProcess; b: HubProcess }
  /** Rings sales for as long as `work` takes, so that whatever it does happens under load. */
  whileRinging(work: () => Promise<void>): Promise<void>
  /** Partitions of all groups and regions that the process holds now, of how many. */
  heldBy(hub: HubProcess): Promise<{ held: number; all: number }>
  /** Events in the log, of all regions. */
  eventsCount(): Promise<number>
  /** Sales that were handled, of all regions: their effects are there. */
  salesCount(): Promise<number>
  /** Of all regions. */
  rows<Row>(text: string): Promise<Row[]>
  /** Freezes the process at a moment when it has begun a transaction with a statement that writes. */
  freezeMidBatch(hub: HubProcess): Promise<number>
}

/** Real tills of four vendors, an agent for each group of stores, and two hubs behind a balancer. */
export async function startUnderLoad(
  environment: Readonly<Record<string, string>> = {},
): Promise<UnderLoad> {
  const stores = await startStores()
  const hubs = await prepareHubs({
    organisation: stores.organisation,
    environment: { TILLWAY_DRAIN_SECONDS: '3', ...environment },
  })
  const [a, b] = (await Promise.all([hubs.start('a'), hubs.start('b')])) as [HubProcess, HubProcess]
  hubs.balancer.point([a.port, b.port])
  await stores.startAgents(hubs.balancer.url)

  async function rows<Row>(text: string): Promise<Row[]> {
    return (await Promise.all(regions.map((region) => hubs.query<Row>(region, text)))).flat()
  }
  const countOf = async (text: string) =>
    (await rows<{ count: number }>(text)).reduce((sum, { count }) => sum + count, 0)

  async function openTransactions(): Promise<string[]> {
    const found = await hubs.query<{ name: string }>(
      'us',
      `select pid || ' ' || xact_start || ' ' || state_change as name from pg_stat_activity
        where datname like $1 and state = 'idle in transaction' and backend_xid is not null`,
      [`${hubs.databasePrefix}_%`],
    )
    return found.map(({ name }) => name)
  }

  return {
    stores,
    hubs,
    pair: { a, b },
    rows,
    async whileRinging(work) {
      let isRinging = true
      const ringing = (async () => {
        while (isRinging) {
          await stores.simulator.control({ step: 10 })
          // More than hubs handle at once only waits, and is waited for afterwards.
          await sleep(ringEveryMs)
        }
      })()
      try {
        await work()
      } finally {
        isRinging = false
        await ringing
      }
    },
    async heldBy(hub) {
      const counts = await rows<{ held: number; all: number }>(
        `select count(*)::int as all, (count(*) filter (where owner like '${hub.pid}-%'))::int as held
          from event_lease`,
      )
      const sum = (of: 'held' | 'all') => counts.reduce((total, row) => total + row[of], 0)
      return { held: sum('held'), all: sum('all') }
    },
    eventsCount: () => countOf('select count(*)::int as count from event'),
    salesCount: () => countOf('select count(*)::int as count from sale'),
    async freezeMidBatch(hub) {
      for (let attempt = 0; attempt < 200; attempt += 1) {
        await sleep(20 + Math.random() * 80)
        hub.freeze()
        const before = await openTransactions()
        await sleep(150)
        // Only those of a process that stands still are as they were.
        const still = (await openTransactions()).filter((one) => before.includes(one))
        if (still.length > 0) return still.length
        hub.resume()
      }
      throw new Error('no moment was found at which the hub was in the middle of a batch')
    },
  }
}

/** Waits until so many sales more than now are handled: what goes on while something is away. */
export async function handlesMore(load: UnderLoad, why: string, count: number): Promise<void> {
  const before = await load.salesCount()
  await until(why, 120, async () => (await load.salesCount()) >= before + count)
}

/** Seconds until all partitions are `hub`'s and more was handled than had been. */
export async function takenOverAfter(load: UnderLoad, hub: HubProcess): Promise<number> {
  const beganAtMs = performance.now()
  const before = await load.salesCount()
  await until(`${hub.name} has taken over`, 60, async () => {
    const { held, all } = await load.heldBy(hub)
    return all > 0 && held === all && (await load.salesCount()) > before
  })
  return (performance.now() - beganAtMs) / 1000
}
