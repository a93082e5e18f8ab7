/** Orders, refunds and customers as GraphQL shows them: gids, UTC times, amounts in both currencies. */
import { variantView } from './goods-views.ts'
import { bag, bagOf } from './money-views.ts'
import { locationView, staffView } from './place-views.ts'
import { type PageArguments, pageOfList } from './search.ts'
import { apiTime, gid, type Shop } from './shop.ts'
import type { Customer, LineItem, OrderRecord, Refund, Transaction } from './wire.ts'

const utc = (time: string): string => apiTime(Date.parse(time))

export function orderView(shop: Shop, record: OrderRecord): object {
  const { order } = record
  const { currency } = order
  return {
    __typename: 'Order',
    id: order.admin_graphql_api_id,
    legacyResourceId: String(order.id),
    name: order.name,
    sourceName: 'pos',
    sourceIdentifier: order.source_identifier,
    createdAt: utc(order.created_at),
    updatedAt: utc(order.updated_at),
    processedAt: utc(order.processed_at),
    cancelledAt: order.cancelled_at === null ? null : utc(order.cancelled_at),
    cancelReason: order.cancel_reason?.toUpperCase() ?? null,
    displayFinancialStatus: order.financial_status.toUpperCase(),
    taxesIncluded: order.taxes_included,
    currencyCode: currency,
    test: false,
    note: null,
    tags: tagsOf(record),
    retailLocation: () => locationView(shop, String(order.location_id)),
    staffMember: () => staffView(shop, String(order.user_id)),
    customer: () => (order.customer === null ? null : customerView(order.customer)),
    totalPriceSet: bag(order.total_price, currency),
    currentTotalPriceSet: bag(order.current_total_price, currency),
    subtotalPriceSet: bag(order.subtotal_price, currency),
    totalTaxSet: bag(order.total_tax, currency),
    totalTipReceivedSet: bag(order.total_tip_received, currency),
    totalDiscountsSet: bag(order.total_discounts, currency),
    totalCashRoundingAdjustment: { paymentSet: bag('0', currency), refundSet: bag('0', currency) },
    paymentGatewayNames: order.payment_gateway_names,
    lineItems: (page: PageArguments) =>
      pageOfList(
        order.line_items.map((line) => lineView(shop, line, currency)),
        page,
      ),
    shippingLines: (page: PageArguments) => pageOfList([], page),
    transactions: ({ first }: PageArguments) =>
      record.transactions
        .slice(0, first ?? undefined)
        .map((transaction) => transactionView(shop, transaction)),
    refunds: ({ first }: PageArguments) =>
      record.refunds.slice(0, first ?? undefined).map((refund) => refundView(shop, refund, record)),
    metafield: ({ namespace, key }: { namespace: string; key: string }) =>
      metafieldView(record, namespace, key),
  }
}

export function tagsOf({ order }: OrderRecord): string[] {
  return order.tags === '' ? [] : order.tags.split(', ')
}

export function metafieldView({ metafields }: OrderRecord, namespace: string, key: string) {
  const found = metafields[`${namespace}.${key}`]
  if (found === undefined) return null
  const { id, type, value } = found
  return { __typename: 'Metafield', id: gid('Metafield', id), namespace, key, type, value }
}

function lineView(shop: Shop, line: LineItem, currency: string): object {
  return {
    id: line.admin_graphql_api_id,
    sku: line.sku,
    name: line.name,
    title: line.title,
    quantity: line.quantity,
    currentQuantity: line.current_quantity,
    isGiftCard: line.gift_card,
    originalUnitPriceSet: bag(line.price, currency),
    totalDiscountSet: bag(line.total_discount, currency),
    discountAllocations: line.discount_allocations.map((allocation) => ({
      allocatedAmountSet: bagOf(allocation.amount_set),
    })),
    taxLines: line.tax_lines.map(({ title, rate, price_set }) => ({
      title,
      rate,
      priceSet: bagOf(price_set),
    })),
    customAttributes: line.properties.map(({ name, value }) => ({ key: name, value })),
    variant: () => (line.variant_id === null ? null : variantView(shop, line.sku ?? '')),
  }
}

function transactionView(shop: Shop, transaction: Transaction): object {
  return {
    id: transaction.admin_graphql_api_id,
    kind: transaction.kind.toUpperCase(),
    status: transaction.status.toUpperCase(),
    gateway: transaction.gateway,
    amountSet: bag(transaction.amount, transaction.currency),
    createdAt: utc(transaction.processed_at),
    processedAt: utc(transaction.processed_at),
    device: { id: gid('PointOfSaleDevice', transaction.device_id), activePaymentSession: null },
    location: () => locationView(shop, String(transaction.location_id)),
    user: () => staffView(shop, String(transaction.user_id)),
    parentTransaction:
      transaction.parent_id === null
        ? null
        : { id: gid('OrderTransaction', transaction.parent_id) },
  }
}

export function refundView(shop: Shop, refund: Refund, record: OrderRecord): object {
  const { currency } = record.order
  return {
    id: refund.admin_graphql_api_id,
    legacyResourceId: String(refund.id),
    note: refund.note,
    createdAt: utc(refund.created_at),
    processedAt: utc(refund.processed_at),
    updatedAt: utc(refund.created_at),
    order: () => orderView(shop, record),
    staffMember: () => staffView(shop, String(refund.user_id)),
    totalRefundedSet: bag(refund.transactions[0]?.amount ?? '0', currency),
    refundLineItems: (page: PageArguments) =>
      pageOfList(
        refund.refund_line_items.map((line) => ({
          id: gid('RefundLineItem', line.id),
          quantity: line.quantity,
          restockType: 'RETURN',
          subtotalSet: bagOf(line.subtotal_set),
          totalTaxSet: bagOf(line.total_tax_set),
          lineItem: lineView(shop, line.line_item, currency),
          location: () => locationView(shop, String(line.location_id)),
        })),
        page,
      ),
    transactions: (page: PageArguments) =>
      pageOfList(
        refund.transactions.map((transaction) => transactionView(shop, transaction)),
        page,
      ),
  }
}

export function customerView(customer: Customer): object {
  const { default_address: address } = customer
  return {
    __typename: 'Customer',
    id: customer.admin_graphql_api_id,
    legacyResourceId: String(customer.id),
    firstName: customer.first_name,
    lastName: customer.last_name,
    createdAt: utc(customer.created_at),
    updatedAt: utc(customer.updated_at),
    state: 'DISABLED',
    defaultEmailAddress:
      customer.email === null
        ? null
        : { emailAddress: customer.email, marketingState: 'NOT_SUBSCRIBED' },
    defaultPhoneNumber: customer.phone === null ? null : { phoneNumber: customer.phone },
    defaultAddress: {
      id: gid('MailingAddress', address.id),
      address1: address.address1,
      address2: address.address2,
      city: address.city,
      zip: address.zip,
      countryCodeV2: address.country_code,
    },
  }
}
