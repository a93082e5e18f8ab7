/** Groups of event types, as a person filters by them; and the amount an event is about. */
import type { EventView } from '../../hub/views.ts'

export const eventGroups = {
  sales: { label: 'Sales', types: ['sale.completed', 'sale.voided', 'cart.ready_for_payment'] },
  returns: { label: 'Returns', types: ['return.requested', 'return.answered', 'refund.completed'] },
  stock: { label: 'Stock', types: ['inventory.changed', 'product.changed'] },
  people: {
    label: 'People',
    types: ['shift.started', 'shift.ended', 'employee.changed', 'customer.changed'],
  },
  registers: {
    label: 'Registers',
    types: ['drawer.opened', 'register.opened', 'register.closed', 'device.reported'],
  },
  commands: { label: 'Commands', types: ['command.reported'] },
} as const satisfies Record<string, { label: string; types: readonly string[] }>

export type EventGroup = keyof typeof eventGroups

export const eventGroupNames = Object.keys(eventGroups) as EventGroup[]

export function groupOf(type: string): EventGroup | undefined {
  return eventGroupNames.find((name) =>
    (eventGroups[name].types as readonly string[]).includes(type),
  )
}

/** "sale.completed" as "Sale completed". */
export function sayName(name: string): string {
  const words = name.replaceAll(/[._]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const amountKeys = ['totalMinor', 'amountMinor', 'countedCashMinor', 'floatMinor'] as const

export function amountOf({ type, data }: EventView): { minor: number; currency: string } | null {
  const { currency } = data
  if (typeof currency !== 'string') return null
  const minor = amountKeys.map((key) => data[key]).find((value) => typeof value === 'number')
  if (minor === undefined) return null
  // Money that goes out is shown with its sign, so that a column can be read at a glance.
  return { minor: type === 'refund.completed' ? -Math.abs(minor) : minor, currency }
}
