import { deepEqual } from 'node:assert/strict'
import test from 'node:test'
import type { Persona } from '../../hub/views.ts'
import { groupPersonas } from './group-personas.ts'
import { signInSearch } from './sign-in-search.ts'

const rows = [
  { why: 'a page of ours', from: '/stores?regionId=eu', wants: { from: '/stores?regionId=eu' } },
  { why: 'another host', from: '//evil.example/', wants: {} },
  { why: 'another host with a backslash', from: '/\\evil.example/', wants: {} },
  { why: 'an absolute address', from: 'https://evil.example/', wants: {} },
  { why: 'the sign-in itself would go in circles', from: '/sign-in?from=/', wants: {} },
  { why: 'no text', from: 7, wants: {} },
]
for (const { why, from, wants } of rows)
  test(`back to ${why}`, () => deepEqual(signInSearch({ from }), wants))

const people: Persona[] = [
  person('Ada', 'central_it', 'chn_corner'),
  person('Mara', 'store_manager', 'str_berlin_1'),
  person('Tom', 'store_manager', 'str_chicago_1'),
]

function person(name: string, role: 'central_it' | 'store_manager', id: string): Persona {
  const at = { kind: 'store', id }
  return { personId: `per_${name}`, name, title: '', roles: [{ role, at }] }
}

const searches = [
  { wanted: '', wants: [['Mara', 'Tom'], ['Ada']] },
  { wanted: 'store berlin', wants: [['Mara']] },
  { wanted: 'nobody', wants: [] },
]
for (const { wanted, wants } of searches)
  test(`people found by "${wanted}"`, () =>
    deepEqual(
      groupPersonas(people, wanted).map((group) => group.people.map(({ name }) => name)),
      wants,
    ))
