/**
 * Two hubs under the load of real tills: one is killed in the middle of a batch, one freezes, both are
 * restarted in turn. Sums come out to the cent, nothing is carried out twice, and nobody is sent away.
 */
import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import { until } from '../scenario/fleet.ts'
import type { HubProcess } from './hub-process.ts'
import { checkOutcome } from './outcome.ts'
import { startUnderLoad, takenOverAfter } from './under-load.ts'

export interface TakeoverOptions {
  /** Of both hubs, over what all fleets have. */
  readonly environment?: Readonly<Record<string, string>>
  /** Until the other has all the work of a hub that was killed. */
  readonly killedSecondsMax: number
  /** The same of one that froze with rows locked. */
  readonly frozenSecondsMax: number
}

export async function checkTakeover({
  environment = {},
  killedSecondsMax,
  frozenSecondsMax,
}: TakeoverOptions): Promise<void> {
  const load = await startUnderLoad(environment)
  const { hubs, pair, ringSales, heldBy, freezeMidBatch } = load
  const bothHaveWork = () =>
    until('both have work', 60, async () => {
      const [one, other] = await Promise.all([heldBy(pair.a), heldBy(pair.b)])
      return one.held > 0 && other.held > 0
    })

  test('a hub killed in the middle of a batch is taken over within seconds, under load', async (t) => {
    const ringing = ringSales()
    await until('events come in', 60, async () => (await load.eventsCount()) > 100)
    for (const round of [1, 2]) {
      await bothHaveWork()
      const open = await freezeMidBatch(pair.a)
      await pair.a.kill()
      const seconds = await takenOverAfter(load, pair.b)
      t.diagnostic(
        `round ${round}: ${open} open transaction(s), taken over in ${seconds.toFixed(1)} s`,
      )
      ok(seconds < killedSecondsMax, `${seconds} s`)
      pair.a = await hubs.start('a')
    }
    await ringing.stop()
  })

  test('a hub that freezes with rows locked holds the others up for less than half a minute', async (t) => {
    const ringing = ringSales()
    await bothHaveWork()
    await freezeMidBatch(pair.a)
    hubs.balancer.point([pair.b.port])
    const seconds = await takenOverAfter(load, pair.b)
    t.diagnostic(`taken over in ${seconds.toFixed(1)} s`)
    ok(seconds < frozenSecondsMax, `${seconds} s`)
    // It wakes up again, believes that all is as it was, and must not write over what was done since.
    pair.a.resume()
    await until('it takes part again', 60, async () => (await heldBy(pair.a)).held > 0)
    hubs.balancer.point([pair.a.port, pair.b.port])
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
    pair.a = await restart(pair.a, pair.b)
    pair.b = await restart(pair.b, pair.a)
    isAsking = false
    await asking
    await ringing.stop()
    t.diagnostic(`${asked} requests during two restarts`)
    ok(asked > 10)
    deepEqual(failures, [])
  })

  checkOutcome(load)
}
