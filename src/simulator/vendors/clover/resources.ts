/**
 * What v3 REST lists, by which fields it filters and what it expands. (docs.clover.com, "Filters" and
 * "Expanding fields"; fields of refunds, credits and cash events are inferred from their objects.)
 */
import type { Kind, StoredOrder } from './documents.ts'
import {
  cashEventView,
  creditView,
  customerView,
  itemView,
  orderView,
  paymentView,
  plainView,
  refundView,
  type Viewer,
} from './views.ts'

export interface Resource {
  readonly kind: Kind
  /** The time by which objects are kept; the upper end of a query can only use this one. */
  readonly timeField?: string
  readonly filters: readonly string[]
  readonly expands: readonly string[]
  /** Queries reach 90 days. */
  readonly isBounded?: boolean
  readonly view: (viewer: Viewer, object: Record<string, unknown>) => Record<string, unknown>
}

export const resources: Readonly<Record<string, Resource>> = {
  orders: {
    kind: 'orders',
    timeField: 'modifiedTime',
    isBounded: true,
    filters: [
      ...['id', 'employee.id', 'note', 'modifiedTime', 'orderType', 'manualTransaction', 'title'],
      ...['device.id', 'externalReferenceId', 'clientCreatedTime', 'total', 'payType', 'testMode'],
      ...['createdTime', 'state', 'deletedTime'],
    ],
    expands: [
      ...['employee', 'payments', 'refunds', 'credits', 'voids', 'payment.tender', 'lineItems'],
      ...['payment.cardTransaction', 'customers', 'serviceCharge', 'discounts', 'orderType'],
      ...['lineItems.discounts', 'lineItems.modifications'],
    ],
    view: (viewer, order) => orderView(viewer, order as StoredOrder),
  },
  payments: {
    kind: 'payments',
    timeField: 'modifiedTime',
    isBounded: true,
    filters: [
      ...['id', 'modifiedTime', 'device.id', 'externalReferenceId', 'result', 'offline', 'amount'],
      ...['createdTime', 'externalPaymentId', 'voided', 'tender.id', 'employee.id', 'cardType'],
      ...['order.modifiedTime', 'clientCreatedTime'],
    ],
    expands: ['tender', 'cardTransaction', 'employee', 'refunds', 'order', 'taxRates'],
    view: (viewer, payment) => paymentView(viewer, payment),
  },
  refunds: {
    kind: 'refunds',
    timeField: 'createdTime',
    filters: ['id', 'createdTime', 'employee.id', 'device.id'],
    expands: ['lineItems', 'payment', 'employee'],
    view: refundView,
  },
  credits: {
    kind: 'credits',
    timeField: 'createdTime',
    filters: ['id', 'createdTime', 'employee.id', 'device.id'],
    expands: ['tender', 'employee'],
    view: creditView,
  },
  items: {
    kind: 'items',
    timeField: 'modifiedTime',
    filters: [
      ...['id', 'lowStock', 'modifiedTime', 'hidden', 'available', 'autoManage', 'price', 'sku'],
      ...['name', 'itemStock.quantity', 'deleted', 'tags.id', 'item.id', 'itemGroup.id'],
    ],
    expands: ['itemStock', 'categories', 'tags', 'taxRates', 'modifierGroups'],
    view: itemView,
  },
  customers: {
    kind: 'customers',
    timeField: 'customerSince',
    filters: [
      ...['id', 'customerSince', 'firstName', 'lastName', 'emailAddress', 'phoneNumber'],
      ...['fullName', 'deletedTime'],
    ],
    expands: ['emailAddresses', 'phoneNumbers', 'addresses', 'metadata', 'cards', 'orders'],
    view: customerView,
  },
  employees: {
    kind: 'employees',
    filters: ['id', 'name', 'role', 'deletedTime'],
    expands: ['roles', 'shifts'],
    view: plainView,
  },
  shifts: {
    kind: 'shifts',
    filters: ['id', 'employee.id', 'in_time', 'out_time', 'deletedTime'],
    expands: ['employee'],
    view: plainView,
  },
  cash_events: {
    kind: 'cash_events',
    timeField: 'timestamp',
    filters: ['timestamp', 'employee.id', 'device.id', 'type'],
    expands: ['employee', 'device'],
    view: cashEventView,
  },
  devices: { kind: 'devices', filters: ['id'], expands: [], view: plainView },
}
