/** Ids: sortable random ones, and the same one for the same parts. */
import { equal, match, notEqual, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { deterministicUuid, idSchema, newId } from './ids.ts'

/** The parts are joined by NUL, which no id or vendor's key holds. */
const part = fc.string().filter((text) => !text.includes('\u0000'))
const parts = fc.array(part, { minLength: 1, maxLength: 5 })

test('the same parts give the same UUID of version 8', () => {
  fc.assert(
    fc.property(parts, (list) => {
      const uuid = deterministicUuid(...list)
      equal(deterministicUuid(...list), uuid)
      match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      ok(z.uuid().safeParse(uuid).success)
    }),
  )
})

test('other parts give another, also where the same letters are cut elsewhere', () => {
  fc.assert(
    fc.property(parts, parts, (left, right) => {
      if (JSON.stringify(left) !== JSON.stringify(right))
        notEqual(deterministicUuid(...left), deterministicUuid(...right))
    }),
  )
  notEqual(deterministicUuid('ab', 'c'), deterministicUuid('a', 'bc'))
  notEqual(deterministicUuid('a', ''), deterministicUuid('a'))
})

test('a known one, so that ids of last year are ids of next year', () => {
  equal(deterministicUuid('square', 'evt_1'), '263f6a2f-d836-88af-ab5e-6df5058364d3')
})

test('new ids differ, fit their schema, and sort by their making', (context) => {
  const ids = Array.from({ length: 500 }, () => newId('command'))
  equal(new Set(ids).size, ids.length)
  for (const id of ids) ok(idSchema('command').safeParse(id).success, id)
  context.mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 })
  const earlier = newId('command')
  context.mock.timers.tick(1)
  ok(newId('command') > earlier)
})

for (const id of ['str_berlin_1', 'str_A-1', `str_${'x'.repeat(120)}`])
  test(`a store may be called ${id.slice(0, 20)}`, () =>
    ok(idSchema('store').safeParse(id).success))

for (const id of [
  'str_',
  'reg_1',
  'berlin',
  'str_a b',
  "str_'--",
  'str_a\n',
  `str_${'x'.repeat(121)}`,
])
  test(`a store may not be called ${JSON.stringify(id).slice(0, 20)}`, () =>
    ok(!idSchema('store').safeParse(id).success))
