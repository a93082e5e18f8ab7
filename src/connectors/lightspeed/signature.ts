/**
 * Signatures of webhooks: `X-Signature: signature=<hmac>,algorithm=HMAC-SHA256`, keyed by the app's
 * client secret (x-series-api.lightspeedhq.com, "Webhooks"). The documentation states neither the
 * encoding nor whether the raw or the decoded body is signed; we take the raw body, hex or base64.
 */
import { createHmac } from 'node:crypto'
import { isSame } from '../../base/signature.ts'
import type { Secrets, Verification, WebhookRequest } from '../connector.ts'

export function verifySignature({ headers, body }: WebhookRequest, secrets: Secrets): Verification {
  const header = headers['x-signature']
  const { signature, algorithm } = typeof header === 'string' ? readPairs(header) : {}
  if (signature === undefined || signature === '' || secrets.webhook === undefined)
    return { outcome: 'refused', fault: 'signature_missing' }
  if (algorithm !== undefined && algorithm.toUpperCase() !== 'HMAC-SHA256')
    return { outcome: 'refused', fault: 'signature_wrong' }
  const expected = createHmac('sha256', secrets.webhook).update(body).digest()
  // Both are compared whatever the first says, so that time tells nothing.
  const isHex = isSame(signature.toLowerCase(), expected.toString('hex'))
  const isBase64 = isSame(signature, expected.toString('base64'))
  return isHex || isBase64
    ? { outcome: 'genuine' }
    : { outcome: 'refused', fault: 'signature_wrong' }
}

/** `a=1,b=2`; a value may hold `=` itself (base64). */
function readPairs(header: string): { signature?: string; algorithm?: string } {
  const pairs: { signature?: string; algorithm?: string } = {}
  for (const part of header.split(',')) {
    const at = part.indexOf('=')
    const name = part.slice(0, at).trim()
    if (name === 'signature' || name === 'algorithm') pairs[name] = part.slice(at + 1).trim()
  }
  return pairs
}
