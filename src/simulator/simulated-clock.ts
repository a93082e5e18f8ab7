/**
 * Simulated time: begins in the past and runs `speed` times as fast as ours until it has caught up,
 * then at our pace. It never passes the next thing to be done, so that work that piles up slows the
 * clock down in place of growing.
 */
import type { Clock } from '../base/time.ts'

export interface SimulatedClock extends Clock {
  readonly speed: number
  readonly isPaused: boolean
  setSpeed(speed: number): void
  pause(): void
  resume(): void
  /** Time stands still at `atMs` until it may run on. */
  runTo(atMs: number): void
  /** Jumps forward, but never past the real now. Also while paused. */
  advanceTo(atMs: number): void
  /** How long, in real time, until `atMs` is reached; infinite while paused. */
  realMsUntil(atMs: number): number
}

export function createSimulatedClock(options: {
  readonly startMs: number
  readonly speed: number
  readonly real?: Clock
}): SimulatedClock {
  const realNow = () => options.real?.nowMs() ?? Date.now()
  let { speed } = options
  let isPaused = false
  let ceilingMs = Number.POSITIVE_INFINITY
  let since = { realMs: realNow(), simulatedMs: Math.min(options.startMs, realNow()) }

  function nowMs(): number {
    if (isPaused) return since.simulatedMs
    const realMs = realNow()
    const ran = since.simulatedMs + Math.max(0, realMs - since.realMs) * speed
    return Math.max(since.simulatedMs, Math.floor(Math.min(ran, realMs, ceilingMs)))
  }

  /** What has run so far stays; what follows runs by the new terms. */
  function settle(change: () => void): void {
    since = { simulatedMs: nowMs(), realMs: realNow() }
    change()
  }

  return {
    nowMs,
    get speed() {
      return speed
    },
    get isPaused() {
      return isPaused
    },
    setSpeed: (wanted) => settle(() => (speed = wanted)),
    pause: () => settle(() => (isPaused = true)),
    resume: () => settle(() => (isPaused = false)),
    runTo: (atMs) => settle(() => (ceilingMs = atMs)),
    advanceTo(atMs) {
      const target = Math.max(nowMs(), Math.min(atMs, realNow()))
      since = { simulatedMs: target, realMs: realNow() }
    },
    realMsUntil(atMs) {
      const missingMs = atMs - nowMs()
      if (missingMs <= 0) return 0
      if (isPaused) return Number.POSITIVE_INFINITY
      // Past the real now, time runs at our pace.
      return Math.max(missingMs / speed, atMs - realNow())
    },
  }
}
