/** Columns of text files, by files written for it. */
import { deepEqual, equal, throws } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { readColumns } from './columns.ts'
import { readJson, readJsonLines } from './files.ts'

const folder = mkdtempSync(join(tmpdir(), 'tillway-columns-'))
after(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'file.csv.gz')
const write = (text: string) => writeFileSync(path, gzipSync(text))

test('numbers, codes and texts; quotes, blanks, carriage returns and a missing end of line', () => {
  write('\uFEFFa,"b, c",d\r\n1.5,"x ""y""",u\r\n,plain,v\r\n-2e3,"x ""y""",u')
  const {
    a,
    'b, c': b,
    d,
    rowsCount,
  } = readColumns(path, { a: 'number', 'b, c': 'code', d: 'text' })
  equal(rowsCount, 3)
  deepEqual([...a], [1.5, Number.NaN, -2000])
  deepEqual(
    [[...b.codes], b.names],
    [
      [0, 1, 0],
      ['x "y"', 'plain'],
    ],
  )
  deepEqual(d, ['u', 'v', 'u'])
})

test('a column that is not there is named', () => {
  write('a\n1\n')
  throws(() => readColumns(path, { z: 'number' }), /no column z/)
})

test('fields parted by blanks, without a line of names', () => {
  write('1  2.5 -3 \n4 5 6\n')
  const found = readColumns(
    path,
    { p: 'number', q: 'number', r: 'number' },
    {
      separator: ' ',
      header: ['p', 'q', 'r'],
    },
  )
  deepEqual(
    [[...found.p], [...found.q], [...found.r]],
    [
      [1, 4],
      [2.5, 5],
      [-3, 6],
    ],
  )
})

test('numbers come back as Number reads them', () => {
  const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer())
  fc.assert(
    fc.property(fc.array(number, { minLength: 1 }), (values) => {
      write(`n\n${values.join('\n')}\n`)
      deepEqual(
        [...readColumns(path, { n: 'number' }).n],
        values.map((one) => Number(String(one))),
      )
    }),
    { numRuns: 50 },
  )
})

test('a JSON file, and one value a line', () => {
  write('{"a":[1]}')
  deepEqual(readJson(path), { a: [1] })
  write('{"a":1}\n\n{"a":2}\n')
  deepEqual(readJsonLines(path), [{ a: 1 }, { a: 2 }])
})
