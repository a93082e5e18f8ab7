/** Writes `docs/reference/` from the code; `test/reference.test.ts` fails while it is out of date. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { referencePages } from './reference/pages.ts'

const folder = new URL('../docs/reference/', import.meta.url)
mkdirSync(folder, { recursive: true })
for (const [name, write] of Object.entries(referencePages))
  writeFileSync(new URL(name, folder), write())
