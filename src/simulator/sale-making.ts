/** Makes what a till rings out of an invoice: discounts, taxes, tenders, and what goes back later. */
import { lineOf, returnedLine, sumsOf, type TaxRule } from './arithmetic.ts'
import type { Assignment } from './assignment.ts'
import { cardOf, customerOf } from './customers.ts'
import { keyOf, type Pass } from './day-plan.ts'
import type { DemoStore } from './demo-chain.ts'
import { belowBy, pickBy, unitBy } from './hash.ts'
import type {
  AtTill,
  SimulatedCustomer,
  TillLine,
  TillRefund,
  TillSale,
  TillTender,
} from './till.ts'
import type { BookEntry, BookReturn, BookSale, TransactionBook } from './transaction-book.ts'

export interface SaleMaker {
  sale(sale: BookSale, pass: Pass, store: DemoStore, at: AtTill): TillSale
  /** @param saleKey the sale on the receipt, where the customer has one that this till knows */
  refund(
    entry: BookReturn,
    pass: Pass,
    store: DemoStore,
    at: AtTill,
    saleKey?: string,
  ): { readonly refund: TillRefund; readonly isFaulty: boolean }
}

/** Shares; each is drawn by a hash of the sale's key. */
const ratios = {
  discountedLine: 0.04,
  giftCard: 0.03,
  cash: 0.3,
  twoTenders: 0.04,
  tip: 0.01,
  faulty: 0.15,
} as const

const faultyReasons = ['Arrived broken', 'Stopped working', 'Damaged'] as const
const otherReasons = ['Changed mind', 'Wrong item', 'Unwanted gift', 'Bought too many'] as const

export function createSaleMaker(
  seed: string,
  book: TransactionBook,
  assignment: Assignment,
): SaleMaker {
  function linesOf(sale: BookSale, key: string, rule: TaxRule): TillLine[] {
    return sale.lines.map((line) => {
      const grossMinor = line.unitPriceMinor * line.quantity
      const isDiscounted =
        line.discountMinor === 0 && unitBy(seed, 'discount', key, line.sku) < ratios.discountedLine
      const percent = pickBy([10, 10, 20] as const, seed, 'percent', key, line.sku)
      const drawn = isDiscounted ? Math.floor((grossMinor * percent) / 100) : 0
      return lineOf(line, line.discountMinor + drawn, rule)
    })
  }

  function customer(entry: BookEntry, pass: Pass): SimulatedCustomer | undefined {
    const customerKey = assignment.customerKey(entry, pass.lane)
    return customerKey === undefined
      ? undefined
      : customerOf(seed, customerKey, assignment.homeOf(customerKey))
  }

  function tendersOf(sale: BookSale, key: string, owner: string, totalMinor: number) {
    const card = { kind: 'card', card: cardOf(seed, owner) } as const
    const chance = unitBy(seed, 'tender', key)
    const first: Omit<TillTender, 'amountMinor'> =
      chance < ratios.giftCard
        ? { kind: 'gift_card' }
        : chance < ratios.giftCard + ratios.cash
          ? { kind: 'cash' }
          : card
    // What comes back goes back to one tender, so only a sale that stays is paid in two ways.
    const isSplit =
      !sale.isReturnedLater && totalMinor > 1 && unitBy(seed, 'split', key) < ratios.twoTenders
    if (!isSplit) return [{ ...first, amountMinor: totalMinor }]
    const secondMinor = 1 + belowBy(totalMinor - 1, seed, 'second', key)
    const second = first.kind === 'card' ? ({ kind: 'cash' } as const) : card
    return [
      { ...first, amountMinor: totalMinor - secondMinor },
      { ...second, amountMinor: secondMinor },
    ]
  }

  function makeSale(sale: BookSale, pass: Pass, store: DemoStore, at: AtTill): TillSale {
    const saleKey = keyOf(sale, pass)
    const lines = linesOf(sale, saleKey, store.atVendor)
    const { taxMinor, totalMinor: goodsMinor } = sumsOf(lines, store.atVendor)
    const who = customer(sale, pass)
    const hasTip = store.regionId === 'us' && unitBy(seed, 'tip', saleKey) < ratios.tip
    const tipMinor = hasTip ? 100 * (1 + belowBy(5, seed, 'tip amount', saleKey)) : 0
    const totalMinor = goodsMinor + tipMinor
    return {
      ...at,
      saleKey,
      ...(who !== undefined && { customer: who }),
      lines,
      taxMinor,
      tipMinor,
      totalMinor,
      tenders: tendersOf(sale, saleKey, who?.customerKey ?? saleKey, totalMinor),
    }
  }

  /** With a receipt, what was paid; without one, the price that the cancellation names. */
  function refundedLines(entry: BookReturn, pass: Pass, rule: TaxRule, saleKey?: string) {
    const sale = entry.saleIndex === undefined ? undefined : book.entries[entry.saleIndex]
    if (saleKey === undefined || sale?.kind !== 'sale')
      return entry.lines.map((line) => lineOf(line, line.discountMinor, rule))
    const sold = linesOf(sale, keyOf(sale, pass), rule)
    return entry.lines.map((line) => {
      const original = sold[line.saleLine]
      if (original === undefined) throw new RangeError(`no such line in ${sale.key}`)
      return returnedLine(original, line.quantity, line.returnedBefore)
    })
  }

  return {
    sale: makeSale,
    refund(entry, pass, store, at, saleKey) {
      const refundKey = keyOf(entry, pass)
      const lines = refundedLines(entry, pass, store.atVendor, saleKey)
      const { taxMinor, totalMinor } = sumsOf(lines, store.atVendor)
      const who = customer(entry, pass)
      const isFaulty = unitBy(seed, 'faulty', refundKey) < ratios.faulty
      const sale = entry.saleIndex === undefined ? undefined : book.entries[entry.saleIndex]
      const paid =
        saleKey !== undefined && sale?.kind === 'sale'
          ? makeSale(sale, pass, store, at).tenders[0]
          : undefined
      const tender: TillTender =
        paid === undefined
          ? { kind: 'cash', amountMinor: totalMinor }
          : { ...paid, amountMinor: totalMinor }
      const refund: TillRefund = {
        ...at,
        refundKey,
        ...(saleKey !== undefined && { saleKey }),
        ...(who !== undefined && { customer: who }),
        lines,
        taxMinor,
        totalMinor,
        tender,
        reason: pickBy(isFaulty ? faultyReasons : otherReasons, seed, 'reason', refundKey),
      }
      return { refund, isFaulty }
    },
  }
}
