/** Tells a register that waits that the goods are not taken back. */
import { z } from 'zod'
import { defineAction } from './action.ts'

export const ReturnRefusal = z.object({
  returnId: z.string().min(1).max(160),
  /** Read by the cashier. */
  why: z.string().min(1).max(200),
})
export type ReturnRefusal = z.infer<typeof ReturnRefusal>

export const refuseReturn = defineAction({
  name: 'return.refuse',
  title: 'Refuse a return',
  input: ReturnRefusal,
  context: () => ({}),
  target: 'register',
  isReversible: false,
  approvalExpiresAfterSeconds: 30 * 60,
  expiresAfterSeconds: 15 * 60,
})
