/** The reference says what the code does: what the script would write is what stands in the files. */
import { deepEqual, equal } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { referencePages } from '../scripts/reference/pages.ts'

const folder = new URL('../docs/reference/', import.meta.url)

for (const [name, write] of Object.entries(referencePages))
  test(`docs/reference/${name} is as scripts/write-reference.ts writes it`, () => {
    equal(readFileSync(new URL(name, folder), 'utf8'), write())
  })

test('no page stands there that nobody writes', () => {
  deepEqual(readdirSync(folder).sort(), Object.keys(referencePages))
})
