/** What Clover can and cannot do. */
import type { Capabilities } from '../capabilities.ts'

export const capabilities: Capabilities = {
  actions: {
    'sale.flag': {
      by: 'vendor_api',
      says: "As a line in the order's note, which may print on the receipt.",
    },
    'purchase_order.place': {
      by: 'document',
      says: 'Clover has no purchase orders, suppliers or receiving.',
    },
  },
  facts: {
    'sale.completed': { by: 'webhook', says: 'Webhooks carry ids; the order is fetched.' },
    'sale.voided': {
      by: 'webhook',
      says: 'When its payments are voided. An order deleted before payment leaves no trace.',
    },
    'cart.ready_for_payment': {
      by: 'none',
      says: 'No hook over HTTP; only an app on the device sees a cart.',
    },
    'return.requested': {
      by: 'companion',
      says: 'No hook over HTTP; only an app on the device can ask.',
    },
    'refund.completed': {
      by: 'sweep',
      says: 'Refunds have no webhook; an update of their order tells of them sooner. Manual refunds name no goods.',
    },
    'inventory.changed': {
      by: 'sweep',
      says: 'A webhook is promised only when availability changes. The cause is not told.',
    },
    'product.changed': { by: 'webhook' },
    'customer.changed': {
      by: 'webhook',
      says: 'Only new customers can be listed by time: a lost update is not found by the sweep.',
    },
    'employee.changed': { by: 'webhook' },
    'shift.started': { by: 'sweep' },
    'shift.ended': { by: 'sweep' },
    'drawer.opened': {
      by: 'webhook',
      says: 'From the cash log: opened without a sale, paid in, paid out.',
    },
    'register.opened': {
      by: 'webhook',
      says: 'Clover has no register session; the first load of cash in the cash log stands for it.',
    },
    'register.closed': {
      by: 'webhook',
      says: 'Synthetic: Clover has no closing. Made from the cash log, where a store keeps one.',
    },
    'device.reported': {
      by: 'sweep',
      says: 'Which devices there are; Clover does not tell whether they are on line.',
    },
  },
}
