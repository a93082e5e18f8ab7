/**
 * An emulated Lightspeed Retail (X-Series): API 2026-07 and 2.0, OAuth, signed webhooks, business
 * rules. Written from the vendor's documentation; what is our judgement is said where it is made.
 */
import type { FastifyInstance } from 'fastify'
import type { EmulatorFactory } from '../../emulator.ts'
import type { SimulatedProduct } from '../../till.ts'
import { saveWalkIn } from './customers.ts'
import { createGate } from './gate.ts'
import { productIdOf, saveProduct, setLevel } from './goods.ts'
import { rowId } from './ids.ts'
import { allScopes, currentToken, issueToken, oauthRoutes } from './oauth.ts'
import { closeRegister, openRegister, type RegisterRow } from './registers.ts'
import { type OutletRow, readRoutes } from './routes-read.ts'
import { stockRoutes } from './routes-stock.ts'
import { returnRoute, workflowRoutes } from './routes-workflows.ts'
import { askReturn, type RemoteRuleRow, type RuleRow } from './rules.ts'
import type { SaleRow } from './sale-row.ts'
import { saleIdOf } from './sale-row.ts'
import { refund, ring, saveCustomer, setStock, voidSale } from './tills.ts'
import { clockIn, clockOut, saveUser } from './users.ts'
import { forgetHookUrls, type HookRow, hookTypes } from './webhooks.ts'
import {
  type Account,
  accountFrom,
  accountOf,
  all,
  collectionOf,
  get,
  put,
  type World,
} from './world.ts'

const opened = 'lightspeed/accounts'
const ruleIds = { remote: '238757382938758342', rule: '938484920947573' } as const

export const lightspeedEmulator: EmulatorFactory = (deps) => {
  const world: World = { deps, accounts: new Map(), hookUrls: new Map() }
  const account = (accountId: string) => accountOf(world, accountId)
  return {
    vendor: 'lightspeed',
    routes: (app) => addRoutes(world, app),
    open(simulated, products, onHand) {
      const account = accountFrom(simulated)
      world.accounts.set(account.id, account)
      deps.documents.transaction(() => {
        if (deps.documents.get(opened, account.id) === undefined)
          fill(world, account, products, onHand)
        connect(world, account)
      })
      forgetHookUrls(world, account.id)
    },
    credentials(accountId) {
      const token = currentToken(world, accountId) ?? issueToken(world, accountId, allScopes)
      return { accessToken: token.accessToken, refreshToken: token.refreshToken }
    },
    ring: (accountId, sale) => ring(world, account(accountId), sale),
    void: (accountId, sale) => voidSale(world, account(accountId), sale),
    refund: (accountId, back) => refund(world, account(accountId), back),
    setStock: (accountId, outletId, sku, onHand, atMs) =>
      setStock(world, account(accountId), outletId, sku, onHand, atMs),
    saveCustomer: (accountId, customer, atMs) =>
      saveCustomer(world, account(accountId), customer, atMs),
    clockIn: (accountId, at) => clockIn(world, account(accountId), at),
    clockOut: (accountId, at) => clockOut(world, account(accountId), at),
    openRegister: (accountId, at) => void openRegister(world, account(accountId), at),
    closeRegister: (accountId, at) => closeRegister(world, account(accountId), at),
    /** Neither webhook nor API of the vendor shows a drawer that opens without a sale. */
    openDrawer: () => undefined,
    askReturn: (accountId, question) => askReturn(world, account(accountId), question),
    externalSaleId(accountId, saleKey) {
      return get<SaleRow>(world, accountId, 'sales', saleIdOf(accountId, saleKey))?.id
    },
  }
}

function addRoutes(world: World, app: FastifyInstance): void {
  const gate = createGate(world)
  oauthRoutes(app, world)
  gate.add(app, '/api/2026-07', [
    ...readRoutes(world, 'dated'),
    ...stockRoutes(world),
    ...workflowRoutes(world),
    returnRoute(world, 'POST'),
  ])
  gate.add(app, '/api/2.0', [
    ...readRoutes(world, '2.0'),
    ...stockRoutes(world),
    ...workflowRoutes(world).filter(({ path }) => path.startsWith('/workflows')),
    returnRoute(world, 'PUT'),
  ])
}

function fill(
  world: World,
  account: Account,
  products: readonly SimulatedProduct[],
  onHand: (storeExternalId: string, sku: string) => number,
): void {
  const atMs = world.deps.nowMs()
  for (const store of account.simulated.stores) {
    const { externalId, name, timeZone, taxesIncluded, country } = store
    const outlet: OutletRow = { id: externalId, name, timeZone, taxesIncluded, country }
    put(world, account.id, 'outlets', externalId, outlet, atMs)
    for (const register of store.registers) {
      const row: RegisterRow = {
        id: register.externalId,
        name: register.name,
        outletId: externalId,
        isOpen: false,
        openedMs: null,
        closedMs: null,
        closureId: null,
        sequence: 0,
      }
      put(world, account.id, 'registers', row.id, row, atMs)
    }
    for (const employee of store.employees) saveUser(world, account, externalId, employee, atMs)
  }
  saveWalkIn(world, account, atMs)
  for (const product of products) saveProduct(world, account, product, atMs)
  for (const { externalId } of account.simulated.stores)
    for (const { sku } of products) {
      const level = String(onHand(externalId, sku))
      setLevel(world, account, externalId, productIdOf(account.id, sku), level, atMs)
    }
  world.deps.documents.put(opened, account.id, { domainPrefix: account.id }, atMs)
}

/** What the app did when the retailer agreed: subscriptions, and the rule that asks it. */
function connect(world: World, { id, simulated }: Account): void {
  const { documents, nowMs } = world.deps
  const atMs = nowMs()
  for (const row of all<HookRow>(world, id, 'webhooks'))
    documents.remove(collectionOf(id, 'webhooks'), row.id)
  for (const type of hookTypes) {
    const row: HookRow = { url: simulated.webhookUrl, type, active: true }
    put(world, id, 'webhooks', rowId(id, 'webhook', `${type}/${row.url}`), row, atMs)
  }
  if (simulated.questionUrl === undefined) return
  const remote: RemoteRuleRow = {
    id: ruleIds.remote,
    url: simulated.questionUrl,
    createdMs: atMs,
  }
  const rule: RuleRow = {
    id: ruleIds.rule,
    eventType: 'sale.ready_for_payment',
    remoteRuleId: ruleIds.remote,
    createdMs: atMs,
  }
  put(world, id, 'remote_rules', remote.id, remote, atMs)
  put(world, id, 'rules', rule.id, rule, atMs)
}
