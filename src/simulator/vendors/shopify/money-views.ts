/** Amounts as GraphQL shows them: decimals with no more digits than there are. */
import { decimalFromMinor } from '../../../base/money.ts'
import type { AmountSet } from './wire.ts'

/** `24.00` is shown as `24.0`, `1000` as `1000.0`. */
function decimal(amount: string): string {
  const [whole = '0', fraction = ''] = amount.split('.')
  return `${whole}.${fraction.replace(/0+$/, '') || '0'}`
}

export function money(amount: string, currencyCode: string) {
  return { amount: decimal(amount), currencyCode }
}

export function moneyOfMinor(minor: number, currency: string) {
  return money(decimalFromMinor(minor, currency), currency)
}

export function bag(amount: string, currency: string) {
  const both = money(amount, currency)
  return { shopMoney: both, presentmentMoney: both }
}

export function bagOf({ shop_money: { amount, currency_code } }: AmountSet) {
  return bag(amount, currency_code)
}
