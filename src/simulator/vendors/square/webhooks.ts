/**
 * Square's deliveries. Signature: HMAC over the subscription's URL and the body. Retries: after 1,
 * 2, 4 … minutes for a day; developer.squareup.com/docs/webhooks/overview.
 */
import { createHmac } from 'node:crypto'
import type { SimulatedAccount } from '../../till.ts'
import type { DeliveryHabits, FailureReason, WebhookSender } from '../../webhook-sender.ts'
import { type Json, time } from './wire.ts'

const minuteMs = 60_000

const habits: DeliveryHabits = {
  timeoutMs: 10_000,
  retryDelaysMs: [1, 2, 4, 8, 16, 32, 60, 120, 240, 480, 480].map((minutes) => minutes * minuteMs),
  // A redirect counts as a failure too: only 2xx is taken as delivered.
  retriesStatus: () => true,
  mayDuplicate: true,
  mayReorder: true,
  mayDrop: true,
}

export function send(
  webhooks: WebhookSender,
  account: SimulatedAccount,
  event: Json,
  atMs: number,
): void {
  const body = JSON.stringify(event)
  const key = account.secrets.webhook ?? ''
  const signature = createHmac('sha256', key)
    .update(account.webhookUrl + body)
    .digest('base64')
  webhooks.send({
    url: account.webhookUrl,
    body,
    habits,
    headers: (attempt: number, reason: FailureReason | undefined) => ({
      'content-type': 'application/json',
      'x-square-hmacsha256-signature': signature,
      'square-environment': 'Sandbox',
      'square-initial-delivery-timestamp': time(atMs),
      ...(attempt > 1 && {
        'square-retry-number': String(attempt - 1),
        'square-retry-reason': reason ?? 'other_error',
      }),
    }),
  })
}
