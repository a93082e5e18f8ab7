/** Asks a supplier for goods. */
import { z } from 'zod'
import { Currency, hundredthsFromMinor, MinorUnits } from '../base/money.ts'
import { costOf, Quantity } from '../base/quantity.ts'
import { Sku } from '../retail/sale.ts'
import { defineAction } from './action.ts'

/** A line of less than nothing would lower the spend that policy looks at. */
const OrderedQuantity = Quantity.refine((quantity) => Number(quantity) > 0, {
  error: 'a quantity above zero',
})

export const PurchaseOrderDraft = z.object({
  /** Our own number, also what keeps a repeated command from ordering twice. */
  number: z.string().regex(/^PO-[0-9A-Za-z-]{1,60}$/, { error: 'a number like PO-…' }),
  supplierId: z.string().min(1).max(80),
  currency: Currency,
  lines: z
    .array(z.object({ sku: Sku, quantity: OrderedQuantity, unitCostMinor: MinorUnits.min(0) }))
    .min(1)
    .max(500),
})
export type PurchaseOrderDraft = z.infer<typeof PurchaseOrderDraft>

export const placePurchaseOrder = defineAction({
  name: 'purchase_order.place',
  title: 'Place a purchase order',
  input: PurchaseOrderDraft,
  context: ({ supplierId, currency, lines }) => ({
    supplierId,
    currency,
    linesCount: lines.length,
    spendHundredths: hundredthsFromMinor(
      lines.reduce((sum, line) => sum + costOf(line.quantity, line.unitCostMinor), 0),
      currency,
    ),
  }),
  target: 'vendor_api',
  isReversible: true,
  approvalExpiresAfterSeconds: 24 * 3600,
  expiresAfterSeconds: 24 * 3600,
})
