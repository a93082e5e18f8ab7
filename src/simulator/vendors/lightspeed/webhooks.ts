/**
 * Webhooks: a form with the object in `payload`, signed with the app's client secret. Encoding and
 * signed bytes are not documented; here lower case hex over the raw body. The `Date` header is no
 * habit of the vendor's that we know of: it tells the simulated time.
 */
import { hmacSha256 } from '../../../base/signature.ts'
import type { DeliveryHabits } from '../../webhook-sender.ts'
import { type Account, all, type World } from './world.ts'

export const hookTypes = [
  'sale.update',
  'product.update',
  'customer.update',
  'inventory.update',
  'register_closure.create',
  'consignment.send',
  'consignment.receive',
] as const
export type HookType = (typeof hookTypes)[number]

export interface HookRow {
  readonly url: string
  readonly type: HookType
  readonly active: boolean
}

/** Up to 20 retries over 48 hours, exponential; 3xx and 4xx are not tried again. */
const habits: DeliveryHabits = {
  timeoutMs: 5000,
  retryDelaysMs: Array.from({ length: 20 }, (_, index) => Math.round(26_000 * 1.5 ** index)),
  retriesStatus: (status) => status >= 500,
  mayDuplicate: true,
  mayReorder: true,
  mayDrop: true,
}

export function sendHook(world: World, account: Account, type: HookType, payload: object): void {
  const urls = urlsOf(world, account.id, type)
  if (urls.length === 0) return
  const body =
    `payload=${encodeURIComponent(JSON.stringify(payload))}&type=${type}` +
    `&domain_prefix=${encodeURIComponent(account.id)}&retailer_id=${account.retailerId}` +
    '&environment=prod'
  const date = new Date(world.deps.nowMs()).toUTCString()
  const secret = account.simulated.secrets.webhook ?? ''
  for (const url of urls)
    world.deps.webhooks.send({
      url,
      body,
      habits,
      headers: () => ({
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'x-signature': `signature=${hmacSha256(secret, body, 'hex')},algorithm=HMAC-SHA256`,
        date,
      }),
    })
}

function urlsOf(world: World, accountId: string, type: HookType): readonly string[] {
  const key = `${accountId}/${type}`
  const cached = world.hookUrls.get(key)
  if (cached !== undefined) return cached
  const urls = all<HookRow>(world, accountId, 'webhooks')
    .filter(({ value }) => value.type === type && value.active)
    .map(({ value }) => value.url)
  world.hookUrls.set(key, urls)
  return urls
}

/** After any change of subscriptions. */
export function forgetHookUrls(world: World, accountId: string): void {
  for (const type of hookTypes) world.hookUrls.delete(`${accountId}/${type}`)
}
