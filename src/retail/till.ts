/** The register itself: its drawer, its sessions, its devices. */
import { z } from 'zod'
import { idSchema } from '../base/ids.ts'
import { Currency, MinorUnits } from '../base/money.ts'

/** The drawer opened without a sale. */
export const DrawerOpening = z.object({
  employeeId: idSchema('employee').optional(),
  reason: z.enum(['no_sale', 'paid_in', 'paid_out', 'cash_drop', 'unknown']),
  currency: Currency.optional(),
  amountMinor: MinorUnits.optional(),
})
export type DrawerOpening = z.infer<typeof DrawerOpening>

export const RegisterOpening = z.object({
  sessionId: z.string().max(160),
  employeeId: idSchema('employee').optional(),
  currency: Currency.optional(),
  floatMinor: MinorUnits.optional(),
})
export type RegisterOpening = z.infer<typeof RegisterOpening>

export const RegisterClosing = z.object({
  sessionId: z.string().max(160),
  employeeId: idSchema('employee').optional(),
  currency: Currency,
  expectedCashMinor: MinorUnits.optional(),
  countedCashMinor: MinorUnits.optional(),
  /** Made up from payments by us, where the vendor has no such document. */
  isSynthetic: z.boolean(),
})
export type RegisterClosing = z.infer<typeof RegisterClosing>

export const DeviceReport = z.object({
  deviceId: z.string().min(1).max(160),
  model: z.string().max(120).optional(),
  status: z.enum(['online', 'offline', 'needs_attention', 'unknown']),
  batteryPercent: z.number().min(0).max(100).optional(),
})
export type DeviceReport = z.infer<typeof DeviceReport>
