/** JSON from outside: too deep, hostile or cut short; and the one text that hashes are taken over. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { canonicalJson, parseJson } from './json.ts'

const hostileKeys = ['__proto__', 'constructor', 'prototype']
const isHostile = (text: string) => hostileKeys.some((key) => text.includes(key))
const json = fc.jsonValue({ maxDepth: 6 }).filter((value) => !isHostile(JSON.stringify(value)))
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

test('ordinary JSON is what JSON.parse makes of it', () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = JSON.stringify(value)
      deepEqual(parseJson(text), JSON.parse(text))
    }),
  )
})

test('an object cut short anywhere is malformed, and nothing else is thrown', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), json), fc.nat(), (value, at) => {
      const text = JSON.stringify({ ...value, last: 1 })
      if (isHostile(text)) return
      throws(() => parseJson(text.slice(0, at % text.length)), { code: 'body_malformed' })
    }),
  )
})

test('64 levels pass, 65 do not, in arrays and objects alike', () => {
  ok(parseJson(nested(64)))
  throws(() => parseJson(nested(65)), { code: 'body_too_deep' })
  throws(() => parseJson(`${'{"a":'.repeat(65)}1${'}'.repeat(65)}`), { code: 'body_too_deep' })
  throws(() => parseJson('['.repeat(1_000_000)), { code: 'body_too_deep' })
})

test('brackets within text are no levels, also behind an escaped quote', () => {
  const text = JSON.stringify({ note: `"${'['.repeat(200)}\\"{` })
  deepEqual(parseJson(text), JSON.parse(text))
})

const escaped = (key: string) =>
  [...key].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
for (const key of hostileKeys) {
  const bodies = {
    plain: `{"${key}":{"isAdmin":true}}`,
    'with blanks': `{ "${key}" : 1 }`,
    'deep in an array': `[[{"a":[{"${key}":1}]}]]`,
    escaped: `{"${escaped(key)}":1}`,
    'escaped in part': `{"${escaped(key[0] ?? '')}${key.slice(1)}":1}`,
  }
  for (const [why, body] of Object.entries(bodies))
    test(`the key ${key}, ${why}, is refused`, () =>
      throws(() => parseJson(body), { code: 'body_hostile', detail: { field: key } }))
}

test('the underscores alone may be escaped', () => {
  throws(() => parseJson('{"\\u005f\\u005fproto\\u005f\\u005f":{}}'), { code: 'body_hostile' })
  throws(() => parseJson('{"\\u005F_proto__":{}}'), { code: 'body_hostile' })
})

test('as values the words are harmless', () => {
  deepEqual(parseJson('{"role":"constructor","a":["__proto__","prototype"]}'), {
    role: 'constructor',
    a: ['__proto__', 'prototype'],
  })
})

for (const text of [
  '',
  '{',
  '{"a":}',
  "{'a':1}",
  '{"a":1}}',
  'NaN',
  '\uFEFF{}',
  '{"a":"\n"}',
  ']]]',
])
  test(`${JSON.stringify(text)} is malformed`, () =>
    throws(() => parseJson(text), { code: 'body_malformed' }))

test('canonical: the same value has one text, whatever the order of its keys', () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = canonicalJson(value)
      equal(canonicalJson(reversed(value)), text)
      equal(canonicalJson(JSON.parse(text)), text)
      deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('canonical: other values have other texts', () => {
  fc.assert(
    fc.property(json, json, (left, right) => {
      const isSame = JSON.stringify(sorted(left)) === JSON.stringify(sorted(right))
      equal(canonicalJson(left) === canonicalJson(right), isSame)
    }),
  )
})

test('canonical: no blanks, keys by code unit, what is undefined left out', () => {
  equal(
    canonicalJson({ b: 1, a: [true, null], Z: undefined, é: 'x' }),
    '{"a":[true,null],"b":1,"é":"x"}',
  )
  equal(canonicalJson([undefined]), '[null]')
  equal(canonicalJson(undefined), 'null')
  equal(canonicalJson({ n: -0 }), '{"n":0}')
})

function reversed(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(reversed)
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  )
}

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(sorted)
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return { members: members.map(([key, inner]) => [key, sorted(inner)]) }
}
