/** Customers: each merchant has its own, under its own id. */
import type { SimulatedCustomer } from '../../till.ts'
import { find, save } from './documents.ts'
import { cloverId } from './ids.ts'
import { type Shop, serverMs } from './shop.ts'

export interface StoredCustomer {
  readonly id: string
  readonly customerSince: number
  readonly [field: string]: unknown
}

function customerId(merchantId: string, { customerKey }: SimulatedCustomer): string {
  return cloverId('customer', merchantId, customerKey)
}

/** The customer's id at a merchant, made when it is the first time there. */
export function customerAt(
  shop: Shop,
  merchantId: string,
  customer: SimulatedCustomer,
  atMs: number,
): string {
  const id = customerId(merchantId, customer)
  if (find(shop.documents, merchantId, 'customers', id) === undefined)
    write(shop, merchantId, customer, serverMs(shop, atMs), serverMs(shop, atMs), 'CREATE')
  return id
}

/** Where the customer is known; at the first merchant when nowhere. */
export function saveCustomer(shop: Shop, customer: SimulatedCustomer, atMs: number): void {
  const nowMs = serverMs(shop, atMs)
  let isKnown = false
  for (const { externalId } of shop.account.stores) {
    const id = customerId(externalId, customer)
    const known = find<StoredCustomer>(shop.documents, externalId, 'customers', id)
    if (known === undefined) continue
    isKnown = true
    write(shop, externalId, customer, known.customerSince, nowMs, 'UPDATE')
  }
  const first = shop.account.stores[0]
  if (!isKnown && first !== undefined) customerAt(shop, first.externalId, customer, atMs)
}

function write(
  shop: Shop,
  merchantId: string,
  customer: SimulatedCustomer,
  customerSince: number,
  ts: number,
  type: 'CREATE' | 'UPDATE',
): void {
  const id = customerId(merchantId, customer)
  const { street, city, zip, country } = customer.address
  const document: StoredCustomer = {
    id,
    firstName: customer.firstName,
    lastName: customer.lastName,
    marketingAllowed: false,
    customerSince,
    emailAddresses: [
      { id: cloverId('email', id), emailAddress: customer.email, primaryEmail: true },
    ],
    phoneNumbers: [{ id: cloverId('phone', id), phoneNumber: customer.phone }],
    addresses: [{ id: cloverId('address', id), address1: street, city, country, state: '', zip }],
    metadata: { modifiedTime: ts },
  }
  save(shop.documents, merchantId, 'customers', document, customerSince)
  shop.bundler.add(merchantId, `C:${id}`, type, ts)
}
