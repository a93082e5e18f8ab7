/** Standard Webhooks (standardwebhooks.com): how our own parts sign what they send each other. */
import { Fault } from './fault.ts'
import { hmacSha256, isSame } from './signature.ts'

const toleranceSeconds = 300
const keyBytes = { min: 24, max: 64 } as const

export interface SignedHeaders {
  'webhook-id': string
  'webhook-timestamp': string
  'webhook-signature': string
}

/** @param secret `whsec_` and 24 to 64 bytes in base64 */
export function signWebhook(
  secret: string,
  id: string,
  epochSeconds: number,
  body: string,
): SignedHeaders {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(epochSeconds),
    'webhook-signature': `v1,${hmacSha256(keyOf(secret), `${id}.${epochSeconds}.${body}`, 'base64')}`,
  }
}

/** @throws Fault signature_missing | signature_wrong | replay_window_passed */
export function verifyWebhook(
  secret: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
  nowSeconds: number,
): void {
  const [id, at, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
    (name) => headers[name],
  )
  if (typeof id !== 'string' || typeof at !== 'string' || typeof signatures !== 'string')
    throw new Fault('signature_missing', { field: 'webhook-signature' })
  const epochSeconds = /^\d{1,12}$/.test(at) ? Number(at) : Number.NaN
  if (!(Math.abs(nowSeconds - epochSeconds) <= toleranceSeconds))
    throw new Fault('replay_window_passed', { field: 'webhook-timestamp' })
  const expected = hmacSha256(keyOf(secret), `${id}.${at}.${body}`, 'base64')
  const isGenuine = signatures
    .split(' ')
    .some((signature) => signature.startsWith('v1,') && isSame(signature.slice(3), expected))
  if (!isGenuine) throw new Fault('signature_wrong', { field: 'webhook-signature' })
}

/** A secret that is no base64 would decode to few bytes or none, and anyone could sign with it. */
function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  if (key.byteLength < keyBytes.min || key.byteLength > keyBytes.max)
    throw new Fault('config_invalid', {
      field: 'secret',
      expected: `whsec_ and ${keyBytes.min} to ${keyBytes.max} bytes in base64`,
    })
  return key
}
