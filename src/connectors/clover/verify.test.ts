import { equal, ok } from 'node:assert/strict'
import test from 'node:test'
import type { Connection } from '../connector.ts'
import type { CloverSettings } from './settings.ts'
import { verify } from './verify.ts'

const code = '0307e264-b33a-4913-88aa-37b10014a0b8'
const connection = { settings: { appId: 'APP1' } } as Connection<CloverSettings>
const genuineBody = '{"appId":"APP1","merchants":{}}'
const handshakeBody = '{"verificationCode":"5220ecf5-7dea-4396-b0ba-a1659c182887"}'

const rows = [
  { why: 'the code of the app', header: code, body: genuineBody, wants: 'genuine' },
  { why: 'no code', header: undefined, body: genuineBody, wants: 'signature_missing' },
  {
    why: 'another code',
    header: code.replace('0', '1'),
    body: genuineBody,
    wants: 'signature_wrong',
  },
  {
    why: 'a part of the code',
    header: code.slice(0, 35),
    body: genuineBody,
    wants: 'signature_wrong',
  },
  { why: 'the code twice', header: [code, code], body: genuineBody, wants: 'signature_wrong' },
  { why: 'an empty code', header: '', body: genuineBody, wants: 'signature_wrong' },
  { why: 'another app', header: code, body: '{"appId":"APP2"}', wants: 'signature_wrong' },
  { why: 'a broken body is for translate to name', header: code, body: '{', wants: 'genuine' },
  {
    why: 'the handshake has no code yet',
    header: undefined,
    body: handshakeBody,
    wants: 'handshake',
  },
  { why: 'the handshake sent again', header: code, body: handshakeBody, wants: 'handshake' },
  {
    why: 'a handshake that smuggles something along',
    header: undefined,
    body: `${handshakeBody.slice(0, -1)},"merchants":{}}`,
    wants: 'signature_missing',
  },
  {
    why: 'a handshake whose code is no code',
    header: undefined,
    body: '{"verificationCode":"call 0900 for your prize"}',
    wants: 'signature_missing',
  },
] as const

for (const { why, header, body, wants } of rows)
  test(why, () => {
    const headers = header === undefined ? {} : { 'x-clover-auth': header as string | string[] }
    const result = verify({ headers, body: Buffer.from(body) }, connection, { webhook: code })
    equal(result.outcome === 'refused' ? result.fault : result.outcome, wants)
  })

test('the operator reads the code of the handshake', () => {
  const result = verify({ headers: {}, body: Buffer.from(handshakeBody) }, connection, {})
  ok(result.outcome === 'handshake' && result.says.includes('5220ecf5-7dea-4396-b0ba-a1659c182887'))
})

test('without a secret nothing is genuine', () => {
  const request = { headers: { 'x-clover-auth': '' }, body: Buffer.from(genuineBody) }
  equal(verify(request, connection, { webhook: '' }).outcome, 'refused')
})
