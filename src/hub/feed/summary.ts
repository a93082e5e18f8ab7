/** One sentence for each event, for people who watch. */
import { decimalFromMinor } from '../../base/money.ts'
import type { EventData, EventType } from '../../retail/events.ts'

type Summaries = { [Type in EventType]: (data: EventData<Type>) => string }

const money = (minor: number, currency: string) =>
  `${decimalFromMinor(minor, currency)} ${currency}`
const count = (n: number, thing: string) => `${n} ${thing}${n === 1 ? '' : 's'}`

const summaries: Summaries = {
  'sale.completed': (sale) =>
    `Sale of ${money(sale.totalMinor, sale.currency)}, ${count(sale.lines.length, 'line')}`,
  'sale.voided': (sale) => `Sale of ${money(sale.totalMinor, sale.currency)} voided`,
  'cart.ready_for_payment': (cart) =>
    `Cart of ${money(cart.totalMinor, cart.currency)} goes to payment`,
  'return.requested': (request) =>
    `Return of ${money(request.amountMinor, request.currency)} asked for, ` +
    `${request.saleId === undefined ? 'without a receipt' : 'with a receipt'}`,
  'return.answered': (answer) =>
    `Return ${answer.verdict}${answer.decidedBy === 'agent' ? ', decided in the store while the hub was away' : ''}`,
  'refund.completed': (refund) => `Refund of ${money(refund.totalMinor, refund.currency)}`,
  'inventory.changed': (level) => `${level.onHand} of ${level.sku} on hand`,
  'product.changed': (product) =>
    `Product ${product.sku} is ${product.name}` +
    (product.priceMinor === undefined ? '' : ` at ${money(product.priceMinor, product.currency)}`),
  'customer.changed': (customer) => (customer.isDeleted ? 'Customer deleted' : 'Customer changed'),
  'employee.changed': (employee) => `Employee ${employee.isActive ? 'active' : 'no longer active'}`,
  'shift.started': () => 'Shift started',
  'shift.ended': () => 'Shift ended',
  'drawer.opened': (drawer) =>
    drawer.reason === 'no_sale'
      ? 'Drawer opened without a sale'
      : `Drawer: ${drawer.reason.replaceAll('_', ' ')}`,
  'register.opened': () => 'Register opened',
  'register.closed': (closing) =>
    closing.countedCashMinor === undefined || closing.expectedCashMinor === undefined
      ? 'Register closed'
      : `Register closed, ${money(closing.countedCashMinor - closing.expectedCashMinor, closing.currency)} over or short`,
  'device.reported': (device) =>
    `Device ${device.deviceId} is ${device.status.replaceAll('_', ' ')}`,
  'command.reported': (report) =>
    `Command ${report.state}${report.says === undefined ? '' : `: ${report.says}`}`,
}

export function summarise<Type extends EventType>(type: Type, data: EventData<Type>): string {
  return summaries[type](data)
}
