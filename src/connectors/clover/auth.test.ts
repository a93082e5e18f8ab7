import { deepEqual, equal, rejects, throws } from 'node:assert/strict'
import test from 'node:test'
import { Fault } from '../../base/fault.ts'
import type { HttpClient, HttpRequest } from '../../base/http-client.ts'
import type { Connection, Credentials } from '../connector.ts'
import { exchange, mergeCredentials, refresh, tokensByMerchant } from './auth.ts'
import type { CloverSettings } from './settings.ts'

const connection = { settings: { appId: 'APP1' } } as Connection<CloverSettings>
const endsAt = 1_767_227_400

function vendor(answer: (request: HttpRequest) => { status: number; body: unknown }): HttpClient {
  return {
    async request(request) {
      return { headers: new Headers(), ...answer(request) }
    },
  }
}

function tokens(access: string, next: string) {
  const body = {
    access_token: access,
    access_token_expiration: endsAt,
    refresh_token: next,
    refresh_token_expiration: endsAt + 1,
  }
  return { status: 200, body }
}

test('an exchange asks as Clover documents it, and adds a merchant to those there are', async () => {
  let asked: HttpRequest | undefined
  const api = vendor((request) => {
    asked = request
    return tokens('a2', 'r2')
  })
  const current = { accessToken: '{"M1":"a1"}', refreshToken: '{"M1":"r1"}' }
  const got = await exchange(
    api,
    connection,
    { client_secret: 's' },
    {
      code: 'the:code',
      query: { merchant_id: 'M2' },
      current,
    },
  )
  equal(asked?.path, '/oauth/v2/token')
  deepEqual(asked?.json, { client_id: 'APP1', client_secret: 's', code: 'the:code' })
  deepEqual(tokensByMerchant(got.accessToken), { M1: 'a1', M2: 'a2' })
  deepEqual(tokensByMerchant(got.refreshToken), { M1: 'r1', M2: 'r2' })
  equal(got.expiresAt, '2026-01-01T00:30:00.000Z')
})

test('a code without its merchant is refused before anybody is asked', () =>
  rejects(
    exchange(
      vendor(() => tokens('a', 'r')),
      connection,
      {},
      { code: 'bare', query: {}, current: undefined },
    ),
    {
      code: 'vendor_unauthorised',
    },
  ))

test('what could be renewed is kept, even when another merchant is lost', async () => {
  const api = vendor(({ json }) => {
    const { refresh_token } = json as { refresh_token: string }
    return refresh_token === 'r1' ? { status: 400, body: {} } : tokens('a3', 'r3')
  })
  const current = { accessToken: '{"M1":"a1","M2":"a2"}', refreshToken: '{"M1":"r1","M2":"r2"}' }
  const kept: Credentials[] = []
  const got = await refresh(api, connection, {}, current, async (soFar) => void kept.push(soFar))
  deepEqual(got.refusedStores, ['M1'])
  deepEqual(
    kept.map(({ refreshToken }) => tokensByMerchant(refreshToken)),
    [{ M1: 'r1', M2: 'r3' }],
  )
  const consented = mergeCredentials(got, { accessToken: '{"M1":"a9"}' })
  equal(consented.refusedStores, undefined)
  deepEqual(tokensByMerchant(got.accessToken), { M1: 'a1', M2: 'a3' })
  deepEqual(tokensByMerchant(got.refreshToken), { M1: 'r1', M2: 'r3' })
})

test('when none can be renewed it is a fault', () =>
  rejects(
    refresh(
      vendor(() => ({ status: 400, body: {} })),
      connection,
      {},
      { accessToken: '{"M1":"a1"}', refreshToken: '{"M1":"r1"}' },
      async () => {},
    ),
    { code: 'vendor_unauthorised' },
  ))

test('a text that is no map is refused without being repeated', () => {
  for (const text of ['secret-token', '[]', '{"M1":1}', 'null'])
    throws(
      () => tokensByMerchant(text),
      (fault) => fault instanceof Fault && !String(fault).includes('secret'),
    )
})

test('the earliest end counts', () => {
  const merged = mergeCredentials(
    { accessToken: '{}', expiresAt: '2026-01-02T00:00:00.000Z' },
    { accessToken: '{}', expiresAt: '2026-01-01T00:00:00.000Z' },
  )
  equal(merged.expiresAt, '2026-01-01T00:00:00.000Z')
})
