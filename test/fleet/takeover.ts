/** Two hubs under load: one is killed in the middle of a batch, one freezes, both are restarted in turn. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import { until } from '../scenario/fleet.ts'
import type { HubProcess } from './hub-process.ts'
import { takenOverAfter, type UnderLoad } from './under-load.ts'

async function bothHaveWork({ heldBy, pair }: UnderLoad): Promise<void> {
  await until('both have work', 60, async () => {
    const [one, other] = await Promise.all([heldBy(pair.a), heldBy(pair.b)])
    return one.held > 0 && other.held > 0
  })
}

interface KillOptions {
  readonly rounds: number
  /** Until the other has all the work of the one that was killed. */
  readonly secondsMax: number
}

export function checkKilledHub(load: UnderLoad, { rounds, secondsMax }: KillOptions): void {
  const { hubs, pair } = load
  test('a hub killed in the middle of a batch is taken over within seconds, under load', (t) =>
    load.whileRinging(async () => {
      await until('events come in', 60, async () => (await load.eventsCount()) > 100)
      for (let round = 1; round <= rounds; round += 1) {
        await bothHaveWork(load)
        const open = await load.freezeMidBatch(pair.a)
        await pair.a.kill()
        const seconds = await takenOverAfter(load, pair.b)
        t.diagnostic(
          `round ${round}: ${open} open transaction(s), taken over in ${seconds.toFixed(1)} s`,
        )
        ok(seconds < secondsMax, `${seconds} s`)
        pair.a = await hubs.start('a')
      }
    }))
}

export function checkFrozenHub(load: UnderLoad): void {
  const { hubs, pair } = load
  test('a hub that freezes with rows locked holds the others up for less than half a minute', (t) =>
    load.whileRinging(async () => {
      await bothHaveWork(load)
      await load.freezeMidBatch(pair.a)
      hubs.balancer.point([pair.b.port])
      const seconds = await takenOverAfter(load, pair.b)
      t.diagnostic(`taken over in ${seconds.toFixed(1)} s`)
      ok(seconds < 30, `${seconds} s`)
      // It wakes up again, believes that all is as it was, and must not write over what was done since.
      pair.a.resume()
      await until('it takes part again', 60, async () => (await load.heldBy(pair.a)).held > 0)
      hubs.balancer.point([pair.a.port, pair.b.port])
    }))
}

export function checkRestartInTurn(load: UnderLoad): void {
  const { hubs, pair } = load

  /** Asks like a person who never stops, and counts, for as long as `work` takes. */
  async function whileAsking(work: () => Promise<void>) {
    let isAsking = true
    const told = { asked: 0, failures: [] as string[] }
    const asking = (async () => {
      while (isAsking) {
        told.asked += 1
        await hubs
          .ask(hubs.balancer.url, '/v1/sales/totals')
          .catch((error: Error) => told.failures.push(String(error.cause ?? error.message)))
      }
    })()
    try {
      await work()
    } finally {
      isAsking = false
      await asking
    }
    return told
  }

  async function restart(hub: HubProcess, other: HubProcess): Promise<HubProcess> {
    const stopping = hub.stop()
    await until('it says that it is not ready', 20, async () => {
      const { status } = await fetch(`${hub.url}/readyz`, { headers: { connection: 'close' } })
      return status === 503
    })
    hubs.balancer.point([other.port])
    equal(await stopping, 0, hub.log())
    const again = await hubs.start(hub.name as 'a' | 'b')
    hubs.balancer.point([again.port, other.port])
    return again
  }

  test('both are restarted in turn under load, and no request of a person is lost', (t) =>
    load.whileRinging(async () => {
      const { asked, failures } = await whileAsking(async () => {
        pair.a = await restart(pair.a, pair.b)
        pair.b = await restart(pair.b, pair.a)
      })
      t.diagnostic(`${asked} requests during two restarts`)
      ok(asked > 10)
      deepEqual(failures, [])
    }))
}
