/** An order and its payments as a sale. Tips and service charges stand on the payments only. */
import { instantFromMs } from '../../base/time.ts'
import type { LineItem as RetailLine } from '../../retail/sale.ts'
import type { ConnectedStore, DraftEvent } from '../connector.ts'
import { saleIdFrom } from '../external-id.ts'
import { discountOf, type GatheredLine, gatherLines } from './lines.ts'
import { isPaid } from './orders.ts'
import { elementsOf, type Order, type Payment } from './payloads.ts'
import type { Resolver } from './resolver.ts'
import type { CloverContext } from './settings.ts'
import { tenderFrom } from './tenders.ts'

/** `undefined`: not finished. An empty list: there is nothing to tell. */
export async function saleEvents(
  order: Order,
  store: ConnectedStore,
  context: CloverContext,
  resolver: Resolver,
): Promise<DraftEvent[] | undefined> {
  const payments = elementsOf(order.payments)
  const successful = payments.filter(({ result }) => result === 'SUCCESS')
  if (isPaid(order)) {
    // An order discounted to nothing is paid without a payment.
    if (successful.length === 0 && (order.total ?? 0) !== 0) return undefined
    return [await completed(order, successful, store, context, resolver)]
  }
  const voided = [...payments, ...elementsOf(order.voids)].filter(
    ({ result }) => result === 'VOIDED',
  )
  if (successful.length === 0 && voided.length > 0)
    return [voidedSale(order, voided, store, context)]
  // A manual refund makes an order of its own; the credit is told by itself.
  if (order.paymentState === 'CREDITED') return []
  return undefined
}

async function completed(
  order: Order,
  payments: readonly Payment[],
  store: ConnectedStore,
  context: CloverContext,
  resolver: Resolver,
): Promise<DraftEvent> {
  const { tokens, connection } = context
  const taxMinor = total(payments, ({ taxAmount }) => taxAmount)
  const tipMinor = total(payments, ({ tipAmount }) => tipAmount)
  const lines = (await gathered(order, resolver)).map(({ line }) => line)
  const customerId = elementsOf(order.customers)[0]?.id
  const employeeId = payments[0]?.employee?.id ?? order.employee?.id
  const registerId = registerOf(store, payments[0]?.device?.id ?? order.device?.id)
  return {
    type: 'sale.completed',
    key: order.id,
    storeId: store.storeId,
    ...(registerId !== undefined && { registerId }),
    occurredAt: instantFromMs(paidAtMs(payments) ?? order.modifiedTime),
    data: {
      saleId: saleIdFrom(connection.connectionId, order.id),
      // Not the title, which may be a guest's name.
      number: order.id,
      ...(employeeId !== undefined && { employeeId: tokens.employee(employeeId) }),
      ...(customerId !== undefined && { customer: await resolver.customer(customerId) }),
      currency: order.currency ?? store.currency,
      lines: [...lines, ...serviceCharge(payments)],
      discountMinor: discountOf(
        elementsOf(order.discounts),
        lines.reduce((sum, line) => sum + line.totalMinor, 0),
      ),
      taxesIncluded: order.isVat === true,
      taxMinor,
      tipMinor,
      totalMinor: total(payments, ({ amount }) => amount) + tipMinor,
      tenders: payments.map(({ tender, cardTransaction, amount, tipAmount }) =>
        tenderFrom(tender, cardTransaction, amount + (tipAmount ?? 0), tokens),
      ),
    },
  }
}

export async function gathered(order: Order, resolver: Resolver): Promise<GatheredLine[]> {
  const lineItems = elementsOf(order.lineItems)
  const skus = await resolver.skus(lineItems.flatMap(({ item }) => item?.id ?? []))
  const paid = elementsOf(order.payments).filter(({ result }) => result === 'SUCCESS')
  const taxMinor = total(paid, ({ taxAmount }) => taxAmount)
  return gatherLines(lineItems, taxMinor, (itemId) => skus.get(itemId))
}

/** A line of its own: the order names only its percentage, the payments what it came to. */
function serviceCharge(payments: readonly Payment[]): RetailLine[] {
  const minor = total(payments, ({ serviceCharge }) => serviceCharge?.amount)
  if (minor === 0) return []
  return [
    {
      lineId: 'service_charge',
      name: 'Service charge',
      quantity: '1',
      unitPriceMinor: minor,
      discountMinor: 0,
      taxMinor: 0,
      totalMinor: minor,
    },
  ]
}

function voidedSale(
  order: Order,
  voided: readonly Payment[],
  store: ConnectedStore,
  { tokens, connection }: CloverContext,
): DraftEvent {
  const last = voided.reduce((a, b) => (changedAtMs(b) > changedAtMs(a) ? b : a))
  const employeeId = last.employee?.id ?? order.employee?.id
  const registerId = registerOf(store, last.device?.id)
  return {
    type: 'sale.voided',
    key: `${order.id}/${last.id}`,
    storeId: store.storeId,
    ...(registerId !== undefined && { registerId }),
    occurredAt: instantFromMs(changedAtMs(last)),
    data: {
      saleId: saleIdFrom(connection.connectionId, order.id),
      ...(employeeId !== undefined && { employeeId: tokens.employee(employeeId) }),
      currency: order.currency ?? store.currency,
      totalMinor: total(voided, ({ amount, tipAmount }) => amount + (tipAmount ?? 0)),
      ...(last.voidReason && { reason: tokens.token('text', last.voidReason) }),
    },
  }
}

export function registerOf(
  store: ConnectedStore,
  deviceId: string | undefined,
): string | undefined {
  return deviceId === undefined ? undefined : store.registers[deviceId]
}

function paidAtMs(payments: readonly Payment[]): number | undefined {
  if (payments.length === 0) return undefined
  return Math.max(
    ...payments.map(({ clientCreatedTime, createdTime }) => clientCreatedTime ?? createdTime),
  )
}

function changedAtMs({ modifiedTime, createdTime }: Payment): number {
  return modifiedTime ?? createdTime
}

function total(
  payments: readonly Payment[],
  amountOf: (payment: Payment) => number | null | undefined,
): number {
  return payments.reduce((sum, payment) => sum + (amountOf(payment) ?? 0), 0)
}
