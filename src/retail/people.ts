/** People as the hub may know them: by token or by id, never by name. */
import { z } from 'zod'
import { idSchema } from '../base/ids.ts'
import { CustomerToken, tokenSchema } from './tokens.ts'

export const Customer = z.object({
  customer: CustomerToken,
  email: tokenSchema('email').optional(),
  phone: tokenSchema('phone').optional(),
  name: tokenSchema('name').optional(),
  address: tokenSchema('address').optional(),
  acceptsMarketing: z.boolean().optional(),
  isDeleted: z.boolean(),
})
export type Customer = z.infer<typeof Customer>

export const Employee = z.object({
  employeeId: idSchema('employee'),
  name: tokenSchema('name').optional(),
  role: z.string().max(80).optional(),
  isActive: z.boolean(),
})
export type Employee = z.infer<typeof Employee>

export const Shift = z.object({
  shiftId: z.string().min(1).max(160),
  employeeId: idSchema('employee'),
})
export type Shift = z.infer<typeof Shift>
