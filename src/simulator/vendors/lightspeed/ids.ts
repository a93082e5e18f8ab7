/** Ids as the emulated Lightspeed gives them: UUIDs, the same for the same thing in every run. */
import { deterministicUuid } from '../../../base/ids.ts'

function idOf(accountId: string, kind: string, key: string): string {
  return deterministicUuid('lightspeed', accountId, kind, key)
}

/** For whoever opens an account: outlets, registers and users must carry ids of this form. */
export const lightspeedIds = {
  retailer: (accountId: string) => idOf(accountId, 'retailer', ''),
  outlet: (accountId: string, key: string) => idOf(accountId, 'outlet', key),
  register: (accountId: string, key: string) => idOf(accountId, 'register', key),
  user: (accountId: string, key: string) => idOf(accountId, 'user', key),
} as const

/** What the emulator itself makes ids for. */
export type RowKind =
  | 'sale'
  | 'sale_line'
  | 'payment'
  | 'payment_type'
  | 'product'
  | 'inventory'
  | 'customer'
  | 'tax'
  | 'closure'
  | 'shift'
  | 'consignment'
  | 'supplier'
  | 'webhook'

export function rowId(accountId: string, kind: RowKind, key: string): string {
  return idOf(accountId, kind, key)
}
