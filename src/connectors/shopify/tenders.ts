/** How a sale was paid: by its gateway's name, since webhooks of orders carry no split. */
import { minorFromDecimal } from '../../base/money.ts'
import type { Tender, TenderKind } from '../../retail/sale.ts'
import type { TransactionAnswer } from './answers.ts'

const kinds: Readonly<Record<string, TenderKind>> = {
  cash: 'cash',
  gift_card: 'gift_card',
  shopify_payments: 'card',
  external_credit: 'card',
  external_debit: 'card',
  shopify_store_credit: 'store_credit',
  shop_cash: 'wallet',
  paypal: 'wallet',
  amazon_payments: 'wallet',
  shopify_installments: 'on_account',
}

export function tenderKindOf(gateway: string | null | undefined): TenderKind {
  const known = gateway == null ? undefined : kinds[gateway]
  return typeof known === 'string' ? known : 'other'
}

export function isPayment(kind: string): boolean {
  return kind === 'SALE' || kind === 'CAPTURE'
}

/**
 * The tenders of a paid order, or nothing while they do not add up to its total yet. Change given
 * back lowers the cash; the rounding of cash is taken out of it, since it is no part of the total.
 */
export function tendersFrom(
  transactions: readonly TransactionAnswer[],
  sale: { readonly totalMinor: number; readonly cashRounding: string; readonly currency: string },
): Tender[] | undefined {
  const tenders: { kind: TenderKind; amountMinor: number }[] = []
  let changeMinor = minorFromDecimal(sale.cashRounding, sale.currency)
  for (const { kind, status, gateway, amountSet } of transactions) {
    if (status !== 'SUCCESS') continue
    const amountMinor = minorFromDecimal(amountSet.shopMoney.amount, sale.currency)
    if (kind === 'CHANGE') changeMinor += Math.abs(amountMinor)
    else if (isPayment(kind)) tenders.push({ kind: tenderKindOf(gateway), amountMinor })
  }
  const cash = tenders.find(({ kind }) => kind === 'cash')
  if (cash !== undefined) cash.amountMinor -= changeMinor
  const paidMinor = tenders.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  return paidMinor === sale.totalMinor ? tenders : undefined
}
