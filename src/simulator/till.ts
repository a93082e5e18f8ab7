/** What happens at the tills of the demo chain, in words of no vendor; each emulator tells it its way. */

export interface SimulatedAccount {
  /** Names the account at its vendor: shop domain, merchant, app or domain prefix. */
  readonly accountId: string
  readonly vendor: string
  readonly currency: string
  /** Where the vendor sends its webhooks; each vendor signs with `secrets.webhook`. */
  readonly webhookUrl: string
  /** Where the vendor's register asks before it goes on, where the vendor has such a hook. */
  readonly questionUrl?: string
  readonly secrets: Readonly<Record<string, string>>
  readonly stores: readonly SimulatedStore[]
}

export interface SimulatedStore {
  /** Location, merchant or outlet id, in the vendor's own form (see `ids` of its emulator). */
  readonly externalId: string
  readonly name: string
  readonly timeZone: string
  readonly country: string
  readonly taxName: string
  /** 0.08875 as text, so that no float is printed. */
  readonly taxRate: string
  readonly taxesIncluded: boolean
  readonly registers: readonly { readonly externalId: string; readonly name: string }[]
  readonly employees: readonly SimulatedEmployee[]
}

export interface SimulatedEmployee {
  readonly externalId: string
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  readonly isManager: boolean
}

export interface SimulatedProduct {
  readonly sku: string
  readonly name: string
  readonly priceMinor: number
  readonly costMinor: number
}

/** A person, the same at every vendor; the emulator gives them an id of its own. */
export interface SimulatedCustomer {
  readonly customerKey: string
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  readonly phone: string
  readonly address: {
    readonly street: string
    readonly city: string
    readonly zip: string
    readonly country: string
  }
}

/** Where and by whom something is done at a till. Ids are the vendor's own. */
export interface AtTill {
  readonly storeExternalId: string
  readonly registerExternalId: string
  readonly employeeExternalId: string
  /** Simulated time. */
  readonly atMs: number
}

export interface TillLine {
  readonly sku: string
  readonly name: string
  /** Decimal text; whole for goods sold by the piece. */
  readonly quantity: string
  readonly unitPriceMinor: number
  readonly discountMinor: number
  readonly taxMinor: number
  /** After discount; includes `taxMinor` only where the store's taxes are included. */
  readonly totalMinor: number
}

export interface TillTender {
  readonly kind: 'cash' | 'card' | 'gift_card'
  readonly amountMinor: number
  /** For cards; the number itself exists nowhere. */
  readonly card?: {
    readonly brand: 'VISA' | 'MASTERCARD' | 'AMEX'
    readonly last4: string
    readonly fingerprint: string
  }
}

/** All sums are already made and add up; emulators only write them down. */
export interface TillSale extends AtTill {
  /** Unique in the account; the emulator derives its own ids from it. */
  readonly saleKey: string
  readonly customer?: SimulatedCustomer
  readonly lines: readonly TillLine[]
  readonly taxMinor: number
  readonly tipMinor: number
  readonly totalMinor: number
  readonly tenders: readonly TillTender[]
}

export interface TillRefund extends AtTill {
  readonly refundKey: string
  /** The sale it undoes in part or whole; without one it is a refund without receipt. */
  readonly saleKey?: string
  readonly customer?: SimulatedCustomer
  /** Quantities and amounts positive. */
  readonly lines: readonly TillLine[]
  readonly taxMinor: number
  readonly totalMinor: number
  readonly tender: TillTender
  readonly reason: string
}

/** Goods on the counter, money not yet given back. */
export interface TillReturnQuestion extends AtTill {
  readonly returnKey: string
  readonly saleKey?: string
  readonly customer?: SimulatedCustomer
  readonly lines: readonly TillLine[]
  readonly totalMinor: number
}

export interface TillAnswer {
  readonly mayGoOn: boolean
  /** What the cashier reads, if anything. */
  readonly message?: string
}
