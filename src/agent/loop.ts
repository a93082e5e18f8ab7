/** A background worker: runs when woken or when its time has come, waits longer after each failure. */
import type { Logger } from '../base/log.ts'

export interface Loop {
  /** Runs as soon as it can; once more after the run under way. */
  wake(): void
  /** Lets the run under way end (its signal is aborted), then starts no other. */
  close(): Promise<void>
}

export interface LoopOptions {
  readonly name: string
  readonly log: Logger
  /** Returns after how many milliseconds to run again; `undefined` waits to be woken. */
  readonly step: (signal: AbortSignal) => Promise<number | undefined>
  readonly backoffMsMax?: number
}

const backoffMsFirst = 200

export function startLoop({ name, log, step, backoffMsMax = 30_000 }: LoopOptions): Loop {
  const stopping = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let isWoken = false
  let isDue = false
  let failuresCount = 0

  function schedule(ms: number): void {
    clearTimeout(timer)
    isDue = ms === 0
    timer = stopping.signal.aborted ? undefined : setTimeout(run, ms)
  }

  function run(): void {
    if (running !== undefined || stopping.signal.aborted) return
    clearTimeout(timer)
    isDue = false
    isWoken = false
    running = runOnce().finally(() => {
      running = undefined
      // A failing worker keeps its pace, or every new event would hammer what is down.
      if (isWoken && failuresCount === 0) schedule(0)
    })
  }

  async function runOnce(): Promise<void> {
    try {
      const againMs = await step(stopping.signal)
      failuresCount = 0
      if (againMs !== undefined) schedule(againMs)
    } catch (error) {
      if (stopping.signal.aborted) return
      failuresCount += 1
      const waitMs = backoffMs(failuresCount, backoffMsMax)
      log.warn({ err: error, waitMs, failuresCount }, `${name} failed; it will be tried again`)
      schedule(waitMs)
    }
  }

  schedule(0)
  return {
    wake() {
      isWoken = true
      if (running === undefined && failuresCount === 0 && !isDue) schedule(0)
    },
    async close() {
      stopping.abort()
      clearTimeout(timer)
      await running
    },
  }
}

/** Exponential with jitter: half of the ceiling is fixed, half is chance. */
export function backoffMs(failuresCount: number, maxMs: number): number {
  const ceiling = Math.min(backoffMsFirst * 2 ** Math.min(failuresCount - 1, 20), maxMs)
  return Math.round(ceiling / 2 + (Math.random() * ceiling) / 2)
}
