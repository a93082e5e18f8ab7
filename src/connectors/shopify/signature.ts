/**
 * Webhooks are signed with HMAC-SHA-256 over the raw body, key the app's client secret, in base64.
 * Neither URL nor time is signed: a replay is caught by the events' own keys.
 */
import { hmacSha256, isSame } from '../../base/signature.ts'
import type { Secrets, Verification, WebhookRequest } from '../connector.ts'

export const secrets = {
  webhook: 'The client secret of the app: signs webhooks and exchanges tokens.',
} as const

/** For an hour after the client secret was changed Shopify may sign with the one before. */
const previousSecret = 'webhookPrevious'

export function verify(request: WebhookRequest, _connection: unknown, held: Secrets): Verification {
  const signature =
    header(request, 'x-shopify-hmac-sha256') ?? header(request, 'shopify-hmac-sha256')
  if (signature === undefined || signature === '')
    return { outcome: 'refused', fault: 'signature_missing' }
  const isGenuine = [held.webhook, held[previousSecret]].some(
    (secret) =>
      secret !== undefined &&
      secret !== '' &&
      isSame(hmacSha256(secret, request.body, 'base64'), signature),
  )
  return isGenuine ? { outcome: 'genuine' } : { outcome: 'refused', fault: 'signature_wrong' }
}

export function header(request: WebhookRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : value?.[0]
}
