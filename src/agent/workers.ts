/** What runs by itself: sending, waiting for commands, fetching, sweeping, reporting, tidying up. */
import { startHeartbeat } from './hub/heartbeat.ts'
import { startSender } from './hub/sender.ts'
import type { Loop } from './loop.ts'
import type { Ground, Parts } from './parts.ts'
import { startFetcher } from './work/fetcher.ts'
import { startHousekeeper } from './work/housekeeper.ts'
import { startSweeper } from './work/sweeper.ts'

export interface Workers {
  sweep(): void
  close(): Promise<void>
}

export function startWorkers({ settings, connections, storage, clock, log }: Ground, parts: Parts) {
  const { wakes, intake, office, counts, hub, link } = parts
  const { batchLingerMs, stateEverySeconds, bundleEverySeconds, sweepEverySeconds } = settings
  const sender = startSender({ link, storage, log, lingerMs: batchLingerMs })
  const others = [
    link.startReceiving(parts.onCommands),
    startHeartbeat(hub, parts.state, stateEverySeconds, log),
    parts.policies.startFetching(hub, bundleEverySeconds),
    startHousekeeper(storage, clock, log),
  ]
  const fetchers = new Map<unknown, Loop>()
  const sweepers: Loop[] = []
  for (const live of connections.all) {
    fetchers.set(live, startFetcher({ live, storage, intake, office, counts, log }))
    const everySeconds = sweepEverySeconds ?? live.connector.sweepEverySeconds
    sweepers.push(startSweeper({ live, storage, intake, everySeconds, log }))
  }
  wakes.events = sender.wake
  wakes.lookups = (live) => fetchers.get(live)?.wake()

  const workers: Workers = {
    sweep() {
      for (const sweeper of sweepers) sweeper.wake()
    },
    async close() {
      const loops = [...sweepers, ...fetchers.values(), ...others]
      await Promise.all([parts.executor.close(), ...loops.map((loop) => loop.close())])
      // Last, so that what the others still had to tell may go along.
      await sender.close()
      await link.close()
    },
  }
  return workers
}
