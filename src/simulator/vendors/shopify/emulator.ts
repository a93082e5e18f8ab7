/**
 * Shopify emulated: Admin GraphQL 2026-07, OAuth, webhooks. One account is one shop, named by its
 * domain; stores, registers and employees have numeric ids as text.
 */
import { exponentOf } from '../../../base/money.ts'
import type { Emulator, EmulatorDeps, EmulatorFactory } from '../../emulator.ts'
import type { Plan } from './cost.ts'
import { allScopes } from './graphql.ts'
import * as hands from './hands.ts'
import { createTokens } from './oauth.ts'
import { orderIdOf } from './order-writing.ts'
import { addRoutes } from './routes.ts'
import { closeRegister, openRegister } from './sessions.ts'
import { collection, idOf, type Shop } from './shop.ts'

export interface ShopifyOptions {
  readonly tokenLifetimeSeconds: number
  readonly plan: Plan
  /** What the shop granted the app. */
  readonly scopes: readonly string[]
  /** Tokens expire and cost is restored by this clock, which is not the simulated one. */
  readonly realNowMs: () => number
}

/** A Plus shop; offline tokens live an hour. */
export const defaultOptions: ShopifyOptions = {
  tokenLifetimeSeconds: 3600,
  plan: { maximumAvailable: 20_000, restoreRate: 1000 },
  scopes: allScopes,
  realNowMs: () => Date.now(),
}

export const shopifyEmulator: EmulatorFactory = (deps) => createShopify(deps)

export function createShopify(deps: EmulatorDeps, given: Partial<ShopifyOptions> = {}): Emulator {
  const options = { ...defaultOptions, ...given }
  const shops = new Map<string, Shop>()
  const tokens = createTokens(deps, options.tokenLifetimeSeconds, options.realNowMs)
  const shopOf = (accountId: string): Shop => {
    const shop = shops.get(accountId)
    if (shop === undefined) throw new RangeError(`no shop ${accountId} is open`)
    return shop
  }
  return {
    vendor: 'shopify',
    routes: (app) =>
      addRoutes(app, { ...options, deps, shops, tokens, scopes: new Set(options.scopes) }),
    open(account, products, onHand) {
      const shop: Shop = {
        deps,
        account,
        products: new Map(products.map((product) => [product.sku, product])),
        stores: new Map(account.stores.map((store) => [store.externalId, store])),
        orderNumber: 1000,
      }
      shops.set(account.accountId, shop)
      shop.orderNumber += deps.documents.count(collection(shop, 'orders'))
      deps.documents.transaction(() => fill(shop, onHand))
      if (tokens.current(account.accountId) === undefined) tokens.issue(account.accountId, null)
    },
    credentials(accountId) {
      const pair = tokens.current(accountId)
      if (pair === undefined) throw new RangeError(`no shop ${accountId} is open`)
      return pair
    },
    ring: (accountId, sale) => hands.ring(shopOf(accountId), sale),
    void: (accountId, sale) => hands.cancel(shopOf(accountId), sale),
    refund: (accountId, refund) => hands.refund(shopOf(accountId), refund),
    setStock: (accountId, storeExternalId, sku, onHand, atMs) =>
      hands.setLevel(shopOf(accountId), storeExternalId, sku, onHand, atMs),
    saveCustomer: (accountId, customer, atMs) =>
      void hands.saveCustomer(shopOf(accountId), customer, atMs),
    // Shopify has no time cards, and does not tell of a drawer opened without a sale.
    clockIn: () => undefined,
    clockOut: () => undefined,
    openDrawer: () => undefined,
    openRegister(accountId, at) {
      const shop = shopOf(accountId)
      openRegister(shop, at, exponentOf(shop.account.currency))
    },
    closeRegister: (accountId, at) => closeRegister(shopOf(accountId), at),
    externalSaleId(accountId, saleKey) {
      const shop = shopOf(accountId)
      const id = String(orderIdOf(shop, saleKey))
      return deps.documents.get(collection(shop, 'orders'), id) === undefined ? undefined : id
    },
  }
}

/** Goods that are not there yet come in, quietly; what is there stays as it is. */
function fill(shop: Shop, onHand: (storeExternalId: string, sku: string) => number): void {
  const { documents } = shop.deps
  // Once every product has its item, a shop that is opened again has nothing to fill.
  if (documents.count(collection(shop, 'items')) >= shop.products.size) return
  const nowMs = Math.floor(shop.deps.nowMs() / 1000) * 1000
  for (const sku of shop.products.keys()) {
    const productId = String(idOf(shop, 'product', sku))
    if (documents.get(collection(shop, 'products'), productId) === undefined)
      documents.put(collection(shop, 'products'), productId, { sku, updatedMs: nowMs }, nowMs)
    const itemId = String(idOf(shop, 'inventory_item', sku))
    documents.put(collection(shop, 'items'), itemId, { sku }, nowMs)
    for (const { externalId } of shop.account.stores)
      if (documents.get(collection(shop, `levels/${externalId}`), itemId) === undefined)
        hands.setLevel(shop, externalId, sku, onHand(externalId, sku), nowMs, true)
  }
}
