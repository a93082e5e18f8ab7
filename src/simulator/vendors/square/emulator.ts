/** Square, emulated: its API below the host's prefix, its webhooks, and hands for the shoppers. */
import type { EmulatorFactory } from '../../emulator.ts'
import type { SimulatedAccount } from '../../till.ts'
import { type Account, ids, of } from './account.ts'
import { putProduct } from './catalogue.ts'
import { closeRegister, openDrawer, openRegister } from './drawer.ts'
import { clockIn, clockOut, saveCustomer, saveTeamMember } from './people.ts'
import { refund } from './refund.ts'
import { registerRoutes } from './routes.ts'
import { orderId, ring, voidSale } from './sale.ts'
import { putCount, setStock } from './stock.ts'
import { createTokens } from './tokens.ts'
import { send } from './webhooks.ts'
import { time, uuidFrom } from './wire.ts'

export const squareEmulator: EmulatorFactory = ({ documents, webhooks, nowMs }) => {
  const accounts = new Map<string, Account>()
  const tokens = createTokens(documents, nowMs)
  let eventsCount = 0

  function accountOf(accountId: string): Account {
    const account = accounts.get(accountId)
    if (account === undefined) throw new RangeError(`account ${accountId} is not open`)
    return account
  }

  function create(facts: SimulatedAccount): Account {
    const account: Account = {
      facts,
      documents,
      nowMs,
      late: new Set(),
      tell(type, data, atMs) {
        eventsCount += 1
        const { accountId } = account.facts
        // The wall clock keeps ids apart when a simulator is started again on the same files.
        const event_id = uuidFrom(accountId, type, data.id, `${Date.now()}.${eventsCount}`)
        const event = { merchant_id: accountId, type, event_id, created_at: time(atMs), data }
        send(webhooks, account.facts, event, atMs)
      },
    }
    accounts.set(facts.accountId, account)
    return account
  }

  return {
    vendor: 'square',
    routes: (app) => registerRoutes(app, accounts, tokens),
    open(facts, products, onHand) {
      const known = accounts.get(facts.accountId)
      if (known !== undefined) known.facts = facts
      const account = known ?? create(facts)
      const marker = of(account).orders.replace(/orders$/, 'account')
      if (documents.get(marker, 'open') !== undefined) return
      const atMs = nowMs()
      documents.transaction(() => {
        for (const product of products) putProduct(account, product, atMs)
        for (const store of facts.stores) {
          for (const person of store.employees)
            saveTeamMember(account, person, store.externalId, atMs)
          for (const { sku } of products)
            putCount(
              account,
              store.externalId,
              ids.variation(account, sku),
              String(onHand(store.externalId, sku)),
              atMs,
            )
        }
        tokens.first(facts.accountId)
        documents.put(marker, 'open', { openedAtMs: atMs }, atMs)
      })
    },
    credentials: (accountId) => tokens.first(accountId),
    ring: (accountId, sale) => ring(accountOf(accountId), sale),
    void: (accountId, sale) => voidSale(accountOf(accountId), sale),
    refund: (accountId, back) => refund(accountOf(accountId), back),
    setStock: (accountId, location, sku, onHand, atMs) =>
      setStock(accountOf(accountId), location, sku, onHand, atMs),
    saveCustomer: (accountId, person, atMs) =>
      void saveCustomer(accountOf(accountId), person, atMs, 'always'),
    clockIn: (accountId, at) => clockIn(accountOf(accountId), at),
    clockOut: (accountId, at) => clockOut(accountOf(accountId), at),
    openRegister: (accountId, at) => openRegister(accountOf(accountId), at),
    closeRegister: (accountId, at) => closeRegister(accountOf(accountId), at),
    openDrawer: (accountId, at) => openDrawer(accountOf(accountId), at),
    externalSaleId(accountId, saleKey) {
      const account = accountOf(accountId)
      const id = orderId(account, saleKey)
      return documents.get(of(account).orders, id)?.id
    },
  }
}
