/** What a fleet of 100, 1,000 and 10,000 stores takes of one machine, at rest and at work. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { below, type Finding, type Goal, type Measurement } from '../measurement.ts'
import { readMemory } from '../memory/readings.ts'
import { startHelper } from '../parts/helper.ts'
import { processorSecondsOf, type Watched } from '../parts/processor-time.ts'
import { quantile } from '../parts/statistics.ts'
import { megabytes, ms, percent, whole } from '../parts/table.ts'
import { accountsPerAgent } from './chain.ts'
import type { EmulatedAccounts } from './emulated-accounts.ts'
import type { PaceResult, Pacer } from './pacer.ts'
import { type RunningFleet, startFleet } from './running-fleet.ts'

const sizes = [100, 1_000, 10_000] as const
const perSecond = 100
const seconds = 30
/** Enrolling, first polls, sweeps and reports are over when so many seconds in a row take alike. */
const quietSeconds = 8
const quietRatio = 0.15
const quietSecondsMax = 150
const restSeconds = 20

interface Found {
  readonly storesCount: number
  readonly agentsCount: number
  readonly agentsBytes: number
  readonly hubBytes: number
  /** Share of a core, nothing being told. */
  readonly restRatio: number
  readonly result: PaceResult
  readonly eventsCount: number
  /** Core seconds, what rest takes left out. */
  readonly workSeconds: number
  readonly behindMost: number
  readonly settledSeconds: number
}

export const fleetGrowth: Measurement = {
  name: 'growth',
  title: 'A fleet that grows',
  async run({ folder, say }) {
    const found: Found[] = []
    for (const storesCount of sizes) {
      say(`fleet: ${storesCount} stores`)
      found.push(await measure(join(folder, `fleet-${storesCount}`), storesCount, say))
    }
    return findingOf(found)
  },
}

async function measure(
  folder: string,
  storesCount: number,
  say: (line: string) => void,
): Promise<Found> {
  const fleet = await startFleet(folder, storesCount)
  const vendor = startHelper<EmulatedAccounts>(new URL('./emulated-accounts.ts', import.meta.url))
  const pacer = startHelper<Pacer>(new URL('./pacer.ts', import.meta.url))
  try {
    const file = join(folder, 'stream')
    const agentsCount = fleet.agents.length
    // A little more than is sent: sales come with one or two webhooks each.
    const count = (perSecond * seconds * 3) / 2 + agentsCount * 10
    await vendor.ask('stream', { storesCount, agentUrls: fleet.urls, file, count })
    const parts = partsOf(fleet)
    await untilQuiet(parts)
    say(`fleet: ${agentsCount} agents are up; at rest for ${restSeconds} s`)
    const rest = await during(parts, () => sleep(restSeconds * 1000))
    say(`fleet: ${perSecond} webhooks/s for ${seconds} s`)
    const before = await headOf(fleet.database)
    const lag = watchLag(fleet.database)
    let result: PaceResult | undefined
    const work = await during(parts, async () => {
      const ports = fleet.agents.map(({ port }) => port)
      result = await pacer.ask('pace', { file, ports, perSecond, seconds })
      await untilSettled(fleet)
    })
    const behindMost = await lag.stop()
    if (result === undefined) throw new Error('nothing was sent')
    const restRatio = rest.coreSeconds / rest.wallSeconds
    return {
      storesCount,
      agentsCount,
      agentsBytes: fleet.agents.reduce(
        (sum, { pid }) => sum + readMemory('agent', 1, pid).residentBytes,
        0,
      ),
      hubBytes: readMemory('hub', 1, fleet.hub.pid() ?? 0).residentBytes,
      restRatio,
      result,
      eventsCount: (await headOf(fleet.database)) - before,
      workSeconds: Math.max(0, work.coreSeconds - restRatio * work.wallSeconds),
      behindMost,
      settledSeconds: work.wallSeconds - seconds,
    }
  } finally {
    await pacer.stop()
    await vendor.stop()
    await fleet.stop()
  }
}

function partsOf({ agents, hub, serverPid }: RunningFleet): Watched[] {
  return [
    ...agents.map(({ pid }) => ({ name: 'agent', pid })),
    { name: 'hub', pid: hub.pid() ?? 0 },
    { name: 'PostgreSQL', pid: serverPid, withChildren: true },
  ]
}

async function during(parts: readonly Watched[], work: () => Promise<unknown>) {
  const [beganAt, before] = [performance.now(), processorSecondsOf(parts)]
  await work()
  return {
    wallSeconds: (performance.now() - beganAt) / 1000,
    coreSeconds: processorSecondsOf(parts) - before,
  }
}

/** What starts together works together at first; that is no rest. */
async function untilQuiet(parts: readonly Watched[]): Promise<void> {
  const deadlineMs = performance.now() + quietSecondsMax * 1000
  let before = Number.POSITIVE_INFINITY
  while (performance.now() < deadlineMs) {
    const { coreSeconds } = await during(parts, () => sleep(quietSeconds * 1000))
    if (coreSeconds > before * (1 - quietRatio) && coreSeconds < before * (1 + quietRatio)) return
    before = coreSeconds
  }
}

async function headOf(database: pg.Client): Promise<number> {
  const { rows } = await database.query<{ count: string | null }>(
    'select sum(position) as count from event_head',
  )
  return Number(rows[0]?.count ?? 0)
}

async function behind(database: pg.Client): Promise<number> {
  const { rows } = await database.query<{ behind: string | null }>(
    `select sum(h.position - l.position) as behind
     from event_head h join event_lease l using (chain_id, partition) where l.group_name = 'projections'`,
  )
  return Number(rows[0]?.behind ?? 0)
}

/** The most that the projections were behind, looked at five times a second. */
function watchLag(database: pg.Client): { stop(): Promise<number> } {
  let isOver = false
  let most = 0
  const looking = (async () => {
    while (!isOver) {
      most = Math.max(most, await behind(database))
      await sleep(200)
    }
  })()
  return {
    async stop() {
      isOver = true
      await looking
      return most
    },
  }
}

const settledSecondsMax = 180

/** All outboxes are empty and the projections have caught up. */
async function untilSettled({ agents, database }: RunningFleet): Promise<void> {
  const deadlineMs = performance.now() + settledSecondsMax * 1000
  const until = async (what: string, waiting: () => Promise<number>) => {
    while ((await waiting()) > 0) {
      if (performance.now() > deadlineMs) throw new Error(`${what} did not catch up`)
      await sleep(50)
    }
  }
  for (const [at, agent] of agents.entries())
    await until(`agent ${at + 1}`, async () => (await agent.state()).outboxCount)
  await until('the projections', () => behind(database))
}

function findingOf(found: readonly Found[]): Finding {
  return {
    tables: [
      {
        title: 'Memory, and the cores at rest',
        columns: [
          'stores',
          'agents',
          'an agent',
          'a store, agents alone',
          'hub',
          'a store, all',
          'cores at rest',
          'a 1,000 stores',
        ],
        rows: found.map((one) => [
          whole(one.storesCount),
          whole(one.agentsCount),
          megabytes(one.agentsBytes / one.agentsCount),
          megabytes2(one.agentsBytes / one.storesCount),
          megabytes(one.hubBytes),
          megabytes2((one.agentsBytes + one.hubBytes) / one.storesCount),
          percent(one.restRatio),
          percent((one.restRatio / one.storesCount) * 1000),
        ]),
      },
      {
        title: `At ${perSecond} webhooks/s for ${seconds} s, spread over all stores`,
        columns: [
          'stores',
          'events',
          'core s for 1,000 events',
          'answered 200, p50',
          'p99',
          'other answers',
          'projections behind, most',
          'caught up after',
        ],
        rows: found.map((one) => [
          whole(one.storesCount),
          whole(one.eventsCount),
          ((one.workSeconds / one.eventsCount) * 1000).toFixed(2),
          ms(quantile(one.result.latenciesMs, 0.5)),
          ms(quantile(one.result.latenciesMs, 0.99)),
          whole(one.result.notOk),
          whole(one.behindMost),
          `${Math.max(0, one.settledSeconds).toFixed(1)} s`,
        ]),
      },
    ],
    goals: goalsOf(found),
    notes: [
      `Stores are outlets of Lightspeed accounts, a hundred in each; an agent serves ${accountsPerAgent} accounts. Agents, hub, PostgreSQL (fsync on), the emulated vendor and the load generator share the machine.`,
      'Resident memory as the system counts it, Node itself (about 60 MB a process) included; PostgreSQL’s shared buffers come on top.',
      'At rest each agent polls for commands, asks for its bundle and reports its state; at work, what rest takes is left out of the core seconds.',
      'The vendor’s API answers 429, so that neither sweeps nor look-ups take part.',
    ],
  }
}

const megabytes2 = (bytes: number) => `${(bytes / 1e6).toFixed(2)} MB`

/** Growth is no worse than linear when a store, and an event, costs no more in the large fleet than in the small. */
function goalsOf(found: readonly Found[]): Goal[] {
  const [small, large] = [found[0], found.at(-1)]
  if (small === undefined || large === undefined) return []
  const ratio = (of: (one: Found) => number) => of(large) / of(small)
  const times = (value: number) => `${value.toFixed(2)} times`
  const sizesSay = `${whole(large.storesCount)} stores against ${whole(small.storesCount)}`
  return [
    below({
      says: `Memory a store, ${sizesSay}`,
      measured: ratio(
        ({ agentsBytes, hubBytes, storesCount }) => (agentsBytes + hubBytes) / storesCount,
      ),
      wanted: 1.05,
      show: times,
      inTheWay: 'what the hub keeps of each agent and store',
    }),
    below({
      says: `Core seconds an event, ${sizesSay}`,
      measured: ratio(({ workSeconds, eventsCount }) => workSeconds / eventsCount),
      wanted: 1.05,
      show: times,
      inTheWay:
        'the same events come spread over many more agents, so that batches are smaller: each carries its own request, transaction and ledger entry',
    }),
    below({
      says: `Cores at rest a store, ${sizesSay}`,
      measured: ratio(({ restRatio, storesCount }) => restRatio / storesCount),
      wanted: 1.05,
      show: times,
      inTheWay: 'each agent polls and reports by itself, however few stores it serves',
    }),
  ]
}
