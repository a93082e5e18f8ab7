/** Reorders a SKU before its shelf is empty. */
import { deterministicUuid } from '../../base/ids.ts'
import { quantityAsNumber } from '../../base/quantity.ts'
import {
  adviseReorder,
  type ReorderInput,
  reorderPointVersion,
} from '../../models/reorder-point.ts'
import type { EventOf } from '../../retail/event.ts'
import { defineWorkflow, type ProposalDraft } from '../workflow.ts'

interface ReorderContext extends ReorderInput {
  readonly product?: {
    readonly name: string
    readonly currency: string
    readonly costMinor: number
  }
}

/** The chain's standing terms until suppliers are managed in the hub. */
const terms = {
  supplierId: 'central_warehouse',
  leadTimeDays: 3,
  reviewDays: 1,
  cycleDays: 7,
  serviceRatio: 0.95,
  packUnits: 1,
} as const
/** Of a store that has not sold for long enough, nothing more is asked. */
const unknown = { dailyUnits: [], storeMeanUnits: 0, onOrderUnits: 0 } as const
/** 48 bits: two orders with one number would be taken for one, and 32 bits meet too soon. */
const numberChars = 13
const historyDays = 56
/** Fewer days of sales say too little to order by. */
const historyDaysMin = 3

export const reorderLowStock = defineWorkflow<'inventory.changed', ReorderContext>({
  name: 'reorder_low_stock',
  title: 'Reorder before the shelf is empty',
  version: '1',
  on: 'inventory.changed',
  mode: 'stream',
  reads: ['internal'],
  mayPropose: ['purchase_order.place'],
  models: [reorderPointVersion],
  async gather({ storeId, occurredAt, data: { sku, onHand } }, facts) {
    const isNew = (await facts.historyDays(storeId, occurredAt)) < historyDaysMin
    if (isNew) return { ...terms, ...unknown, onHandUnits: quantityAsNumber(onHand) }
    const [dailyUnits, storeMeanUnits, onOrderUnits, product] = await Promise.all([
      facts.dailyUnits(storeId, sku, occurredAt, historyDays),
      facts.storeMeanUnits(storeId, occurredAt),
      facts.onOrderUnits(storeId, sku, occurredAt),
      facts.product(storeId, sku),
    ])
    return {
      ...terms,
      dailyUnits,
      storeMeanUnits,
      onHandUnits: quantityAsNumber(onHand),
      onOrderUnits,
      ...(product !== undefined && { product }),
    }
  },
  propose(event, context) {
    if (context.dailyUnits.length < historyDaysMin || context.product === undefined) return []
    const advice = adviseReorder(context)
    if (advice.orderUnits === 0) return []
    return [orderOf(event, context, advice)]
  },
})

function orderOf(
  event: EventOf<'inventory.changed'>,
  context: ReorderContext,
  advice: ReturnType<typeof adviseReorder>,
): ProposalDraft {
  const { sku } = event.data
  const { product } = context
  return {
    action: 'purchase_order.place',
    input: {
      number: `PO-${deterministicUuid('reorder', event.storeId, event.id).slice(0, numberChars)}`,
      supplierId: terms.supplierId,
      currency: product?.currency,
      lines: [{ sku, quantity: String(advice.orderUnits), unitCostMinor: product?.costMinor ?? 0 }],
    },
    reason:
      `${context.onHandUnits} of ${product?.name ?? sku} are on hand and ${context.onOrderUnits} on order; ` +
      `the reorder point is ${advice.reorderPointUnits} (${advice.dailyMeanUnits.toFixed(2)} sell a day, ` +
      `${terms.leadTimeDays + terms.reviewDays} days until the next delivery).`,
    confidence: terms.serviceRatio,
    evidence: [
      { id: `stock:${event.storeId}/${sku}`, label: 'On hand', value: String(context.onHandUnits) },
      {
        id: `order:${event.storeId}/${sku}`,
        label: 'On order',
        value: String(context.onOrderUnits),
      },
      { id: 'reorder_point', label: 'Reorder point', value: String(advice.reorderPointUnits) },
      { id: 'order_up_to', label: 'Order up to', value: String(advice.orderUpToUnits) },
      {
        id: `demand:${event.storeId}/${sku}`,
        label: `Mean of ${context.dailyUnits.length} days`,
        value: advice.dailyMeanUnits.toFixed(2),
      },
    ],
  }
}
