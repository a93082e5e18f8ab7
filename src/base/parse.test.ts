/** Schemas at the rim: a fault that names the first field that does not fit. */
import { deepEqual, equal, throws } from 'node:assert/strict'
import test from 'node:test'
import { z } from 'zod'
import { parse } from './parse.ts'

const Order = z.object({
  lines: z.array(z.object({ sku: z.string().min(1) })),
  note: z.string().optional(),
})

test('what fits comes back, without what the schema does not know', () => {
  deepEqual(parse(Order, { lines: [{ sku: 'A', extra: 1 }], more: 2 }, 'request_malformed'), {
    lines: [{ sku: 'A' }],
  })
})

const wrongs = [
  { why: 'a field that is missing', input: {}, field: 'lines' },
  {
    why: 'a field within a list',
    input: { lines: [{ sku: 'A' }, { sku: 1 }] },
    field: 'lines.1.sku',
  },
  { why: 'no object at all', input: 'text', field: '(whole)' },
  { why: 'nothing', input: undefined, field: '(whole)' },
]
for (const { why, input, field } of wrongs)
  test(`${why} is named`, () => {
    throws(
      () => parse(Order, input, 'event_malformed'),
      (error: { code: string; detail: { field: string; expected: string }; cause: unknown }) => {
        equal(error.code, 'event_malformed')
        equal(error.detail.field, field)
        equal(typeof error.detail.expected, 'string')
        return error.cause instanceof z.ZodError
      },
    )
  })
