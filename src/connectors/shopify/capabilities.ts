/** What Shopify POS can and cannot do for us (Admin API and webhooks 2026-07). */
import type { Capabilities } from '../capabilities.ts'

export const capabilities: Capabilities = {
  actions: {
    'sale.flag': {
      by: 'vendor_api',
      says: 'The order gets a tag, and the note as a metafield; staff see both in the admin.',
    },
    'purchase_order.place': {
      by: 'document',
      says: 'Shopify has no writable API for purchase orders; the hub exports a document.',
    },
  },
  facts: {
    'sale.completed': { by: 'webhook' },
    'sale.voided': { by: 'webhook', says: 'Orders cancelled before any money was taken.' },
    'cart.ready_for_payment': {
      by: 'none',
      says: 'Shopify POS asks no server; a POS UI extension asks the agent.',
    },
    'return.requested': {
      by: 'companion',
      says: 'Shopify POS asks no server; a POS UI extension asks the agent.',
    },
    'refund.completed': { by: 'webhook' },
    'inventory.changed': { by: 'webhook', says: 'Levels without their cause.' },
    'product.changed': { by: 'webhook' },
    'customer.changed': { by: 'webhook' },
    'employee.changed': {
      by: 'sweep',
      says: 'Needs the scope read_users (Plus or Advanced, on request).',
    },
    'shift.started': { by: 'none', says: 'Shopify has no time cards and no schedules.' },
    'shift.ended': { by: 'none', says: 'Shopify has no time cards and no schedules.' },
    'drawer.opened': { by: 'none', says: 'Shopify tells no opening of a drawer without a sale.' },
    'register.opened': { by: 'sweep', says: 'Cash tracking sessions (POS Pro).' },
    'register.closed': { by: 'sweep', says: 'Cash tracking sessions (POS Pro).' },
    'device.reported': { by: 'none', says: 'The API shows no state of a device.' },
  },
}
