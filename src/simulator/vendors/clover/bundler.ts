/**
 * Webhooks of one app: what happens within a short window goes out as one POST over all merchants.
 * Clover documents no retries, timeout or order ("not guaranteed"); what stands here is assumed.
 */
import type { DeliveryHabits, WebhookSender } from '../../webhook-sender.ts'

export type ChangeType = 'CREATE' | 'UPDATE' | 'DELETE'

export interface Bundler {
  add(merchantId: string, objectId: string, type: ChangeType, ts: number): void
  /** The end of one thing that happened; the first after a quiet time goes at once. */
  flush(): void
}

const windowMs = 25
const updatesMax = 1000

export const habits: DeliveryHabits = {
  timeoutMs: 10_000,
  retryDelaysMs: [10_000, 60_000, 300_000],
  retriesStatus: (status) => status !== 200,
  mayDuplicate: true,
  mayReorder: true,
  mayDrop: true,
}

export function createBundler(
  webhooks: WebhookSender,
  appId: string,
  target: () => { url: string; authCode: string },
): Bundler {
  let merchants: Record<string, { objectId: string; type: ChangeType; ts: number }[]> = {}
  let updatesCount = 0
  let sentAtMs = -windowMs
  let timer: NodeJS.Timeout | undefined

  function send(): void {
    timer = undefined
    if (updatesCount === 0) return
    const body = JSON.stringify({ appId, merchants })
    merchants = {}
    updatesCount = 0
    sentAtMs = performance.now()
    const { url, authCode } = target()
    webhooks.send({
      url,
      body,
      headers: () => ({ 'content-type': 'application/json', 'x-clover-auth': authCode }),
      habits,
    })
  }

  return {
    add(merchantId, objectId, type, ts) {
      merchants[merchantId] ??= []
      merchants[merchantId].push({ objectId, type, ts })
      updatesCount += 1
    },
    flush() {
      if (updatesCount === 0) return
      const waitMs = windowMs - (performance.now() - sentAtMs)
      if (waitMs <= 0 || updatesCount >= updatesMax) send()
      else if (timer === undefined) timer = setTimeout(send, waitMs)
    },
  }
}
