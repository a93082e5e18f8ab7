/** Marks a sale in the point of sale itself, so that people working there see that it is in review. */
import { z } from 'zod'
import { SaleId } from '../retail/sale.ts'
import { defineAction } from './action.ts'

export const SaleFlag = z.object({
  saleId: SaleId,
  /** Shown in the vendor's own screens; no personal data. */
  note: z.string().min(1).max(200),
})
export type SaleFlag = z.infer<typeof SaleFlag>

export const flagSale = defineAction({
  name: 'sale.flag',
  title: 'Flag a sale for review',
  input: SaleFlag,
  context: () => ({}),
  target: 'vendor_api',
  isReversible: true,
  approvalExpiresAfterSeconds: 24 * 3600,
  expiresAfterSeconds: 24 * 3600,
})
