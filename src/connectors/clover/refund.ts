/**
 * Money that went back: refunds of a payment, and credits (Clover's "manual refunds", without one).
 * A refund names whole line items only and one amount, which is shared among them by their worth. A
 * credit names no goods at all.
 */
import { quantityFrom } from '../../base/quantity.ts'
import { instantFromMs } from '../../base/time.ts'
import type { LineItem as RetailLine, ReturnedLine } from '../../retail/sale.ts'
import type { ConnectedStore, DraftEvent } from '../connector.ts'
import { saleIdFrom } from '../external-id.ts'
import { type GatheredLine, shares } from './lines.ts'
import { type Credit, elementsOf, type Order, type Refund } from './payloads.ts'
import type { Resolver } from './resolver.ts'
import { gathered, registerOf } from './sale.ts'
import type { CloverContext } from './settings.ts'
import { tenderFrom } from './tenders.ts'

export function stateOfRefund({ voided, status }: Refund): 'done' | 'pending' | 'failed' {
  if (voided === true || status === 'FAIL' || status === 'VOIDED') return 'failed'
  return status === 'PENDING' ? 'pending' : 'done'
}

export function stateOfCredit({ voided, result }: Credit): 'done' | 'pending' | 'failed' {
  if (voided === true || result === 'FAIL' || result === 'VOIDED') return 'failed'
  return result == null || result === 'SUCCESS' ? 'done' : 'pending'
}

/** @param refund with its line items expanded */
export async function refundEvent(
  refund: Refund,
  store: ConnectedStore,
  context: CloverContext,
  resolver: Resolver,
): Promise<DraftEvent> {
  const { tokens, connection } = context
  const reading = refund.orderRef == null ? undefined : await resolver.order(refund.orderRef.id)
  const order = reading?.outcome === 'read' ? reading.order : undefined
  const customerId = elementsOf(order?.customers)[0]?.id
  const employeeId = refund.employee?.id
  const registerId = registerOf(store, refund.device?.id)
  return {
    type: 'refund.completed',
    key: refund.id,
    storeId: store.storeId,
    ...(registerId !== undefined && { registerId }),
    occurredAt: instantFromMs(refund.clientCreatedTime ?? refund.createdTime),
    data: {
      refundId: refund.id,
      ...(refund.orderRef != null && {
        saleId: saleIdFrom(connection.connectionId, refund.orderRef.id),
      }),
      ...(employeeId !== undefined && { employeeId: tokens.employee(employeeId) }),
      ...(customerId !== undefined && { customer: await resolver.customer(customerId) }),
      currency: order?.currency ?? store.currency,
      lines:
        order === undefined
          ? []
          : returnedLines(refund, await gathered(order, resolver), order.isVat === true),
      taxMinor: refund.taxAmount ?? 0,
      totalMinor: refund.amount,
      tenders: [await tenderOf(refund, order, context, resolver)],
      ...(refund.reason && { reason: tokens.token('text', refund.reason) }),
    },
  }
}

async function tenderOf(
  refund: Refund,
  order: Order | undefined,
  { tokens }: CloverContext,
  resolver: Resolver,
) {
  const { overrideMerchantTender, amount } = refund
  if (overrideMerchantTender != null)
    return tenderFrom(overrideMerchantTender, refund.cardTransaction, amount, tokens)
  const paymentId = refund.payment?.id
  const payment =
    elementsOf(order?.payments).find(({ id }) => id === paymentId) ??
    (paymentId === undefined ? undefined : await resolver.payment(paymentId))
  return tenderFrom(
    payment?.tender,
    refund.cardTransaction ?? payment?.cardTransaction,
    amount,
    tokens,
  )
}

interface Returned {
  readonly line: RetailLine
  /** With tax. */
  readonly worthMinor: number
  readonly pieces: number
  readonly isPricedByUnit: boolean
}

function returnedLines(
  refund: Refund,
  lines: readonly GatheredLine[],
  taxesIncluded: boolean,
): ReturnedLine[] {
  const returnedIds = new Set(elementsOf(refund.lineItems).map(({ id }) => id))
  const returned = lines.flatMap(({ members, line }): Returned[] => {
    const back = members.filter(({ lineItem }) => returnedIds.has(lineItem.id))
    if (back.length === 0) return []
    const worth = back.reduce(
      (sum, { netMinor, taxMinor }) => sum + netMinor + (taxesIncluded ? 0 : taxMinor),
      0,
    )
    const isPricedByUnit = back[0]?.lineItem.unitQty != null
    return [{ line, worthMinor: Math.max(0, worth), pieces: back.length, isPricedByUnit }]
  })
  const goodsMinor = Math.max(0, refund.amount - (refund.tipAmount ?? 0))
  const amounts = amountsOf(returned, goodsMinor)
  return returned.map((each, index) => ({
    lineId: each.line.lineId,
    ...(each.line.sku !== undefined && { sku: each.line.sku }),
    name: each.line.name,
    quantity: quantityOf(each, amounts[index] ?? 0),
    amountMinor: amounts[index] ?? 0,
  }))
}

/** Pieces come back whole, so where goods by the unit are among them those bear the difference. */
function amountsOf(returned: readonly Returned[], goodsMinor: number): number[] {
  const piecesMinor = returned.reduce(
    (sum, { isPricedByUnit, worthMinor }) => sum + (isPricedByUnit ? 0 : worthMinor),
    0,
  )
  const byUnit = returned.map(({ isPricedByUnit, worthMinor }) => (isPricedByUnit ? worthMinor : 0))
  const isMixed = byUnit.some((worth) => worth > 0) && piecesMinor > 0
  if (!isMixed || piecesMinor > goodsMinor)
    return shares(
      goodsMinor,
      returned.map(({ worthMinor }) => worthMinor),
    )
  const rest = shares(goodsMinor - piecesMinor, byUnit)
  return returned.map(({ isPricedByUnit, worthMinor }, index) =>
    isPricedByUnit ? (rest[index] ?? 0) : worthMinor,
  )
}

/** Of goods by the unit Clover names the whole line item; how much came back shows in the money. */
function quantityOf(
  { line, worthMinor, pieces, isPricedByUnit }: Returned,
  amountMinor: number,
): string {
  if (!isPricedByUnit) return String(pieces)
  const share = worthMinor === 0 ? 1 : Math.min(1, amountMinor / worthMinor)
  if (share === 1) return line.quantity
  const quantity = Number(line.quantity) * share
  const isCounted = !line.quantity.includes('.')
  return quantityFrom(isCounted ? String(Math.round(quantity)) : quantity.toFixed(3))
}

export async function creditEvent(
  credit: Credit,
  store: ConnectedStore,
  { tokens }: CloverContext,
  resolver: Resolver,
): Promise<DraftEvent> {
  const customerId = credit.customers?.id
  const registerId = registerOf(store, credit.device?.id)
  return {
    type: 'refund.completed',
    key: credit.id,
    storeId: store.storeId,
    ...(registerId !== undefined && { registerId }),
    occurredAt: instantFromMs(credit.clientCreatedTime ?? credit.createdTime),
    data: {
      refundId: credit.id,
      ...(credit.employee != null && { employeeId: tokens.employee(credit.employee.id) }),
      ...(customerId != null && { customer: await resolver.customer(customerId) }),
      currency: store.currency,
      lines: [],
      taxMinor: credit.taxAmount ?? 0,
      totalMinor: credit.amount,
      tenders: [tenderFrom(credit.tender, credit.cardTransaction, credit.amount, tokens)],
      ...(credit.reason && { reason: tokens.token('text', credit.reason) }),
    },
  }
}
