/** Stored objects as v3 REST shows them: collections as an address until they are expanded. */
import { find, type Kind, type Ref, type StoredOrder, type StoredPayment } from './documents.ts'
import { lineItemViews } from './line-items.ts'
import { type Shop, tendersOf } from './shop.ts'

export interface Viewer {
  readonly shop: Shop
  readonly merchantId: string
  /** `https://…/v3/merchants/<id>` */
  readonly baseUrl: string
  readonly expands: ReadonlySet<string>
}

type View = Record<string, unknown>

function loadAll<Value>({ shop, merchantId }: Viewer, kind: Kind, ids: readonly string[]): Value[] {
  return ids.flatMap((id) => find<Value>(shop.documents, merchantId, kind, id) ?? [])
}

function collection<Element>(
  viewer: Viewer,
  field: string,
  path: string,
  elements: () => Element[],
): { href: string } | { elements: Element[] } {
  return viewer.expands.has(field)
    ? { elements: elements() }
    : { href: `${viewer.baseUrl}/${path}/${field}` }
}

export function orderView(viewer: Viewer, order: StoredOrder): View {
  const { lines, customerIds, paymentIds, voidIds, refundIds, creditIds, ...fields } = order
  const path = `orders/${order.id}`
  const payments = (ids: readonly string[]) => () =>
    loadAll<StoredPayment>(viewer, 'payments', ids).map((payment) =>
      paymentView(viewer, payment, 'payment.'),
    )
  return {
    href: `${viewer.baseUrl}/${path}`,
    ...fields,
    lineItems: collection(viewer, 'lineItems', path, () =>
      lineItemViews(order.id, lines, viewer.expands.has('lineItems.discounts')),
    ),
    discounts: collection(viewer, 'discounts', path, () => []),
    customers: collection(viewer, 'customers', path, () =>
      loadAll<View>(viewer, 'customers', customerIds).map((customer) =>
        customerView(nested(viewer), customer),
      ),
    ),
    payments: collection(viewer, 'payments', path, payments(paymentIds)),
    voids: collection(viewer, 'voids', path, payments(voidIds)),
    refunds: collection(viewer, 'refunds', path, () =>
      loadAll<View>(viewer, 'refunds', refundIds).map((refund) =>
        refundView(nested(viewer), refund),
      ),
    ),
    credits: collection(viewer, 'credits', path, () =>
      loadAll<View>(viewer, 'credits', creditIds).map((credit) =>
        creditView(nested(viewer), credit),
      ),
    ),
  }
}

/** An expanded object's own collections stay closed. */
function nested(viewer: Viewer): Viewer {
  return { ...viewer, expands: new Set() }
}

/** @param prefix how the fields are called when an order is expanded: `payment.tender` */
export function paymentView(viewer: Viewer, payment: View, prefix = ''): View {
  const { tenderId, cardTransaction, ...fields } = payment
  return {
    ...fields,
    tender: tenderView(viewer, String(tenderId), viewer.expands.has(`${prefix}tender`)),
    ...(cardTransaction !== undefined &&
      viewer.expands.has(`${prefix}cardTransaction`) && { cardTransaction }),
  }
}

function tenderView(viewer: Viewer, id: string, isExpanded: boolean): View {
  const tender = tendersOf(viewer.merchantId).find((tender) => tender.id === id)
  return isExpanded && tender !== undefined
    ? { ...tender }
    : { href: `${viewer.baseUrl}/tenders/${id}`, id }
}

export function refundView(viewer: Viewer, refund: View): View {
  const { lineItemIds, ...fields } = refund
  return {
    ...fields,
    lineItems: collection(viewer, 'lineItems', `refunds/${refund.id}`, () =>
      (lineItemIds as string[]).map((id): Ref => ({ id })),
    ),
  }
}

export function creditView(viewer: Viewer, credit: View): View {
  const { tenderId, ...fields } = credit
  return { ...fields, tender: tenderView(viewer, String(tenderId), viewer.expands.has('tender')) }
}

export function itemView(viewer: Viewer, item: View): View {
  const { itemStock, ...fields } = item
  const path = `items/${item.id}`
  return {
    ...fields,
    ...(viewer.expands.has('itemStock') && { itemStock }),
    categories: collection(viewer, 'categories', path, () => []),
  }
}

export function customerView(viewer: Viewer, customer: View): View {
  const { emailAddresses, phoneNumbers, addresses, metadata, ...fields } = customer
  const path = `customers/${customer.id}`
  return {
    href: `${viewer.baseUrl}/${path}`,
    ...fields,
    emailAddresses: collection(viewer, 'emailAddresses', path, () => emailAddresses as View[]),
    phoneNumbers: collection(viewer, 'phoneNumbers', path, () => phoneNumbers as View[]),
    addresses: collection(viewer, 'addresses', path, () => addresses as View[]),
    ...(viewer.expands.has('metadata') && { metadata }),
  }
}

export function plainView(_viewer: Viewer, object: View): View {
  return object
}

/** A cash event has no id on the wire. */
export function cashEventView(_viewer: Viewer, { id: _id, ...fields }: View): View {
  return fields
}
