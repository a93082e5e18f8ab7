/** Lets the cashier take the goods back and give the money out. */
import { z } from 'zod'
import { Currency, hundredthsFromMinor, MinorUnits } from '../base/money.ts'
import { SaleId } from '../retail/sale.ts'
import { defineAction } from './action.ts'

export const ReturnAcceptance = z.object({
  returnId: z.string().min(1).max(160),
  saleId: SaleId.optional(),
  currency: Currency,
  amountMinor: MinorUnits.min(0),
  /** How likely the return is abusive, in thousandths. */
  riskPermille: z.int().min(0).max(1000),
  hasReceipt: z.boolean(),
  /** Law forbids to refuse it (faulty goods). */
  isStatutory: z.boolean(),
})
export type ReturnAcceptance = z.infer<typeof ReturnAcceptance>

export const acceptReturn = defineAction({
  name: 'return.accept',
  title: 'Accept a return',
  input: ReturnAcceptance,
  context: ({ amountMinor, currency, riskPermille, hasReceipt, isStatutory }) => ({
    amountHundredths: hundredthsFromMinor(amountMinor, currency),
    currency,
    riskPermille,
    hasReceipt,
    isStatutory,
  }),
  target: 'register',
  isReversible: false,
  approvalExpiresAfterSeconds: 30 * 60,
  expiresAfterSeconds: 15 * 60,
})
