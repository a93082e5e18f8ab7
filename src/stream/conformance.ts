/** What every event log must do. An implementation's test calls this with a way to open it. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../base/fault.ts'
import { newId } from '../base/ids.ts'
import { inChain } from '../base/postgres.ts'
import type { AnyEvent } from '../retail/event.ts'
import { checkOutages, type Outage } from './conformance-outages.ts'
import { checkSharing } from './conformance-sharing.ts'
import {
  batch,
  type Check,
  eventually,
  recordIds,
  type Subject,
  sampleEvent,
} from './conformance-subject.ts'
import type { Delivery, EventLog } from './log.ts'

/** @param outages how what the log stands on goes away and comes back */
export function checkEventLog(make: () => Promise<Subject>, outages: readonly Outage[] = []): void {
  const check = (why: string, run: (subject: Subject, chainId: string) => Promise<void>) =>
    test(why, async () => {
      const subject = await make()
      const logs: EventLog[] = []
      const open = async () => {
        const log = await subject.open()
        logs.push(log)
        return log
      }
      try {
        await run({ ...subject, open }, newId('chain'))
      } finally {
        await Promise.all(logs.map((log) => log.close()))
      }
    })

  checkAppending(check)
  checkConsuming(check)
  checkFailing(check)
  checkSharing(check)
  checkOutages(check, outages)
}

function checkAppending(check: Check): void {
  check('an event appended twice is there once, also within a batch', async (subject, chainId) => {
    const log = await subject.open()
    const events = batch(chainId, 3, 10)
    const first = await log.append([...events, ...events.slice(0, 2)])
    deepEqual([first.appended, first.duplicates], [10, 2])
    const again = await log.append([...events.slice(5), sampleEvent(chainId, 'str_0', 99)])
    deepEqual([again.appended, again.duplicates], [1, 5])
    equal((await log.newest(chainId, { limit: 50 })).length, 11)
  })

  check(
    'positions of a partition have no gap and keep the order of each store',
    async (subject, chainId) => {
      const log = await subject.open()
      const events = batch(chainId, 5, 60)
      for (let from = 0; from < 60; from += 20) await log.append(events.slice(from, from + 20))
      for (const partition of new Set(
        (await log.newest(chainId, { limit: 60 })).map((at) => at.partition),
      )) {
        const read = await log.read(chainId, { partition, position: 0 })
        deepEqual(
          read.map(({ position }) => position),
          read.map((_, index) => index + 1),
        )
        for (const storeId of new Set(read.map(({ event }) => event.storeId)))
          deepEqual(
            read.filter(({ event }) => event.storeId === storeId).map(({ event }) => event.id),
            events.filter((event) => event.storeId === storeId).map(({ id }) => id),
          )
      }
    },
  )

  check(
    'an event is found by its id and by its thread, as it was appended',
    async (subject, chainId) => {
      const log = await subject.open()
      const [event, other] = batch(chainId, 1, 2) as [AnyEvent, AnyEvent]
      const { positions } = await log.append([event, other])
      deepEqual(await log.byId(chainId, event.id), positions[0])
      deepEqual(await log.byTrace(chainId, event.traceparent.slice(3, 35)), [positions[0]])
      equal(await log.byId(chainId, randomUUID()), undefined)
      ok(positions[0]?.event.recordedAt)
      deepEqual(
        { ...positions[0].event, recordedAt: undefined },
        { ...event, recordedAt: undefined },
      )
    },
  )

  check('a batch of two chains is refused', async (subject, chainId) => {
    const log = await subject.open()
    const mixed = [sampleEvent(chainId, 'str_1', 1), sampleEvent(newId('chain'), 'str_1', 2)]
    await rejects(log.append(mixed), (fault: Fault) => fault.detail.field === 'chainId')
  })

  check('one chain sees nothing of another', async (subject, chainId) => {
    const log = await subject.open()
    const [event] = batch(chainId, 1, 1) as [AnyEvent]
    await log.append([event])
    const other = newId('chain')
    equal(await log.byId(other, event.id), undefined)
    // The same id in another chain is another event, and tells nobody that it exists here.
    equal((await log.append([{ ...event, chainId: other }])).appended, 1)
  })

  check('an append in a transaction that is undone leaves nothing', async (subject, chainId) => {
    const log = await subject.open()
    const events = batch(chainId, 2, 4)
    await rejects(
      inChain(subject.db, chainId, async (tx) => {
        equal((await log.append(events, { tx })).appended, 4)
        throw new Error('undo')
      }),
      /undo/,
    )
    deepEqual(await log.newest(chainId, { limit: 10 }), [])
    equal((await log.append(events)).appended, 4)
  })
}

function checkConsuming(check: Check): void {
  check(
    'a group that asks for some types gets those alone, in order, and falls behind in nothing',
    async (subject, chainId) => {
      const log = await subject.open()
      const wanted = (event: AnyEvent): AnyEvent => ({
        ...event,
        type: 'device.reported',
        data: { deviceId: 'd1', status: 'online' },
      })
      const seen: string[] = []
      const handler = async ({ events }: Delivery) =>
        void seen.push(...events.map(({ event }) => event.id))
      await log.consume({ chainId, group: 'some', types: ['device.reported'], handler })
      const told: string[] = []
      for (let round = 0; round < 5; round += 1) {
        const [passed, kept] = batch(chainId, 1, 2, round * 2 + 1) as [AnyEvent, AnyEvent]
        told.push(kept.id)
        await log.append([passed, wanted(kept)])
      }
      await log.append(batch(chainId, 4, 20, 100))
      await eventually(async () => (await log.lag(chainId, 'some')) === 0)
      deepEqual(seen, told)
    },
  )

  check(
    'a group gets every event, in order per store, and goes on after a restart',
    async (subject, chainId) => {
      const first = await subject.open()
      const events = batch(chainId, 4, 30)
      await first.append(events)
      await first.consume({ chainId, group: 'one', handler: recordIds(subject), batchMax: 7 })
      await eventually(async () => (await first.lag(chainId, 'one')) === 0)
      await first.close()

      const second = await subject.open()
      const later = batch(chainId, 4, 10, 31)
      await second.append(later)
      await second.consume({ chainId, group: 'one', handler: recordIds(subject) })
      await eventually(async () => (await second.lag(chainId, 'one')) === 0)
      const effects = await subject.effects(chainId)
      equal(effects.length, 40)
      for (let store = 0; store < 4; store += 1) {
        const ids = [...events, ...later].filter((event) => event.storeId === `str_${store}`)
        const mine = new Set(ids.map(({ id }) => id))
        deepEqual(
          effects.filter((id) => mine.has(id)),
          [...mine],
        )
      }
    },
  )

  check(
    'a transaction that commits later than a younger one is not skipped',
    async (subject, chainId) => {
      const log = await subject.open()
      await log.append(batch(chainId, 8, 8))
      await log.consume({ chainId, group: 'one', handler: recordIds(subject) })
      let release: () => void = () => {}
      const held = new Promise<void>((resolve) => {
        release = resolve
      })
      const slow = inChain(subject.db, chainId, async (tx) => {
        await log.append([sampleEvent(chainId, 'str_0', 100)], { tx })
        await held
      })
      await sleep(20)
      // Of the same store it has to wait for the slow one; of other stores most need not.
      const fast = log.append(batch(chainId, 8, 8, 200))
      await sleep(50)
      release()
      await Promise.all([slow, fast])
      await eventually(async () => (await subject.effects(chainId)).length === 17)
    },
  )

  check('many appenders at once: each event once, none lost', async (subject, chainId) => {
    const logs = await Promise.all([subject.open(), subject.open()])
    await logs[0]?.consume({ chainId, group: 'one', handler: recordIds(subject) })
    const batches = Array.from({ length: 12 }, () => batch(chainId, 6, 15))
    await Promise.all(batches.flatMap((events) => logs.map((log) => log.append(events))))
    await eventually(async () => (await subject.effects(chainId)).length >= 180)
    const effects = await subject.effects(chainId)
    equal(new Set(effects).size, 180)
    equal(effects.length, 180)
  })

  check(
    'deliveries are bounded, and a group from now on sees only what follows',
    async (subject, chainId) => {
      const log = await subject.open()
      await log.append(batch(chainId, 2, 50))
      const sizes: number[] = []
      const handler = async ({ events }: Delivery) => void sizes.push(events.length)
      await log.consume({ chainId, group: 'all', handler, batchMax: 6 })
      await log.consume({ chainId, group: 'new', handler: recordIds(subject), from: 'now' })
      const [next] = (await log.append(batch(chainId, 1, 1, 51))).positions
      await eventually(async () => (await log.lag(chainId, 'all')) === 0)
      ok(Math.max(...sizes) <= 6)
      await eventually(async () => (await log.lag(chainId, 'new')) === 0)
      deepEqual(await subject.effects(chainId), [next?.event.id])
    },
  )

  check(
    'a follower sees what is appended by another process from now on',
    async (subject, chainId) => {
      const [here, there] = [await subject.open(), await subject.open()]
      await there.append(batch(chainId, 2, 5))
      const seen: string[] = []
      await here.follow(chainId, (events) => void seen.push(...events.map(({ event }) => event.id)))
      const { positions } = await there.append(batch(chainId, 2, 5, 6))
      await eventually(() => seen.length === 5)
      deepEqual(new Set(seen), new Set(positions.map(({ event }) => event.id)))
    },
  )
}

function checkFailing(check: Check): void {
  check(
    'a handler that fails in the middle leaves no half of its effects',
    async (subject, chainId) => {
      const log = await subject.open()
      await log.append(batch(chainId, 1, 10))
      let failures = 0
      const handler = async (delivery: Delivery) => {
        await recordIds(subject)(delivery)
        failures += 1
        if (failures <= 2) throw new Error('the process stumbles')
      }
      await log.consume({ chainId, group: 'one', handler, backoffMs: 5 })
      await eventually(async () => (await log.lag(chainId, 'one')) === 0)
      const effects = await subject.effects(chainId)
      deepEqual([effects.length, new Set(effects).size], [10, 10])
      deepEqual(await log.deadLetters(chainId), [])
    },
  )

  check('a poison event dies alone and can be handled again', async (subject, chainId) => {
    const log = await subject.open()
    const events = batch(chainId, 1, 9)
    const poison = events[4]?.id
    let isHealed = false
    const handler = async (delivery: Delivery) => {
      await recordIds(subject)(delivery)
      if (!isHealed && delivery.events.some(({ event }) => event.id === poison))
        throw new Fault('workflow_failed', { field: 'data' })
    }
    await log.consume({ chainId, group: 'one', handler, backoffMs: 2, attemptsMax: 3 })
    await log.append(events)
    await eventually(async () => (await log.lag(chainId, 'one')) === 0)
    const expected = events.map(({ id }) => id).filter((id) => id !== poison)
    deepEqual(await subject.effects(chainId), expected)
    const [letter] = await log.deadLetters(chainId, { group: 'one', state: 'dead' })
    ok(letter)
    deepEqual(
      [letter.event?.id, letter.fault.code, letter.attemptsCount, letter.storeId],
      [poison, 'workflow_failed', 3, 'str_0'],
    )

    await log.replay(chainId, letter.deadLetterId)
    await eventually(async () => (await log.deadLetters(chainId))[0]?.attemptsCount === 4)
    isHealed = true
    await log.replay(chainId, letter.deadLetterId)
    await eventually(async () => (await log.deadLetters(chainId))[0]?.state === 'resolved')
    deepEqual(await subject.effects(chainId), [...expected, poison])
    await rejects(log.replay(chainId, letter.deadLetterId), { code: 'conflict' })
    await rejects(log.replay(chainId, randomUUID()), { code: 'not_found' })
  })
}
