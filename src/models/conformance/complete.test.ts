/** No model is left out of the suite. */
import { deepEqual } from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const models = fileURLToPath(new URL('../', import.meta.url))
const read = (pattern: string) =>
  globSync(pattern, { cwd: models }).map((file) => readFileSync(`${models}${file}`, 'utf8'))

test('each model has an example that is held to what every model promises', () => {
  const defined = read('**/*.ts').flatMap((source) =>
    [...source.matchAll(/^export const (\w+) = defineModel\(/gm)].map(([, name]) => name),
  )
  const held = read('conformance/*.test.ts').flatMap((source) =>
    [...source.matchAll(/^ {2}model: (\w+),$/gm)].map(([, name]) => name),
  )
  deepEqual(held.toSorted(), defined.toSorted())
})
