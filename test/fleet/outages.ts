/** Two hubs under load, and what they stand on goes away: the database, the network to the agents. */
import { equal, ok } from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTestPostgres } from '../postgres.ts'
import { until } from '../scenario/fleet.ts'
import { settled } from './outcome.ts'
import { handlesMore, type UnderLoad } from './under-load.ts'

/** Longer than a lease lasts: all that hubs held they have to take up anew. */
const databaseAwayMs = 4_000

export async function checkDatabaseRestart(load: UnderLoad): Promise<void> {
  const { server } = await startTestPostgres()
  const own = server === undefined ? test.skip : test
  own('PostgreSQL is restarted under load', async (t) => {
    await load.whileRinging(async () => {
      await handlesMore(load, 'sales are handled', 20)
      await server?.stop()
      await sleep(databaseAwayMs)
      await server?.start()
      const startedAtMs = performance.now()
      await handlesMore(load, 'sales are handled again', 20)
      t.diagnostic(`went on ${secondsSince(startedAtMs)} s after its start`)
      for (const hub of [load.pair.a, load.pair.b])
        await until(`${hub.name} is ready`, 60, async () => (await fetch(`${hub.url}/readyz`)).ok)
    })
    await settled(load)
  })
}

const cutOffHours = 10

export function checkCutOff(load: UnderLoad): void {
  const { stores, hubs, pair } = load
  const { simulator } = stores
  const rungCount = () =>
    simulator.tally().stores.reduce((sum, { salesCount }) => sum + salesCount, 0)

  test('agents are cut off for ten hours of the tills, and all of it comes in at once', async (t) => {
    await settled(load)
    hubs.balancer.cutOff()
    // What a hub had begun with, it may still bring to its end.
    await sleep(1_000)
    const eventsBefore = await load.eventsCount()
    const rungBefore = rungCount()
    const cutAtMs = simulator.clock.nowMs()
    const hoursCutOff = () => (simulator.clock.nowMs() - cutAtMs) / 3_600_000
    for (let step = 0; step < 200; step += 1) {
      await simulator.control({ step: 10 })
      if (hoursCutOff() >= cutOffHours && rungCount() - rungBefore >= 60) break
    }
    await simulator.idle()
    const waiting = await stores.waitingCount()
    const rung = rungCount() - rungBefore
    t.diagnostic(`${hoursCutOff().toFixed(1)} h, ${rung} sales, ${waiting} events waiting`)
    ok(hoursCutOff() >= cutOffHours && rung >= 60 && waiting >= 60)
    equal(await load.eventsCount(), eventsBefore)

    hubs.balancer.point([pair.a.port, pair.b.port])
    const backAtMs = performance.now()
    await until('the first comes in', 120, async () => (await load.eventsCount()) > eventsBefore)
    const firstAtMs = performance.now()
    await settled(load)
    t.diagnostic(
      `caught up ${secondsSince(backAtMs)} s after the network was back, ${secondsSince(firstAtMs)} s after the first`,
    )
  })
}

export function secondsSince(ms: number): string {
  return ((performance.now() - ms) / 1000).toFixed(1)
}
