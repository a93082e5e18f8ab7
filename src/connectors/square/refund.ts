/**
 * A refund: Square keeps what came back in an order of its own (`returns`) and the money in one
 * refund per payment. One event tells both, so its key is that order.
 */
import { quantityFrom } from '../../base/quantity.ts'
import { type Instant, instantFrom } from '../../base/time.ts'
import type { EventData } from '../../retail/events.ts'
import type { ConnectedStore, DraftEvent } from '../connector.ts'
import { saleIdFrom } from '../external-id.ts'
import type { Order, PaymentRefund, ReturnLine, SquareTender } from './resources.ts'
import { customerOfOrder, type Known, lineName } from './sale.ts'
import type { SquareTranslation } from './settings.ts'
import { type Tender, tenderOfRefund } from './tenders.ts'

/** What belongs to one refund at Square. */
export interface RefundFacts {
  /** Where the goods stand; some refunds have none. */
  readonly order: Order | undefined
  /** Completed ones only. */
  readonly refunds: readonly PaymentRefund[]
  /** The tenders of the sale that is undone. */
  readonly paid: readonly SquareTender[]
  /** Whoever bought it, when the order of the return does not say. */
  readonly source: Order | undefined
}

export function refundEvent(
  facts: RefundFacts,
  store: ConnectedStore,
  known: Known,
  context: SquareTranslation,
): DraftEvent {
  const { order, refunds, source } = facts
  const { connection, tokens } = context
  const key = order?.id ?? refunds[0]?.id ?? ''
  const employee = refunds.find(({ team_member_id }) => team_member_id !== undefined)
  const reason = refunds.find((refund) => refund.reason)?.reason
  const sourceId = sourceOrderId(order)
  const customer =
    (order && customerOfOrder(order, known)) ?? (source && customerOfOrder(source, known))
  const tenders = tendersOf(facts, context)
  return {
    type: 'refund.completed',
    key,
    storeId: store.storeId,
    occurredAt: occurredAt(order, refunds),
    data: {
      refundId: key,
      ...(sourceId !== undefined && { saleId: saleIdFrom(connection.connectionId, sourceId) }),
      ...(employee?.team_member_id !== undefined && {
        employeeId: tokens.employee(employee.team_member_id),
      }),
      ...(customer !== undefined && { customer }),
      currency: refunds[0]?.amount_money.currency ?? order?.total_money?.currency ?? store.currency,
      lines: returnLines(order).map((line) => returnedLine(line, known)),
      taxMinor: order?.return_amounts?.tax_money?.amount ?? 0,
      totalMinor: tenders.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
      tenders,
      ...(reason !== undefined && { reason: tokens.token('text', reason) }),
    },
  }
}

export function sourceOrderId(order: Order | undefined): string | undefined {
  return order?.returns?.find((entry) => entry.source_order_id !== undefined)?.source_order_id
}

const returnLines = (order: Order | undefined): ReturnLine[] =>
  (order?.returns ?? []).flatMap((entry) => entry.return_line_items ?? [])

/** What an exchange keeps for the goods taken instead is no money refund: it stands as `other`. */
function tendersOf({ order, refunds, paid }: RefundFacts, context: SquareTranslation): Tender[] {
  const tenders = refunds.map((refund) =>
    tenderOfRefund(
      context,
      refund,
      paid.find((tender) => (tender.payment_id ?? tender.id) === refund.payment_id),
    ),
  )
  const isExchange = (order?.line_items?.length ?? 0) > 0
  const refundedMinor = tenders.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const keptMinor = (order?.return_amounts?.total_money?.amount ?? 0) - refundedMinor
  if (isExchange && keptMinor > 0) tenders.push({ kind: 'other', amountMinor: keptMinor })
  return tenders
}

type ReturnedLine = EventData<'refund.completed'>['lines'][number]

function returnedLine(line: ReturnLine, known: Known): ReturnedLine {
  const sku = line.catalog_object_id === undefined ? undefined : known.skuOf(line.catalog_object_id)
  return {
    ...(line.source_line_item_uid !== undefined && { lineId: line.source_line_item_uid }),
    ...(sku !== undefined && { sku }),
    name: lineName(line),
    quantity: quantityFrom(line.quantity),
    amountMinor: line.total_money.amount,
  }
}

/** The order closes once; a refund is touched again when Square settles its fee. */
function occurredAt(order: Order | undefined, refunds: readonly PaymentRefund[]): Instant {
  return instantFrom(order?.closed_at ?? refunds[0]?.updated_at ?? '', 'refund.updated_at')
}
