/** Every event there is: one list. A changed event is a new name with an upcaster beside it. */
import { z } from 'zod'
import { CommandReport, ReturnAnswer } from './governed.ts'
import { Customer, Employee, Shift } from './people.ts'
import { Cart, Refund, ReturnRequest, Sale, VoidedSale } from './sale.ts'
import { Product, StockLevel } from './stock.ts'
import { DeviceReport, DrawerOpening, RegisterClosing, RegisterOpening } from './till.ts'

/** How carefully an event's data must be kept; CloudEvents' `dataclassification`. */
export const DataClass = z.enum(['internal', 'confidential', 'personal_tokens'])
export type DataClass = z.infer<typeof DataClass>

export const events = {
  'sale.completed': { data: Sale, classification: 'personal_tokens' },
  'sale.voided': { data: VoidedSale, classification: 'personal_tokens' },
  'cart.ready_for_payment': { data: Cart, classification: 'personal_tokens' },
  'return.requested': { data: ReturnRequest, classification: 'personal_tokens' },
  'return.answered': { data: ReturnAnswer, classification: 'confidential' },
  'refund.completed': { data: Refund, classification: 'personal_tokens' },
  'inventory.changed': { data: StockLevel, classification: 'internal' },
  'product.changed': { data: Product, classification: 'internal' },
  'customer.changed': { data: Customer, classification: 'personal_tokens' },
  'employee.changed': { data: Employee, classification: 'personal_tokens' },
  'shift.started': { data: Shift, classification: 'personal_tokens' },
  'shift.ended': { data: Shift, classification: 'personal_tokens' },
  'drawer.opened': { data: DrawerOpening, classification: 'confidential' },
  'register.opened': { data: RegisterOpening, classification: 'confidential' },
  'register.closed': { data: RegisterClosing, classification: 'confidential' },
  'device.reported': { data: DeviceReport, classification: 'internal' },
  'command.reported': { data: CommandReport, classification: 'internal' },
} as const satisfies Record<string, { data: z.ZodType; classification: DataClass }>

export type EventType = keyof typeof events
export type EventData<Type extends EventType> = z.infer<(typeof events)[Type]['data']>

export const EventTypeSchema = z.enum(Object.keys(events) as [EventType, ...EventType[]])
