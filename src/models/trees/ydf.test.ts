/** The library trains in a thread, its bytes predict here, and it leaves this process as it was. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import test from 'node:test'
import { Fault } from '../../base/fault.ts'
import { createRandom } from '../math/random.ts'
import { mapInThreads } from '../threads/map-in-threads.ts'
import type { LabelledTable } from './histogram-boosting/table.ts'
import { openYdf, type YdfJob } from './ydf.ts'

function make(rows: number, seed: number, label: (x: number, c: number) => number): LabelledTable {
  const random = createRandom(seed)
  const x = Float32Array.from({ length: rows }, () =>
    random.next() < 0.1 ? Number.NaN : random.normal(),
  )
  const c = Float32Array.from({ length: rows }, () => random.below(5))
  return {
    features: [
      { name: 'x', kind: 'number' },
      { name: 'c', kind: 'category' },
    ],
    columns: [x, c],
    labels: x.map((value, row) => label(value, c[row]!)),
  }
}

const jobs = [
  { task: 'REGRESSION', label: (x: number, c: number) => (x > 0 ? 10 : 0) + (c === 3 ? 5 : 0) },
  { task: 'CLASSIFICATION', label: (x: number, c: number) => (x > 0 || c === 3 ? 1 : 0) },
  {
    task: 'CLASSIFICATION',
    learner: 'RandomForestLearner',
    label: (x: number, c: number) => (x > 0 || c === 3 ? 1 : 0),
  },
] as const satisfies (Omit<YdfJob, 'table'> & { label: (x: number, c: number) => number })[]
for (const { label, ...job } of jobs)
  test(`${Object.values(job).join(', ').toLowerCase()}: trained in a thread, opened from its bytes`, async () => {
    const events = ['uncaughtException', 'unhandledRejection'] as const
    const listeners = () => events.map((event) => process.listenerCount(event))
    const before = listeners()
    const module = new URL('ydf.ts', import.meta.url)
    const [bytes] = await mapInThreads<YdfJob, Uint8Array>(module, 'trainYdf', [
      { ...job, table: make(1500, 1, label) },
    ])
    ok(bytes !== undefined && bytes.length > 1000)
    const model = await openYdf(bytes)
    const other = make(300, 2, label)
    const predictions = model.predict(other)
    model.close()
    const scale = job.task === 'REGRESSION' ? 15 : 1
    const far = predictions.filter((one, row) => Math.abs(one - other.labels[row]!) > 0.3 * scale)
    equal(predictions.length, 300)
    ok(far.length < 10, String(far.length))
    deepEqual(listeners(), before)
  })

test('bytes that are no model are refused', () =>
  rejects(openYdf(Uint8Array.of(1, 2, 3)), (error) => {
    ok(error instanceof Fault)
    equal(error.code, 'artifact_malformed')
    return true
  }))
