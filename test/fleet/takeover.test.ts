/**
 * Two hubs under the load of real tills: one is killed in the middle of a batch, one freezes, both are
 * restarted in turn. Sums come out to the cent, nothing is carried out twice, and nobody is sent away.
 */
import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../scenario/fleet.ts'
import type { HubProcess } from './hub-process.ts'
import { prepareHubs } from './hubs.ts'
import { startStores } from './stores.ts'

const regions = ['us', 'eu'] as const
const stores = await startStores()
const hubs = await prepareHubs({
  organisation: stores.organisation,
  environment: { TILLWAY_DRAIN_SECONDS: '1' },
})
let [a, b] = (await Promise.all([hubs.start('a'), hubs.start('b')])) as [HubProcess, HubProcess]
hubs.balancer.point([a.port, b.port])
await stores.startAgents(hubs.balancer.url)

/** Rings sales until told to stop, so that whatever happens meanwhile happens under load. */
function ringSales(): { stop(): Promise<void> } {
  let isRinging = true
  const ringing = (async () => {
    while (isRinging) await stores.simulator.control({ step: 25 })
  })()
  return {
    async stop() {
      isRinging = false
      await ringing
    },
  }
}

/** Partitions of all groups and regions that the process holds now, of how many. */
async function heldBy(hub: HubProcess): Promise<{ held: number; all: number }> {
  const counts = { held: 0, all: 0 }
  for (const region of regions) {
    const [row] = await hubs.query<{ held: number; all: number }>(
      region,
      `select count(*)::int as all, (count(*) filter
        (where owner like $1 and expires_at > clock_timestamp()))::int as held from event_lease`,
      [`${hub.pid}-%`],
    )
    counts.held += row?.held ?? 0
    counts.all += row?.all ?? 0
  }
  return counts
}

async function holdsAll(hub: HubProcess): Promise<boolean> {
  const { held, all } = await heldBy(hub)
  return all > 0 && held === all
}

/** Freezes the process at a moment when it has begun a transaction with a statement that writes. */
async function freezeMidBatch(hub: HubProcess): Promise<number> {
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
}

async function openTransactions(): Promise<string[]> {
  const rows = await hubs.query<{ name: string }>(
    'us',
    `select pid || ' ' || xact_start || ' ' || state_change as name from pg_stat_activity
      where datname like $1 and state = 'idle in transaction' and backend_xid is not null`,
    [`${hubs.databasePrefix}_%`],
  )
  return rows.map(({ name }) => name)
}

const eventsCount = async (): Promise<number> => {
  const counts = await Promise.all(
    regions.map((region) =>
      hubs.query<{ count: number }>(region, 'select count(*)::int as count from event'),
    ),
  )
  return counts.flat().reduce((sum, { count }) => sum + count, 0)
}

/** Seconds until all partitions are `hub`'s and more events have come in than there were. */
async function takenOverAfter(hub: HubProcess): Promise<number> {
  const beganAtMs = performance.now()
  const before = await eventsCount()
  await until(`${hub.name} has taken over`, 40, async () => {
    return (await holdsAll(hub)) && (await eventsCount()) > before
  })
  return (performance.now() - beganAtMs) / 1000
}

test('a hub killed in the middle of a batch is taken over within seconds, under load', async (t) => {
  const ringing = ringSales()
  await until('events come in', 20, async () => (await eventsCount()) > 100)
  for (const round of [1, 2]) {
    await until('both have work', 20, async () => (await heldBy(a)).held > 0)
    const open = await freezeMidBatch(a)
    await a.kill()
    const seconds = await takenOverAfter(b)
    t.diagnostic(
      `round ${round}: ${open} open transaction(s), taken over in ${seconds.toFixed(1)} s`,
    )
    ok(seconds < 12, `${seconds} s`)
    a = await hubs.start('a')
  }
  await ringing.stop()
})

test('a hub that freezes with rows locked holds the others up for less than half a minute', async (t) => {
  const ringing = ringSales()
  await until('both have work', 20, async () => (await heldBy(a)).held > 0)
  await freezeMidBatch(a)
  hubs.balancer.point([b.port])
  const seconds = await takenOverAfter(b)
  t.diagnostic(`taken over in ${seconds.toFixed(1)} s`)
  ok(seconds < 30, `${seconds} s`)
  // It wakes up again, believes that all is as it was, and must not write over what was done since.
  a.resume()
  await until('it takes part again', 20, async () => (await heldBy(a)).held > 0)
  hubs.balancer.point([a.port, b.port])
  await ringing.stop()
})

test('both are restarted in turn under load, and no request of a person is lost', async (t) => {
  const ringing = ringSales()
  let isAsking = true
  let asked = 0
  const failures: string[] = []
  const asking = (async () => {
    while (isAsking) {
      asked += 1
      await hubs
        .ask(hubs.balancer.url, '/v1/sales/totals')
        .catch((error: Error) => failures.push(String(error.cause ?? error.message)))
    }
  })()
  const restart = async (hub: HubProcess, other: HubProcess): Promise<HubProcess> => {
    const stopping = hub.stop()
    await until('it says that it is not ready', 1, async () => {
      const { status } = await fetch(`${hub.url}/readyz`, { headers: { connection: 'close' } })
      return status === 503
    })
    hubs.balancer.point([other.port])
    equal(await stopping, 0, hub.log())
    const again = await hubs.start(hub.name as 'a' | 'b')
    hubs.balancer.point([again.port, other.port])
    return again
  }
  a = await restart(a, b)
  b = await restart(b, a)
  isAsking = false
  await asking
  await ringing.stop()
  t.diagnostic(`${asked} requests during two restarts`)
  ok(asked > 10)
  deepEqual(failures, [])
})

interface Totals {
  storeId: string
  salesMinor: number
  refundsMinor: number
  salesCount: number
  refundsCount: number
}
const told = ({ storeId, salesMinor, refundsMinor, salesCount, refundsCount }: Totals): string =>
  [storeId, salesMinor, refundsMinor, salesCount, refundsCount].join(' ')

test('after all that, sums are what the tills rang, to the cent', async (t) => {
  await stores.simulator.idle()
  const rung = () =>
    stores.simulator
      .tally()
      .stores.filter(({ salesCount, refundsCount }) => salesCount + refundsCount > 0)
      .map(told)
      .sort()
  const projected = async () =>
    (await hubs.ask<{ items: Totals[] }>(b.url, '/v1/sales/totals')).items.map(told).sort()
  await until('the sums are equal', 60, async () => {
    stores.sweep()
    return JSON.stringify(await projected()) === JSON.stringify(rung())
  }).catch(async () => deepEqual(await projected(), rung()))
  const { stores: tills } = stores.simulator.tally()
  t.diagnostic(`${tills.reduce((sum, { salesCount }) => sum + salesCount, 0)} sales`)
  await until('agents hold nothing back', 20, async () => (await stores.waitingCount()) === 0)
})

test('no command was made or carried out twice, at the vendor neither', async (t) => {
  await until('commands have ended', 30, async () => {
    const open = await commandsWhere("state in ('queued', 'delivered')")
    return open.length === 0
  })
  const executed = await commandsWhere("state in ('executed', 'verified')")
  t.diagnostic(`${executed.length} commands carried out`)
  ok(executed.length > 0)
  for (const region of regions) {
    const twice = await hubs.query(
      region,
      `select kind, subject_id, count(*) from ledger_entry
        where kind in ('command.issued', 'command.delivered', 'command.executed', 'command.verified',
          'approval.expired', 'decision.made')
        group by kind, subject_id having count(*) > 1`,
    )
    deepEqual(twice, [])
  }
  const references = stores.documents('/consignments').map(({ reference }) => reference)
  equal(new Set(references).size, references.length)
})

async function commandsWhere(condition: string): Promise<unknown[]> {
  const found = await Promise.all(
    regions.map((region) => hubs.query(region, `select state from command where ${condition}`)),
  )
  return found.flat()
}

test('both ledgers verify, events and all, and nothing became a dead letter', async () => {
  for (const region of regions) {
    const result = await hubs.ask<{ outcome: string; batchesCount: number }>(
      a.url,
      `/v1/ledger/${region}/verification`,
    )
    equal(result.outcome, 'intact', JSON.stringify(result))
    ok(result.batchesCount > 10)
  }
  deepEqual((await hubs.ask<{ items: unknown[] }>(b.url, '/v1/dead-letters')).items, [])
})
