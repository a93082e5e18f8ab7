/** The list of governed actions. */
import { acceptReturn } from './accept-return.ts'
import type { Action } from './action.ts'
import { flagSale } from './flag-sale.ts'
import { placePurchaseOrder } from './place-purchase-order.ts'
import { refuseReturn } from './refuse-return.ts'

export const actions = [acceptReturn, refuseReturn, flagSale, placePurchaseOrder] as const

export type ActionName = (typeof actions)[number]['name']

const byName = new Map<string, Action>(actions.map((action) => [action.name, action as Action]))

export function findAction(name: string): Action | undefined {
  return byName.get(name)
}
