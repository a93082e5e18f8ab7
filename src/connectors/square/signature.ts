/**
 * Square's signature: base64(HMAC-SHA-256(signature key, notification URL + raw body)).
 * developer.squareup.com/docs/webhooks/step3validate; Square gives no time to judge a replay by.
 */
import { createHmac } from 'node:crypto'
import { isSame } from '../../base/signature.ts'
import type { Secrets, Verification, WebhookRequest } from '../connector.ts'
import type { SquareConnection } from './settings.ts'

export const signatureHeader = 'x-square-hmacsha256-signature'

/** The body is hashed as bytes: turning it into text first would let broken UTF-8 pass as another. */
export function verify(
  request: WebhookRequest,
  connection: SquareConnection,
  secrets: Secrets,
): Verification {
  const given = request.headers[signatureHeader]
  if (typeof given !== 'string' || given === '')
    return { outcome: 'refused', fault: 'signature_missing' }
  const key = secrets.webhook
  if (key === undefined || key === '') return { outcome: 'refused', fault: 'signature_wrong' }
  const wanted = createHmac('sha256', key)
    .update(connection.webhookUrl)
    .update(request.body)
    .digest('base64')
  return isSame(given, wanted)
    ? { outcome: 'genuine' }
    : { outcome: 'refused', fault: 'signature_wrong' }
}
