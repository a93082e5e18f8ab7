/** Writes a sale at the till as the order that Shopify would have made of it. */
import { decimalFromMinor } from '../../../base/money.ts'
import type { SimulatedStore, TillLine, TillSale, TillTender } from '../../till.ts'
import { changedMs, gid, idOf, type Shop, shopTime, storeOf } from './shop.ts'
import type { AmountSet, Customer, LineItem, Order, Transaction } from './wire.ts'

const gateways: Readonly<Record<TillTender['kind'], string>> = {
  cash: 'cash',
  card: 'shopify_payments',
  gift_card: 'gift_card',
}

export const weightProperty = 'Weight'

export function gatewayOf(tender: TillTender): string {
  return gateways[tender.kind]
}

export function amountSet(minor: number, currency: string): AmountSet {
  const money = { amount: decimalFromMinor(minor, currency), currency_code: currency }
  return { shop_money: money, presentment_money: money }
}

export function orderIdOf(shop: Shop, saleKey: string): number {
  return idOf(shop, 'order', saleKey)
}

/** What is the same in every order of a till; `app_id` is the one of Shopify POS. */
const always = {
  app_id: 129785,
  buyer_accepts_marketing: false,
  cancel_reason: null,
  cancelled_at: null,
  checkout_token: null,
  closed_at: null,
  confirmed: true,
  discount_codes: [],
  fulfillment_status: 'fulfilled',
  fulfillments: [],
  merchant_of_record_app_id: null,
  note: null,
  note_attributes: [],
  phone: null,
  refunds: [],
  returns: [],
  shipping_lines: [],
  source_name: 'pos',
  source_url: null,
  tags: '',
  test: false,
  total_weight: 0,
  billing_address: null,
  shipping_address: null,
}

export function orderFrom(
  shop: Shop,
  sale: TillSale,
  state: { financialStatus: string; customer: Customer | null },
): Order {
  const store = storeOf(shop, sale.storeExternalId)
  const { currency } = shop.account
  const decimal = (minor: number) => decimalFromMinor(minor, currency)
  const id = orderIdOf(shop, sale.saleKey)
  const number = ++shop.orderNumber
  const changedAt = shopTime(shop, changedMs(shop, sale.atMs))
  const subtotalMinor = sale.lines.reduce((sum, line) => sum + line.totalMinor, 0)
  const discountMinor = sale.lines.reduce((sum, line) => sum + line.discountMinor, 0)
  const discounted = sale.lines.filter((line) => line.discountMinor > 0)
  return {
    id,
    admin_graphql_api_id: gid('Order', id),
    ...always,
    confirmation_number: id.toString(36).toUpperCase(),
    contact_email: state.customer?.email ?? null,
    created_at: changedAt,
    processed_at: shopTime(shop, sale.atMs),
    updated_at: changedAt,
    currency,
    presentment_currency: currency,
    current_subtotal_price: decimal(subtotalMinor),
    current_total_discounts: decimal(discountMinor),
    current_total_tax: decimal(sale.taxMinor),
    current_total_price: decimal(sale.totalMinor),
    device_id: Number(sale.registerExternalId),
    discount_applications: discounted.map((line) => ({
      type: 'manual',
      title: 'Discount',
      description: 'Discount',
      value: decimal(line.discountMinor),
      value_type: 'fixed_amount',
      allocation_method: 'across',
      target_selection: 'explicit',
      target_type: 'line_item',
    })),
    email: state.customer?.email ?? '',
    financial_status: state.financialStatus,
    line_items: sale.lines.map((line, index) =>
      lineFrom(shop, store, sale.saleKey, line, index, discounted.indexOf(line)),
    ),
    location_id: Number(sale.storeExternalId),
    name: `#${number}`,
    number: number - 1000,
    order_number: number,
    payment_gateway_names: [...new Set(sale.tenders.map(gatewayOf))],
    source_identifier: `${sale.storeExternalId}-${sale.registerExternalId}-${number}`,
    subtotal_price: decimal(subtotalMinor),
    tax_lines: taxLines(store, sale.taxMinor, currency),
    taxes_included: store.taxesIncluded,
    token: id.toString(16).padStart(32, '0'),
    total_discounts: decimal(discountMinor),
    total_line_items_price: decimal(subtotalMinor + discountMinor),
    total_outstanding: '0.00',
    total_price: decimal(sale.totalMinor),
    total_price_set: amountSet(sale.totalMinor, currency),
    total_tax: decimal(sale.taxMinor),
    total_tip_received: decimal(sale.tipMinor),
    user_id: Number(sale.employeeExternalId),
    customer: state.customer,
  }
}

/** Quantities are whole: what was weighed is one piece at its price, the weight a property of it. */
function lineFrom(
  shop: Shop,
  store: SimulatedStore,
  saleKey: string,
  line: TillLine,
  index: number,
  discountIndex: number,
): LineItem {
  const { currency } = shop.account
  const isWhole = !line.quantity.includes('.')
  const priceMinor = isWhole ? line.unitPriceMinor : line.totalMinor + line.discountMinor
  const isListed = shop.products.has(line.sku)
  const id = idOf(shop, 'line', saleKey, String(index))
  const quantity = isWhole ? Number(line.quantity) : 1
  return {
    id,
    admin_graphql_api_id: gid('LineItem', id),
    attributed_staffs: [],
    current_quantity: quantity,
    quantity,
    fulfillable_quantity: 0,
    fulfillment_service: 'manual',
    fulfillment_status: 'fulfilled',
    gift_card: false,
    grams: 0,
    name: line.name,
    title: line.name,
    variant_title: null,
    sku: isListed ? line.sku : null,
    price: decimalFromMinor(priceMinor, currency),
    price_set: amountSet(priceMinor, currency),
    product_exists: isListed,
    product_id: isListed ? idOf(shop, 'product', line.sku) : null,
    variant_id: isListed ? idOf(shop, 'variant', line.sku) : null,
    variant_inventory_management: isListed ? 'shopify' : null,
    properties: isWhole ? [] : [{ name: weightProperty, value: line.quantity }],
    requires_shipping: true,
    taxable: true,
    total_discount: '0.00',
    vendor: null,
    tax_lines: taxLines(store, line.taxMinor, currency),
    duties: [],
    discount_allocations:
      discountIndex < 0
        ? []
        : [
            {
              amount: decimalFromMinor(line.discountMinor, currency),
              amount_set: amountSet(line.discountMinor, currency),
              discount_application_index: discountIndex,
            },
          ],
  }
}

function taxLines(store: SimulatedStore, taxMinor: number, currency: string) {
  if (taxMinor === 0) return []
  return [
    {
      title: store.taxName,
      rate: Number(store.taxRate),
      price: decimalFromMinor(taxMinor, currency),
      channel_liable: false,
      price_set: amountSet(taxMinor, currency),
    },
  ]
}

export function transactionFrom(
  shop: Shop,
  at: Pick<TillSale, 'storeExternalId' | 'registerExternalId' | 'employeeExternalId' | 'atMs'>,
  made: {
    orderId: number
    key: string
    kind: 'sale' | 'refund'
    parentId: number | null
    tender: TillTender
  },
): Transaction {
  const { currency } = shop.account
  const id = idOf(shop, 'transaction', made.kind, made.key)
  const time = shopTime(shop, at.atMs)
  return {
    id,
    admin_graphql_api_id: gid('OrderTransaction', id),
    order_id: made.orderId,
    parent_id: made.parentId,
    kind: made.kind,
    status: 'success',
    gateway: gatewayOf(made.tender),
    amount: decimalFromMinor(made.tender.amountMinor, currency),
    currency,
    authorization: null,
    message: null,
    error_code: null,
    source_name: 'pos',
    location_id: Number(at.storeExternalId),
    device_id: Number(at.registerExternalId),
    user_id: Number(at.employeeExternalId),
    test: false,
    payment_id: `#${made.orderId}.${id}`,
    receipt: {},
    created_at: time,
    processed_at: time,
    // Here, and nowhere else, Shopify writes `currency` for `currency_code`.
    total_unsettled_set: {
      shop_money: { amount: '0.0', currency },
      presentment_money: { amount: '0.0', currency },
    },
  }
}
