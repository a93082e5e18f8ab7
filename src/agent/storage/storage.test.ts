/** Laws of the agent's tables: one failure harms no neighbour, sequences have no gaps, nothing old comes back. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import fc from 'fast-check'
import { createSeal } from '../../privacy/seal.ts'
import { openDatabase } from './database.ts'
import { createStorage, type Storage } from './storage.ts'

const limits = { eventsMax: 1000, bytesMax: 1_000_000 }

async function inStorage(run: (storage: Storage, reopen: () => Storage) => Promise<void>) {
  const dataDir = mkdtempSync(join(tmpdir(), 'tillway-storage-'))
  let database = openDatabase(dataDir)
  const seal = createSeal(Buffer.alloc(32, 1))
  try {
    await run(createStorage(database, seal), () => {
      database.close()
      database = openDatabase(dataDir)
      return createStorage(database, seal)
    })
  } finally {
    database.close()
    rmSync(dataDir, { recursive: true })
  }
}

const sequencesIn = ({ outbox }: Storage): number[] =>
  JSON.parse(outbox.batchAfter(0, limits)?.body ?? '[]').map((event: { sequence: string }) =>
    Number(event.sequence),
  )

test('a write that fails takes none of its group along', () =>
  inStorage(async (storage) => {
    const { writer, outbox } = storage
    const results = await Promise.allSettled([
      writer.commit(() => outbox.append('{"a":1}')),
      writer.commit(() => {
        outbox.append('{"a":2}')
        throw new Error('no')
      }),
      writer.commit(() => outbox.append('{"a":3}')),
    ])
    deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
    deepEqual(sequencesIn(storage), [1, 2])
    equal(outbox.count, 2)
  }))

test('sequences go on without a gap over forgetting and restarts', () =>
  inStorage(async (first, reopen) => {
    let storage = first
    const { epoch } = storage.outbox
    let appended = 0
    const steps = fc.array(fc.constantFrom('append', 'forget', 'reopen'), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        for (const step of taken) {
          if (step === 'reopen') storage = reopen()
          const { writer, outbox } = storage
          if (step === 'forget') await writer.commit(() => outbox.forget(appended - 1))
          if (step === 'append') {
            appended += 1
            equal(await writer.commit(() => outbox.append('{"a":1}')), appended)
          }
        }
        equal(storage.outbox.epoch, epoch)
        equal(storage.outbox.lastSequence, appended)
      }),
      { numRuns: 10 },
    )
  }))

test('a new epoch keeps what was not sent, in its order', () =>
  inStorage(async (storage) => {
    const { writer, outbox } = storage
    await writer.commit(() => ['a', 'b', 'c', 'd'].map((name) => outbox.append(`{"n":"${name}"}`)))
    await writer.commit(() => outbox.forget(2))
    const { epoch } = outbox
    await writer.commit(() => outbox.beginEpoch())
    ok(outbox.epoch !== epoch)
    const { body = '' } = outbox.batchAfter(0, limits) ?? {}
    deepEqual(JSON.parse(body), [
      { epoch: outbox.epoch, sequence: '1', n: 'c' },
      { epoch: outbox.epoch, sequence: '2', n: 'd' },
    ])
  }))

test('event ids are forgotten after 40 days, not before', () =>
  inStorage(async ({ seen, writer }) => {
    const day = 24 * 3600_000
    const id = '00000000-0000-8000-8000-00000000000'
    await writer.commit(() => [seen.add(`${id}1`, 0), seen.add(`${id}2`, 30 * day)])
    await writer.commit(() => seen.prune(41 * day))
    deepEqual(await writer.commit(() => [seen.add(`${id}1`, 0), seen.add(`${id}2`, 0)]), [
      true,
      false,
    ])
  }))
