/** One app and its merchants, as all parts of the emulator share it. */
import type { DocumentStore } from '../../document-store.ts'
import type { EmulatorDeps } from '../../emulator.ts'
import type { SimulatedAccount, SimulatedStore, TillTender } from '../../till.ts'
import type { WebhookSender } from '../../webhook-sender.ts'
import { type Bundler, createBundler } from './bundler.ts'
import type { StoredTender } from './documents.ts'
import { createGrants, type Grants } from './grants.ts'
import { cloverId } from './ids.ts'

export interface Shop {
  readonly appId: string
  account: SimulatedAccount
  readonly documents: DocumentStore
  readonly bundler: Bundler
  readonly grants: Grants
  readonly nowMs: () => number
  readonly send: WebhookSender['send']
}

export function createShop(account: SimulatedAccount, deps: EmulatorDeps): Shop {
  const appId = account.accountId
  const shop: Shop = {
    appId,
    account,
    documents: deps.documents,
    bundler: createBundler(deps.webhooks, appId, () => ({
      url: shop.account.webhookUrl,
      authCode: shop.account.secrets.webhook ?? '',
    })),
    grants: createGrants(
      deps.documents,
      appId,
      () => shop.account.stores.map(({ externalId }) => externalId),
      deps.nowMs,
    ),
    nowMs: deps.nowMs,
    send: (delivery) => deps.webhooks.send(delivery),
  }
  return shop
}

export function storeOf(shop: Shop, merchantId: string): SimulatedStore {
  const store = shop.account.stores.find(({ externalId }) => externalId === merchantId)
  if (store === undefined) throw new RangeError(`no merchant ${merchantId} in app ${shop.appId}`)
  return store
}

/** When the server writes it down; what a till did earlier is told with the till's time beside it. */
export function serverMs(shop: Shop, atMs: number): number {
  return Math.max(atMs, shop.nowMs())
}

const tenderSeeds = [
  { kind: 'cash', labelKey: 'com.clover.tender.cash', label: 'Cash' },
  { kind: 'card', labelKey: 'com.clover.tender.credit_card', label: 'Credit Card' },
  { kind: 'debit', labelKey: 'com.clover.tender.debit_card', label: 'Debit Card' },
  { kind: 'gift_card', labelKey: 'com.clover.tender.external_gift_card', label: 'Gift Card' },
  { kind: 'external', labelKey: 'com.clover.tender.external_payment', label: 'External Payment' },
] as const

export function tendersOf(merchantId: string): StoredTender[] {
  return tenderSeeds.map(({ kind, labelKey, label }) => ({
    id: tenderId(merchantId, kind),
    editable: false,
    labelKey,
    label,
    opensCashDrawer: kind === 'cash',
    supportsTipping: true,
    enabled: true,
    visible: true,
  }))
}

export function tenderId(
  merchantId: string,
  kind: TillTender['kind'] | 'debit' | 'external',
): string {
  return cloverId('tender', merchantId, kind)
}

/** 0.08875 is 887500: 10,000,000 is 100 %. */
export function taxRateOf(store: SimulatedStore) {
  return {
    id: cloverId('tax', store.externalId),
    name: store.taxName,
    rate: Math.round(Number(store.taxRate) * 10_000_000),
    isDefault: true,
  }
}
