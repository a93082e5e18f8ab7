/** Money that went back, whichever way it was told. */
import { minorFromDecimal } from '../../base/money.ts'
import { parse } from '../../base/parse.ts'
import { instantFrom } from '../../base/time.ts'
import type { ReturnedLine } from '../../retail/sale.ts'
import { type ConnectedStore, type LookupResult, nothing, type Translation } from '../connector.ts'
import { saleIdFrom } from '../external-id.ts'
import type { RefundAnswer, RefundedOrder } from './answers.ts'
import { numberOf, registerIdOf, storeOf } from './ids.ts'
import { RefundPayload } from './payloads.ts'
import type { ShopifyContext } from './sales.ts'
import { tenderKindOf } from './tenders.ts'

interface RefundFacts {
  readonly refundId: string
  readonly orderId: string
  readonly processedAt: string
  readonly note: string | null | undefined
  readonly employeeId: string | number | null | undefined
  readonly currency: string | undefined
  readonly lines: readonly {
    readonly lineId: string
    readonly sku: string | null | undefined
    readonly variantId: string | undefined
    readonly name: string | null | undefined
    readonly quantity: number
    readonly subtotal: string
    readonly tax: string
  }[]
  readonly transactions: readonly {
    readonly kind: string
    readonly status: string
    readonly gateway: string | null | undefined
    readonly amount: string
    readonly locationId: string | undefined
    readonly deviceId: string | undefined
    readonly hasParent: boolean
  }[]
}

export function translateRefund(body: unknown, context: ShopifyContext): Translation {
  const facts = factsOfPayload(parse(RefundPayload, body, 'payload_malformed'))
  if (facts.transactions.length === 0) return nothing
  const paid = settled(facts)
  const locationId = paid[0]?.locationId
  const ask: Translation = {
    events: [],
    lookups: [{ kind: 'refund', externalId: facts.refundId }],
    references: [],
  }
  if (isPending(facts) || locationId === undefined) return ask
  const store = storeOf(context.connection, locationId, 'transactions.0.location_id')
  const taxesIncluded = taxesIncludedOf(facts, facts.currency ?? store.currency)
  if (taxesIncluded === undefined) return ask
  return completedRefund(facts, store, taxesIncluded, context)
}

/** A refund from the API, with the order it belongs to; of other stores than ours nothing is told. */
export function refundTold(
  refund: RefundAnswer,
  order: RefundedOrder,
  context: ShopifyContext,
): LookupResult {
  const facts = factsOfAnswer(refund, order)
  if (isPending(facts)) return { outcome: 'not_yet', why: 'The money is still on its way back.' }
  const [first] = settled(facts)
  const locationId =
    first?.locationId ?? (order.retailLocation ? numberOf(order.retailLocation.id) : undefined)
  const store = context.connection.stores.find(({ externalId }) => externalId === locationId)
  const translation =
    first === undefined || order.test || store === undefined
      ? nothing
      : completedRefund(facts, store, order.taxesIncluded, context)
  return { outcome: 'translated', translation }
}

function completedRefund(
  facts: RefundFacts,
  store: ConnectedStore,
  taxesIncluded: boolean,
  context: ShopifyContext,
): Translation {
  const currency = facts.currency ?? store.currency
  const tenders = settled(facts).map(({ gateway, amount }) => ({
    kind: tenderKindOf(gateway),
    amountMinor: Math.abs(minorFromDecimal(amount, currency)),
  }))
  // A return without receipt is filed under an order of its own that nobody paid.
  const hasReceipt = facts.transactions.some(({ hasParent }) => hasParent)
  const { employeeId, note } = facts
  return {
    events: [
      {
        type: 'refund.completed',
        key: facts.refundId,
        storeId: store.storeId,
        ...registerIdOf(store, settled(facts)[0]?.deviceId),
        occurredAt: instantFrom(facts.processedAt, 'processed_at'),
        data: {
          refundId: facts.refundId,
          ...(hasReceipt && {
            saleId: saleIdFrom(context.connection.connectionId, facts.orderId),
          }),
          ...(employeeId != null && { employeeId: context.tokens.employee(String(employeeId)) }),
          currency,
          lines: facts.lines.map((line) =>
            lineOf(line, hasReceipt, taxesIncluded, currency, context),
          ),
          taxMinor: facts.lines.reduce((sum, { tax }) => sum + minorFromDecimal(tax, currency), 0),
          totalMinor: tenders.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
          tenders,
          ...(note && { reason: context.tokens.token('text', note) }),
        },
      },
    ],
    lookups: [],
    references: [],
  }
}

function lineOf(
  line: RefundFacts['lines'][number],
  hasReceipt: boolean,
  taxesIncluded: boolean,
  currency: string,
  { references }: ShopifyContext,
): ReturnedLine {
  const sku = line.sku || (line.variantId && references.find('sku', line.variantId))
  const taxMinor = taxesIncluded ? 0 : minorFromDecimal(line.tax, currency)
  return {
    ...(hasReceipt && { lineId: line.lineId }),
    ...(sku && { sku: sku.slice(0, 64) }),
    ...(line.name && { name: line.name.slice(0, 255) }),
    quantity: String(line.quantity),
    amountMinor: minorFromDecimal(line.subtotal, currency) + taxMinor,
  }
}

function settled({ transactions }: RefundFacts) {
  return transactions.filter(({ kind, status }) => kind === 'refund' && status === 'success')
}

function isPending({ transactions }: RefundFacts): boolean {
  return transactions.some(({ kind, status }) => kind === 'refund' && status === 'pending')
}

/** The webhook does not say whether its subtotals hold the tax: the money that went back tells. */
function taxesIncludedOf(facts: RefundFacts, currency: string): boolean | undefined {
  const sum = (amounts: readonly string[]) =>
    amounts.reduce((total, amount) => total + minorFromDecimal(amount, currency), 0)
  const tax = sum(facts.lines.map((line) => line.tax))
  if (tax === 0) return false
  const subtotal = sum(facts.lines.map((line) => line.subtotal))
  const paid = sum(settled(facts).map(({ amount }) => amount))
  if (paid === subtotal + tax) return false
  return paid === subtotal ? true : undefined
}

function factsOfPayload(refund: RefundPayload): RefundFacts {
  return {
    refundId: numberOf(refund.admin_graphql_api_id),
    orderId: String(refund.order_id),
    processedAt: refund.processed_at ?? refund.created_at,
    note: refund.note,
    employeeId: refund.user_id,
    currency:
      refund.refund_line_items[0]?.subtotal_set.shop_money.currency_code ??
      refund.transactions[0]?.currency,
    lines: refund.refund_line_items.map(({ line_item: line, ...returned }) => ({
      lineId: line.admin_graphql_api_id
        ? numberOf(line.admin_graphql_api_id)
        : String(returned.line_item_id),
      sku: line.sku,
      variantId: line.variant_id == null ? undefined : String(line.variant_id),
      name: line.name,
      quantity: returned.quantity,
      subtotal: returned.subtotal_set.shop_money.amount,
      tax: returned.total_tax_set.shop_money.amount,
    })),
    transactions: refund.transactions.map((transaction) => ({
      kind: transaction.kind,
      status: transaction.status,
      gateway: transaction.gateway,
      amount: transaction.amount,
      locationId: transaction.location_id == null ? undefined : String(transaction.location_id),
      deviceId: transaction.device_id == null ? undefined : String(transaction.device_id),
      hasParent: transaction.parent_id != null,
    })),
  }
}

function factsOfAnswer(refund: RefundAnswer, order: RefundedOrder): RefundFacts {
  return {
    refundId: numberOf(refund.id),
    orderId: numberOf(order.id),
    processedAt: refund.processedAt,
    note: refund.note,
    employeeId: refund.staffMember == null ? undefined : numberOf(refund.staffMember.id),
    currency: order.currencyCode,
    lines: refund.refundLineItems.nodes.map(({ lineItem, ...returned }) => ({
      lineId: numberOf(lineItem.id),
      sku: lineItem.sku,
      variantId: lineItem.variant === null ? undefined : numberOf(lineItem.variant.id),
      name: lineItem.name,
      quantity: returned.quantity,
      subtotal: returned.subtotalSet.shopMoney.amount,
      tax: returned.totalTaxSet.shopMoney.amount,
    })),
    transactions: refund.transactions.nodes.map((transaction) => ({
      kind: transaction.kind.toLowerCase(),
      status: transaction.status.toLowerCase(),
      gateway: transaction.gateway,
      amount: transaction.amountSet.shopMoney.amount,
      locationId: transaction.location === null ? undefined : numberOf(transaction.location.id),
      deviceId: transaction.device === null ? undefined : numberOf(transaction.device.id),
      hasParent: transaction.parentTransaction !== null,
    })),
  }
}
