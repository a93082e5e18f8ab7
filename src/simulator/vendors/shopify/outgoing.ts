/**
 * Webhooks as Shopify delivers them: signed over the body, 5 s to answer, nine attempts over four
 * hours with the same delivery id, at least once, unordered. Subscriptions are the app's own
 * (`shopify.app.toml`), so that failures never remove them.
 */
import { randomUUID } from 'node:crypto'
import { hmacSha256 } from '../../../base/signature.ts'
import type { DeliveryHabits } from '../../webhook-sender.ts'
import type { Shop } from './shop.ts'

export const webhookVersion = '2026-07'

/** Eight retries within four hours, each wait about twice the one before. */
const habits: DeliveryHabits = {
  timeoutMs: 5000,
  retryDelaysMs: [56, 113, 226, 452, 903, 1807, 3614, 7229].map((seconds) => seconds * 1000),
  retriesStatus: () => true,
  mayDuplicate: true,
  mayReorder: true,
  mayDrop: true,
}

/** The app's subscriptions. */
export type Topic =
  | 'orders/paid'
  | 'orders/cancelled'
  | 'refunds/create'
  | 'inventory_levels/update'
  | 'products/create'
  | 'products/update'
  | 'customers/create'
  | 'customers/update'

export function send(shop: Shop, topic: Topic, payload: object, atMs: number): void {
  const body = JSON.stringify(payload)
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    'X-Shopify-Topic': topic,
    'X-Shopify-Hmac-Sha256': hmacSha256(shop.account.secrets.webhook ?? '', body, 'base64'),
    'X-Shopify-Shop-Domain': shop.account.accountId,
    'X-Shopify-API-Version': webhookVersion,
    'X-Shopify-Webhook-Id': randomUUID(),
    'X-Shopify-Event-Id': randomUUID(),
    'X-Shopify-Triggered-At': `${new Date(atMs).toISOString().slice(0, -1)}000000Z`,
  }
  shop.deps.webhooks.send({ url: shop.account.webhookUrl, body, headers: () => headers, habits })
}
