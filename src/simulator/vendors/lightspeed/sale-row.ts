/** A sale as the emulator keeps it: amounts in text with five decimals, tax exclusive, signed. */
import { negateQuantity } from '../../../base/quantity.ts'
import type { AtTill, TillLine, TillRefund, TillSale, TillTender } from '../../till.ts'
import { fiveDecimals, perPiece } from './decimals.ts'
import { rowId } from './ids.ts'
import type { Account } from './world.ts'

export interface SaleLineRow {
  readonly id: string
  readonly productId: string
  readonly quantity: string
  readonly price: string
  readonly priceTotal: string
  readonly discount: string
  readonly discountTotal: string
  readonly tax: string
  readonly taxTotal: string
}

export type PaymentKind = TillTender['kind']

export interface PaymentRow {
  readonly id: string
  readonly kind: PaymentKind
  readonly amount: string
  readonly last4?: string
}

export interface SaleRow {
  readonly id: string
  readonly outletId: string
  readonly registerId: string
  readonly userId: string
  readonly customerId: string
  readonly number: string
  readonly status: 'CLOSED' | 'VOIDED' | 'SAVED'
  readonly returnFor: string | null
  readonly returnIds: readonly string[]
  readonly soldMs: number
  readonly updatedMs: number
  readonly note: string
  readonly taxId: string
  readonly taxName: string
  readonly taxRate: string
  readonly totalPrice: string
  readonly totalTax: string
  readonly totalPriceIncl: string
  readonly tip: string
  readonly lines: readonly SaleLineRow[]
  readonly payments: readonly PaymentRow[]
}

/** Lightspeed's own payment types behind the retailer's; only the first two ids are documented. */
export const paymentTypes: Readonly<
  Record<PaymentKind, { id: string; name: string; retailerName: string }>
> = {
  cash: { id: '1', name: 'Cash', retailerName: 'Cash' },
  card: { id: '3', name: 'Credit Card', retailerName: 'EFTPOS' },
  gift_card: { id: '106', name: 'Gift Card', retailerName: 'Gift Card' },
}

export function paymentTypeId(accountId: string, kind: PaymentKind): string {
  return rowId(accountId, 'payment_type', kind)
}

export function saleIdOf(accountId: string, saleKey: string): string {
  return rowId(accountId, 'sale', saleKey)
}

/** Sums are taken as given; only what is tax inclusive is written tax exclusive, as the vendor does. */
export function saleRow(
  account: Account,
  sale: TillSale,
  customerId: string,
  number: string,
): SaleRow {
  return {
    ...common(account, sale, customerId, number),
    id: saleIdOf(account.id, sale.saleKey),
    status: 'CLOSED',
    returnFor: null,
    note: '',
    ...sums(account, sale.totalMinor, sale.taxMinor, 1),
    tip: fiveDecimals(sale.tipMinor, account.simulated.currency),
    lines: sale.lines.map((line, index) => lineRow(account, sale, sale.saleKey, line, index, 1)),
    payments: sale.tenders.map((tender, index) =>
      paymentRow(account, sale.saleKey, tender, index, 1),
    ),
  }
}

/** A return is a sale with everything negative; unit prices stay positive. */
export function refundRow(
  account: Account,
  refund: TillRefund,
  customerId: string,
  number: string,
): SaleRow {
  const { refundKey, tender } = refund
  return {
    ...common(account, refund, customerId, number),
    id: saleIdOf(account.id, refundKey),
    status: 'CLOSED',
    returnFor: refund.saleKey === undefined ? null : saleIdOf(account.id, refund.saleKey),
    note: refund.reason,
    ...sums(account, refund.totalMinor, refund.taxMinor, -1),
    tip: fiveDecimals(0, account.simulated.currency),
    lines: refund.lines.map((line, index) => lineRow(account, refund, refundKey, line, index, -1)),
    payments: [paymentRow(account, refundKey, tender, 0, -1)],
  }
}

function common(account: Account, at: AtTill, customerId: string, number: string) {
  const store = account.stores.get(at.storeExternalId)
  return {
    outletId: at.storeExternalId,
    registerId: at.registerExternalId,
    userId: at.employeeExternalId,
    customerId,
    number,
    returnIds: [],
    soldMs: at.atMs,
    updatedMs: at.atMs,
    taxId: rowId(account.id, 'tax', at.storeExternalId),
    taxName: store?.taxName ?? 'No Tax',
    taxRate: Number(store?.taxRate ?? 0).toFixed(5),
  }
}

/** `total_price` holds adjustments (tips) too, but no tax. */
function sums(account: Account, totalMinor: number, taxMinor: number, sign: 1 | -1) {
  const { currency } = account.simulated
  return {
    totalPrice: fiveDecimals(sign * (totalMinor - taxMinor), currency),
    totalTax: fiveDecimals(sign * taxMinor, currency),
    totalPriceIncl: fiveDecimals(sign * totalMinor, currency),
  }
}

export function lineRow(
  account: Account,
  at: AtTill,
  key: string,
  line: TillLine,
  index: number,
  sign: 1 | -1,
): SaleLineRow {
  const { currency } = account.simulated
  const isIncluded = account.stores.get(at.storeExternalId)?.taxesIncluded ?? false
  const netMinor = isIncluded ? line.totalMinor - line.taxMinor : line.totalMinor
  // The discount's own share of tax is taken out in the proportion of the line's.
  const share = isIncluded && line.totalMinor !== 0 ? netMinor / line.totalMinor : 1
  const pieces = Number(line.quantity)
  const discount = line.discountMinor * share
  return {
    id: rowId(account.id, 'sale_line', `${key}/${index}`),
    productId: rowId(account.id, 'product', line.sku),
    quantity: sign === 1 ? line.quantity : negateQuantity(line.quantity),
    price: perPiece(netMinor, pieces, currency),
    priceTotal: fiveDecimals(sign * netMinor, currency),
    discount: perPiece(discount, pieces, currency),
    discountTotal: perPiece(discount, 1, currency),
    tax: perPiece(line.taxMinor, pieces, currency),
    taxTotal: fiveDecimals(sign * line.taxMinor, currency),
  }
}

function paymentRow(
  account: Account,
  key: string,
  { kind, amountMinor, card }: TillTender,
  index: number,
  sign: 1 | -1,
): PaymentRow {
  return {
    id: rowId(account.id, 'payment', `${key}/${index}`),
    kind,
    amount: fiveDecimals(sign * amountMinor, account.simulated.currency),
    ...(card !== undefined && { last4: card.last4 }),
  }
}
