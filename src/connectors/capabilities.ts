/** What a point of sale can and cannot do, as data: stated, shown, and refused with a clear fault. */
import type { EventType } from '../retail/events.ts'

export type ActionSupport =
  /** The vendor's API does it. */
  | { readonly by: 'vendor_api'; readonly says: string }
  /** The vendor has nothing of the kind; the hub exports a document instead. */
  | { readonly by: 'document'; readonly says: string }
  | { readonly by: 'none'; readonly says: string }

export type FactSource = {
  /** How the fact becomes known: pushed, pulled, asked at the register, or not at all. */
  readonly by: 'webhook' | 'sweep' | 'question' | 'companion' | 'none'
  readonly says?: string
}

/** What an agent makes up itself is no fact of a vendor. */
export type VendorFact = Exclude<EventType, 'return.answered' | 'command.reported'>

export interface Capabilities {
  readonly actions: Readonly<Record<'sale.flag' | 'purchase_order.place', ActionSupport>>
  readonly facts: Readonly<Record<VendorFact, FactSource>>
}
