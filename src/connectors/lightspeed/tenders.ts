/**
 * Payment types. Retailers name their own ("EFTPOS"); behind each stands one of Lightspeed's, of
 * which the ids 1 (cash) and 3 (card) are seen in its documentation; the rest go by name.
 */
import type { TenderKind } from '../../retail/sale.ts'
import type { SalePayment } from './dialects.ts'

const kindsById: Readonly<Record<string, TenderKind>> = { '1': 'cash', '3': 'card' }

const kindsByName: readonly (readonly [RegExp, TenderKind])[] = [
  [/rounding/i, 'other'],
  [/gift ?card/i, 'gift_card'],
  [/store ?credit/i, 'store_credit'],
  [/on ?account/i, 'on_account'],
  [/apple pay|google pay|paypal|wallet|alipay|wechat/i, 'wallet'],
  [/card|eftpos|visa|mastercard|amex|debit|lightspeed payments/i, 'card'],
  [/^cash/i, 'cash'],
]

export function kindOf({ typeId, names }: SalePayment): TenderKind {
  const byId = kindsById[typeId]
  if (byId !== undefined) return byId
  for (const name of names) {
    const found = kindsByName.find(([shape]) => shape.test(name))
    if (found !== undefined) return found[1]
  }
  return 'other'
}
