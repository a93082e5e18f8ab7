/** Hands at the tills: does one planned thing at its emulator, and keeps stock and tally in step. */
import { addQuantities, quantityAsNumber } from '../base/quantity.ts'
import { instantFromMs } from '../base/time.ts'
import type { Assignment } from './assignment.ts'
import type { PlannedEvent } from './day-plan.ts'
import type { DemoStore } from './demo-chain.ts'
import type { DocumentStore } from './document-store.ts'
import type { Emulator } from './emulator.ts'
import { belowBy, unitBy } from './hash.ts'
import type { SaleMaker } from './sale-making.ts'
import type { Stock } from './stock.ts'
import type { Tally } from './tally.ts'
import type { AtTill, SimulatedCustomer, TillLine, TillRefund, TillSale } from './till.ts'
import type { TransactionBook } from './transaction-book.ts'

export interface Shoppers {
  /** Anything but a return, which is asked about first. */
  perform(event: Exclude<PlannedEvent, { kind: 'return' }>, atMs: number): void
  refund(store: DemoStore, refund: TillRefund): void
  deliver(
    store: DemoStore,
    lines: readonly { readonly sku: string; readonly quantity: number }[],
    atMs: number,
  ): void
}

export interface ShopperDeps {
  readonly seed: string
  readonly book: TransactionBook
  readonly documents: DocumentStore
  readonly emulatorOf: (store: DemoStore) => Emulator
  readonly assignment: Assignment
  readonly sales: SaleMaker
  readonly stock: Stock
  readonly tally: Tally
}

const voidRatio = 0.01

/** All of it runs inside the transaction of the replay. */
export function createShoppers(deps: ShopperDeps): Shoppers {
  const { seed, stock, tally } = deps

  function greet(store: DemoStore, customer: SimulatedCustomer | undefined, atMs: number): void {
    if (customer === undefined) return
    const id = `${store.accountId}/${customer.customerKey}`
    if (deps.documents.get('customer', id) !== undefined) return
    deps.documents.put('customer', id, { since: instantFromMs(atMs) }, atMs)
    deps.emulatorOf(store).saveCustomer(store.accountId, customer, atMs)
  }

  function moveStock(store: DemoStore, lines: readonly TillLine[], direction: 1 | -1): void {
    for (const { sku, quantity } of lines) {
      const moved = direction * quantityAsNumber(addQuantities(quantity))
      stock.set(store, sku, stock.onHand(store, sku) + moved)
    }
  }

  function ring(store: DemoStore, sale: TillSale): void {
    const emulator = deps.emulatorOf(store)
    greet(store, sale.customer, sale.atMs)
    if (emulator.void !== undefined && unitBy(seed, 'void', sale.saleKey) < voidRatio) {
      // Rung wrongly and undone before its close; the right one follows at once.
      emulator.void(store.accountId, { ...sale, saleKey: `${sale.saleKey}-v` })
      tally.add(store, { voidsCount: 1, voidsMinor: sale.totalMinor })
    }
    emulator.ring(store.accountId, sale)
    moveStock(store, sale.lines, -1)
    tally.add(store, {
      salesCount: 1,
      salesMinor: sale.totalMinor,
      salesTaxMinor: sale.taxMinor,
      tipsMinor: sale.tipMinor,
    })
  }

  function setLevel(store: DemoStore, sku: string, onHand: number, atMs: number): void {
    stock.set(store, sku, onHand)
    const { externalId } = store.atVendor
    deps.emulatorOf(store).setStock(store.accountId, externalId, sku, onHand, atMs)
  }

  /** Mostly right; now and then one or two are missing, seldom one too many. */
  function count(store: DemoStore, key: string, atMs: number): void {
    const { products } = deps.book
    const from = belowBy(products.length, seed, 'counted', key)
    const sku = products
      .slice(from, from + 40)
      .find((product) => stock.weeklyUnits(store, product.sku) > 0)?.sku
    if (sku === undefined) return
    const chance = unitBy(seed, 'missing', key)
    const difference = chance < 0.7 ? 0 : chance < 0.95 ? -1 - (chance < 0.8 ? 1 : 0) : 1
    const counted = Math.max(0, stock.onHand(store, sku) + difference)
    setLevel(store, sku, counted, atMs)
  }

  /** The supplier's weekly round refills what stands at nothing, up to three weeks of sales. */
  function standingDelivery(store: DemoStore, atMs: number): void {
    for (const { sku } of stock.soldOut(store, 40))
      setLevel(store, sku, Math.ceil(stock.weeklyUnits(store, sku) * 3) + 1, atMs)
  }

  type Routine = (store: DemoStore, at: AtTill, key: string, emulator: Emulator) => void
  const routine: Record<Exclude<PlannedEvent['kind'], 'sale' | 'return'>, Routine> = {
    clock_in: ({ accountId }, at, _key, emulator) => emulator.clockIn(accountId, at),
    clock_out: ({ accountId }, at, _key, emulator) => emulator.clockOut(accountId, at),
    register_open: ({ accountId }, at, _key, emulator) => emulator.openRegister(accountId, at),
    register_close: ({ accountId }, at, _key, emulator) => emulator.closeRegister(accountId, at),
    no_sale(store, at, _key, emulator) {
      emulator.openDrawer(store.accountId, at)
      tally.add(store, { drawersCount: 1 })
    },
    count: (store, { atMs }, key) => count(store, key, atMs),
    standing_delivery: (store, { atMs }) => standingDelivery(store, atMs),
  }

  return {
    perform(event, atMs) {
      const { store } = event
      const at = { ...event.at, atMs }
      if (event.kind === 'sale') ring(store, deps.sales.sale(event.sale, event.pass, store, at))
      else routine[event.kind](store, at, event.key, deps.emulatorOf(store))
    },
    refund(store, refund) {
      greet(store, refund.customer, refund.atMs)
      deps.emulatorOf(store).refund(store.accountId, refund)
      moveStock(store, refund.lines, 1)
      tally.add(store, {
        refundsCount: 1,
        refundsMinor: refund.totalMinor,
        refundsTaxMinor: refund.taxMinor,
      })
    },
    deliver(store, lines, atMs) {
      for (const { sku, quantity } of lines)
        setLevel(store, sku, Math.max(0, stock.onHand(store, sku)) + quantity, atMs)
    },
  }
}
