/** What every log must do when several processes share a group, and when a handler is slow. */
import { equal, ok } from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AnyEvent } from '../retail/event.ts'
import {
  assertOnceInOrder,
  batch,
  type Check,
  eventually,
  recordIds,
} from './conformance-subject.ts'
import type { Consumer, Delivery } from './log.ts'

export function checkSharing(check: Check): void {
  check('a second process takes its share while the first is busy', async (subject, chainId) => {
    const [one, two] = [await subject.open(), await subject.open()]
    const ids = new Set<string>()
    const handledBy = { one: 0, two: 0 }
    const by = (name: 'one' | 'two') => async (delivery: Delivery) => {
      await recordIds(subject)(delivery)
      await sleep(5)
      handledBy[name] += delivery.events.length
    }
    await one.append(batch(chainId, 16, 16))
    await one.consume({ chainId, group: 'one', handler: by('one'), batchMax: 10 })
    const second = await two.consume({ chainId, group: 'one', handler: by('two'), batchMax: 10 })
    for (let round = 0; handledBy.two === 0 || handledBy.one === 0 || round < 20; round += 1) {
      const { positions } = await one.append(batch(chainId, 16, 32, 1 + 100 * round))
      for (const { event } of positions) ids.add(event.id)
      await sleep(40)
    }
    await second.stop()
    await eventually(async () => (await one.lag(chainId, 'one')) === 0)
    const effects = await subject.effects(chainId)
    equal(effects.length, ids.size + 16)
    equal(new Set(effects).size, effects.length)
  })

  check(
    'members come and go while there is work: each event once, in order per store',
    async (subject, chainId) => {
      const logs = await Promise.all([subject.open(), subject.open(), subject.open()])
      const handler = async (delivery: Delivery) => {
        await recordIds(subject)(delivery)
        await sleep(3)
      }
      const join = (log: (typeof logs)[0]) =>
        log.consume({ chainId, group: 'one', handler, batchMax: 20 })
      const events: AnyEvent[] = []
      const members: Consumer[] = [await join(logs[0])]
      for (let round = 0; round < 24; round += 1) {
        const more = batch(chainId, 12, 24, 1 + 100 * round)
        events.push(...more)
        await logs[round % 3]?.append(more)
        if (round === 4) members.push(await join(logs[1]))
        if (round === 8) members.push(await join(logs[2]))
        if (round === 14) await members[0]?.stop()
        // Gone as a process goes, with what it was doing.
        if (round === 19) void logs[1]?.close()
        await sleep(60)
      }
      await eventually(async () => (await logs[2].lag(chainId, 'one')) === 0)
      assertOnceInOrder(await subject.effects(chainId), events)
    },
  )

  check(
    'a slow group holds up nobody: bounded deliveries at a time, others go on',
    async (subject, chainId) => {
      const log = await subject.open()
      const free = Promise.withResolvers<void>()
      let running = 0
      let most = 0
      let largest = 0
      const slow = async ({ events }: Delivery) => {
        running += 1
        most = Math.max(most, running)
        largest = Math.max(largest, events.length)
        await free.promise
        running -= 1
      }
      await log.consume({ chainId, group: 'slow', handler: slow, batchMax: 9, concurrencyMax: 2 })
      await log.consume({ chainId, group: 'fast', handler: recordIds(subject) })
      const events: AnyEvent[] = []
      for (let round = 0; round < 10; round += 1) {
        const more = batch(chainId, 12, 60, 1 + 100 * round)
        events.push(...more)
        await log.append(more)
      }
      await eventually(async () => (await log.lag(chainId, 'fast')) === 0)
      await eventually(() => running === 2)
      equal(await log.lag(chainId, 'slow'), 600)
      free.resolve()
      await eventually(async () => (await log.lag(chainId, 'slow')) === 0)
      ok(most <= 2 && largest <= 9, `${most} at a time, ${largest} events`)
      assertOnceInOrder(await subject.effects(chainId), events)
    },
  )
}
