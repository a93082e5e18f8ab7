/** What Square can and cannot do (its documentation and OpenAPI as of 2026-09). */
import type { Capabilities } from '../capabilities.ts'

export const capabilities: Capabilities = {
  actions: {
    'sale.flag': {
      by: 'vendor_api',
      says: 'A custom attribute on the order (beta). It shows in no screen of the register.',
    },
    'purchase_order.place': {
      by: 'document',
      says: 'Square has purchase orders in its Retail apps only and no API for them.',
    },
  },
  facts: {
    'sale.completed': {
      by: 'webhook',
      says: 'The payment is pushed, its order is fetched; one sale for all payments of an order.',
    },
    'sale.voided': {
      by: 'webhook',
      says: 'Only where a payment was begun and the order then canceled; items removed before that are not told.',
    },
    'cart.ready_for_payment': {
      by: 'none',
      says: 'Square POS has no hook before payment; nothing can stop a sale in it.',
    },
    'return.requested': {
      by: 'companion',
      says: 'Square POS has no hook before a refund; nothing can stop one in it.',
    },
    'refund.completed': {
      by: 'webhook',
      says: 'The register is not told. Refunds by API carry an amount and no goods.',
    },
    'inventory.changed': { by: 'webhook', says: 'Counts without a cause.' },
    'product.changed': {
      by: 'webhook',
      says: 'The webhook says only that something changed; prices are told for each store. Items without SKU are not told.',
    },
    'customer.changed': {
      by: 'webhook',
      says: 'Customers belong to the merchant and are told of its first store. A lost deletion is not found by a sweep.',
    },
    'employee.changed': { by: 'webhook', says: 'Told for each store that the person works in.' },
    'shift.started': { by: 'webhook', says: 'From timecards; later corrections are not told.' },
    'shift.ended': { by: 'webhook', says: 'From timecards; later corrections are not told.' },
    'drawer.opened': {
      by: 'sweep',
      says: 'No sale, paid in and paid out, while a drawer shift is open; no webhook.',
    },
    'register.opened': { by: 'sweep', says: 'From cash drawer shifts; no webhook.' },
    'register.closed': {
      by: 'sweep',
      says: 'From cash drawer shifts once they are counted; no webhook.',
    },
    'device.reported': {
      by: 'sweep',
      says: 'Only devices in Terminal API mode, not phones and tablets with the POS app (beta).',
    },
  },
}
