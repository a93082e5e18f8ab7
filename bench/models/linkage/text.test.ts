/** Likeness of texts, by published and hand-worked values. */
import { equal, ok } from 'node:assert/strict'
import test from 'node:test'
import { editsBetween, jaroWinkler } from './text.ts'

/** Winkler's own table (1994), to three digits. */
const likenesses = [
  ['martha', 'marhta', 0.961],
  ['dwayne', 'duane', 0.84],
  ['dixon', 'dicksonx', 0.813],
  ['ann', 'ann', 1],
  ['ann', 'bob', 0],
] as const
for (const [one, other, wants] of likenesses)
  test(`${one} and ${other}`, () => {
    ok(Math.abs(jaroWinkler(one, other) - wants) < 5e-4, String(jaroWinkler(one, other)))
    equal(jaroWinkler(one, other), jaroWinkler(other, one))
  })

test('edits', () => {
  const edits = [
    ['19700101', '19700101', 0],
    ['19700101', '19701001', 1],
    ['19700101', '1970101', 1],
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
  ] as const
  for (const [one, other, wants] of edits) equal(editsBetween(one, other), wants, `${one} ${other}`)
})
