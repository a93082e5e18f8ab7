/** Writes a return at the till as a refund of the order it belongs to. */
import type { TillRefund } from '../../till.ts'
import { amountSet, gatewayOf, transactionFrom } from './order-writing.ts'
import { changedMs, gid, idOf, type Shop, shopTime } from './shop.ts'
import type { LineItem, OrderRecord, Refund } from './wire.ts'

export function refundFrom(shop: Shop, refund: TillRefund, record: OrderRecord): Refund {
  const { order, transactions } = record
  const { currency } = shop.account
  const id = idOf(shop, 'refund', refund.refundKey)
  const paid =
    transactions.find(({ gateway }) => gateway === gatewayOf(refund.tender)) ?? transactions[0]
  return {
    id,
    admin_graphql_api_id: gid('Refund', id),
    order_id: order.id,
    created_at: shopTime(shop, changedMs(shop, refund.atMs)),
    processed_at: shopTime(shop, refund.atMs),
    note: refund.reason,
    user_id: Number(refund.employeeExternalId),
    restock: true,
    duties: [],
    order_adjustments: [],
    total_duties_set: amountSet(0, currency),
    refund_line_items: refund.lines.map((line, index) => {
      const lineItem = lineOf(order.line_items, line.sku, index)
      const lineId = idOf(shop, 'refund_line', refund.refundKey, String(index))
      const asNumber = (minor: number) => Number(amountSet(minor, currency).shop_money.amount)
      return {
        id: lineId,
        line_item_id: lineItem.id,
        location_id: Number(refund.storeExternalId),
        quantity: line.quantity.includes('.') ? 1 : Number(line.quantity),
        restock_type: 'return',
        subtotal: asNumber(line.totalMinor),
        total_tax: asNumber(line.taxMinor),
        subtotal_set: amountSet(line.totalMinor, currency),
        total_tax_set: amountSet(line.taxMinor, currency),
        line_item: lineItem,
      }
    }),
    transactions: [
      transactionFrom(shop, refund, {
        orderId: order.id,
        key: refund.refundKey,
        kind: 'refund',
        parentId: paid?.id ?? null,
        tender: refund.tender,
      }),
    ],
  }
}

/** The line of that article; what the receipt does not hold goes on its first line. */
function lineOf(lines: readonly LineItem[], sku: string, index: number): LineItem {
  const line = lines.find((entry) => entry.sku === sku) ?? lines[index] ?? lines[0]
  if (line === undefined) throw new RangeError('an order without lines')
  return line
}
