/** Scores of profiles, by hand. */
import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import { scoreLinks, scoreProfiles } from './scores.ts'
import { partRecords } from './two-files.ts'

test('one group split in two', () => {
  const { precision, recall, f1, bCubedF1 } = scoreProfiles([1, 1, 2, 3], ['a', 'a', 'a', 'b'])
  equal(precision, 1)
  equal(recall, 1 / 3)
  equal(f1, 0.5)
  // Precision 1; recall (2/3 + 2/3 + 1/3 + 1) / 4 = 2/3.
  equal(bCubedF1, 0.8)
})

test('all alone, and all together', () => {
  equal(scoreProfiles([1, 2], ['a', 'b']).f1, 1)
  equal(scoreProfiles([1, 1], ['a', 'b']).precision, 0)
})

test('links between two files: two made, one right, three wanted', () => {
  const { precision, recall, f1 } = scoreLinks(
    Int32Array.of(1, 0, -1, -1),
    ['a', 'b', 'c', 'd'],
    ['x', 'a', 'b', 'c'],
  )
  equal(precision, 0.5)
  equal(recall, 1 / 3)
  equal(f1, 0.4)
})

test('two files hold each person once', () => {
  deepEqual(partRecords(['a', 'a', 'b', 'a', 'c', 'd', 'd']), [0, -1, 0, 1, 1, 0, 1])
})
