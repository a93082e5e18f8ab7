/** The REST-shaped objects that webhooks carry; kept as they are, GraphQL is answered from them. */

export interface Amount {
  readonly amount: string
  readonly currency_code: string
}
export interface AmountSet {
  readonly shop_money: Amount
  readonly presentment_money: Amount
}
export interface TaxLine {
  readonly title: string
  readonly rate: number
  readonly price: string
  readonly channel_liable: boolean
  readonly price_set: AmountSet
}
export interface LineItem {
  readonly id: number
  readonly admin_graphql_api_id: string
  readonly quantity: number
  readonly current_quantity: number
  readonly name: string
  readonly title: string
  readonly sku: string | null
  readonly price: string
  readonly total_discount: string
  readonly product_id: number | null
  readonly variant_id: number | null
  readonly gift_card: boolean
  readonly properties: readonly { readonly name: string; readonly value: string }[]
  readonly tax_lines: readonly TaxLine[]
  readonly discount_allocations: readonly {
    readonly amount: string
    readonly amount_set: AmountSet
    readonly discount_application_index: number
  }[]
  readonly [more: string]: unknown
}
export interface Transaction {
  readonly id: number
  readonly admin_graphql_api_id: string
  readonly order_id: number
  readonly parent_id: number | null
  readonly kind: 'sale' | 'refund'
  readonly status: 'success'
  readonly gateway: string
  readonly amount: string
  readonly currency: string
  readonly location_id: number
  readonly device_id: number
  readonly user_id: number
  readonly processed_at: string
  readonly [more: string]: unknown
}
export interface RefundLine {
  readonly id: number
  readonly line_item_id: number
  readonly location_id: number
  readonly quantity: number
  readonly subtotal_set: AmountSet
  readonly total_tax_set: AmountSet
  readonly line_item: LineItem
  readonly [more: string]: unknown
}
export interface Refund {
  readonly id: number
  readonly admin_graphql_api_id: string
  readonly order_id: number
  readonly created_at: string
  readonly processed_at: string
  readonly note: string
  readonly user_id: number
  readonly refund_line_items: readonly RefundLine[]
  readonly transactions: readonly Transaction[]
  readonly [more: string]: unknown
}
export interface Customer {
  readonly id: number
  readonly admin_graphql_api_id: string
  readonly email: string | null
  readonly phone: string | null
  readonly first_name: string
  readonly last_name: string
  readonly created_at: string
  readonly updated_at: string
  readonly default_address: {
    readonly id: number
    readonly address1: string
    readonly address2: string | null
    readonly city: string
    readonly zip: string
    readonly country_code: string
    readonly [more: string]: unknown
  }
  readonly [more: string]: unknown
}
export interface Order {
  readonly id: number
  readonly admin_graphql_api_id: string
  readonly name: string
  readonly created_at: string
  readonly processed_at: string
  updated_at: string
  cancelled_at: string | null
  cancel_reason: string | null
  financial_status: string
  current_total_price: string
  tags: string
  readonly currency: string
  readonly taxes_included: boolean
  readonly location_id: number
  readonly device_id: number
  readonly user_id: number
  readonly source_identifier: string
  readonly subtotal_price: string
  readonly total_price: string
  readonly total_tax: string
  readonly total_tip_received: string
  readonly total_discounts: string
  readonly payment_gateway_names: readonly string[]
  readonly line_items: readonly LineItem[]
  readonly customer: Customer | null
  readonly [more: string]: unknown
}

/** What is stored of an order: its webhook's body, and what only the API shows. */
export interface OrderRecord {
  readonly order: Order
  readonly transactions: readonly Transaction[]
  readonly refunds: Refund[]
  readonly metafields: Record<string, { id: number; type: string; value: string }>
}
export interface LevelRecord {
  readonly available: number
  readonly updatedMs: number
  readonly sku: string
}
export interface SessionRecord {
  readonly id: number
  readonly deviceId: string
  readonly locationId: string
  readonly openedBy: string
  readonly openedMs: number
  readonly floatMinor: number
  cashSalesMinor: number
  cashRefundsMinor: number
  closedBy?: string
  closedMs?: number
}
