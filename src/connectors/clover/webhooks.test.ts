import { deepEqual, equal, throws } from 'node:assert/strict'
import test from 'node:test'
import type { ConnectedStore, TranslationContext } from '../connector.ts'
import type { CloverSettings } from './settings.ts'
import { translate } from './webhooks.ts'

const store = { externalId: 'M1' } as ConnectedStore
const context = {
  connection: { settings: { appId: 'APP1' }, stores: [store, { ...store, externalId: 'M2' }] },
} as unknown as TranslationContext<CloverSettings>

function of(body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return translate({ headers: {}, body: Buffer.from(text) }, context)
}

function webhook(merchants: unknown) {
  return { appId: 'APP1', merchants }
}

const update = { objectId: 'O:AAAAAAAAAAAAA', type: 'UPDATE', ts: 1 }

test('the latest of several updates counts, in whatever order they stand', () => {
  const updates = [
    { objectId: 'I:AAAAAAAAAAAAA', type: 'DELETE', ts: 9 },
    { objectId: 'I:AAAAAAAAAAAAA', type: 'UPDATE', ts: 5 },
  ]
  const hints = { merchantId: 'M1', ts: '9', type: 'DELETE' }
  deepEqual(of(webhook({ M1: updates })).lookups, [
    { kind: 'item', externalId: 'AAAAAAAAAAAAA', hints },
  ])
})

test('a merchant that is no store of ours harms nobody else', () => {
  deepEqual(
    of(webhook({ M9: [update], M1: [update] })).lookups.map(({ hints }) => hints?.merchantId),
    ['M1'],
  )
})

test('keys that mean nothing to us, and keys still to come, lead to nothing', () => {
  const updates = ['A', 'M', 'SH', 'IC', 'IG', 'IM', 'ZZ'].map((key) => ({
    ...update,
    objectId: `${key}:AAAAAAAAAAAAA`,
  }))
  deepEqual(of(webhook({ M1: updates })).lookups, [])
})

test('fields that we do not know pass, and none of them is kept', () => {
  const noisy = { ...update, email: 'ana@example.com', payload: { note: 'for Ana' } }
  const told = of({ ...webhook({ M1: [noisy] }), sentBy: 'Ana' })
  deepEqual(told, {
    events: [],
    lookups: [{ kind: 'order', externalId: 'AAAAAAAAAAAAA', hints: { merchantId: 'M1' } }],
    references: [],
  })
})

test('objects of the same id at two merchants are two', () => {
  equal(of(webhook({ M1: [update, update], M2: [update] })).lookups.length, 2)
})

const refused = [
  {
    why: 'only strangers',
    body: webhook({ M9: [update] }),
    code: 'store_unknown',
    field: 'merchants',
  },
  { why: 'not JSON', body: '{"appId":', code: 'body_malformed' },
  { why: 'too deep', body: '['.repeat(70) + ']'.repeat(70), code: 'body_too_deep' },
  { why: 'a hostile key', body: '{"__proto__":{"appId":"APP1"}}', code: 'body_hostile' },
  { why: 'no app', body: { merchants: {} }, code: 'payload_malformed', field: 'appId' },
  { why: 'no merchants', body: { appId: 'APP1' }, code: 'payload_malformed', field: 'merchants' },
  {
    why: 'another app',
    body: { appId: 'X', merchants: {} },
    code: 'payload_malformed',
    field: 'appId',
  },
  {
    why: 'an id that is a path',
    body: webhook({ M1: [{ ...update, objectId: 'O:../../x' }] }),
    code: 'payload_malformed',
    field: 'merchants.M1.0.objectId',
  },
  {
    why: 'a type there is not',
    body: webhook({ M1: [{ ...update, type: 'PATCH' }] }),
    code: 'payload_malformed',
    field: 'merchants.M1.0.type',
  },
  { why: 'a list, not an object', body: [], code: 'payload_malformed', field: '(whole)' },
  {
    why: 'updates that are no list',
    body: webhook({ M1: update }),
    code: 'payload_malformed',
    field: 'merchants.M1',
  },
  {
    why: 'no time',
    body: webhook({ M1: [{ objectId: update.objectId, type: 'UPDATE' }] }),
    code: 'payload_malformed',
    field: 'merchants.M1.0.ts',
  },
]
for (const { why, body, code, field } of refused)
  test(`refused: ${why}`, () => {
    throws(
      () => of(body),
      (fault: { code: string; detail: { field?: string } }) =>
        fault.code === code && (field === undefined || fault.detail.field === field),
    )
  })
