/** Work in threads: in order, bounded, cancelled, and failing as it would without. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import test from 'node:test'
import { isMainThread } from 'node:worker_threads'
import { Fault, type FaultCode } from '../../base/fault.ts'
import { defaultThreads, mapInThreads } from './map-in-threads.ts'

const here = new URL(import.meta.url)

// What the threads run: this file is also their module.
export async function slowSquare(n: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, (n * 7) % 13))
  return n * n
}
export function scale(values: Float64Array, { factor }: { factor: number }): Float64Array {
  return values.map((value) => value * factor)
}
export function failing(n: number): number {
  if (n === 3) throw new Fault('model_input_malformed', { field: 'n', expected: 'not 3' })
  if (n === 5) throw new Error('broken')
  if (n === 7) process.exit(4)
  return n
}
export function endless(): never {
  for (;;);
}

function failsWith(code: FaultCode, act: Promise<unknown>, detail: object = {}): Promise<void> {
  return rejects(act, (error) => {
    ok(error instanceof Fault)
    equal(error.code, code)
    for (const [key, value] of Object.entries(detail)) equal(error.detail[key], value)
    return true
  })
}

if (isMainThread) {
  test('results stand in the order of the items', async () => {
    const items = Array.from({ length: 40 }, (_, n) => n)
    const found = await mapInThreads<number, number>(here, 'slowSquare', items, { threads: 3 })
    deepEqual(
      found,
      items.map((n) => n * n),
    )
  })

  test('no items, no results', async () => {
    deepEqual(await mapInThreads(here, 'slowSquare', []), [])
    ok(defaultThreads() >= 1)
  })

  test('items are taken only as there is room, and their source is closed', async () => {
    let taken = 0
    let isClosed = false
    async function* source() {
      try {
        for (; taken < 1000; taken += 1) yield taken
      } finally {
        isClosed = true
      }
    }
    const signal = AbortSignal.timeout(300)
    await failsWith('cancelled', mapInThreads(here, 'endless', source(), { threads: 2, signal }))
    ok(taken <= 4, String(taken))
    ok(isClosed)
  })

  test('a shared value reaches every thread', async () => {
    const items = Array.from({ length: 30 }, (_, n) => Float64Array.of(n))
    const options = { threads: 2, shared: { factor: 3 } }
    const found = await mapInThreads<Float64Array, Float64Array>(here, 'scale', items, options)
    deepEqual(
      found.map(([value]) => value),
      Array.from({ length: 30 }, (_, n) => 3 * n),
    )
  })

  test('arrays are moved when the caller says so', async () => {
    const values = Float64Array.of(1, 2)
    const shared = { factor: 2 }
    await mapInThreads(here, 'scale', [values], { threads: 1, shared })
    equal(values.length, 2)
    const [found] = await mapInThreads(here, 'scale', [values], {
      threads: 1,
      shared,
      isMoved: true,
    })
    deepEqual(found, Float64Array.of(2, 4))
    equal(values.length, 0)
  })

  test('a fault comes back as itself, anything else and a dead thread as thread_failed', async () => {
    const one = { threads: 1 }
    const fault = mapInThreads(here, 'failing', [1, 2, 3], one)
    await failsWith('model_input_malformed', fault, { field: 'n', item: 2 })
    await failsWith('thread_failed', mapInThreads(here, 'failing', [5], one), {
      reason: 'Error: broken',
    })
    await failsWith('thread_failed', mapInThreads(here, 'failing', [7], one), { exitCode: 4 })
    await failsWith('thread_failed', mapInThreads(here, 'nothing', [1], one))
    await failsWith('model_input_malformed', mapInThreads(here, 'failing', [1], { threads: 0 }))
  })

  test('a signal ends even work that never would', async () => {
    const signal = AbortSignal.timeout(300)
    await failsWith('cancelled', mapInThreads(here, 'endless', [1, 2, 3], { threads: 2, signal }))
    await failsWith(
      'cancelled',
      mapInThreads(here, 'endless', [1], { signal: AbortSignal.abort() }),
    )
  })
}
