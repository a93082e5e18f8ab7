/** Tokens: no schema takes the raw value in a token's place, in any event that holds one. */
import { equal, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { anyEvent } from '../../test/arbitrary-events.ts'
import { type EventType, events } from './events.ts'
import { TokenKind, tokenSchema } from './tokens.ts'

const token = (kind: string) => `tok_${kind}_${'0123456789abcdefghijklmnop'}`
const raw = [
  'ann@example.com',
  '+49 30 123456',
  'Ann Smith',
  '1 Main St',
  '4111111111111111',
  '1990-01-31',
  '',
]

for (const kind of TokenKind.options)
  test(`a token of ${kind} is taken, a raw value or another kind is not`, () => {
    const schema = tokenSchema(kind)
    ok(schema.safeParse(token(kind)).success)
    for (const other of TokenKind.options)
      equal(schema.safeParse(token(other)).success, other === kind)
    const almost = [
      token(kind).slice(0, -1),
      `${token(kind)}0`,
      token(kind).toUpperCase(),
      ` ${token(kind)}`,
      `${token(kind)}\n`,
      `x${token(kind)}`,
    ]
    for (const value of [...raw, ...almost])
      ok(!schema.safeParse(value).success, JSON.stringify(value))
  })

test('no text at random is a token', () => {
  fc.assert(
    fc.property(fc.constantFrom(...TokenKind.options), fc.string(), (kind, text) => {
      ok(!tokenSchema(kind).safeParse(text).success)
    }),
  )
})

const holders = (Object.keys(events) as EventType[]).filter(
  (type) => events[type].classification === 'personal_tokens',
)
for (const type of holders)
  test(`${type}: a raw value in the place of any token is refused`, () => {
    fc.assert(
      fc.property(anyEvent(type), fc.constantFrom(...raw), ({ data }, value) => {
        for (const path of tokenPaths(data)) {
          const altered = structuredClone(data) as never
          put(altered, path, value)
          ok(!events[type].data.safeParse(altered).success, path.join('.'))
        }
      }),
      { numRuns: 30 },
    )
  })

test('an event that is not classed as holding tokens holds none', () => {
  for (const [type, { classification }] of Object.entries(events))
    if (classification !== 'personal_tokens')
      fc.assert(
        fc.property(anyEvent(type as EventType), ({ data }) => equal(tokenPaths(data).length, 0)),
        { numRuns: 20 },
      )
})

function tokenPaths(value: unknown, path: string[] = []): string[][] {
  if (typeof value === 'string') return /^tok_[a-z]+_[0-9a-z]{26}$/.test(value) ? [path] : []
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, inner]) => tokenPaths(inner, [...path, key]))
}

function put(target: Record<string, never>, path: readonly string[], value: string): void {
  const [key = '', ...rest] = path
  if (rest.length === 0) Object.assign(target, { [key]: value })
  else put(target[key] as unknown as Record<string, never>, rest, value)
}
