import { equal } from 'node:assert/strict'
import test from 'node:test'
import { createSimulatedClock } from './simulated-clock.ts'

function clockAt(startMs: number, speed: number) {
  let realMs = 1_000_000
  const clock = createSimulatedClock({ startMs, speed, real: { nowMs: () => realMs } })
  const pass = (ms: number) => {
    realMs += ms
    return clock.nowMs()
  }
  return { clock, pass }
}

test('it runs at speed until it reaches the real now, then at our pace', () => {
  const { clock, pass } = clockAt(0, 100)
  equal(pass(1000), 100_000)
  equal(clock.realMsUntil(200_000), 1000)
  equal(pass(20_000), 1_021_000)
  equal(pass(500), 1_021_500)
  equal(clock.realMsUntil(1_022_500), 1000)
})

test('it waits at what is next, and what was waited is not made up for', () => {
  const { clock, pass } = clockAt(0, 10)
  clock.runTo(5000)
  equal(pass(60_000), 5000)
  clock.runTo(9000)
  equal(pass(100), 6000)
})

test('a pause stops it; a new speed counts from then on', () => {
  const { clock, pass } = clockAt(0, 10)
  equal(pass(100), 1000)
  clock.pause()
  equal(pass(5000), 1000)
  equal(clock.realMsUntil(2000), Number.POSITIVE_INFINITY)
  clock.setSpeed(20)
  clock.resume()
  equal(pass(100), 3000)
})

test('it jumps forward, never back, and never past the real now', () => {
  const { clock, pass } = clockAt(0, 1)
  clock.pause()
  clock.advanceTo(500_000)
  equal(clock.nowMs(), 500_000)
  clock.advanceTo(100)
  equal(clock.nowMs(), 500_000)
  clock.advanceTo(9_000_000)
  equal(pass(0), 1_000_000)
})
