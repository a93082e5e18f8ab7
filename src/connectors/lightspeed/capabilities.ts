/** What Lightspeed Retail (X-Series) can do, and how each fact becomes known. */
import type { Capabilities } from '../capabilities.ts'

export const capabilities: Capabilities = {
  actions: {
    'sale.flag': {
      by: 'vendor_api',
      says: 'A custom field of the sale, shown in its history (Workflows, Plus plan).',
    },
    'purchase_order.place': {
      by: 'vendor_api',
      says: 'A stock order: a SUPPLIER consignment with our number as reference, marked as sent.',
    },
  },
  facts: {
    'sale.completed': { by: 'webhook', says: 'sale.update; the list of sales makes good losses.' },
    'sale.voided': { by: 'webhook', says: 'Sales that were saved before; a cleared cart is not.' },
    'refund.completed': { by: 'webhook', says: 'A sale of its own with negative quantities.' },
    'cart.ready_for_payment': {
      by: 'question',
      says: 'Business rule sale.ready_for_payment (Plus plan).',
    },
    'return.requested': {
      by: 'question',
      says: 'The same rule with returned lines. The register waits about 2 s, then goes on.',
    },
    'inventory.changed': { by: 'webhook', says: 'Levels, without a cause; tracked products only.' },
    'product.changed': { by: 'webhook', says: 'Base prices; told once for the account.' },
    'customer.changed': { by: 'webhook' },
    'employee.changed': { by: 'sweep', says: 'There is no webhook of users.' },
    'shift.started': { by: 'sweep', says: 'From /shifts; told where the employee works.' },
    'shift.ended': { by: 'sweep', says: 'From /shifts; told where the employee works.' },
    'drawer.opened': { by: 'none', says: 'Neither webhook nor API shows the drawer.' },
    'register.opened': { by: 'sweep', says: 'From /registers, and again from the closure.' },
    'register.closed': {
      by: 'webhook',
      says: 'The webhook is the only source of sums; without it the closing is told bare.',
    },
    'device.reported': { by: 'none', says: 'Registers send no sign of life.' },
  },
}
