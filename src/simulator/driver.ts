/** Does one step after the other when its time has come: by the clock, or at once when told to. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Replay } from './replay.ts'
import type { SimulatedClock } from './simulated-clock.ts'

export interface Driver {
  /** So many sales as fast as they go; fewer when the real now is reached. @returns how many */
  stepSales(count: number): Promise<number>
  /** To be called when the clock's terms changed. */
  wake(): void
  /** Resolves after the step under way. */
  stop(): Promise<void>
}

interface SalesWanted {
  readonly count: number
  done: number
  readonly resolve: (done: number) => void
}

/** How long to look away at most; what changes in between wakes the driver. */
const sleepMsMax = 1000
const roomEveryMs = 5

export function createDriver(deps: {
  readonly replay: Replay
  readonly clock: SimulatedClock
  readonly hasRoom: () => boolean
  readonly realNowMs: () => number
}): Driver {
  const { replay, clock } = deps
  const wanted: SalesWanted[] = []
  let isStopping = false
  let napping = new AbortController()

  function wake(): void {
    napping.abort()
    napping = new AbortController()
  }

  async function nap(ms: number): Promise<void> {
    await sleep(Math.min(ms, sleepMsMax), undefined, { signal: napping.signal }).catch(() => {})
  }

  /** @returns false when told to stop in the meantime */
  async function comesDue(): Promise<boolean> {
    while (!isStopping) {
      const atMs = replay.peekMs()
      clock.runTo(atMs)
      const first = wanted[0]
      if (first !== undefined && (first.done >= first.count || atMs > deps.realNowMs())) {
        wanted.shift()
        first.resolve(first.done)
        continue
      }
      if (first !== undefined) clock.advanceTo(atMs)
      const waitMs = clock.realMsUntil(atMs)
      if (waitMs <= 0 && (first !== undefined || !clock.isPaused)) return true
      await nap(waitMs)
    }
    return false
  }

  async function run(): Promise<void> {
    while (await comesDue()) {
      // Time stands at this step until it is done: what piles up slows the clock.
      while (!deps.hasRoom() && !isStopping) await sleep(roomEveryMs)
      if (isStopping) break
      const stepped = await replay.step()
      const first = wanted[0]
      if (first !== undefined && stepped === 'sale') first.done += 1
      // Lets requests and deliveries in between steps that have no wait of their own.
      await new Promise((resolve) => setImmediate(resolve))
    }
    for (const { resolve, done } of wanted.splice(0)) resolve(done)
  }

  const running = run()

  return {
    wake,
    stepSales(count) {
      if (isStopping) return Promise.resolve(0)
      return new Promise((resolve) => {
        wanted.push({ count, done: 0, resolve })
        wake()
      })
    },
    async stop() {
      isStopping = true
      wake()
      await running
    },
  }
}
