/** A row has the same tails as its table. */
import { deepEqual } from 'node:assert/strict'
import test from 'node:test'
import { createRandom } from '../math/random.ts'
import type { Feature } from './histogram-boosting/table.ts'
import { findTails, rowWithTails, withoutTail, withTails } from './tails.ts'

test('a row has the tails that its table gives it, missing values and categories too', () => {
  const random = createRandom(1)
  const features: Feature[] = [
    { name: 'amount', kind: 'number' },
    { name: 'kind', kind: 'category' },
    { name: 'flat', kind: 'number' },
    { name: 'risk', kind: 'number' },
  ]
  const rows = Array.from({ length: 200 }, (_, at) =>
    Float32Array.of(random.normal(), at % 3, 7, at % 11 === 0 ? Number.NaN : random.next()),
  )
  const columns = features.map((_, at) => Float32Array.from(rows, (row) => row[at]!))
  const table = { features, columns }
  const tails = findTails(table, 0.1)
  const whole = withTails(table, tails)
  deepEqual(
    whole.features.map(({ name }) => withoutTail(name)),
    ['amount', 'kind', 'flat', 'risk', 'amount', 'risk'],
  )
  for (const [at, row] of rows.entries())
    deepEqual(
      [...rowWithTails(row, tails)],
      whole.columns.map((column) => column[at]!),
    )
})
