import { equal } from 'node:assert/strict'
import test from 'node:test'
import { WebhooksHelper } from 'square'
import { hmacSha256 } from '../../base/signature.ts'
import type { WebhookRequest } from '../connector.ts'
import type { SquareConnection } from './settings.ts'
import { signatureHeader, verify } from './signature.ts'

const connection = { webhookUrl: 'https://example.com/webhook' } as SquareConnection
const secrets = { webhook: 'asdf1234' }
/** The vector of Square's SDK. */
const vector = {
  body: '{"hello":"world"}',
  signature: '2kRE5qRU2tR+tBGlDwMEw2avJ7QM4ikPYD/PJ3bd9Og=',
}

function check(signature: string | undefined, body: string | Buffer = vector.body) {
  const headers = signature === undefined ? {} : { [signatureHeader]: signature }
  const request: WebhookRequest = { headers, body: Buffer.from(body) }
  const verification = verify(request, connection, secrets)
  return verification.outcome === 'refused' ? verification.fault : verification.outcome
}

test('the vector of the SDK is genuine, and its helper says so too', async () => {
  equal(check(vector.signature), 'genuine')
  const isGenuine = await WebhooksHelper.verifySignature({
    requestBody: vector.body,
    signatureHeader: vector.signature,
    signatureKey: secrets.webhook,
    notificationUrl: connection.webhookUrl,
  })
  equal(isGenuine, true)
})

const rows = [
  { why: 'no signature', signature: undefined, wants: 'signature_missing' },
  { why: 'an empty one', signature: '', wants: 'signature_missing' },
  { why: 'another one', signature: 'AAAA', wants: 'signature_wrong' },
  {
    why: 'another body',
    signature: vector.signature,
    body: '{"hello": "world"}',
    wants: 'signature_wrong',
  },
  {
    why: 'another URL',
    signature: hmacSha256(secrets.webhook, `${connection.webhookUrl}/${vector.body}`, 'base64'),
    wants: 'signature_wrong',
  },
]
for (const { why, signature, body, wants } of rows)
  test(`refused: ${why}`, () => equal(check(signature, body), wants))

test('two bodies that read alike as text are not the same bytes', () => {
  const broken = Buffer.from([0x22, 0xff, 0x22])
  const replaced = Buffer.from(broken.toString('utf8'))
  equal(check(vector.signature, broken), 'signature_wrong')
  equal(broken.equals(replaced), false)
})

test('without a key nothing is genuine', () => {
  const request = { headers: { [signatureHeader]: 'x' }, body: Buffer.from('{}') }
  equal(verify(request, connection, {}).outcome, 'refused')
})
