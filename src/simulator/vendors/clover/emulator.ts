/**
 * Clover, emulated: v3 REST and OAuth v2 over HTTP, webhooks of ids in bundles. Field names and types
 * are those of clover/clover-android-sdk @4664966; behaviour as docs.clover.com has it, and where it
 * is silent, as said in the file concerned.
 */
import type { Emulator, EmulatorFactory } from '../../emulator.ts'
import type { SimulatedAccount } from '../../till.ts'
import { clockIn, clockOut, closeRegister, openDrawer, openRegister } from './cash.ts'
import { saveCustomer } from './customers.ts'
import { find, type StoredItem, save } from './documents.ts'
import { routes } from './routes.ts'
import { refund, ring, voidSale } from './selling.ts'
import { createShop, type Shop, serverMs } from './shop.ts'
import { createItem, itemId, writeStock } from './stock.ts'
import { orderId } from './till-order.ts'

export const cloverEmulator: EmulatorFactory = (deps) => {
  const shops = new Map<string, Shop>()

  function shopOf(accountId: string): Shop {
    const shop = shops.get(accountId)
    if (shop === undefined) throw new RangeError(`no Clover app ${accountId} is open`)
    return shop
  }

  /** One thing that happens: all of it or nothing, then its webhooks. */
  function happens<Rest extends unknown[]>(
    work: (shop: Shop, ...rest: Rest) => unknown,
  ): (accountId: string, ...rest: Rest) => void {
    return (accountId, ...rest) => {
      const shop = shopOf(accountId)
      deps.documents.transaction(() => work(shop, ...rest))
      shop.bundler.flush()
    }
  }

  const emulator: Emulator = {
    vendor: 'clover',
    routes: (app) => routes(app, shops, deps.nowMs),
    open(account, products, onHand) {
      const open = shops.get(account.accountId)
      if (open !== undefined) {
        open.account = account
        return
      }
      const shop = createShop(account, deps)
      shops.set(account.accountId, shop)
      const collection = `clover/${account.accountId}/app`
      if (deps.documents.get(collection, 'opened') !== undefined) return
      deps.documents.transaction(() => {
        for (const { externalId } of account.stores) {
          fillStore(shop, account, externalId)
          for (const product of products)
            createItem(shop, externalId, product, onHand(externalId, product.sku))
        }
        deps.documents.put(collection, 'opened', {}, deps.nowMs())
      })
    },
    credentials(accountId) {
      const { grants, account } = shopOf(accountId)
      const access: Record<string, string> = {}
      const refresh: Record<string, string> = {}
      for (const { externalId } of account.stores) {
        const tokens = grants.current(externalId)
        access[externalId] = tokens.access_token
        refresh[externalId] = tokens.refresh_token
      }
      // A token is good for one merchant; a connection holds the app's merchants.
      return { accessToken: JSON.stringify(access), refreshToken: JSON.stringify(refresh) }
    },
    ring: happens(ring),
    void: happens(voidSale),
    refund: happens(refund),
    setStock: happens((shop, merchantId: string, sku: string, onHand: number, atMs: number) => {
      const item = find<StoredItem>(shop.documents, merchantId, 'items', itemId(merchantId, sku))
      if (item !== undefined) writeStock(shop, merchantId, item, onHand, serverMs(shop, atMs))
    }),
    saveCustomer: happens(saveCustomer),
    clockIn: happens(clockIn),
    clockOut: happens(clockOut),
    openRegister: happens(openRegister),
    closeRegister: happens(closeRegister),
    openDrawer: happens(openDrawer),
    externalSaleId(accountId, saleKey) {
      const shop = shopOf(accountId)
      const id = orderId(shop, saleKey)
      const isKnown = shop.account.stores.some(
        ({ externalId }) => find(shop.documents, externalId, 'orders', id) !== undefined,
      )
      return isKnown ? id : undefined
    },
  }
  return emulator
}

function fillStore(shop: Shop, account: SimulatedAccount, merchantId: string): void {
  const store = account.stores.find(({ externalId }) => externalId === merchantId)
  for (const { externalId, name } of store?.registers ?? []) {
    const device = {
      id: externalId,
      name,
      model: 'Clover_C503',
      serial: `C050UQ${externalId.replaceAll('-', '').slice(0, 8).toUpperCase()}`,
      orderPrefix: 'A',
      deviceTypeName: 'STATION_2018',
      productName: 'Station Duo',
      buildNumber: 1103,
    }
    save(shop.documents, merchantId, 'devices', device, 0)
  }
  for (const { externalId, firstName, lastName, email, isManager } of store?.employees ?? []) {
    const employee = {
      id: externalId,
      name: `${firstName} ${lastName}`,
      nickname: firstName,
      email,
      role: isManager ? 'MANAGER' : 'EMPLOYEE',
      isOwner: false,
    }
    save(shop.documents, merchantId, 'employees', employee, 0)
  }
}
