/** The examples in the guide to models run as they stand, and say what a reader would expect. */
import { equal, match } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const root = new URL('../', import.meta.url)
const guide = readFileSync(new URL('docs/guides/models.md', root), 'utf8')
const blocks = [...guide.matchAll(/^```ts\n(.*?)^```/gms)].map(([, text = '']) => text)
const run = (source: string) =>
  execFileSync(process.execPath, ['--input-type=module-typescript', '--eval', source], {
    cwd: fileURLToPath(root),
    encoding: 'utf8',
    timeout: 30_000,
  })

test('there are two examples', () => equal(blocks.length, 2))

test('a signed artifact tells who is beyond the peers, the least likely first', () => {
  const [first = '', second = ''] = run(blocks[0] ?? '').split('\n')
  match(first, /^cashier 1: alarm true, rate 0\.0\d+\. 40 of 510 \(7\.84 %\)/)
  match(second, /^cashier 0: alarm false/)
})

test('sales become an order in whole packs, with its reasons', () => {
  const said = run(blocks[1] ?? '')
  match(said, /product 0: order (\d+), runs out 0\.0\d+/)
  const [, units = ''] = /product 0: order (\d+)/.exec(said) ?? []
  equal(Number(units) % 6, 0)
  match(said, /are expected to sell before the next order can arrive/)
})
