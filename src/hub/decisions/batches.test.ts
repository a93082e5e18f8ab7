/** Batches: who shares one, who is spared a neighbour's fault, and who is not worked for. */
import { deepEqual, equal, rejects } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { createBatches } from './batches.ts'

const limits = { itemsMax: 4, underWayMax: 1, waitingMax: 10 } as const
const heard = new AbortController().signal

/** Batches end when told to; `taken` is what each held. */
function start(changes: Partial<typeof limits> | { underWayMax: number } = {}) {
  const taken: number[][] = []
  const gates: (() => void)[] = []
  const ask = createBatches({ ...limits, ...changes }, async (items: readonly number[]) => {
    taken.push([...items])
    await new Promise<void>((resolve) => gates.push(resolve))
    if (items.includes(13)) throw new Fault('conflict', { field: 'thirteen' })
    return items.map((item) => item * 2)
  })
  async function open(): Promise<void> {
    while (gates.length > 0) {
      gates.shift()?.()
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }
  return { taken, ask, open }
}

test('a lone item waits for nothing; what comes meanwhile goes together, up to the bound', async () => {
  const { taken, ask, open } = start()
  const answers = [1, 2, 3, 4, 5, 6].map((item) => ask(item, heard))
  deepEqual(taken, [[1]])
  await open()
  deepEqual(await Promise.all(answers), [2, 4, 6, 8, 10, 12])
  deepEqual(taken, [[1], [2, 3, 4, 5], [6]])
})

test('so many batches are under way at once, and no more', async () => {
  const { taken, ask, open } = start({ underWayMax: 2 })
  const answers = [1, 2, 3, 4].map((item) => ask(item, heard))
  deepEqual(taken, [[1], [2]])
  await open()
  deepEqual(await Promise.all(answers), [2, 4, 6, 8])
  deepEqual(taken, [[1], [2], [3, 4]])
})

test('one that fails harms none beside it', async () => {
  const { taken, ask, open } = start()
  const answers = [1, 2, 13, 3].map((item) => ask(item, heard))
  const settled = Promise.allSettled(answers)
  await open()
  const [, two, thirteen, three] = await settled
  deepEqual(
    [two, three],
    [
      { status: 'fulfilled', value: 4 },
      { status: 'fulfilled', value: 6 },
    ],
  )
  equal(thirteen?.status === 'rejected' && Fault.from(thirteen.reason).code, 'conflict')
  deepEqual(taken, [[1], [2, 13, 3], [2], [13], [3]])
})

test('without a database all fail at once, and none is tried alone', async () => {
  let calls = 0
  const ask = createBatches(limits, async (): Promise<number[]> => {
    calls += 1
    await new Promise<void>((resolve) => setImmediate(resolve))
    throw new Fault('database_unreachable')
  })
  const answers = [1, 2, 3].map((item) => ask(item, heard))
  for (const answer of await Promise.allSettled(answers)) equal(answer.status, 'rejected')
  equal(calls, 2)
})

test('what nobody waits for any more is not worked for', async () => {
  const { taken, ask, open } = start()
  const gone = new AbortController()
  const [first, second, third] = [ask(1, heard), ask(2, gone.signal), ask(3, heard)]
  const refused = rejects(second, { code: 'not_ready' })
  gone.abort()
  await open()
  deepEqual([await first, await third], [2, 6])
  await refused
  deepEqual(taken, [[1], [3]])
})

test('past the bound an item is refused at once', async () => {
  const { ask, open } = start()
  const answers = Array.from({ length: 11 }, (_, item) => ask(item, heard))
  await rejects(ask(99, heard), { code: 'too_many_requests' })
  await open()
  equal((await Promise.all(answers)).length, 11)
})

test('whatever comes and whenever, each is answered once and with its own answer', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 12 }), { maxLength: 10 }), async (items) => {
      const ask = createBatches(limits, async (batch: readonly number[]) => {
        await new Promise<void>((resolve) => setImmediate(resolve))
        return batch.map(String)
      })
      const answers = await Promise.all(items.map((item) => ask(item, heard)))
      deepEqual(answers, items.map(String))
    }),
    { numRuns: 50 },
  ))
