/** What is kept of a merchant: fields as in Clover's object model, collections held by id. */
import type { DocumentStore } from '../../document-store.ts'
import type { StoredLine } from './line-items.ts'

export interface Ref {
  readonly id: string
}

export interface StoredTender {
  readonly id: string
  readonly editable: boolean
  readonly labelKey: string
  readonly label: string
  readonly opensCashDrawer: boolean
  readonly supportsTipping: boolean
  readonly enabled: boolean
  readonly visible: boolean
}

export interface StoredOrder {
  readonly id: string
  readonly createdTime: number
  modifiedTime: number
  paymentState: string
  state: string | null
  note?: string
  title?: string
  readonly lines: StoredLine[]
  readonly customerIds: string[]
  paymentIds: string[]
  voidIds: string[]
  readonly refundIds: string[]
  readonly creditIds: string[]
  readonly [field: string]: unknown
}

export interface StoredPayment {
  readonly id: string
  readonly order: Ref
  readonly tenderId: string
  readonly amount: number
  readonly tipAmount: number
  readonly taxAmount: number
  readonly createdTime: number
  modifiedTime: number
  result: string
  voidReason?: string
  readonly cardTransaction?: Record<string, unknown>
  readonly [field: string]: unknown
}

export interface StoredItem {
  readonly id: string
  readonly name: string
  readonly sku: string
  price: number
  available: boolean
  hidden: boolean
  modifiedTime: number
  readonly autoManage: boolean
  readonly itemStock: { item: Ref; stockCount: number; quantity: number; modifiedTime: number }
  readonly [field: string]: unknown
}

export type Kind =
  | 'orders'
  | 'payments'
  | 'refunds'
  | 'credits'
  | 'items'
  | 'customers'
  | 'employees'
  | 'shifts'
  | 'cash_events'
  | 'devices'
  | 'open_shifts'
  | 'drawers'

export function collectionOf(merchantId: string, kind: Kind): string {
  return `clover/${merchantId}/${kind}`
}

export function find<Value>(
  documents: DocumentStore,
  merchantId: string,
  kind: Kind,
  id: string,
): Value | undefined {
  return documents.get<Value>(collectionOf(merchantId, kind), id)?.value
}

/** Kept by the time that the vendor's lists are asked for. */
export function save(
  documents: DocumentStore,
  merchantId: string,
  kind: Kind,
  value: { readonly id: string },
  timeMs: number,
): void {
  documents.put(collectionOf(merchantId, kind), value.id, value, timeMs)
}
