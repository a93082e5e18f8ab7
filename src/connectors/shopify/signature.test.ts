/** The vector was computed by hand and is accepted by @shopify/shopify-api 15. */
import { deepEqual } from 'node:assert/strict'
import test from 'node:test'
import { verify } from './signature.ts'

const signature = 'VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY='
const genuine = { outcome: 'genuine' }
const wrong = { outcome: 'refused', fault: 'signature_wrong' }
const missing = { outcome: 'refused', fault: 'signature_missing' }
const own = { webhook: 'hush' }

const rows = [
  { why: 'the bytes as signed are genuine', secrets: own, wants: genuine },
  { why: 'another body is not', body: '{"id":2}', secrets: own, wants: wrong },
  {
    why: 'nor is the same body written differently',
    body: '{"id": 1}',
    secrets: own,
    wants: wrong,
  },
  { why: 'another secret does not sign it', secrets: { webhook: 'other' }, wants: wrong },
  {
    why: 'the secret of before signs for an hour after it was changed',
    secrets: { webhook: 'other', webhookPrevious: 'hush' },
    wants: genuine,
  },
  { why: 'an empty secret signs nothing', secrets: { webhook: '' }, wants: wrong },
  { why: 'without a signature it is refused', headers: {}, secrets: own, wants: missing },
  {
    why: 'the newer header family has no x-',
    headers: { 'shopify-hmac-sha256': signature },
    secrets: own,
    wants: genuine,
  },
]

for (const { why, wants, body, headers, secrets } of rows)
  test(why, () => {
    const request = {
      headers: headers ?? { 'x-shopify-hmac-sha256': signature },
      body: Buffer.from(body ?? '{"id":1}'),
    }
    deepEqual(verify(request, undefined, secrets), wants)
  })
