/** Signatures: hex or base64 over the raw body, and nothing else. The vendor publishes no vector. */
import { equal } from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import test from 'node:test'
import { verifySignature } from './signature.ts'

const body = Buffer.from('payload=%7B%22id%22%3A%221%22%7D&type=sale.update')
const key = 'client-secret'
const hmac = (how: 'hex' | 'base64', over: Buffer | string = body) =>
  createHmac('sha256', key).update(over).digest(how)
const hex = hmac('hex')

const rows: { why: string; header?: string | string[]; wants: string }[] = [
  { why: 'hex', header: `signature=${hex},algorithm=HMAC-SHA256`, wants: 'genuine' },
  { why: 'hex in capitals', header: `signature=${hex.toUpperCase()}`, wants: 'genuine' },
  {
    why: 'base64, which ends in an equals sign',
    header: `signature=${hmac('base64')},algorithm=HMAC-SHA256`,
    wants: 'genuine',
  },
  {
    why: 'pairs in another order, with blanks',
    header: `algorithm=HMAC-SHA256, signature=${hex}`,
    wants: 'genuine',
  },
  { why: 'no header: made by hand or a personal token', wants: 'signature_missing' },
  { why: 'two headers', header: [`signature=${hex}`, 'x'], wants: 'signature_missing' },
  { why: 'no signature in it', header: 'algorithm=HMAC-SHA256', wants: 'signature_missing' },
  { why: 'the bare value', header: hex, wants: 'signature_missing' },
  {
    why: 'another algorithm',
    header: `signature=${hex},algorithm=HMAC-SHA1`,
    wants: 'signature_wrong',
  },
  {
    why: 'over the decoded body',
    header: `signature=${hmac('hex', decodeURIComponent(body.toString()))}`,
    wants: 'signature_wrong',
  },
  { why: 'cut short', header: `signature=${hex.slice(0, 40)}`, wants: 'signature_wrong' },
]
for (const { why, header, wants } of rows)
  test(why, () => {
    const headers = header === undefined ? {} : { 'x-signature': header }
    const result = verifySignature({ headers, body }, { webhook: key })
    equal(result.outcome === 'refused' ? result.fault : result.outcome, wants)
  })

test('a connection without its secret trusts nobody', () => {
  const headers = {
    'x-signature': `signature=${createHmac('sha256', '').update(body).digest('hex')}`,
  }
  equal(verifySignature({ headers, body }, {}).outcome, 'refused')
})
