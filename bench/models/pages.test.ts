/** Each evaluation has its page for a category manager, and docs/models.md says what the results say. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { evaluations } from './index.ts'
import { figure, reportOf, tableOf, verdictOf } from './report.ts'
import { documents, readResult } from './results.ts'

const read = (path: string) => readFileSync(new URL(path, documents), 'utf8')
const headings = ['What it needs', 'What it promises', 'Where it fails']

for (const { name } of evaluations)
  test(`docs/models/${name}.md: what a manager asks, and a chart`, () => {
    const page = read(`models/${name}.md`)
    const found = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
    deepEqual(
      headings.filter((heading) => !found.includes(heading)),
      [],
    )
    const charts = [...page.matchAll(/!\[([^\]]{10,})\]\(([^)]+\.svg)\)/g)]
    ok(charts.length > 0, 'a chart with words for who does not see it')
    for (const [, , file = ''] of charts) ok(read(`models/${file}`).startsWith('<svg'), file)
    ok(page.split('\n').length <= 120, 'one page')
  })

test('docs/models.md is what the results give', () => {
  const kept = evaluations.flatMap(({ name }) => readResult(name) ?? [])
  equal(read('models.md'), reportOf(kept))
})

test('no result stands there that no evaluation makes', () => {
  const folder = new URL('models/results/', documents)
  const files = existsSync(folder) ? readdirSync(folder).filter((one) => one.endsWith('.json')) : []
  const names = new Set(evaluations.map(({ name }) => `${name}.json`))
  deepEqual(
    files.filter((file) => !names.has(file)),
    [],
  )
})

const row = {
  dataset: 'a',
  method: 'b',
  metric: 'MAE',
  better: 'lower',
  ours: 10,
  seconds: 1,
  memoryMb: 100,
} as const
const verdicts = [
  { why: 'nothing to compare with', row, wants: '-' },
  {
    why: 'better than both',
    row: { ...row, naive: { name: 'n', value: 12 }, peer: { name: 'p', value: 10, source: 's' } },
    wants: 'beats naive, at or beyond peer',
  },
  {
    why: 'worse than both, and by how much',
    row: { ...row, naive: { name: 'n', value: 9 }, peer: { name: 'p', value: 8, source: 's' } },
    wants: '**worse than naive**, short of peer by 25.0 %',
  },
  {
    why: 'higher is better',
    row: { ...row, better: 'higher', peer: { name: 'p', value: 8, source: 's' } },
    wants: 'at or beyond peer',
  },
  {
    why: 'short of what is published, ahead of the same method on the same rows',
    row: { ...row, peer: { name: 'p', value: 8, source: 's', onTheseRows: 11 } },
    wants: 'short of peer by 25.0 %, at or beyond peer on these rows',
  },
] as const
for (const { why, row, wants } of verdicts) test(why, () => equal(verdictOf(row), wants))

test('a table has a cell for every column', () => {
  const { columns, rows } = tableOf({
    name: 'x',
    title: 'X',
    ranOn: '2026-01-01',
    machine: 'm',
    seconds: 1,
    notes: [],
    rows: [row],
  })
  equal(rows[0]?.length, columns.length)
  deepEqual(
    [figure(1234.5), figure(12.345), figure(0.012345), figure(0)],
    ['1,235', '12.35', '0.0123', '0'],
  )
})
